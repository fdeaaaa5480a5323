import type { Subscription } from '@segment/actions-core'
import { presetSubscriptions, readSubscription } from '../runtime'
import type { JsonObject, RunInput, SubscriptionView } from './types'

/** A request that makes no sense, told in a sentence. */
export class BadRequest extends Error {
  constructor(message: string, readonly field?: string, readonly statusCode = 400) {
    super(message)
  }
}

const mostEvents = 10_000
const mostSubscriptions = 50

/**
 * Reads what the API is asked to run: `event` or `events`, with `subscriptions` (the automatic presets by default) and
 * `settings`.
 * @throws BadRequest
 */
export function readRunInput(body: unknown): RunInput {
  if (!isObject(body)) throw new BadRequest('Send a JSON object with "event" or "events".')
  const subscriptions = readSubscriptions(body.subscriptions)
  const settings = readSettings(body.settings)
  if (body.event !== undefined && body.events !== undefined) {
    throw new BadRequest('Send either "event" or "events", not both.', 'events')
  }
  if (body.events !== undefined) return { events: readEvents(body.events), subscriptions, settings }
  if (!isObject(body.event)) throw new BadRequest('"event" must be a JSON object: a Segment event.', 'event')
  return { event: body.event, subscriptions, settings }
}

/** The presets that Segment creates by itself, as subscriptions. */
export function automaticSubscriptions(): SubscriptionView[] {
  return presetSubscriptions().map(viewOf)
}

function readEvents(events: unknown): JsonObject[] {
  if (!Array.isArray(events) || events.length === 0) {
    throw new BadRequest('"events" must be a list of at least one Segment event.', 'events')
  }
  if (events.length > mostEvents) throw new BadRequest(`Send at most ${mostEvents} events at once.`, 'events', 413)
  const wrong = events.findIndex((event) => !isObject(event))
  if (wrong >= 0) throw new BadRequest(`Event ${wrong + 1} of the list is not a JSON object.`, `events[${wrong}]`)
  return events as JsonObject[]
}

function readSubscriptions(given: unknown): SubscriptionView[] {
  if (given === undefined) return automaticSubscriptions()
  if (!Array.isArray(given)) throw new BadRequest('"subscriptions" must be a list.', 'subscriptions')
  if (given.length > mostSubscriptions) {
    throw new BadRequest(`Send at most ${mostSubscriptions} subscriptions.`, 'subscriptions', 413)
  }
  return given.map(subscriptionAt)
}

function subscriptionAt(given: unknown, index: number): SubscriptionView {
  const read = readSubscription(given)
  if ('partnerAction' in read) return viewOf(read)
  const at = `subscriptions[${index}]`
  throw new BadRequest(read.problem, read.field === undefined ? at : `${at}.${read.field}`)
}

function viewOf({ name, partnerAction, subscribe, mapping }: Subscription): SubscriptionView {
  return { name: name ?? partnerAction, partnerAction, subscribe, mapping: mapping ?? {} }
}

function readSettings(given: unknown): JsonObject {
  if (given === undefined) return {}
  if (!isObject(given)) throw new BadRequest('"settings" must be an object.', 'settings')
  return given
}

/** True for a body that says that the live Crisp is meant. */
export function isMeantLive(body: unknown): boolean {
  return isObject(body) && body.live === true
}

/**
 * A stray request must not reach people in the live Crisp.
 * @throws BadRequest when the body does not say that it is meant
 */
export function confirmLive(body: unknown): void {
  if (isMeantLive(body)) return
  throw new BadRequest(
    'This tester sends to the live Crisp. Send "live": true to say that this is what you want.',
    'live',
    409
  )
}

/** True for a JSON object, not for a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
