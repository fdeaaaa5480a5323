import { defaultValues } from '@segment/actions-core'
import type { Subscription } from '@segment/actions-core'
import type { SegmentEvent } from '@segment/actions-core'
import { parseFql, validate } from '@segment/destination-subscriptions'
import destination from '../../src'

/** The subscriptions that Segment creates by itself: one for every automatic preset. */
export function presetSubscriptions(): Subscription[] {
  return (destination.presets ?? []).flatMap((preset) =>
    preset.type === 'automatic'
      ? [
          {
            name: preset.name,
            partnerAction: preset.partnerAction,
            subscribe: preset.subscribe,
            mapping: preset.mapping
          }
        ]
      : []
  )
}

/** The defaults of an action's fields, as a mapping. */
export function defaultMapping(action: string): Subscription['mapping'] {
  return defaultValues(destination.actions[action]?.fields ?? {})
}

/**
 * True when the subscription takes the event, by the matcher of Segment's runtime.
 * @throws Error when the subscription's condition cannot be read
 */
export function isSubscribed(subscription: Subscription, event: SegmentEvent): boolean {
  const condition = parseFql(subscription.subscribe)
  if ('error' in condition)
    throw new Error(
      `The condition of "${subscription.name ?? subscription.partnerAction}" cannot be read: ${condition.error.message}`
    )
  return validate(condition, event)
}
