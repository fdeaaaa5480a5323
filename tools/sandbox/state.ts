import { toSeed } from './seed'
import type { Website } from './store'
import type { PersonSeed, WebsiteSeed } from './types'

/** Everything that a sandbox holds, as JSON. */
export interface State {
  version: 1
  websites: WebsiteSeed[]
}

/** The state of these websites. Nothing in it is shared with them but values that never change in place. */
export function writeState(websites: Iterable<Website>): State {
  return {
    version: 1,
    websites: Array.from(websites, (website) => {
      const { id, name, domain, logo } = website
      return { id, name, domain, logo, people: Array.from(website.all(), (person) => toSeed(person)) }
    })
  }
}

/**
 * Reads a state or a seed: a whole state, `{ "people": [...] }` or a list of people, these two for the default website.
 * Throws a sentence that says what is wrong, before anything is changed.
 */
export function readState(json: unknown, defaultWebsiteId: string): State {
  if (Array.isArray(json)) return readState({ people: json }, defaultWebsiteId)
  if (!isObject(json)) throw new Error('it must be an object or a list of people')
  if (json.version !== undefined && json.version !== 1) throw new Error('its version is not known here')
  const websites = json.websites ?? [{ id: defaultWebsiteId, people: json.people }]
  if (!Array.isArray(websites)) throw new Error('it must have a list of websites')
  return { version: 1, websites: websites.map(readWebsite) }
}

function readWebsite(json: unknown): WebsiteSeed {
  if (!isObject(json) || typeof json.id !== 'string' || json.id === '') throw new Error('a website has no id')
  const people = json.people ?? []
  if (!Array.isArray(people)) throw new Error('it must have a list of people')
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const { name, domain, logo } = json
  return { id: json.id, name: text(name), domain: text(domain), logo: text(logo), people: people.map(readPerson) }
}

const objects = ['person', 'company', 'data'] as const
const texts = ['nickname', 'notepad', 'people_id'] as const
const numbers = ['active', 'created_at', 'updated_at'] as const

function readPerson(json: unknown, at: number): PersonSeed {
  const who = `person ${at + 1}`
  if (!isObject(json) || typeof json.email !== 'string' || json.email === '') throw new Error(`${who} has no email`)
  const wrong = [
    ...objects.filter((key) => json[key] !== undefined && !isObject(json[key])),
    ...texts.filter((key) => !['string', 'undefined'].includes(typeof json[key])),
    ...numbers.filter((key) => !['number', 'undefined'].includes(typeof json[key]))
  ]
  if (wrong.length > 0) throw new Error(`${who} has a ${wrong[0]} of the wrong type`)
  const { segments, events, subscription } = json
  if (segments !== undefined && !(Array.isArray(segments) && segments.every((word) => typeof word === 'string')))
    throw new Error(`${who} has segments that are not a list of words`)
  if (events !== undefined && !(Array.isArray(events) && events.every(isEvent)))
    throw new Error(`${who} has events that are not a list of events with a text`)
  if (subscription !== undefined && !(isObject(subscription) && typeof subscription.email === 'boolean'))
    throw new Error(`${who} has a subscription without an email true or false`)
  return pick(json) as unknown as PersonSeed
}

const known = ['email', 'segments', 'events', 'subscription', ...objects, ...texts, ...numbers]

function pick(json: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(known.filter((key) => json[key] !== undefined).map((key) => [key, json[key]]))
}

function isEvent(json: unknown): boolean {
  return isObject(json) && typeof json.text === 'string' && (json.data === undefined || isObject(json.data))
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
