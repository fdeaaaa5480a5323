import takeRight from 'lodash/takeRight'
import type { PersonRecord } from './profile'
import type { CustomData, Scalar } from './types'

/** Keys that are indexed at once; beyond, the one that was indexed first makes room. */
const MAX_KEYS = 32

/** How often each word is in use, kept up to date by every write so that no one has to scan the people for it. */
export class Counts {
  private readonly counts = new Map<string, number>()

  add(word: string): void {
    this.counts.set(word, (this.counts.get(word) ?? 0) + 1)
  }

  remove(word: string): void {
    const count = this.counts.get(word)
    if (count === undefined) return
    if (count > 1) this.counts.set(word, count - 1)
    else this.counts.delete(word)
  }

  /** Forgets a word until it is used again. */
  forget(word: string): void {
    this.counts.delete(word)
  }

  /** Most used first. */
  list(): { word: string; count: number }[] {
    return [...this.counts].map(([word, count]) => ({ word, count })).sort((a, b) => b.count - a.count)
  }
}

/**
 * Finds people by the value of a custom data key without a scan. A key is indexed from the first search for it on, and
 * kept up to date by every write after that. Values compare as text, because a search query is a list of strings.
 */
export class DataIndex {
  private readonly keys = new Map<string, Map<string, Set<PersonRecord>>>()

  find(people: Iterable<PersonRecord>, key: string, value: Scalar): ReadonlySet<PersonRecord> {
    let index = this.keys.get(key)
    if (!index) {
      index = new Map()
      const [oldest] = this.keys.keys()
      if (this.keys.size >= MAX_KEYS) this.keys.delete(oldest)
      this.keys.set(key, index)
      for (const person of people) {
        if (Object.hasOwn(person.data, key)) put(index, String(person.data[key]), person)
      }
    }
    return index.get(String(value)) ?? new Set()
  }

  /** Must be called for every change of a person's custom data. */
  update(person: PersonRecord, before: CustomData, after: CustomData): void {
    for (const [key, index] of this.keys) {
      const old = Object.hasOwn(before, key) ? String(before[key]) : undefined
      const now = Object.hasOwn(after, key) ? String(after[key]) : undefined
      if (old === now) continue
      if (old !== undefined) take(index, old, person)
      if (now !== undefined) put(index, now, person)
    }
  }
}

function put(index: Map<string, Set<PersonRecord>>, value: string, person: PersonRecord): void {
  const people = index.get(value)
  if (people) people.add(person)
  else index.set(value, new Set([person]))
}

function take(index: Map<string, Set<PersonRecord>>, value: string, person: PersonRecord): void {
  const people = index.get(value)
  people?.delete(person)
  if (people?.size === 0) index.delete(value)
}

/** Which writes a search does not show yet. */
export interface Lag {
  /** The number of the last write that it shows in any case. */
  after: number
  /** Only the last so many of those after it; all, by default. */
  writes?: number
}

interface Write {
  n: number
  /** The website's people, to tell the websites apart. */
  people: unknown
  person: PersonRecord
  /** The person as they were; undefined when they were not there. */
  before?: PersonRecord
}

/** The writes while a search lags behind them. */
export class WriteHistory {
  private writes: Write[] = []
  private isKept = false
  private last = 0

  /** Writes count from 1, those that were kept. */
  get lastWrite(): number {
    return this.last
  }

  /** Begins to keep writes, or forgets them and stops. */
  keep(isWanted: boolean): void {
    this.isKept = isWanted
    if (!isWanted) this.writes = []
  }

  /** Must be called before every change of what a search may show of a person. */
  add(people: ReadonlyMap<string, PersonRecord>, person: PersonRecord): void {
    if (!this.isKept) return
    const before = people.has(person.peopleId) ? { ...person } : undefined
    this.writes.push({ n: ++this.last, people, person, before })
  }

  /** Everyone of these people as a lagging search shows them. */
  getPeople(people: ReadonlyMap<string, PersonRecord>, { after, writes = Infinity }: Lag): PersonRecord[] {
    const later = this.writes.filter((write) => write.n > after && write.people === people)
    const hidden = takeRight(later, writes)
    const shown = new Map([...people.values()].map((person) => [person, person]))
    for (const { person, before } of hidden.reverse()) {
      if (before) shown.set(person, before)
      else shown.delete(person)
    }
    return [...shown.values()]
  }
}
