import type { Exchange } from '../scenario'

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
