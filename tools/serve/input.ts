import type { Subscription } from '@segment/actions-core'
import type { Settings } from '../../src/generated-types'
import { settingsFrom, VARIABLES } from '../credentials'
import { presetSubscriptions, readSubscription } from '../runtime'
import { isJsonObject, LIMITS } from './wire'
import type { JsonObject, RunInput, SubscriptionView } from './wire'

/** A request that makes no sense, told in a sentence. */
export class BadRequest extends Error {
  constructor(message: string, readonly field?: string, readonly statusCode = 400) {
    super(message)
  }
}

const MAX_SUBSCRIPTIONS = 50

/**
 * Reads what the API is asked to run: `event` or `events`, with `subscriptions` (the automatic presets by default) and
 * `settings`.
 * @throws BadRequest
 */
export function readRunInput(body: unknown): RunInput {
  if (!isJsonObject(body)) throw new BadRequest('Send a JSON object with "event" or "events".')
  const subscriptions = readSubscriptions(body.subscriptions)
  const settings = readSettings(body.settings)
  if (body.event !== undefined && body.events !== undefined) {
    throw new BadRequest('Send either "event" or "events", not both.', 'events')
  }
  if (body.events !== undefined) return { events: readEvents(body.events), subscriptions, settings }
  if (!isJsonObject(body.event)) throw new BadRequest('"event" must be a JSON object: a Segment event.', 'event')
  return { event: body.event, subscriptions, settings }
}

/** The presets that Segment creates by itself, as subscriptions. */
export function getAutomaticSubscriptions(): SubscriptionView[] {
  return presetSubscriptions().map((subscription, index) => toView(subscription, index, undefined))
}

function readEvents(events: unknown): JsonObject[] {
  if (!Array.isArray(events) || events.length === 0) {
    throw new BadRequest('"events" must be a list of at least one Segment event.', 'events')
  }
  if (events.length > LIMITS.events)
    throw new BadRequest(`Send at most ${LIMITS.events} events at once.`, 'events', 413)
  const wrong = events.findIndex((event) => !isJsonObject(event))
  if (wrong >= 0) throw new BadRequest(`Event ${wrong + 1} of the list is not a JSON object.`, `events[${wrong}]`)
  return events as JsonObject[]
}

function readSubscriptions(given: unknown): SubscriptionView[] {
  if (given === undefined) return getAutomaticSubscriptions()
  if (!Array.isArray(given)) throw new BadRequest('"subscriptions" must be a list.', 'subscriptions')
  if (given.length > MAX_SUBSCRIPTIONS) {
    throw new BadRequest(`Send at most ${MAX_SUBSCRIPTIONS} subscriptions.`, 'subscriptions', 413)
  }
  const subscriptions = given.map(readSubscriptionAt)
  const repeated = subscriptions.findIndex(({ id }, index) => subscriptions.findIndex((one) => one.id === id) < index)
  if (repeated < 0) return subscriptions
  throw new BadRequest('Two subscriptions have the same "id".', `subscriptions[${repeated}].id`)
}

function readSubscriptionAt(given: unknown, index: number): SubscriptionView {
  const read = readSubscription(given)
  if ('partnerAction' in read) return toView(read, index, (given as { id?: unknown }).id)
  const at = `subscriptions[${index}]`
  throw new BadRequest(read.problem, read.field === undefined ? at : `${at}.${read.field}`)
}

function toView({ name, partnerAction, subscribe, mapping }: Subscription, index: number, id: unknown) {
  return {
    id: typeof id === 'string' && id !== '' ? id : `subscription-${index + 1}`,
    name: name ?? partnerAction,
    partnerAction,
    subscribe,
    mapping: mapping ?? {}
  }
}

function readSettings(given: unknown): JsonObject {
  if (given === undefined) return {}
  if (!isJsonObject(given)) throw new BadRequest('"settings" must be an object.', 'settings')
  return given
}

/** True for a body that says that the live Crisp is meant. */
export function isMeantLive(body: unknown): boolean {
  return isJsonObject(body) && body.live === true
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

/** Settings as given, with the empty ones filled. */
export function fillSettings(given: JsonObject, defaults: Settings): Settings {
  const filled = Object.entries(given).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return { ...defaults, ...Object.fromEntries(filled) }
}

/**
 * Settings for live Crisp from the environment.
 * @returns undefined when there is no key
 * @throws Error with a sentence when there is a key but no website, or when one of them has another form
 */
export function readEnvironment(environment: NodeJS.ProcessEnv): Settings | undefined {
  const { apiKey, websiteId } = VARIABLES
  if (!environment[apiKey]) return undefined
  if (!environment[websiteId]) throw new Error(`Set ${websiteId} as well as ${apiKey}, or neither for the sandbox.`)
  return settingsFrom(environment)
}
