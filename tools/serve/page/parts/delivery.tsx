import type {
  BatchDelivery,
  ClauseGroup,
  Delivery,
  EventDelivery,
  Match,
  MatchNode,
  NextStep,
  VerdictView
} from '../../wire'
import { Icon } from '../pieces/icon'
import { OutcomeBadge } from '../pieces/outcome'
import { PayloadView } from '../pieces/payload'
import { duration, short } from '../text'
import { Exchanges } from './exchanges'

/** What one subscription did: its trigger when it did not match, else step by step. */
export function DeliveryView({ delivery }: { delivery: Delivery }) {
  if (delivery.kind === 'batch') return <BatchSteps delivery={delivery} />
  const { preview, verdict } = delivery
  return preview && !preview.match.matches && verdict.outcome === 'not subscribed' ? (
    <section class="delivery delivery-off">
      <h4>
        <Icon name="dash" />
        <bdi>{short(preview.subscription.name)}</bdi> <span class="hint">no match</span>
      </h4>
      <MatchView match={preview.match} subscribe={preview.subscription.subscribe} />
    </section>
  ) : (
    <EventSteps delivery={delivery} />
  )
}

function EventSteps({ delivery: { subscription, preview, ...delivery } }: { delivery: EventDelivery }) {
  return (
    <section class="delivery">
      <h4>
        <bdi>{short(subscription.name)}</bdi>
      </h4>
      <ol class="steps">
        {preview && (
          <li class={preview.match.problem ? 'step step-bad' : 'step step-good'}>
            <h5>Trigger</h5>
            <MatchView match={preview.match} subscribe={subscription.subscribe} />
          </li>
        )}
        {preview?.match.matches && (
          <li class={preview.fieldErrors.length > 0 ? 'step step-bad' : 'step step-good'}>
            <h5>Mapped payload</h5>
            <PayloadView payload={preview.payload} fieldErrors={preview.fieldErrors} />
          </li>
        )}
        <Requests delivery={delivery} />
      </ol>
    </section>
  )
}

function BatchSteps({ delivery: { subscription, rows, ...delivery } }: { delivery: BatchDelivery }) {
  const taken = rows.filter(({ verdict }) => verdict.outcome !== 'not subscribed').length
  return (
    <section class={taken > 0 ? 'delivery' : 'delivery delivery-off'}>
      <h4>
        {taken === 0 && <Icon name="dash" />}
        <bdi>{short(subscription.name)}</bdi>{' '}
        <span class="hint">
          {taken === 0 ? 'no match' : `${taken.toLocaleString('en')} of ${rows.length} events match`}
        </span>
      </h4>
      <code class="fql">{short(subscription.subscribe, 1000)}</code>
      {taken > 0 && (
        <ol class="steps">
          <Requests delivery={delivery} />
        </ol>
      )}
    </section>
  )
}

function Requests({ delivery }: { delivery: Pick<Delivery, 'exchanges' | 'exchangesLeftOut' | 'durationMs'> }) {
  const { exchanges, exchangesLeftOut, durationMs } = delivery
  return (
    <li class="step">
      <h5>
        Requests <span class="count">{exchanges.length + exchangesLeftOut}</span>
        <span class="hint">{exchanges.length > 0 && ` in ${duration(durationMs)}`}</span>
      </h5>
      <Exchanges exchanges={exchanges} leftOut={exchangesLeftOut} />
    </li>
  )
}

/** A trigger, clause by clause. */
export function MatchView({ match, subscribe }: { match: Match; subscribe: string }) {
  return (
    <div class="match">
      <code class="fql">{short(subscribe, 1000)}</code>
      {match.problem && (
        <p class={match.condition ? 'said said-warn' : 'said said-wrong'}>{short(match.problem, 1000)}</p>
      )}
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

interface VerdictProps {
  /** The subscription, where there are several. */
  name?: string
  verdict: VerdictView
  next: NextStep
}

/** What became of an event and what Segment would do next. */
export function VerdictBox({ name, verdict, next }: VerdictProps) {
  const { outcome, status, code, reason } = verdict
  return (
    <div class={`verdict verdict-${outcome.replace(' ', '-')}`}>
      <p class="verdict-head">
        <OutcomeBadge outcome={outcome} />
        {name !== undefined && <bdi>{short(name)}</bdi>}
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
