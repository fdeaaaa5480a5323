import { LRUCache } from 'lru-cache'
import type { Person } from './reference'
import { Repeats } from './repeats'
import { SearchRefusals } from './searchRefusals'

/** A part of an entry: what it points at, and when that was verified. Without a time it only points. */
interface Pointer {
  value: string
  at?: number
}

/** What is known about a user ID of a website: the only thing that is cached. */
interface Entry {
  readonly key: string
  readonly websiteId: string
  peopleId?: Pointer
  email?: Pointer
}

/** What a request verifies or changes. */
export interface Change {
  websiteId: string
  /** The user ID that the person has afterward; missing for a change without one. */
  userId?: string
  person: Person
  /** The time, in milliseconds, from which it is verified that the user ID is stored with the person's email. */
  emailAt?: number
}

const TTL = 10 * 60_000
const ENTRIES_MAX = 10_000
const PARTS = ['peopleId', 'email'] as const

/**
 * Who has a user ID, as far as this process verified it in the last ten minutes. It saves requests.
 *
 * The `people_id` comes from a creation or a read-back, the email from a confirmed write of the user ID. Each ends ten
 * minutes after its own verification; use extends nothing. A profile or an email belongs to one user ID at most, the
 * last one: whatever a request may contradict is deleted before the request and again after it. What another request
 * contradicted meanwhile is not set. That Crisp does not know a person is never cached.
 */
export class PeopleCache {
  readonly searchRefusals = new SearchRefusals()
  readonly repeats = new Repeats()
  private readonly entries: LRUCache<string, Entry>
  private readonly holders = new Map<string, Entry>()

  /** @param max - how many user IDs are kept; the least recently used one goes, as a whole */
  constructor(max = ENTRIES_MAX) {
    this.entries = new LRUCache<string, Entry>({ max, dispose: (entry) => this.release(entry) })
  }

  /** The profile that was verified to have the user ID. */
  getPerson(websiteId: string, userId: string): Person | undefined {
    const { peopleId, email } = this.entries.get(toKey(websiteId, userId)) ?? {}
    if (!isFresh(peopleId)) return undefined
    return { address: peopleId.value, peopleId: peopleId.value, verifiedAt: peopleId.at, listedEmail: email?.value }
  }

  /** The email that the user ID was last stored with. */
  getEmail(websiteId: string, userId: string): string | undefined {
    const pointer = this.entries.get(toKey(websiteId, userId))?.email
    return isFresh(pointer) ? pointer.value : undefined
  }

  /** Deletes what is known about a user ID. */
  delete(websiteId: string, userId: string): void {
    this.entries.delete(toKey(websiteId, userId))
  }

  /** Deletes everything, as if the process were new. */
  clear(): void {
    this.entries.clear()
    this.searchRefusals.clear()
    this.repeats.clear()
  }

  /**
   * Runs a request that verifies or changes who has a user ID or an email.
   * @param isConfirmed - whether the result confirms the change; without it, every result does
   * @returns what the request returns; it throws what the request throws
   */
  async run<T>(change: Change, send: () => Promise<T>, isConfirmed?: (result: T) => boolean): Promise<T> {
    const entry = this.reserve(change)
    try {
      const result = await send()
      if (entry && (isConfirmed?.(result) ?? true)) confirm(entry, change)
      return result
    } finally {
      this.deleteOthers(change, entry)
    }
  }

  /** The entry of the change's user ID. Another request deletes it when the two contradict each other. */
  private reserve(change: Change): Entry | undefined {
    const { websiteId, userId, person } = change
    if (userId === undefined) {
      this.deleteOthers(change)
      return undefined
    }
    const key = toKey(websiteId, userId)
    const known = this.entries.get(key)
    const entry = known && isAbout(known, person) ? known : { key, websiteId }
    if (entry !== known) this.entries.set(key, entry)
    this.deleteOthers(change, entry)
    for (const part of PARTS) {
      const value = person[part]
      if (value === undefined) continue
      if (entry[part]?.value !== value) entry[part] = { value }
      this.holders.set(toHolder(websiteId, part, value), entry)
    }
    return entry
  }

  private deleteOthers({ websiteId, person }: Change, entry?: Entry): void {
    for (const part of PARTS) {
      const other = this.holders.get(toHolder(websiteId, part, person[part]))
      if (other && other !== entry) this.entries.delete(other.key)
    }
  }

  private release(entry: Entry): void {
    for (const part of PARTS) {
      const holder = toHolder(entry.websiteId, part, entry[part]?.value)
      if (this.holders.get(holder) === entry) this.holders.delete(holder)
    }
  }
}

/** The cache of this process. */
export const peopleCache = new PeopleCache()

/** True when the entry points at the person and at no other email or profile. */
function isAbout(entry: Entry, person: Person): boolean {
  const parts = PARTS.filter((part) => entry[part] && person[part] !== undefined)
  return parts.length > 0 && parts.every((part) => entry[part]?.value === person[part])
}

function confirm({ peopleId, email }: Entry, { person, emailAt }: Change): void {
  if (peopleId && person.peopleId !== undefined) peopleId.at = person.verifiedAt
  if (email && person.email !== undefined && emailAt !== undefined) email.at = emailAt
}

function isFresh(pointer: Pointer | undefined): pointer is Required<Pointer> {
  const age = pointer?.at === undefined ? Infinity : Date.now() - pointer.at
  return age >= 0 && age < TTL
}

const toKey = (websiteId: string, userId: string) => `${websiteId} ${userId}`
const toHolder = (websiteId: string, part: string, value?: string) => `${websiteId} ${part} ${value}`
