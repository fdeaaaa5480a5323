import type { Subscription } from '@segment/actions-core'
import { batchingFields } from '../../src/batching'

/** How much is under way at once. */
export interface Pace {
  /** Events of a batch at most. */
  batchSize: number
  /** Batches in flight at most. */
  batchesAtOnce: number
}

/**
 * A request that waits for its turn under `--rate` does so within the destination's time-out of 15 s. The destination
 * keeps up to 10 requests of a batch under way, so that at a low rate one batch at a time, then a small one, is all that
 * lets each request wait 5 s at most.
 */
const TWO_BATCHES_FROM = 4
const ANY_BATCH_FROM = 2
const SMALL_BATCH = 5

/**
 * How much is under way at once: the size that was asked for, else that of the mapping, else the destination's default.
 */
export function paceOf(
  { batchSize, rate = Infinity }: { batchSize?: number; rate?: number },
  subscriptions: Subscription[]
): Pace {
  const mapped = subscriptions.map(({ mapping }) => mapping?.batch_size).filter((size) => typeof size === 'number')
  const size = batchSize ?? Math.min(...mapped, Number(batchingFields.batch_size.maximum))
  return {
    batchSize: rate < ANY_BATCH_FROM ? Math.min(size, SMALL_BATCH) : size,
    batchesAtOnce: rate < TWO_BATCHES_FROM ? 1 : 2
  }
}
