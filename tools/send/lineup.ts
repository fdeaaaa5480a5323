import type { Subscription } from '@segment/actions-core'
import { LRUCache } from 'lru-cache'
import type { Reference } from '../../src/person/reference'
import { groupByPerson } from '../../src/person/group'
import type { Settlement } from './outcome'
import type { Item, Target } from './select'

/** An event that waits for its turn, or is on its way. */
export interface Entry {
  readonly item: Item
  /** Whose it is, by all that its person is known by; none when it names nobody. */
  readonly references: Reference[]
  isInFlight: boolean
  /** Attempts that failed. */
  failures: number
  /** The moment before which it is not tried again; 0 for none. */
  notBefore: number
  /** Failed because Crisp does not know the person yet: an event for another action may pass. */
  awaitsPerson: boolean
  /** An answer was lost, so that the event may have arrived more than once. */
  isAnswerLost: boolean
  /** What became of it in the subscriptions that it has been to: the worst, how many took it, and which failed. */
  worst?: Settlement
  reached: number
  failedIn: string[]
}

/** Events for one subscription, to be delivered together. */
export interface Batch {
  subscription: Subscription
  entries: Entry[]
}

/** User IDs whose e-mail is kept in mind after their events have left. Bounds memory. */
const LINKS = 20_000

/** One name of the person of an entry, for the cut into lanes. */
interface Naming {
  entry: Entry
  reference: Reference
}

/**
 * The events that were read and are not settled, in their order: a window on the inputs, of bounded size.
 *
 * Batches are taken from it so that the order of every person's events is kept, whatever subscription they go to: events
 * of one person form a lane, as in the destination itself, and a batch takes of a lane only what stands at its head, goes
 * to the batch's subscription and may go now. Events in flight or waiting for a retry hold their lane back, no other.
 */
export class Lineup {
  private readonly entries = new Map<number, Entry>()
  private readonly emails = new LRUCache<string, string>({ max: LINKS })

  /** @param capacity - the most events that it holds */
  constructor(readonly capacity: number) {}

  /** How many events it holds. */
  get size(): number {
    return this.entries.size
  }

  /** True when it takes no more. */
  get isFull(): boolean {
    return this.entries.size >= this.capacity
  }

  /** The places of the events in the inputs, in order. */
  get places(): number[] {
    return [...this.entries.keys()]
  }

  /** Adds an event behind the others. */
  add(item: Item): void {
    const entry: Entry = {
      item,
      references: joined(
        item.targets.flatMap(({ reference }) => this.withLink(reference)),
        item.n
      ),
      isInFlight: false,
      failures: 0,
      notBefore: 0,
      awaitsPerson: false,
      isAnswerLost: false,
      reached: 0,
      failedIn: []
    }
    for (const target of item.targets) this.link(target)
    this.entries.set(item.n, entry)
  }

  /** Takes an event out that is settled. */
  remove(entry: Entry): void {
    this.entries.delete(entry.item.n)
  }

  /** The moment when an event that waits for a retry may go; undefined when none waits. */
  nextDue(now: number): number | undefined {
    let due: number | undefined
    for (const { notBefore } of this.entries.values()) {
      if (notBefore > now && (due === undefined || notBefore < due)) due = notBefore
    }
    return due
  }

  /**
   * Takes the next batch: of the subscription with the most events that may go now.
   * @param now - the time
   * @param most - the most events of a batch
   * @param least - fewer are not worth a batch
   * @returns undefined when there are too few
   */
  take(now: number, most: number, least: number): Batch | undefined {
    const ready = new Map<Subscription, Entry[]>()
    for (const lane of this.lanes()) {
      const [subscription, head] = headOf(lane, now)
      if (subscription) ready.set(subscription, (ready.get(subscription) ?? []).concat(head))
    }
    let best: Batch | undefined
    for (const [subscription, entries] of ready) {
      if (!best || entries.length > best.entries.length) best = { subscription, entries }
    }
    if (!best || best.entries.length < Math.min(least, most)) return undefined
    best.entries = best.entries.sort((a, b) => a.item.n - b.item.n).slice(0, most)
    for (const entry of best.entries) entry.isInFlight = true
    return best
  }

  private lanes(): Entry[][] {
    const namings: Naming[] = []
    const alone: Entry[][] = []
    for (const entry of this.entries.values()) {
      if (entry.references.length === 0) alone.push([entry])
      else namings.push(...entry.references.map((reference) => ({ entry, reference })))
    }
    const lanes = groupByPerson(namings, ({ reference }) => reference)
    return [...alone, ...lanes.map((lane) => [...new Set(lane.map(({ entry }) => entry))])]
  }

  /** Keeps in mind that a user ID and an e-mail are one person. */
  private link({ reference }: Target): void {
    if (reference?.userId && reference.email) this.emails.set(reference.userId, reference.email)
  }

  /** The reference, and the e-mail that its user ID came with before. */
  private withLink(reference: Reference | undefined): Reference[] {
    if (!reference) return []
    const email = reference.userId === undefined ? undefined : this.emails.get(reference.userId)
    return email === undefined || email === reference.email ? [reference] : [reference, { ...reference, email }]
  }
}

/** References that are one person, so that the cut into lanes keeps them together even without a name in common. */
function joined(references: Reference[], n: number): Reference[] {
  if (references.length <= 1) return references
  const tag = `event ${n}`
  return [
    { email: tag, userId: tag },
    ...references.flatMap(({ email, userId }) => [
      { email, userId: tag },
      { email: tag, userId }
    ])
  ]
}

/** What may go now of a lane, and to which subscription. */
function headOf(lane: Entry[], now: number): [Subscription | undefined, Entry[]] {
  const head: Entry[] = []
  const names = new Set<string>()
  let passed: string | undefined
  let subscription: Subscription | undefined

  for (const entry of lane) {
    const target = entry.item.targets[0]
    const isWaiting = entry.notBefore > now
    if (isWaiting && entry.awaitsPerson && head.length === 0) {
      passed = target.subscription.partnerAction
      continue
    }
    if (passed === target.subscription.partnerAction) continue
    if (entry.isInFlight || isWaiting) break
    subscription ??= target.subscription
    if (target.subscription !== subscription || !isLinked(names, target.reference, head.length === 0)) break
    head.push(entry)
  }
  return [subscription, head]
}

/**
 * True when the destination will see that the event belongs to the lane's others in the batch: it knows no links but
 * those within.
 */
function isLinked(names: Set<string>, reference: Reference | undefined, isFirst: boolean): boolean {
  const own = [reference?.email && `email ${reference.email}`, reference?.userId && `user ${reference.userId}`]
  const linked = isFirst || own.some((name) => name && names.has(name))
  if (linked) own.forEach((name) => name && names.add(name))
  return linked
}
