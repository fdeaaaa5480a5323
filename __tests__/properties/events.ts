import type { SegmentEvent } from '@segment/actions-core'
import fc from 'fast-check'
import type { Arbitrary, JsonValue } from 'fast-check'
import type { PersonSeed } from '../../tools/sandbox'
import { json, jsonObject } from './json'

/** A text that the sandbox of the property refuses. Its key holds nothing else, so that no later event overwrites it. */
export const POISON = 'poison'

/**
 * Lists of events about few and many people, as customers send them: repeated people, changed e-mails, e-mails of
 * others, user IDs alone, placeholders, empty strings, nulls, odd types, oversize values, malformed e-mails, people
 * whom Crisp does not know.
 */
export const eventLists: Arbitrary<SegmentEvent[]> = fc
  .record({
    people: fc.oneof(
      { weight: 3, arbitrary: fc.constant(2) },
      { weight: 2, arbitrary: fc.constant(4) },
      fc.constant(40)
    ),
    crossing: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, fc.constant(true))
  })
  .chain((crowd) => {
    const stretch = (kind: Arbitrary<SegmentEvent>) => fc.array(kind, { minLength: 1, maxLength: 12, size: 'max' })
    return fc.array(fc.oneof(stretch(identifyOf(crowd)), stretch(trackOf(crowd))), { minLength: 1, maxLength: 4 })
  })
  .map((stretches) => stretches.flat().map((event, n) => ({ ...event, messageId: `message-${n}` })))

/** Whom the events of a list are about. */
interface Crowd {
  people: number
  /** Whether people come with the e-mails and user IDs of others, too. */
  crossing: boolean
}

/** People whom Crisp knows beforehand; some carry their user ID, some somebody else's. */
export const seeds: Arbitrary<PersonSeed[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.integer({ min: 0, max: 5 }),
      fc.constantFrom('none', 'own', 'own', 'own', 'other'),
      fc.integer({ min: 0, max: 5 })
    )
    .map(([n, link, other]): PersonSeed => {
      const data = { plan: 'old' }
      if (link === 'none') return { email: emailOf(n), data }
      return { email: emailOf(n), data: { ...data, user_id: userIdOf(link === 'own' ? n : other) } }
    }),
  { selector: ({ email }) => email, maxLength: 5 }
)

const emailOf = (person: number) => `person${person}@example.com`
const userIdOf = (person: number) => (person === 1 ? 'person1@example.com' : `u${person}`)

const PLACEHOLDERS = ['undefined', 'null', 'None', '0', '-1', 'Anonymous', '[object Object]']
const NOTHING = ['', ' ', null, undefined]
const MALFORMED = ['malformed', 'a@b@c', '@example.com', 'a b@example.com', `${'x'.repeat(250)}@x.io`]

/** An e-mail as sent: mostly the person's, sometimes moved, in capitals, or not one at all. */
function sentEmail(person: number, others: number): Arbitrary<JsonValue | undefined> {
  const email = emailOf(person)
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(email) },
    { weight: 2, arbitrary: fc.constantFrom(email.toUpperCase(), ` ${email} `, 'Person' + email.slice(6)) },
    { weight: 2, arbitrary: fc.constant(`moved${person}@example.com`) },
    { weight: others, arbitrary: fc.integer({ min: 0, max: 5 }).map(emailOf) },
    { weight: 2, arbitrary: fc.constantFrom<JsonValue | undefined>(...(NOTHING as JsonValue[])) },
    { weight: 1, arbitrary: fc.constantFrom<JsonValue>(...MALFORMED, ...PLACEHOLDERS, 42, true, [], {}) }
  )
}

function sentUserId(person: number, others: number): Arbitrary<JsonValue | undefined> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(userIdOf(person)) },
    { weight: 1, arbitrary: fc.constant(` ${userIdOf(person)} `) },
    { weight: others, arbitrary: fc.integer({ min: 0, max: 5 }).map(userIdOf) },
    { weight: 1, arbitrary: fc.constantFrom<JsonValue>(...PLACEHOLDERS, 7, 0, false, 'x'.repeat(300), {}, ['u1']) },
    { weight: 2, arbitrary: fc.constantFrom<JsonValue | undefined>(...(NOTHING as JsonValue[])) }
  )
}

interface Who {
  email: JsonValue | undefined
  userId: JsonValue | undefined
}

/** By both, by the e-mail alone or by the user ID alone. */
function reference({ people, crossing }: Crowd): Arbitrary<Who> {
  const others = crossing ? 1 : 0
  return fc.integer({ min: 0, max: people - 1 }).chain((person) => {
    const [email, userId] = [sentEmail(person, others), sentUserId(person, others)]
    return fc.oneof(
      { weight: 4, arbitrary: fc.record<Who>({ email, userId }) },
      { weight: 1, arbitrary: fc.record<Who>({ email, userId: fc.constant(undefined) }) },
      { weight: 2, arbitrary: fc.record<Who>({ email: fc.constant(undefined), userId }) }
    )
  })
}

const odd = fc.oneof(fc.constantFrom<JsonValue>('', null, {}, [], ['a'], { a: 1 }, true, 7), json)

const traits = fc.oneof(
  fc.record(
    {
      name: fc.oneof(fc.constantFrom('Ada', 'Bob', ''), fc.constantFrom<JsonValue>(null, 7, 'x'.repeat(300))),
      firstName: fc.constantFrom('Ada', '', ' '),
      last_name: fc.constantFrom('Lovelace', ''),
      phone: fc.constantFrom<JsonValue>('+1', '', 12, null),
      title: fc.constantFrom('Countess', ''),
      address: fc.oneof(fc.constantFrom<JsonValue>('London', { city: 'London', country: 'gb' }, { state: 'NY' }), odd),
      company: fc.oneof(fc.constantFrom<JsonValue>('Engines', { name: 'Engines', size: 3 }, { domain: 'e.x' }), odd),
      plan: fc.constantFrom<JsonValue>('free', 'team', '', null),
      seats: fc.integer(),
      user_id: fc.constantFrom<JsonValue>('u0', 'u2'),
      userId: fc.constantFrom<JsonValue>('u0', 'u2'),
      tags: fc.array(odd, { maxLength: 3 }),
      blob: fc.constant('x'.repeat(5000)),
      motto: fc.constant(POISON),
      description: fc.constantFrom(POISON)
    },
    { requiredKeys: [] }
  ),
  fc.record({ plan: fc.constantFrom('free', 'team') }),
  fc.constant({}),
  jsonObject
)

/** Rarely: most events are delivered, and what is not must not be all there is. */
const seldom = <T>(arbitrary: Arbitrary<T>) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

function identifyOf(crowd: Crowd): Arbitrary<SegmentEvent> {
  return fc.record({ who: reference(crowd), traits, oddName: seldom(odd) }).map(({ who, traits, oddName }) =>
    event({
      type: 'identify',
      userId: who.userId,
      traits: { ...without(traits), email: who.email, ...(oddName === undefined ? {} : { name: oddName }) }
    })
  )
}

function trackOf(crowd: Crowd): Arbitrary<SegmentEvent> {
  return fc
    .record({
      who: reference(crowd),
      name: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 99 }).map((n): JsonValue => `Event ${n}`) },
        fc.constantFrom<JsonValue>('', ' ', null, 7, {}, 'x'.repeat(79) + '🚀')
      ),
      properties: fc.oneof(jsonObject, fc.constant({}), fc.constant({ motto: POISON }), odd),
      unknownPerson: seldom(fc.constantFrom<JsonValue>('create', 'create', 'retry', 'drop', '', null, 'other')),
      color: seldom(fc.constantFrom<JsonValue>('red', '', null, 'other', {})),
      timestamp: seldom(fc.constantFrom<JsonValue>('2026-11-20T09:01:00.000Z', '', null))
    })
    .map(({ who, name, properties, unknownPerson, color, timestamp }) =>
      event({
        type: 'track',
        userId: who.userId,
        event: name,
        properties,
        timestamp,
        context: { traits: { email: who.email }, unknownPerson, color }
      })
    )
}

/** Segment takes any JSON for an event; its type is narrower. */
function event(parts: Record<string, unknown>): SegmentEvent {
  return parts as unknown as SegmentEvent
}

/** Traits of any JSON may hold an e-mail of their own, which is not what the list says that the event refers to. */
function without(traits: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(traits).filter(([key]) => key !== 'email'))
}

/**
 * A list of events as the batches in which it is delivered: of one kind each, in order.
 *
 * This is how the property stays clear of the known limit (design: two references to one person whose link only Crisp
 * knows may run side by side in one batch). Everything that any event of the list or Crisp's initial state links
 * counts as one circle: e-mails and user IDs that may come to mean one person. A batch ends before an event whose
 * circle is in the batch already by a reference that the batch itself does not link with the event's own. An event
 * that is refused links nothing, because it is in no lane.
 *
 * @param events - the list
 * @param people - whom Crisp knows beforehand
 * @param refused - whether an event may be refused for what it holds
 */
export function cutIntoBatches(
  events: SegmentEvent[],
  people: PersonSeed[],
  refused: (event: SegmentEvent) => boolean
): SegmentEvent[][] {
  const circles = new Links()
  for (const { email, data } of people) circles.join(keysOf(email, data?.user_id, true))
  for (const event of events) circles.join(keysOfEvent(event, true))

  /** True when events of one circle are linked by events of the batch. */
  const isSound = (batch: SegmentEvent[]): boolean => {
    const links = new Links()
    for (const event of batch) if (!refused(event)) links.join(keysOfEvent(event, false))
    const laneOf = new Map<string, string>()
    return batch
      .flatMap((event) => keysOfEvent(event, false))
      .every((key) => {
        const circle = circles.rootOf(key)
        const lane = links.rootOf(key)
        if (!laneOf.has(circle)) laneOf.set(circle, lane)
        return laneOf.get(circle) === lane
      })
  }

  const batches: SegmentEvent[][] = []
  let batch: SegmentEvent[] = []
  for (const event of events) {
    const goesOn = batch.length > 0 && batch[0].type === event.type && isSound([...batch, event])
    if (!goesOn) batches.push((batch = []))
    batch.push(event)
  }
  return batches
}

/** Sets of keys that are joined, directly or through others. */
class Links {
  private readonly parents = new Map<string, string>()

  rootOf(key: string): string {
    const parent = this.parents.get(key)
    return parent === undefined ? key : this.rootOf(parent)
  }

  join([first, ...others]: string[]): void {
    for (const other of others) {
      const [a, b] = [this.rootOf(first), this.rootOf(other)]
      if (a !== b) this.parents.set(b, a)
    }
  }
}

function keysOfEvent(event: SegmentEvent, every: boolean): string[] {
  const email: unknown = event.type === 'identify' ? event.traits?.email : event.context?.traits?.email
  return keysOf(email, event.userId, every)
}

/**
 * The e-mail and the user ID of an event, in one spelling.
 * @param every - also the e-mail that a user ID may be, though it serves as one only where there is no other
 */
function keysOf(email: unknown, userId: unknown, every: boolean): string[] {
  const address = textOf(email)
  const id = textOf(userId)
  const keys = address === undefined ? [] : [`email ${address.toLowerCase()}`]
  if (id !== undefined && id.includes('@') && (every || address === undefined)) keys.push(`email ${id.toLowerCase()}`)
  if (id !== undefined) keys.push(`user ${id}`)
  return keys
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
  const text = String(value).trim()
  return text === '' || PLACEHOLDERS.some((placeholder) => placeholder.toLowerCase() === text.toLowerCase())
    ? undefined
    : text
}
