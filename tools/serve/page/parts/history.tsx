import { openRun } from '../actions'
import { Empty } from '../pieces/empty'
import { OutcomeBadge } from '../pieces/outcome'
import { WindowedList } from '../pieces/windowed-list'
import { run, runs } from '../store'
import { clock, short } from '../text'

const causes = { page: '', api: 'from outside', examples: 'example', replay: 'again' }

/** What was sent, the latest first. */
export function History() {
  return (
    <section class="history" aria-labelledby="history-title">
      <h3 id="history-title">
        History <span class="count">{runs.value.length}</span>
      </h3>
      {runs.value.length === 0 ? (
        <Empty title="Nothing sent yet">What you send is kept here, to look at and to send again.</Empty>
      ) : (
        <WindowedList items={runs.value} rowHeight={44} rows={8} label="History" keyOf={({ id }) => id}>
          {({ id, at, title, outcome, by }) => (
            <button
              type="button"
              class="line"
              aria-current={id === run.value?.id ? 'true' : undefined}
              onClick={() => void openRun(id)}
            >
              <OutcomeBadge outcome={outcome} />
              <bdi class="line-title">{short(title)}</bdi>
              <span class="line-note">
                {causes[by]} <time>{clock(at)}</time>
              </span>
            </button>
          )}
        </WindowedList>
      )}
    </section>
  )
}
