import { LRUCache } from 'lru-cache'
import { confirm, getValue, isAbout, isContradiction, isFresh, PARTS } from './entry'
import type { Change, Entry } from './entry'
import type { Person } from './reference'
import { Repeats } from './repeats'
import { SearchRefusals } from './searchRefusals'

const ENTRIES_MAX = 10_000

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
  private readonly underWay = new Set<Change>()

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
    this.underWay.add(change)
    try {
      const result = await send()
      if (entry && this.isKept(entry, change) && (isConfirmed?.(result) ?? true)) confirm(entry, change)
      return result
    } finally {
      this.underWay.delete(change)
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
      const value = getValue(person, part)
      if (value === undefined) continue
      if (entry[part]?.value !== value) entry[part] = { value }
      this.holders.set(toHolder(websiteId, part, value), entry)
    }
    return entry
  }

  /** False when another request has contradicted the change, or may do so: its answer is still to come. */
  private isKept(entry: Entry, change: Change): boolean {
    // A loop, for speed.
    for (const other of this.underWay) if (isContradiction(change, other)) return false
    return this.entries.peek(entry.key) === entry
  }

  private deleteOthers({ websiteId, person }: Change, entry?: Entry): void {
    for (const part of PARTS) {
      const value = getValue(person, part)
      const other = value === undefined ? undefined : this.holders.get(toHolder(websiteId, part, value))
      if (other && other !== entry) this.entries.delete(other.key)
    }
  }

  private release(entry: Entry): void {
    for (const part of PARTS) {
      const value = entry[part]?.value
      if (value === undefined) continue
      const holder = toHolder(entry.websiteId, part, value)
      if (this.holders.get(holder) === entry) this.holders.delete(holder)
    }
  }
}

/** The cache of this process. */
export const peopleCache = new PeopleCache()

const toKey = (websiteId: string, userId: string) => `${websiteId} ${userId}`
const toHolder = (websiteId: string, part: string, value: string) => `${websiteId} ${part} ${value}`
