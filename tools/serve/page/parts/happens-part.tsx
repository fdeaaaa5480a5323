import { buildRunCurl } from '../../curl'
import type { Delivery, Run } from '../../wire'
import { editAgain, replay } from '../actions'
import { CopyButton } from '../pieces/copy-button'
import { Empty } from '../pieces/empty'
import { Icon } from '../pieces/icon'
import { OutcomeBadge } from '../pieces/outcome'
import { busy, isLive, run } from '../store'
import { clock, counted, duration, short } from '../text'
import { DeliveryView } from './delivery'
import { QuotaMeter } from './quota-meter'

/** Part two: what became of it, from the presets to the outcome. */
export function HappensPart() {
  return (
    <section class="part" id="what-happens" aria-labelledby="happens-title" tabIndex={-1}>
      <h2 id="happens-title">What happens</h2>
      <QuotaMeter />
      {run.value ? (
        <RunView run={run.value} />
      ) : (
        <Empty title="Nothing to show yet">
          Choose an example and press “Send event”: the presets that take it, the payload, every request to Crisp and
          the outcome appear here.
        </Empty>
      )}
    </section>
  )
}

function RunView({ run: shown }: { run: Run }) {
  const { id, at, title, outcome, requests, durationMs, deliveries, replayOf } = shown
  return (
    <article class="run" aria-labelledby="run-title">
      <header class="run-head">
        <h3 id="run-title">
          <bdi>{short(title)}</bdi>
        </h3>
        <p class="run-facts">
          <OutcomeBadge outcome={outcome} />
          <span>{counted(requests, 'request')}</span>
          <span>{duration(durationMs)}</span>
          <time>{clock(at)}</time>
          {replayOf !== undefined && <span>again</span>}
        </p>
        <div class="row">
          <button type="button" class="button small" disabled={busy.value} onClick={() => void replay(id)}>
            <Icon name="replay" />
            {isLive.value ? 'Replay to live Crisp' : 'Replay'}
          </button>
          <button type="button" class="button small" onClick={() => editAgain(shown)}>
            <Icon name="edit" />
            Edit and replay
          </button>
          <CopyButton label="Copy as curl" text={() => buildRunCurl(location.origin, shown.input, isLive.value)} />
        </div>
      </header>
      {[...deliveries].sort(takenFirst).map((delivery, index) => (
        <DeliveryView key={`${id}-${index}`} runId={id} delivery={delivery} />
      ))}
      {deliveries.length === 0 && (
        <Empty title="No subscription was on">Switch one on under “Subscriptions and mappings” and send again.</Empty>
      )}
    </article>
  )
}

function takenFirst(a: Delivery, b: Delivery): number {
  return Number(b.match?.matches !== false) - Number(a.match?.matches !== false)
}
