import type { JSONValue, SegmentEvent } from '@segment/actions-core'
import { seededRandom } from '../tools/sandbox/faults'

/** What a trace is made of. The same values make the same events. */
export interface TraceOptions {
  events: number
  people: number
  /** Of all events; the others are tracks. */
  identifies?: number
  /** Of all tracks, how many carry the email in addition to the user ID. */
  tracksWithEmail?: number
  /** The first event of a person is an identify: a person that Crisp does not know yet signs up first. */
  signUpFirst?: boolean
  /** How much more often some come back than others: the visits of the n-th person go by n to the power of minus this. */
  skew?: number
  seed?: number
}

/** A person of the traces. */
export function getPerson(n: number) {
  return { email: `person${n}@example.com`, userId: `user-${n}`, name: `Person ${n}` }
}

const PLANS = ['free', 'team', 'business']
const PAGES = [
  'Pricing Viewed',
  'Product Viewed',
  'Product Added',
  'Checkout Started',
  'Order Completed',
  'Payment Failed'
]

/**
 * The events of a shop, one after the other: identify calls with a name and custom traits, with custom traits alone, with
 * an audience flag alone; track calls with a handful of properties.
 */
export function* makeTrace(options: TraceOptions): Generator<SegmentEvent> {
  const { events, people, identifies = 0.55, tracksWithEmail = 1, signUpFirst = false, skew = 0.8, seed = 1 } = options
  const random = seededRandom(seed)
  const visitor = makeVisitors(people, skew, random)
  const seen = new Set<number>()
  for (let n = 0; n < events; n++) {
    const person = visitor()
    const isIdentify = random() < identifies || (signUpFirst && !seen.has(person))
    seen.add(person)
    yield isIdentify ? identify(person, n, random) : track(person, n, random, random() < tracksWithEmail)
  }
}

/** People by chance, some more often than others. */
function makeVisitors(people: number, skew: number, random: () => number): () => number {
  const upTo = new Float64Array(people)
  let sum = 0
  for (let n = 0; n < people; n++) upTo[n] = sum += (n + 1) ** -skew
  return () => {
    const at = random() * sum
    let [low, high] = [0, people - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (upTo[middle] < at) low = middle + 1
      else high = middle
    }
    return low
  }
}

function identify(person: number, n: number, random: () => number): SegmentEvent {
  const { email, userId, name } = getPerson(person)
  const kind = random()
  const traits: Record<string, JSONValue> =
    kind < 0.4
      ? {
          name,
          phone: `+3361234${person % 10_000}`,
          plan: PLANS[n % 3],
          visits: n,
          address: { city: 'Nantes', country: 'FR' }
        }
      : kind < 0.7
      ? { plan: PLANS[n % 3], visits: n, lastSeenAt: '2026-11-22T10:00:00.000Z', tags: ['a', 'b'] }
      : { order_completed_last_30days: n % 2 === 0 }
  return { type: 'identify', messageId: `message-${n}`, userId, traits: { email, ...traits } }
}

/** Web traffic: every page load of every person identifies again, unchanged. */
export function* makePageLoads(people: number, loads: number): Generator<SegmentEvent> {
  for (let n = 0; n < people * loads; n++) {
    const { email, userId, name } = getPerson(n % people)
    yield {
      type: 'identify',
      messageId: `message-${n}`,
      userId,
      traits: { email, name, plan: PLANS[(n % people) % 3] }
    }
  }
}

function track(person: number, n: number, random: () => number, withEmail: boolean): SegmentEvent {
  const { email, userId } = getPerson(person)
  return {
    type: 'track',
    messageId: `message-${n}`,
    userId,
    event: PAGES[Math.floor(random() * PAGES.length)],
    properties: {
      order_id: `order-${n}`,
      total: n / 100,
      currency: 'EUR',
      express: n % 7 === 0,
      billing: { city: 'Nantes' }
    },
    context: withEmail ? { traits: { email } } : {}
  }
}

/** A trace as batches: every so many events, those of a type together, identify calls first. */
export function* toBatches(trace: Iterable<SegmentEvent>, size: number): Generator<SegmentEvent[]> {
  let slice: SegmentEvent[] = []
  for (const event of trace) {
    slice.push(event)
    if (slice.length < size) continue
    yield* split(slice)
    slice = []
  }
  yield* split(slice)
}

function split(slice: SegmentEvent[]): SegmentEvent[][] {
  return ['identify', 'track']
    .map((type) => slice.filter((event) => event.type === type))
    .filter((batch) => batch.length > 0)
}

/** The profile traits of the trace's identify calls. */
const PROFILE_TRAITS = ['name', 'phone', 'address']

/** The fewest requests for a batch: one profile and one data write a person, where there is something to write; one a Track. */
export function getFloor(batch: SegmentEvent[]): number {
  const writes = new Set<string>()
  let tracks = 0
  for (const { type, userId, traits } of batch) {
    if (type === 'track') tracks += 1
    else
      for (const trait of Object.keys(traits ?? {})) {
        if (trait !== 'email') writes.add(`${userId} ${PROFILE_TRAITS.includes(trait) ? 'profile' : 'data'}`)
      }
  }
  return writes.size + tracks
}
