import type { RunOutcome } from '../../wire'

const words: Record<RunOutcome, string> = {
  delivered: 'Delivered',
  dropped: 'Dropped',
  failed: 'Failed',
  'not subscribed': 'Not sent',
  mixed: 'Mixed'
}

/** The outcome as a coloured word. */
export function OutcomeBadge({ outcome }: { outcome: RunOutcome }) {
  return <span class={`badge outcome-${outcome.replace(' ', '-')}`}>{words[outcome]}</span>
}

/** A status of HTTP, coloured by its class. */
export function StatusBadge({ status }: { status: number | null }) {
  const kind = status === null ? 'none' : status < 300 ? 'good' : status < 500 ? 'refused' : 'bad'
  return <span class={`status status-${kind}`}>{status ?? 'no answer'}</span>
}
