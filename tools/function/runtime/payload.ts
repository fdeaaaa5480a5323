import type { JSONObject, SegmentEvent, Subscription } from '@segment/actions-core'
import { matchesCondition, parseFql, removeEmptyValues, schemas, transform, validators } from 'function-libraries'
import type { FunctionSettings } from './settings'

/** A subscription with its condition parsed once. */
export interface Matcher {
  subscription: Subscription
  matches: (event: SegmentEvent) => boolean
}

/** Parses the condition of a subscription. */
export function toMatcher(subscription: Subscription): Matcher {
  const condition = parseFql(subscription.subscribe)
  return { subscription, matches: (event) => matchesCondition(condition, event) }
}

/**
 * The payload of an event for an action: mapped, without empty values, converted and checked against the action's schema,
 * all by the code of Segment's runtime.
 * @throws Error that names the first field that is wrong
 */
export function toPayload(event: SegmentEvent, { partnerAction, mapping }: Subscription, settings: FunctionSettings) {
  const schema = schemas[partnerAction]
  const mapped = transform({ ...mapping, ...settings.getChoices(partnerAction) } as JSONObject, event as never)
  const payload = removeEmptyValues(mapped, schema, true)
  const validate = validators[partnerAction]
  if (validate(payload)) return payload

  const [{ instancePath, message, params }] = validate.errors ?? [{ instancePath: '', params: {} }]
  const { missingProperty, allowedValues } = params
  const key = missingProperty ?? instancePath.split('/')[1]
  const problem = missingProperty
    ? 'is missing'
    : allowedValues
    ? `must be one of ${allowedValues.join(', ')}`
    : message
  throw new Error(`${schema.properties[key]?.title ?? key} ${problem}. Fix the mapping or the source.`)
}
