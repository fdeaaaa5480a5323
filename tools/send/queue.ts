import type { Subscription } from '@segment/actions-core'
import { LRUCache } from 'lru-cache'
import type { Reference } from '../../src/person/reference'
import type { PendingSubscription, SelectedEvent } from './select'
import type { Outcome } from './stats'

/** An event that waits for its turn, or is on its way. */
export interface Entry {
  readonly item: SelectedEvent
  /** All that its person is known by; empty when it names no person. */
  readonly names: string[]
  isInFlight: boolean
  /** Attempts that failed. */
  failures: number
  /** The moment, by `Clock.elapsed`, before which it is not tried again; 0 for none. */
  notBefore: number
  /** Failed because Crisp does not know the person yet: an event for another action may pass. */
  awaitsPerson: boolean
  /** An answer was lost, so that the event may have arrived more than once. */
  isAnswerLost: boolean
  /** What became of it in the subscriptions that it has been to: the worst, how many took it, and which failed. */
  worst?: Outcome
  reached: number
  failedIn: string[]
}

/** Events for one subscription, to be delivered together. */
export interface Batch {
  subscription: Subscription
  entries: Entry[]
}

/** User IDs whose email is kept in mind after their events have left. Bounds memory. */
const MAX_LINKS = 20_000

/**
 * The events that were read and are not settled, in their order: a window on the inputs, of bounded size.
 *
 * Batches are taken from it so that the order of every person's events is kept, whatever subscription they go to: events
 * of one person form a group, as in the destination itself, and a batch takes of a group only what stands at its head,
 * goes to the batch's subscription and may go now. Events in flight or waiting for a retry hold their group back, no
 * other.
 */
export class Queue {
  private readonly entries = new Map<number, Entry>()
  private readonly emails = new LRUCache<string, string>({ max: MAX_LINKS })

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

  /** Adds an event behind the others. */
  add(item: SelectedEvent): void {
    const names = new Set(item.pending.flatMap(({ reference }) => this.getNamesEver(reference)))
    for (const pending of item.pending) this.link(pending)
    this.entries.set(item.n, {
      item,
      names: [...names],
      isInFlight: false,
      failures: 0,
      notBefore: 0,
      awaitsPerson: false,
      isAnswerLost: false,
      reached: 0,
      failedIn: []
    })
  }

  /** Takes an event out that is settled. */
  remove(entry: Entry): void {
    this.entries.delete(entry.item.n)
  }

  /** The moment when an event that waits for a retry may go; undefined when none waits. */
  getNextDue(now: number): number | undefined {
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
    for (const group of groupByPerson(this.entries.values())) {
      const [subscription, head] = getHead(group, now)
      if (subscription) ready.set(subscription, (ready.get(subscription) ?? []).concat(head))
    }
    let best: Batch | undefined
    for (const [subscription, entries] of ready) {
      if (!best || entries.length > best.entries.length) best = { subscription, entries }
    }
    if (!best || best.entries.length < Math.min(least, most)) return undefined
    best.entries = best.entries.sort(byPlace).slice(0, most)
    for (const entry of best.entries) entry.isInFlight = true
    return best
  }

  /** Keeps in mind that a user ID and an email are one person. */
  private link({ reference }: PendingSubscription): void {
    if (reference?.userId && reference.email) this.emails.set(reference.userId, reference.email)
  }

  /** The names of a reference, and the email that its user ID came with before. */
  private getNamesEver(reference: Reference = {}): string[] {
    const email = reference.userId === undefined ? undefined : this.emails.get(reference.userId)
    return [...getNames(reference), ...getNames({ email })]
  }
}

/** The keys of a person, one for each kind of name. */
function getNames({ email, userId }: Reference): string[] {
  return [...(email ? [`email ${email}`] : []), ...(userId ? [`user ${userId}`] : [])]
}

const byPlace = (a: Entry, b: Entry) => a.item.n - b.item.n

/** Events that share a name, directly or through others, as one group each; the events of a group in their order. */
function groupByPerson(entries: Iterable<Entry>): Entry[][] {
  const groups = new Set<Entry[]>()
  const byName = new Map<string, Entry[]>()
  for (const entry of entries) {
    const related = new Set(entry.names.flatMap((name) => [byName.get(name)].filter((group) => group !== undefined)))
    const [group = [], ...others] = [...related].sort((a, b) => b.length - a.length)
    for (const other of others) {
      group.push(...other)
      groups.delete(other)
    }
    group.push(entry)
    groups.add(group)
    for (const member of [entry, ...others.flat()]) for (const name of member.names) byName.set(name, group)
  }
  return [...groups].map((group) => group.sort(byPlace))
}

/** What may go now of a group, and to which subscription. */
function getHead(group: Entry[], now: number): [Subscription | undefined, Entry[]] {
  const head: Entry[] = []
  const names = new Set<string>()
  let passed: string | undefined
  let subscription: Subscription | undefined

  for (const entry of group) {
    const { subscription: next, reference = {} } = entry.item.pending[0]
    const isWaiting = entry.notBefore > now
    if (isWaiting && entry.awaitsPerson && head.length === 0) {
      passed = next.partnerAction
      continue
    }
    if (passed === next.partnerAction) continue
    if (entry.isInFlight || isWaiting) break
    subscription ??= next
    const own = getNames(reference)
    // The destination knows no links but those within the batch: it must see that the event belongs to the others.
    const isLinked = head.length === 0 || own.some((name) => names.has(name))
    if (next !== subscription || !isLinked) break
    for (const name of own) names.add(name)
    head.push(entry)
  }
  return [subscription, head]
}
