import { defaultValues, PayloadValidationError } from '@segment/actions-core'
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
 * @throws PayloadValidationError when the subscription's condition cannot be read
 */
export function isSubscribed({ name, partnerAction, subscribe }: Subscription, event: SegmentEvent): boolean {
  const condition = parseFql(subscribe)
  if ('error' in condition) {
    throw new PayloadValidationError(`The condition of "${name ?? partnerAction}" cannot be read: ${subscribe}`)
  }
  return validate(condition, event)
}
