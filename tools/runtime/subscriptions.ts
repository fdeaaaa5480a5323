import { defaultValues, PayloadValidationError } from '@segment/actions-core'
import type { SegmentEvent, Subscription } from '@segment/actions-core'
import { parseFql, validate } from '@segment/destination-subscriptions'
import clamp from 'lodash/clamp'
import isPlainObject from 'lodash/isPlainObject'
import destination from '../../src'
import { batchFields } from '../../src/batchFields'

/** Why something is no subscription. */
export interface SubscriptionProblem {
  /** The field that is wrong; none when it is no object at all. */
  field?: keyof Subscription
  /** A sentence that names the field. */
  problem: string
}

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
export function defaultMapping(action: string): Mapping {
  return defaultValues(destination.actions[action]?.fields ?? {})
}

/**
 * Reads a subscription as Segment stores it. Without a mapping it has the defaults of its action's fields. Whether its
 * trigger can be read is another question: see `findTriggerProblem`.
 * @param json - parsed JSON
 */
export function readSubscription(json: unknown): Subscription | SubscriptionProblem {
  if (!isPlainObject(json)) return { problem: 'A subscription is an object.' }
  const { name, partnerAction, subscribe, mapping } = json as Record<string, unknown>
  if (typeof partnerAction !== 'string' || !Object.hasOwn(destination.actions, partnerAction)) {
    const known = Object.keys(destination.actions).join(' or ')
    return { field: 'partnerAction', problem: `"partnerAction" must be ${known}.` }
  }
  if (typeof subscribe !== 'string') {
    return { field: 'subscribe', problem: '"subscribe" must be a condition such as type = "track".' }
  }
  if (mapping !== undefined && !isPlainObject(mapping)) {
    return { field: 'mapping', problem: '"mapping" must be an object.' }
  }
  return {
    ...(typeof name === 'string' && name !== '' && { name }),
    partnerAction,
    subscribe,
    mapping: (mapping as Mapping | undefined) ?? defaultMapping(partnerAction)
  }
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

/**
 * How many events a mapping lets go together: a whole number that the field allows. For a size that it does not allow
 * the nearest one stands in; the action's schema then refuses each event and names the field, as Segment does.
 */
export function batchSizeOf(mapping: Subscription['mapping']): number {
  const { minimum, maximum, default: usual } = batchFields.batch_size
  const given = mapping?.batch_size
  // The schema takes a number in a string for a number.
  const isSize = typeof given === 'number' || (typeof given === 'string' && given.trim() !== '')
  const size = isSize ? Number(given) : NaN
  return Number.isNaN(size) ? Number(usual) : clamp(Math.floor(size), Number(minimum), Number(maximum))
}

type Mapping = NonNullable<Subscription['mapping']>
