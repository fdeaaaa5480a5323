import type { DocumentedAnswer, Visit } from '../route'
import type { PersonRecord } from '../profile'
import { invalidData, peopleNotFound } from '../responses'
import type { Answer } from '../types'

export const WEBSITE_PATH = '/v1/website/:website_id'
export const PEOPLE_PATH = `${WEBSITE_PATH}/people`
export const ALL_TIERS = ['user', 'plugin', 'website'] as const

/** The documented refusals that most routes share. */
export const INVALID: DocumentedAnswer = {
  reason: 'invalid_data',
  description: 'The request breaks a rule; data.message says which.'
}
export const MISSING: DocumentedAnswer = {
  reason: 'people_not_found',
  description: 'No profile has this people_id or email.'
}

/** A handler that is about the person in the path: by people_id or email, else 404 `people_not_found`. */
export function onPerson<Body = unknown>(handle: (visit: Visit<Body>, person: PersonRecord) => Answer) {
  return (visit: Visit<Body>): Answer => {
    const person = visit.website.find(visit.params.people_id)
    return person ? handle(visit, person) : peopleNotFound()
  }
}

/** A handler of a list with a page number in its path, which is 1 when left out; 400 when it is not a number from 1. */
export function onPage(handle: (visit: Visit, page: number) => Answer) {
  return (visit: Visit): Answer => {
    const { page_number: sent = '1' } = visit.params
    return /^[1-9]\d{0,8}$/.test(sent)
      ? handle(visit, Number(sent))
      : invalidData('page_number must be a number from 1')
  }
}

/** Entries on a page of events or suggestions. Crisp publishes no number; this is the documented one of people lists. */
const PAGE_LENGTH = 20

/** The entries of one page. */
export function getPage<T>(entries: readonly T[], page: number): T[] {
  return entries.slice((page - 1) * PAGE_LENGTH, page * PAGE_LENGTH)
}
