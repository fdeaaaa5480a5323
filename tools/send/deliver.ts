import type { Clock } from '../clock'
import type { Runtime, SubscriptionReport } from '../runtime'
import type { Batch, Entry } from './queue'
import type { RateLimiter } from './rate-limiter'
import { decide, getBackoff } from './retry-policy'
import type { Decision } from './retry-policy'
import { getWorse } from './stats'
import type { Outcome } from './stats'
import { getName } from './subscriptions'
import type { Redact } from './target'

/** What became of an event of a batch. */
export interface Delivery {
  entry: Entry
  /** Undefined when the event has to go again, or to another subscription. */
  outcome?: Outcome
  /** For the first time an answer was lost: the event may have arrived, and goes again. */
  isAnswerLost: boolean
}

/** Delivers a batch; every entry comes back once, free to go again if it has no outcome. */
export type DeliverBatch = (batch: Batch) => Promise<Delivery[]>

/** What a delivery works with. */
export interface DeliveryOptions {
  runtime: Pick<Runtime, 'deliverBatchTo'>
  limiter: RateLimiter
  clock: Clock
  redact: Redact
  /** Called with the reports of every batch, for example to count its exchanges. */
  onReports?: (reports: SubscriptionReport[]) => void
}

/** Builds what delivers batches through Segment's runtime, and plans the retries that Segment would make. */
export function buildDelivery({ runtime, limiter, clock, redact, onReports }: DeliveryOptions): DeliverBatch {
  return async ({ subscription, entries }) => {
    const { stopSignals } = limiter
    const events = entries.map(({ item }) => item.event)
    const reports = await runtime.deliverBatchTo(subscription, events)
    onReports?.(reports)
    const now = clock.elapsed()
    const isStopped = limiter.stopSignals !== stopSignals || limiter.pausedUntil > now
    // Of one batch all wait equally long: those that went as one request go as one again.
    const chance = clock.random()

    return entries.map((entry, index) => {
      entry.isInFlight = false
      const decision = decide(reports[index].verdict, { failures: entry.failures, isStopped })
      if (decision.next === 'end') limiter.end({ why: 'settings', reason: redact(decision.reason) })
      if (decision.next === 'settle')
        return { entry, outcome: settle(entry, decision.outcome, redact), isAnswerLost: false }
      if (decision.next !== 'retry') return { entry, isAnswerLost: false }
      const isAnswerLost = decision.isAnswerLost && !entry.isAnswerLost
      const due = now + getBackoff(entry.failures + 1, chance)
      retry(entry, decision, Math.max(due, limiter.troubleUntil))
      return { entry, isAnswerLost }
    })
  }
}

function retry(entry: Entry, decision: Extract<Decision, { next: 'retry' }>, notBefore: number): void {
  entry.failures++
  entry.notBefore = notBefore
  entry.awaitsPerson = decision.awaitsPerson
  entry.isAnswerLost ||= decision.isAnswerLost
}

/** Adds the outcome in one subscription; returns that of the event once it has been to all of them. */
function settle(entry: Entry, outcome: Outcome, redact: Redact): Outcome | undefined {
  const [{ subscription }] = entry.item.pending.splice(0, 1)
  if (outcome.name === 'failed') entry.failedIn.push(getName(subscription))
  else entry.reached++
  entry.worst = getWorse(entry.worst, { ...outcome, reason: outcome.reason && redact(outcome.reason) })
  Object.assign(entry, { failures: 0, notBefore: 0, awaitsPerson: false })
  return entry.item.pending.length === 0 ? entry.worst : undefined
}
