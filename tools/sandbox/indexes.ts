import type { PersonRecord } from './profile'
import type { CustomData, Scalar } from './types'

/** Keys that are indexed at once; beyond, the one that was indexed first makes room. */
const MAX_KEYS = 32

/** How often each word is in use, kept up to date by every write so that nobody has to scan the people for it. */
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
