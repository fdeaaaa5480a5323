import isPlainObject from 'lodash/isPlainObject'
import type { PersonRecord } from './profile'
import type { Schema } from './schemas'
import type { PersonSeed, WebsiteSeed } from './types'
import { findProblem } from './validation'
import type { Website } from './website'

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

const TEXT: Schema = { type: 'string' }
const NUMBER: Schema = { type: 'number' }
const OBJECT: Schema = { type: 'object' }

/** Where another kind of value is given than these, the description says what is wrong. */
const PERSON: Record<string, Schema> = {
  email: { type: 'string', minLength: 1 },
  nickname: TEXT,
  person: OBJECT,
  company: OBJECT,
  segments: { type: 'array', items: TEXT, description: 'segments that are not a list of words' },
  notepad: TEXT,
  active: NUMBER,
  people_id: TEXT,
  created_at: NUMBER,
  updated_at: NUMBER,
  data: OBJECT,
  events: {
    type: 'array',
    items: { type: 'object', properties: { text: TEXT, data: OBJECT }, required: ['text'] },
    description: 'events that are not a list of events with a text'
  },
  subscription: {
    type: 'object',
    properties: { email: { type: 'boolean' } },
    required: ['email'],
    description: 'a subscription without an email true or false'
  }
}

const STATE: Schema = {
  type: 'object',
  properties: {
    version: { const: 1 },
    websites: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: { type: 'string', minLength: 1 },
          name: TEXT,
          domain: TEXT,
          logo: TEXT,
          people: {
            type: 'array',
            items: { type: 'object', properties: PERSON, required: ['email'], additionalProperties: false }
          }
        },
        required: ['id'],
        additionalProperties: false
      }
    }
  }
}

/**
 * Reads a state or a seed: a whole state, `{ "people": [...] }` or a list of people, these two for the default website.
 * Keys that are not known are left out.
 * @throws Error with a clause that says what is wrong, before anything is changed
 */
export function readState(json: unknown, defaultWebsiteId: string): State {
  if (Array.isArray(json)) return readState({ people: json }, defaultWebsiteId)
  if (!isPlainObject(json)) throw new Error('it must be an object or a list of people')
  const { version = 1, people = [], websites = [{ id: defaultWebsiteId, people }] } = json as Record<string, unknown>
  const state = { version, websites }
  const problem = findProblem(STATE, 'ignored', state)
  if (problem) throw new Error(explainProblem(problem.instancePath))
  return state as State
}

/** @param path - of the wrong value, such as `/websites/0/people/1/data` */
function explainProblem(path: string): string {
  const [, part, , field, at, name = 'email'] = path.split('/')
  if (part === 'version') return 'its version is not known here'
  if (at !== undefined) {
    const wrong = PERSON[name].description ?? `a ${name} of the wrong type`
    return `person ${Number(at) + 1} has ${name === 'email' ? 'no email' : wrong}`
  }
  if (field === 'people') return 'it must have a list of people'
  if (field === undefined || field === 'id')
    return path === '/websites' ? 'it must have a list of websites' : 'a website has no id'
  return `a website has a ${field} of the wrong type`
}

/** All of a person, such that a website makes the same one of it. */
export function toSeed(person: PersonRecord): PersonSeed {
  const { peopleId, email, createdAt, updatedAt, fields, data, events, subscription } = person
  return {
    people_id: peopleId,
    email,
    created_at: createdAt,
    updated_at: updatedAt,
    ...fields,
    data,
    events: [...events],
    ...(subscription && { subscription })
  }
}

/** What a website adds to a seed. */
interface FromWebsite {
  /** As the website stores it. */
  email: string
  /** Makes an ID where the seed has none. */
  peopleId: () => string
  now: number
}

/** The person of a seed, still without custom data, events and subscription. */
export function fromSeed(seed: PersonSeed, { email, peopleId, now }: FromWebsite): PersonRecord {
  const { email: sent, nickname, people_id, created_at, updated_at, data, events, subscription, ...fields } = seed
  return {
    peopleId: people_id ?? peopleId(),
    email,
    createdAt: created_at ?? now,
    updatedAt: updated_at ?? created_at ?? now,
    fields: { ...fields, person: { nickname: nickname ?? sent.split('@')[0], ...fields.person } },
    data: {},
    events: []
  }
}
