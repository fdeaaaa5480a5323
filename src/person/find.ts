import isPlainObject from 'lodash/isPlainObject'
import type { CrispClient } from '../api/client'
import { CrispError, isCrispError } from '../api/errors'
import { PEOPLE_PER_PAGE } from '../api/limits'
import type { FlatData, PersonMatch } from '../api/types'
import type { PeopleCache } from './cache'
import { USER_ID_KEY } from './reference'
import type { Person } from './reference'

/** Matches that a lookup reads at most: each costs a request. */
const MATCHES_READ = 2

/** Crisp's IDs are UUIDs in recorded traffic. Visible ASCII passes but for emails and for `.` and `..`, which leave the path. */
const PEOPLE_ID = /^(?!\.{1,2}$)[!-?A-~]+$/

/** Crisp refuses to search by a user ID. Whether it knows the user ID stays open. */
export class SearchRefusedError extends CrispError {
  constructor(refusal?: CrispError) {
    const message =
      'Crisp refused to search people by user ID, so the User ID alone finds no person. Map Email as well.'
    super('refused', 400, message, refusal?.body)
  }
}

/**
 * The people that Crisp's search returns for a user ID, none of them verified.
 * @param perPage - how many to ask for, within {@link PEOPLE_PER_PAGE}
 * @throws SearchRefusedError when Crisp refuses the search; CrispError of kind `retry` for a list that cannot be read
 */
export async function searchPeople(
  client: CrispClient,
  cache: PeopleCache,
  userId: string,
  perPage = PEOPLE_PER_PAGE.min
): Promise<PersonMatch[]> {
  const { key } = client.scope
  if (cache.searchRefusals.isOff(key)) throw new SearchRefusedError()
  try {
    const { body } = await client.searchByData(USER_ID_KEY, userId, perPage)
    cache.searchRefusals.delete(key)
    if (Array.isArray(body.data) && body.data.every(isMatch)) return body.data
    throw new CrispError('retry', 502, "Crisp's list of people can't be read. It is tried again later.")
  } catch (thrown) {
    if (!isCrispError(thrown, 'invalid')) throw thrown
    if (thrown.body?.reason !== 'search_query_too_long') cache.searchRefusals.add(key, userId)
    throw new SearchRefusedError(thrown)
  }
}

/**
 * Reads a person's custom data: the search is not documented, so a match alone verifies nothing.
 * @returns whether the person has the user ID, another one or none, or was deleted meanwhile
 */
export async function verifyUserId(
  client: CrispClient,
  peopleId: string,
  userId: string
): Promise<'verified' | 'other' | 'gone'> {
  try {
    const { body } = await client.readData(peopleId)
    const { data } = Object(body.data) as { data?: Partial<FlatData> }
    const stored = data?.[USER_ID_KEY]
    if (isPlainObject(data)) return stored !== undefined && String(stored) === userId ? 'verified' : 'other'
  } catch (thrown) {
    if (isCrispError(thrown, 'unknown')) return 'gone'
    throw thrown
  }
  throw new CrispError('retry', 502, "Crisp's custom data can't be read. It is tried again later.")
}

/**
 * Looks a user ID up and caches the person.
 * @returns undefined when no person is verified to have the user ID
 */
export async function findPerson(client: CrispClient, cache: PeopleCache, userId: string): Promise<Person | undefined> {
  const matches = await searchPeople(client, cache, userId)
  const newest = [...matches].sort((a, b) => getTime(b) - getTime(a)).slice(0, MATCHES_READ)
  for (const { people_id: peopleId, email } of newest) {
    const person = { address: peopleId, peopleId, verifiedAt: Date.now(), listedEmail: email?.toLowerCase() }
    const change = { websiteId: client.scope.websiteId, userId, person }
    const verify = () => verifyUserId(client, peopleId, userId)
    if ((await cache.run(change, verify, (result) => result === 'verified')) === 'verified') return person
  }
  return undefined
}

/** The lookups of one delivery: what Crisp does not know, or refuses, is not asked again. */
export class Lookups {
  private readonly unknown = new Set<string>()
  private readonly refusals = new Map<string, SearchRefusedError>()

  constructor(private readonly client: CrispClient, private readonly cache: PeopleCache) {}

  /** Looks a user ID up, as {@link findPerson} does. */
  async find(userId: string): Promise<Person | undefined> {
    const refusal = this.refusals.get(userId)
    if (refusal) throw refusal
    if (this.unknown.has(userId)) return undefined
    try {
      const person = await findPerson(this.client, this.cache, userId)
      if (!person) this.unknown.add(userId)
      return person
    } catch (thrown) {
      if (thrown instanceof SearchRefusedError) this.refusals.set(userId, thrown)
      throw thrown
    }
  }

  /** Deletes what was found out about a user ID: Crisp stores it now. */
  delete(userId: string): void {
    this.unknown.delete(userId)
  }

  /** True when Crisp refused to search for the user ID, so that it may know it all the same. */
  isRefused(userId = ''): boolean {
    return this.refusals.has(userId)
  }
}

function getTime({ updated_at: time }: PersonMatch): number {
  return Number.isFinite(time) ? Number(time) : 0
}

function isMatch(match: unknown): match is PersonMatch {
  const { people_id: id, email } = Object(match) as Record<string, unknown>
  return isPeopleId(id) && (email === undefined || email === null || typeof email === 'string')
}

/** True for an ID that Crisp can have given: it becomes part of a path. */
export function isPeopleId(id: unknown): id is string {
  return typeof id === 'string' && PEOPLE_ID.test(id)
}
