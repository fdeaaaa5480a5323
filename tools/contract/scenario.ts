/**
 * What Crisp's REST API is known to answer, as data: recordings of real traffic, documented examples, and questions
 * without a published answer. The sandbox is held against it in its tests; a user can hold the real API against
 * it with their own credentials.
 *
 * In paths, bodies and expected data `{email}`, `{other}` and `{unknown}` stand for addresses made up for the run, and
 * `{name}` for a value that an earlier step kept. In expected data `$uuid`, `$ms` (milliseconds since the epoch),
 * `$number`, `$list` and `$any` stand for any such value; objects have these keys and no others.
 */
export interface Exchange {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/v1/website/{website_id}`. */
  path: string
  query?: Record<string, string>
  body?: unknown
  /** Another token than the run's. */
  as?: 'wrong key' | 'no key'
  /** Expected; a list where either is fine. */
  status: number | number[]
  /** Not expected of HEAD, which has no body. */
  reason?: string
  data?: unknown
  /** Keeps a field of the answer's data under a name. */
  keep?: Record<string, string>
}

/** How well an exchange is known. */
export type Confidence = 'recorded' | 'documented' | 'reported' | 'inferred' | 'question'

export interface Scenario {
  name: string
  confidence: Confidence
  /** Where it is known from; for a question, the sandbox's choice that decides it. */
  source: string
  exchanges: Exchange[]
}

/** A POST that adds a profile; the body is still to be given. */
export const add = { method: 'POST', path: '/people/profile', status: 201, reason: 'added' } as const

export const person = { email: '{email}', person: { nickname: 'Contract' } }

/** Adds the scenario's person, and keeps their people_id as `{id}`. */
export const created: Exchange = { ...add, body: person, data: { people_id: '$uuid' }, keep: { id: 'people_id' } }

export const updated = { status: 200, reason: 'updated', data: {} }
export const invalid = { status: 400, reason: 'invalid_data', data: '$any' }
export const missing = { status: 404, reason: 'people_not_found', data: {} }

/** The query of a list that looks for one value. */
export function filter(criterion: string, value: string): Record<string, string> {
  return { search_filter: JSON.stringify([{ criterion, query: [value], operator: 'eq', model: 'people' }]) }
}

/** The scenario's person, as their profile reads after an update. */
export function profile(fields: object): object {
  return {
    email: '{email}',
    company: {},
    created_at: '$ms',
    notepad: '',
    people_id: '{id}',
    person: { nickname: 'Contract' },
    segments: [],
    updated_at: '$ms',
    active: { now: false },
    ...fields
  }
}
