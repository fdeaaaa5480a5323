import type { ClauseGroup, Delivery, FieldError, MatchNode, NextStep, Preview, VerdictView } from '../../wire'
import { Icon } from '../pieces/icon'
import { duration, short } from '../text'
import { BatchRows } from './batch-rows'
import { Exchanges } from './exchanges'
import { MatchView, PayloadView, VerdictBox } from './steps'

/** What one subscription did: a line when it did not take the event, else step by step. */
export function DeliveryView({ runId, delivery }: { runId: number; delivery: Delivery }) {
  const { subscription, match, verdict, next, rows, exchanges, exchangesLeftOut, durationMs } = delivery
  if (match && !match.matches) {
    return (
      <section class="delivery delivery-off">
        <h4>
          <Icon name="dash" />
          <bdi>{short(subscription.name)}</bdi> <span class="hint">does not take it</span>
        </h4>
        <MatchView preview={delivery as Preview} />
        {verdict?.outcome === 'failed' && <p class="said said-wrong">{short(verdict.reason ?? '', 2000)}</p>}
      </section>
    )
  }
  if (rows?.every((row) => row.verdict.outcome === 'not subscribed')) {
    return (
      <section class="delivery delivery-off">
        <h4>
          <Icon name="dash" />
          <bdi>{short(subscription.name)}</bdi> <span class="hint">takes none of them</span>
        </h4>
        <code class="fql">{short(subscription.subscribe, 1000)}</code>
      </section>
    )
  }
  return (
    <section class="delivery">
      <h4>
        <bdi>{short(subscription.name)}</bdi>
      </h4>
      <ol class="steps">
        {match && (
          <li class="step step-good">
            <h5>Condition</h5>
            <MatchView preview={delivery as Preview} />
          </li>
        )}
        {delivery.payload && (
          <li class={delivery.fieldErrors?.length ? 'step step-bad' : 'step step-good'}>
            <h5>Mapped payload</h5>
            <PayloadView payload={delivery.payload} fieldErrors={delivery.fieldErrors ?? []} />
          </li>
        )}
        {rows && (
          <li class="step">
            <h5>Events</h5>
            <BatchRows runId={runId} rows={rows} subscription={subscription.name} />
          </li>
        )}
        <li class="step">
          <h5>
            Requests <span class="count">{exchanges.length + exchangesLeftOut}</span>
            <span class="hint">{exchanges.length > 0 && ` in ${duration(durationMs)}`}</span>
          </h5>
          <Exchanges exchanges={exchanges} leftOut={exchangesLeftOut} />
        </li>
        {verdict && next && (
          <li class={`step step-${verdict.outcome === 'delivered' ? 'good' : 'bad'}`}>
            <h5>Outcome</h5>
            <VerdictBox verdict={verdict} next={next} />
          </li>
        )}
      </ol>
    </section>
  )
}
