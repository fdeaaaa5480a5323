/** What may become of a line, the one that counts for the exit status and among several subscriptions last. */
export const OUTCOMES = ['not subscribed', 'delivered', 'dropped', 'failed'] as const

/** What becomes of a line: exactly one of these. */
export type Outcome = (typeof OUTCOMES)[number]

/** What became of a line, and why. */
export interface Settlement {
  outcome: Outcome
  /** For what was not delivered. */
  reason?: string
  /** Of a failure: what Segment is told. */
  status?: number
  /** Of a failure: whether sending the event again could help. */
  retry?: boolean
}

/** The settlement of an event that several subscriptions took: the worst one. */
export function worse(one: Settlement | undefined, other: Settlement): Settlement {
  if (!one) return other
  return OUTCOMES.indexOf(one.outcome) >= OUTCOMES.indexOf(other.outcome) ? one : other
}
