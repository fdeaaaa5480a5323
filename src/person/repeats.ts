import { LRUCache } from 'lru-cache'
import { hashText } from '../flatten'
import type { Person, Reference } from './reference'

/** The last update of a person, under every name by which this process knows the person. */
interface Write {
  hash: string
  names: string[]
  at: number
}

/** An update under way, and the names under which it has written so far. */
interface Running {
  skipsRepeat: boolean
  isDisputed: boolean
  writes: Parameters<typeof getNames>[]
}

const TTL = 10 * 60_000
const NAMES_MAX = 20_000

/**
 * What this process wrote last for each person in the last ten minutes, as a hash: an update that would write the same
 * again can be skipped. Every other write of the person deletes it, by whatever name it reached the person. Updates of
 * one person that overlap leave no note, because it is not known which of them Crisp carried out last.
 */
export class Repeats {
  private readonly writes = new LRUCache<string, Write>({ max: NAMES_MAX })
  private readonly running = new Map<object, Running>()
  /** How many of them leave a note: without notes, nothing needs to be compared. */
  private skipping = 0

  /** True when the last write of the person was this one. */
  has(websiteId: string, reference: Reference, update: object): boolean {
    const write = this.writes.get(getNames(websiteId, reference)[0])
    if (!write || write.hash !== toHash(reference, update)) return false
    const age = Date.now() - write.at
    return age >= 0 && age < TTL && write.names.every((name) => this.writes.peek(name) === write)
  }

  /**
   * Runs an update.
   * @param owner - what `delete` is called with for the writes of this update
   * @param send - returns what `set` notes, or undefined to note nothing
   */
  async run(owner: object, skipsRepeat: boolean, send: () => Promise<Parameters<Repeats['set']> | undefined>) {
    const running: Running = { skipsRepeat, isDisputed: false, writes: [] }
    this.running.set(owner, running)
    if (skipsRepeat) this.skipping++
    try {
      const note = await send()
      if (note && skipsRepeat && !running.isDisputed) this.set(...note)
    } finally {
      this.running.delete(owner)
      if (skipsRepeat) this.skipping--
    }
  }

  /** Notes an update of which every request was confirmed. */
  set(websiteId: string, reference: Reference, person: Person, update: object): void {
    const write = { hash: toHash(reference, update), names: getNames(websiteId, reference, person), at: Date.now() }
    for (const name of write.names) this.writes.set(name, write)
  }

  /** Call it before a write of the person, and when Crisp does not know the person. */
  delete(websiteId: string, reference: Reference, person?: Person, owner?: object): void {
    const own = owner && this.running.get(owner)
    own?.writes.push([websiteId, reference, person])
    if (this.writes.size === 0 && this.skipping === 0) return
    const names = getNames(websiteId, reference, person)
    for (const name of names) this.writes.delete(name)
    for (const other of this.running.values()) {
      if (other === own) continue
      if (!other.writes.some((write) => getNames(...write).some((name) => names.includes(name)))) continue
      other.isDisputed = true
      if (own) own.isDisputed = true
    }
  }

  /** Deletes everything, as if the process were new. */
  clear(): void {
    this.writes.clear()
  }
}

function toHash(reference: Reference, update: object): string {
  const text = JSON.stringify([reference, update])
  return `${hashText(text)} ${hashText(`second ${text}`)} ${text.length}`
}

function getNames(websiteId: string, { email, userId }: Reference, person?: Person): string[] {
  const emails = [email, person?.email, person?.listedEmail]
  const names = [userId && `user ${userId}`, ...emails.map((name) => name && `email ${name}`)]
  if (person?.peopleId) names.push(`profile ${person.peopleId}`)
  return [...new Set(names)].filter(Boolean).map((name) => `${websiteId} ${name}`)
}
