import { useEffect, useRef } from 'preact/hooks'
import { buildRunCurl } from '../../curl'
import type { Delivery, EventDelivery, Run } from '../../wire'
import { cancel, editAgain, replay } from '../actions'
import { CopyButton } from '../pieces/copy-button'
import { Empty } from '../pieces/empty'
import { Icon } from '../pieces/icon'
import { OutcomeBadge } from '../pieces/outcome'
import { busy, isLive, isReplayFocused, isSlow, ownRun, refusal, run } from '../store'
import { clock, counted, duration, short } from '../text'
import { BatchSummary, BatchView } from './batch'
import { DeliveryView, VerdictBox } from './delivery'
import { describeCause } from './history'
import { RequestsView } from './journal'

/** Part two: what became of the event, from the triggers to the outcome. */
export function ResultPart() {
  return (
    <section class="part" id="result" aria-labelledby="result-title" tabIndex={-1}>
      <h2 id="result-title">Result of the event</h2>
      <Content />
      <RequestsView />
    </section>
  )
}

function Content() {
  if (isSlow.value || (ownRun.value && !busy.value)) return <RunningView />
  if (refusal.value) {
    return (
      <div class="verdict verdict-failed" role="alert">
        <p class="verdict-head">
          <strong>Nothing was sent</strong>
        </p>
        <p class="verdict-reason">{short(refusal.value, 2000)}</p>
      </div>
    )
  }
  if (run.value) return <RunView run={run.value} />
  return (
    <Empty title="Nothing to show yet">
      Choose an example and press “Send event”. Its outcome, the payload and every request to Crisp appear here.
    </Empty>
  )
}

/** A run that has not ended. */
function RunningView() {
  const { title = 'Sending', done = 0, total = 0 } = ownRun.value ?? {}
  return (
    <article class="run" aria-label="Running">
      <header class="run-head">
        <h3>
          <bdi>{short(title)}</bdi>
        </h3>
        <p class="run-facts">
          <span class="badge outcome-running">Running</span>
          {total > 2 && (
            <span>
              {done.toLocaleString('en')} of {counted(total, 'event')}
            </span>
          )}
        </p>
        {total > 2 && (
          <progress aria-label="Events that are through" value={done} max={total}>
            {done} of {total}
          </progress>
        )}
        <div class="row">
          <button type="button" class="button small" disabled={!ownRun.value} onClick={() => void cancel()}>
            <Icon name="cross" />
            Cancel
          </button>
        </div>
      </header>
    </article>
  )
}

function RunView({ run: shown }: { run: Run }) {
  const { id, title, deliveries } = shown
  return (
    <article class="run" aria-labelledby="run-title">
      <header class="run-head">
        <h3 id="run-title">
          <bdi>{short(title)}</bdi>
        </h3>
        <Verdicts run={shown} />
        <RunFacts run={shown} />
        <RunButtons run={shown} />
      </header>
      {shown.kind === 'batch' && deliveries.length > 0 && <BatchView key={id} run={shown} />}
      {[...deliveries].sort(takenFirst).map((delivery) => (
        <DeliveryView key={`${id}-${delivery.subscription.id}`} delivery={delivery} />
      ))}
    </article>
  )
}

function RunFacts({ run: shown }: { run: Run }) {
  const { id, at, requests, durationMs } = shown
  return (
    <p class="run-facts">
      <span>{counted(requests, 'request')}</span>
      <span>{duration(durationMs)}</span>
      <time>{clock(at)}</time>
      <a href={`#run-${id}`}>Run #{id}</a>
      <span>{describeCause(shown)}</span>
    </p>
  )
}

function RunButtons({ run: shown }: { run: Run }) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isReplayFocused.value && document.activeElement === document.body) button.current?.focus()
    isReplayFocused.value = false
  }, [shown.id])
  return (
    <div class="row">
      <button
        type="button"
        id="replay"
        ref={button}
        class="button small"
        aria-disabled={busy.value}
        onClick={() => void replay(shown.id)}
      >
        <Icon name="replay" />
        {isLive.value ? 'Replay to live Crisp' : 'Replay'}
      </button>
      <button type="button" class="button small" onClick={() => editAgain(shown)}>
        <Icon name="edit" />
        Edit and replay
      </button>
      <CopyButton label="Copy as curl" text={() => buildRunCurl(location.origin, shown.input, isLive.value)} />
    </div>
  )
}

/** The outcome and its reason, before everything else. */
function Verdicts({ run: shown }: { run: Run }) {
  const { deliveries, kind } = shown
  if (deliveries.length === 0) {
    return (
      <Empty title="No subscription was on">Switch one on under “Subscriptions and mappings” and send again.</Empty>
    )
  }
  if (kind === 'batch') return <BatchSummary run={shown} />
  const events = deliveries.filter((delivery): delivery is EventDelivery => delivery.kind === 'event')
  const taken = events.filter(({ verdict }) => verdict.outcome !== 'not subscribed')
  if (taken.length === 0) {
    return (
      <div class="verdict verdict-not-subscribed">
        <p class="verdict-head">
          <OutcomeBadge outcome="not subscribed" />
        </p>
        <p class="verdict-reason">No trigger matches this event, so Segment does not send it.</p>
      </div>
    )
  }
  return (
    <>
      {taken.map(({ subscription: { id, name }, verdict, next }) => (
        <VerdictBox key={id} name={taken.length > 1 ? name : undefined} verdict={verdict} next={next} />
      ))}
    </>
  )
}

function takenFirst(a: Delivery, b: Delivery): number {
  return Number(isTaken(b)) - Number(isTaken(a))
}

function isTaken(delivery: Delivery): boolean {
  return delivery.kind === 'batch' || delivery.preview?.match.matches !== false
}
