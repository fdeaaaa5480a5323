import type { ClauseGroup, FieldError, MatchNode, NextStep, Preview, VerdictView } from '../../types'
import { Icon } from '../pieces/icon'
import { Json } from '../pieces/json'
import { OutcomeBadge } from '../pieces/outcome'
import { short } from '../text'

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
