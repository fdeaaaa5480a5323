import type { Subscription } from '@segment/actions-core'
import { batchingFields } from '../../src/batching'

/** Batches in flight at most: one delivers while the next one starts. */
export const BATCHES_AT_ONCE = 2

/**
 * Events of a batch at most: the size that was asked for, else the smallest of the mappings, else the largest that the
 * destination allows.
 */
export function batchSizeOf(asked: number | undefined, subscriptions: Subscription[]): number {
  const mapped = subscriptions.map(({ mapping }) => mapping?.batch_size).filter((size) => typeof size === 'number')
  return asked ?? Math.min(...mapped, Number(batchingFields.batch_size.maximum))
}
