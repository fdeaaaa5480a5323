import { IntegrationError } from '@segment/actions-core'
import type { CrispClient } from '../crisp/client'
import { CrispFailure, isFailure } from '../crisp/failure'
import { PEOPLE_PER_PAGE } from '../crisp/limits'
import type { PersonHit } from '../crisp/types'
import { isSearchRefused, refuseSearch } from './memory'

/** The key of the user ID in a person's custom data. Reserved: no trait writes it. */
export const USER_ID_KEY = 'user_id'

/** The code of the error that says so when Crisp refuses the search. */
const SEARCH_REFUSED = 'USER_ID_SEARCH_REFUSED'

const PEOPLE_ID = /^(?!\.{1,2}$)[!-~]+$/

/**
 * The people whom Crisp's search returns for a user ID, none of them proved.
 * @returns `isWhole` is false when the answer held no list of people, or people that cannot be read
 * @throws CrispFailure of kind `refused` when Crisp refuses the search, now or within the last hour
 */
export async function search(
  client: CrispClient,
  userId: string,
  perPage = PEOPLE_PER_PAGE.min
): Promise<{ hits: PersonHit[]; isWhole: boolean }> {
  if (isSearchRefused(client.websiteId)) throw searchRefused()
  try {
    const { body } = await client.searchByData(USER_ID_KEY, userId, perPage)
    const list: unknown = body.data
    const hits = Array.isArray(list) ? list.filter(isHit) : []
    return { hits, isWhole: Array.isArray(list) && hits.length === list.length }
  } catch (thrown) {
    if (!refusesFilter(thrown)) throw thrown
    refuseSearch(client.websiteId)
    throw searchRefused(thrown.body)
  }
}

/**
 * Reads a hit's custom data: the search is not documented, so it alone proves nothing.
 * @returns `proved` when the person carries the user ID, `other` when not, `gone` when the person was deleted meanwhile
 */
export async function prove(
  client: CrispClient,
  peopleId: string,
  userId: string
): Promise<'proved' | 'other' | 'gone'> {
  try {
    const { body } = await client.readData(peopleId)
    const stored = body.data?.data?.[USER_ID_KEY]
    return stored !== undefined && String(stored) === userId ? 'proved' : 'other'
  } catch (thrown) {
    if (isFailure(thrown, 'unknown')) return 'gone'
    throw thrown
  }
}

/** Crisp refuses the filter itself; a query that is merely too long is that event's problem. */
function refusesFilter(thrown: unknown): thrown is CrispFailure {
  return (
    thrown instanceof CrispFailure &&
    thrown.error.status === 400 &&
    (thrown.body?.reason as unknown) !== 'search_query_too_long'
  )
}

/** True for the failure of a search that Crisp refuses on this website. */
export function isSearchRefusal(thrown: unknown): boolean {
  return isFailure(thrown, 'refused') && thrown.error.code === SEARCH_REFUSED
}

function searchRefused(body?: CrispFailure['body']): CrispFailure {
  return new CrispFailure(
    'refused',
    new IntegrationError(
      'Crisp refuses to search people by user ID on this website, so the User ID alone finds nobody. Map Email as well. The search is tried again after an hour.',
      SEARCH_REFUSED,
      400
    ),
    body
  )
}

function isHit(hit: unknown): hit is PersonHit {
  const { people_id: id, email } = (hit ?? {}) as Record<string, unknown>
  return isPeopleId(id) && (email === undefined || email === null || typeof email === 'string')
}

/**
 * True for an ID that Crisp can have given: it becomes part of a path. Those seen are UUIDs (recorded traffic); any visible
 * ASCII passes, but `.` and `..`, which URLs resolve however they are encoded.
 */
export function isPeopleId(id: unknown): id is string {
  return typeof id === 'string' && PEOPLE_ID.test(id)
}
