import type { RunSummary } from '../../wire'
import { LIMITS } from '../../wire'
import { openRun } from '../actions'
import { Empty } from '../pieces/empty'
import { OUTCOME_NAMES, OutcomeBadge, OUTCOMES } from '../pieces/outcome'
import { WindowedList } from '../pieces/windowed-list'
import { historyOutcome, historySearch, run, runs } from '../store'
import { clock, short } from '../text'

/** What was sent, the latest first. */
export function History() {
  return (
    <section class="history" aria-labelledby="history-title">
      <h3 id="history-title">
        History <span class="count">{runs.value.length}</span>
        {runs.value.length >= LIMITS.runs && <span class="hint"> the last {LIMITS.runs} runs are kept</span>}
      </h3>
      {runs.value.length === 0 ? (
        <Empty title="Nothing sent yet">What you send is kept here, to look at and to send again.</Empty>
      ) : (
        <Runs />
      )}
    </section>
  )
}

function Runs() {
  const found = runs.value.filter(isWanted)
  return (
    <>
      <Filter />
      {found.length === 0 && <p class="hint">No run matches. Clear the search or choose all outcomes.</p>}
      <WindowedList items={found} rowHeight={44} rows={8} label="History" getKey={({ id }) => id}>
        {(summary, tabIndex) => (
          <button
            type="button"
            class="line"
            tabIndex={tabIndex}
            aria-current={summary.id === run.value?.id ? 'true' : undefined}
            onClick={() => void openRun(summary.id)}
          >
            <OutcomeBadge outcome={summary.outcome} />
            <bdi class="line-title">{short(summary.title)}</bdi>
            <span class="line-note">
              {describeCause(summary)} #{summary.id} <time>{clock(summary.at)}</time>
            </span>
          </button>
        )}
      </WindowedList>
    </>
  )
}

function Filter() {
  return (
    <div class="pair">
      <input
        type="search"
        aria-label="Search the history"
        placeholder="Search"
        value={historySearch.value}
        onInput={({ currentTarget }) => (historySearch.value = currentTarget.value)}
      />
      <select
        aria-label="Outcome"
        value={historyOutcome.value}
        onChange={({ currentTarget }) => (historyOutcome.value = currentTarget.value)}
      >
        <option value="">All outcomes</option>
        {[...OUTCOME_NAMES, 'mixed' as const].map((name) => (
          <option key={name} value={name}>
            {OUTCOMES[name]}
          </option>
        ))}
      </select>
    </div>
  )
}

function isWanted({ id, title, outcome }: RunSummary): boolean {
  const wanted = historySearch.value.trim().toLowerCase()
  if (historyOutcome.value !== '' && outcome !== historyOutcome.value) return false
  return wanted === '' || title.toLowerCase().includes(wanted) || `#${id}` === wanted
}

/** Who asked for a run, unless it was this page. */
export function describeCause({ by, replayOf }: RunSummary): string {
  return { page: '', api: 'via API', examples: 'example', replay: `replay of #${replayOf}` }[by]
}
