import { LRUCache } from 'lru-cache'

/** What is remembered of a user ID. */
export interface Remembered {
  /** The person in Crisp, known from a read-back or a creation only. */
  peopleId?: string
  /** The e-mail last stored together with the user ID, lower-cased. */
  email?: string
}

const MINUTE = 60_000

/** Website + user ID → person. Bounded in number and in time; a miss is never kept. */
const people = new LRUCache<string, Remembered>({ max: 10_000, ttl: 10 * MINUTE })

/** Website + e-mail or `people_id` → the user ID remembered with it: a profile stores one user ID, the last. */
const holders = new LRUCache<string, string>({ max: 20_000, ttl: 10 * MINUTE })

/** Websites whose search by custom data Crisp refused, each for an hour. */
const refusals = new LRUCache<string, true>({ max: 10_000, ttl: 60 * MINUTE })

const keyOf = (websiteId: string, userId: string) => `${websiteId} ${userId}`

/** What is remembered of a user ID on a website. */
export function recall(websiteId: string, userId: string): Remembered | undefined {
  return people.get(keyOf(websiteId, userId))
}

/**
 * Remembers a user ID's person, in place of what was remembered. Another user ID that was remembered with the same
 * profile is forgotten: the profile carries it no longer.
 */
export function remember(websiteId: string, userId: string, person: Remembered): void {
  for (const name of [person.email && `email ${person.email}`, person.peopleId && `person ${person.peopleId}`]) {
    if (!name) continue
    const holder = holders.get(keyOf(websiteId, name))
    if (holder !== undefined && holder !== userId) forget(websiteId, holder)
    holders.set(keyOf(websiteId, name), userId)
  }
  people.set(keyOf(websiteId, userId), person)
}

/** Forgets a user ID's person, because Crisp answered otherwise. */
export function forget(websiteId: string, userId: string): void {
  people.delete(keyOf(websiteId, userId))
}

/** True while the search by custom data is off for the website. */
export function isSearchRefused(websiteId: string): boolean {
  return refusals.has(websiteId)
}

/** Turns the search by custom data off for the website, for an hour. */
export function refuseSearch(websiteId: string): void {
  refusals.set(websiteId, true)
}

/** Forgets everything, as a new process would. */
export function forgetAll(): void {
  people.clear()
  holders.clear()
  refusals.clear()
}
