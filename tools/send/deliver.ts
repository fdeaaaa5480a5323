import type { Runtime, SubscriptionReport } from '../runtime'
import { backoff } from './backoff'
import type { Clock } from './clock'
import type { SpendingGate } from './gate'
import { judge } from './judge'
import type { Judgement } from './judge'
import type { Batch, Entry } from './lineup'
import { worse } from './outcome'
import type { Settlement } from './outcome'
import type { Redact } from './secrets'
import { nameOf } from './subscriptions'

/** What became of an event of a batch. */
export interface Delivered {
  entry: Entry
  /** Undefined when the event has to go again, or to another subscription. */
  settlement?: Settlement
  /** For the first time an answer was lost: the event may have arrived, and goes again. */
  isAnswerLost: boolean
}

/** Delivers a batch; every entry comes back once, free to go again if it is not settled. */
export type DeliverBatch = (batch: Batch) => Promise<Delivered[]>

/** What a delivery works with. */
export interface DeliveryParts {
  runtime: Pick<Runtime, 'deliverBatchTo'>
  gate: SpendingGate
  clock: Clock
  redact: Redact
  /** Shown every batch's reports, for example to count its exchanges. */
  watch?: (reports: SubscriptionReport[]) => void
}

/** Delivers batches through Segment's runtime, and plans the retries that Segment would make. */
export function makeDelivery({ runtime, gate, clock, redact, watch }: DeliveryParts): DeliverBatch {
  return async ({ subscription, entries }) => {
    const stopSignals = gate.stopSignals
    const events = entries.map(({ item }) => item.event)
    const reports = await runtime.deliverBatchTo(subscription, events)
    watch?.(reports)
    const now = clock.now()
    const isStopped = gate.stopSignals !== stopSignals || gate.pausedUntil > now
    // Of one batch all wait equally long: those that went as one request go as one again.
    const chance = clock.random()
    const due = (failures: number) =>
      Math.max(now + backoff(failures, { ...clock, random: () => chance }), gate.troubleUntil)

    return entries.map((entry, index) => {
      entry.isInFlight = false
      const judgement = judge(reports[index].verdict, entry, { isStopped })
      if (judgement.next === 'end') gate.close({ why: 'settings', reason: redact(judgement.reason) })
      const isAnswerLost = judgement.next === 'retry' && judgement.isAnswerLost && !entry.isAnswerLost
      return { entry, settlement: apply(judgement, entry, due, redact), isAnswerLost }
    })
  }
}

/** Notes down at the event what follows for it; tells the settlement once it has been to all subscriptions. */
function apply(
  judgement: Judgement,
  entry: Entry,
  due: (failures: number) => number,
  redact: Redact
): Settlement | undefined {
  if (judgement.next === 'retry') {
    entry.failures++
    entry.notBefore = due(entry.failures)
    entry.awaitsPerson = judgement.awaitsPerson
    entry.isAnswerLost ||= judgement.isAnswerLost
  }
  if (judgement.next !== 'settle') return undefined

  const { settlement } = judgement
  const [target] = entry.item.targets.splice(0, 1)
  if (settlement.outcome === 'failed') entry.failedIn.push(nameOf(target.subscription))
  else entry.reached++
  entry.worst = worse(entry.worst, { ...settlement, reason: settlement.reason && redact(settlement.reason) })
  Object.assign(entry, { failures: 0, notBefore: 0, awaitsPerson: false })
  return entry.item.targets.length === 0 ? entry.worst : undefined
}
