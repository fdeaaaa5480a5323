import type { Subscription } from '@segment/actions-core'
import { batchSizeOf } from '../runtime'

/** Batches in flight at most: one delivers while the next one starts. */
export const BATCHES_AT_ONCE = 2

/** Events of a batch at most: the size that was asked for, else the smallest of the mappings. */
export function batchSize(asked: number | undefined, subscriptions: Subscription[]): number {
  return asked ?? Math.min(...subscriptions.map(({ mapping }) => batchSizeOf(mapping)))
}
