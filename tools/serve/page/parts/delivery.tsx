import type { ClauseGroup, Delivery, FieldError, MatchNode, NextStep, Preview, VerdictView } from '../../types'
import { Icon } from '../pieces/icon'
import { Json } from '../pieces/json'
import { OutcomeBadge } from '../pieces/outcome'
import { counted, duration, short } from '../text'
import { BatchRows } from './batch-rows'
import { Exchanges } from './exchanges'

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

/** A condition, clause by clause. */
export function MatchView({ preview: { subscription, match } }: { preview: Preview }) {
  return (
    <div class="match">
      <code class="fql">{short(subscription.subscribe, 1000)}</code>
      {match.error && <p class="said said-wrong">{short(match.error)}</p>}
      {match.condition && <Group group={match.condition} />}
    </div>
  )
}

function Group({ group: { operator, children } }: { group: ClauseGroup }) {
  return (
    <ul class="clauses">
      {children.map((node, index) => (
        <li key={index}>
          {index > 0 && <span class="joint">{operator}</span>}
          <Node node={node} />
        </li>
      ))}
    </ul>
  )
}

function Node({ node }: { node: MatchNode }) {
  if (node.kind === 'group') return <Group group={node} />
  return (
    <span class={node.matches ? 'clause clause-yes' : 'clause clause-no'}>
      <Icon name={node.matches ? 'check' : 'cross'} />
      <span>
        <span class="unseen">{node.matches ? 'Matches: ' : 'Does not match: '}</span>
        {short(node.sentence, 400)}
      </span>
    </span>
  )
}

/** The mapped payload and what the framework has against it. */
export function PayloadView({ payload, fieldErrors }: { payload: unknown; fieldErrors: FieldError[] }) {
  return (
    <>
      {fieldErrors.length > 0 && (
        <ul class="field-errors">
          {fieldErrors.map(({ field, message }) => (
            <li key={field}>
              <code>{short(field)}</code> {short(message, 500)}
            </li>
          ))}
        </ul>
      )}
      <Json value={payload} label="Mapped payload" />
    </>
  )
}

/** What became of an event and what Segment would do next. */
export function VerdictBox({ verdict, next }: { verdict: VerdictView; next: NextStep }) {
  const { outcome, status, code, reason } = verdict
  return (
    <div class={`verdict verdict-${outcome.replace(' ', '-')}`}>
      <p class="verdict-head">
        <OutcomeBadge outcome={outcome} />
        {status !== undefined && <code>{status}</code>}
        {code && <code>{short(code)}</code>}
      </p>
      {reason && <p class="verdict-reason">{short(reason, 2000)}</p>}
      <p class="verdict-next">
        <Icon name={next.retry ? 'replay' : 'dash'} />
        {next.sentence}
      </p>
    </div>
  )
}

/** How many of each, in words. */
export function tally(names: string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(', ') || counted(0, 'event')
}
