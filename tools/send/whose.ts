import { transform } from '@segment/actions-core'
import type { SegmentEvent, Subscription } from '@segment/actions-core'
import pick from 'lodash/pick'
import { readReference } from '../../src/person/reference'
import type { Reference } from '../../src/person/reference'

/**
 * Whose event it is in a subscription, by its mapping: what the destination will find.
 * @returns undefined when the event names nobody; the destination then refuses it without a request
 */
export function whoseEvent({ mapping }: Subscription, event: SegmentEvent): Reference | undefined {
  try {
    const { email, userId } = transform(pick(mapping, ['email', 'userId']), event as unknown as Input)
    return readReference({ email: textOf(email), userId: textOf(userId) })
  } catch {
    return undefined
  }
}

type Input = Parameters<typeof transform>[1]

/** As the schema validation of the runtime turns scalars into text. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined
}
