import { useState } from 'preact/hooks'
import type { BatchDelivery, JsonObject, OutcomeName, Preview, Row, Run } from '../../wire'
import { sendAgain } from '../actions'
import { api } from '../api'
import { Icon } from '../pieces/icon'
import { Json } from '../pieces/json'
import { OUTCOME_NAMES, OutcomeBadge, OUTCOMES } from '../pieces/outcome'
import { PayloadView } from '../pieces/payload'
import { WindowedList } from '../pieces/windowed-list'
import { busy } from '../store'
import { counted, short } from '../text'
import { MatchView, VerdictBox } from './delivery'

/** One event of a batch in one subscription; in none, when no trigger matches. */
interface EventRow extends Row {
  key: string
  subscription?: { id: string; name: string }
}

/** A row for each event; more for those that several subscriptions take. */
function getRows({ deliveries }: Run): EventRow[] {
  const batches = deliveries.filter((delivery): delivery is BatchDelivery => delivery.kind === 'batch')
  const [first] = batches
  return (first?.rows ?? []).flatMap((one, index): EventRow[] => {
    const taken = batches.flatMap(({ subscription, rows }) => {
      const row = rows[index]
      return row.verdict.outcome === 'not subscribed'
        ? []
        : [{ ...row, subscription, key: `${index} ${subscription.id}` }]
    })
    return taken.length > 0 ? taken : [{ ...one, key: String(index) }]
  })
}

function countOutcomes(rows: EventRow[]): [OutcomeName, number][] {
  return OUTCOME_NAMES.map((name): [OutcomeName, number] => [
    name,
    rows.filter(({ verdict }) => verdict.outcome === name).length
  ]).filter(([, count]) => count > 0)
}

/** What became of a batch, and the way to send again what Segment would. */
export function BatchSummary({ run }: { run: Run }) {
  const rows = getRows(run)
  const retried = [...new Set(rows.filter(({ next }) => next.retry).map(({ index }) => index))]
  const bad = rows.find(({ verdict: { outcome } }) => outcome === 'failed' || outcome === 'dropped')
  return (
    <div class={`verdict verdict-${bad ? bad.verdict.outcome : 'delivered'}`}>
      <p class="verdict-head">
        {countOutcomes(rows).map(([name, count]) => (
          <span key={name}>
            {count.toLocaleString('en')} <OutcomeBadge outcome={name} />
          </span>
        ))}
      </p>
      {bad && (
        <p class="verdict-reason">
          Event {bad.index + 1}: {short(bad.verdict.reason ?? '', 500)}
        </p>
      )}
      {retried.length > 0 && (
        <p class="row">
          <span class="hint">Segment would try again: {counted(retried.length, 'event')}.</span>
          <button
            type="button"
            class="button small"
            aria-disabled={busy.value}
            onClick={() => void sendAgain(run, retried)}
          >
            <Icon name="replay" />
            Send only these again
          </button>
        </p>
      )}
    </div>
  )
}

/** Every event of a batch with its own outcome; a press opens one. */
export function BatchView({ run }: { run: Run }) {
  const rows = getRows(run)
  const [filter, setFilter] = useState<OutcomeName | undefined>(undefined)
  const [open, setOpen] = useState<string | undefined>(undefined)
  const shown = filter ? rows.filter(({ verdict }) => verdict.outcome === filter) : rows
  const opened = rows.find(({ key }) => key === open)
  return (
    <section class="delivery" aria-label="Events">
      <div class="row" role="group" aria-label="Outcome">
        <FilterChip isOn={filter === undefined} onClick={() => setFilter(undefined)} label={`All ${rows.length}`} />
        {countOutcomes(rows).map(([name, count]) => (
          <FilterChip
            key={name}
            isOn={filter === name}
            onClick={() => setFilter(name)}
            label={`${OUTCOMES[name]} ${count}`}
          />
        ))}
      </div>
      <WindowedList items={shown} rowHeight={44} rows={7} label="Events of the batch" getKey={({ key }) => key}>
        {(row, tabIndex) => (
          <EventLine
            row={row}
            tabIndex={tabIndex}
            isOpen={row.key === open}
            onClick={() => setOpen(row.key === open ? undefined : row.key)}
          />
        )}
      </WindowedList>
      {opened && <OpenedEvent key={open} runId={run.id} row={opened} />}
    </section>
  )
}

interface EventLineProps {
  row: EventRow
  tabIndex: 0 | -1
  isOpen: boolean
  onClick: () => void
}

function EventLine({ row: { index, title, verdict, subscription }, tabIndex, isOpen, onClick }: EventLineProps) {
  return (
    <button type="button" class="line" tabIndex={tabIndex} aria-expanded={isOpen} onClick={onClick}>
      <span class="line-number">{index + 1}</span>
      <OutcomeBadge outcome={verdict.outcome} />
      <span class="line-title line-two">
        <bdi>{short(title)}</bdi>
        <span class="hint">{short(verdict.reason ?? subscription?.name ?? 'No trigger matches.')}</span>
      </span>
      <span class="line-note">{verdict.status ?? ''}</span>
    </button>
  )
}

function FilterChip({ isOn, label, onClick }: { isOn: boolean; label: string; onClick: () => void }) {
  return (
    <button type="button" class="chip" aria-pressed={isOn} onClick={onClick}>
      {label}
    </button>
  )
}

function OpenedEvent({ runId, row: { index, verdict, next, subscription } }: { runId: number; row: EventRow }) {
  const [detail, setDetail] = useState<{ event: JsonObject; preview?: Preview } | undefined>(undefined)
  const [problem, setProblem] = useState('')
  if (!detail && !problem) {
    api.event(runId, index).then(
      ({ event, previews }) =>
        setDetail({ event, preview: previews.find((one) => one.subscription.id === subscription?.id) }),
      (error: Error) => setProblem(error.message)
    )
  }
  return (
    <div class="opened">
      <h4>Event {index + 1}</h4>
      <VerdictBox name={subscription?.name} verdict={verdict} next={next} />
      {problem && <p class="said said-wrong">{problem}</p>}
      {detail && <Json value={detail.event} label={`Event ${index + 1}`} canCopy />}
      {detail?.preview && <MatchView match={detail.preview.match} subscribe={detail.preview.subscription.subscribe} />}
      {detail?.preview?.payload && (
        <PayloadView payload={detail.preview.payload} fieldErrors={detail.preview.fieldErrors} />
      )}
    </div>
  )
}
