import type { OutcomeName, RunOutcome } from '../../wire'

/** An outcome in a word. */
export const OUTCOMES: Record<RunOutcome, string> = {
  delivered: 'Delivered',
  dropped: 'Dropped',
  failed: 'Failed',
  'not subscribed': 'No match',
  mixed: 'Mixed'
}

/** The order in which outcomes are listed. */
export const OUTCOME_NAMES: OutcomeName[] = ['delivered', 'dropped', 'failed', 'not subscribed']

/** The outcome as a colored word. */
export function OutcomeBadge({ outcome }: { outcome: RunOutcome }) {
  return <span class={`badge outcome-${outcome.replace(' ', '-')}`}>{OUTCOMES[outcome]}</span>
}

/** A status of HTTP, colored by its class. */
export function StatusBadge({ status }: { status: number | null }) {
  const kind = status === null ? 'none' : status < 300 ? 'good' : status < 500 ? 'refused' : 'bad'
  return <span class={`status status-${kind}`}>{status ?? 'no answer'}</span>
}
