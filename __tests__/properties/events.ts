import type { SegmentEvent } from '@segment/actions-core'
import fc from 'fast-check'
import type { Arbitrary, JsonValue } from 'fast-check'
import type { PersonSeed } from '../../tools/sandbox'
import { json, jsonObject } from './json'

/** A text that the sandbox of the property refuses. Its key holds nothing else, so that no later event overwrites it. */
export const POISON = 'poison'

/** A phone number that the sandbox of the property refuses. */
export const BAD_PHONE = 'call me'

/** Custom data with a longer text than this is refused by the sandbox of the property. */
export const DATA_MAX = 6000

/** The traits below that hold a refused value in some events and another one in others. */
const REFUSED_TRAITS = ['phone', 'blob', 'note']

/**
 * Lists of events about few and many people, as customers send them: repeated people, changed emails, emails of
 * others, user IDs alone, placeholders, empty strings, nulls, odd types, oversize values, refused values, malformed
 * emails, invisible characters, people that Crisp does not know.
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
    return fc.array(fc.oneof(stretch(buildIdentify(crowd)), stretch(buildTrack(crowd))), { minLength: 1, maxLength: 4 })
  })
  .map((stretches) => stretches.flat().map((event, n) => ({ ...event, messageId: `message-${n}` })))

/** The people that the events of a list are about. */
interface Crowd {
  people: number
  /** Whether people come with the emails and user IDs of others, too. */
  crossing: boolean
}

/** People that Crisp knows beforehand; some carry their user ID, some another person's. */
export const seeds: Arbitrary<PersonSeed[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.integer({ min: 0, max: 5 }),
      fc.constantFrom('none', 'own', 'own', 'own', 'other'),
      fc.integer({ min: 0, max: 5 })
    )
    .map(([n, link, other]): PersonSeed => {
      const data = { plan: 'old' }
      if (link === 'none') return { email: toEmail(n), data }
      return { email: toEmail(n), data: { ...data, user_id: toUserId(link === 'own' ? n : other) } }
    }),
  { selector: ({ email }) => email, maxLength: 5 }
)

const toEmail = (person: number) => `person${person}@example.com`
const toUserId = (person: number) => (person === 1 ? 'person1@example.com' : `u${person}`)

const PLACEHOLDERS = ['undefined', 'null', 'None', '0', '-1', '--', 'N/A', 'Anonymous', '[object Object]']
const NOTHING = ['', ' ', null, undefined]
const MALFORMED = ['malformed', 'a@b@c', '@example.com', 'a b@example.com', '<a@b.c>', `${'x'.repeat(250)}@x.io`]

/** An email as sent: mostly the person's, sometimes moved, in capitals, or not one at all. */
function sentEmail(person: number, others: number): Arbitrary<JsonValue | undefined> {
  const email = toEmail(person)
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(email) },
    { weight: 2, arbitrary: fc.constantFrom(email.toUpperCase(), ` ${email} `, 'Person' + email.slice(6)) },
    { weight: 2, arbitrary: fc.constant(`moved${person}@example.com`) },
    { weight: 1, arbitrary: fc.constantFrom(`${email.slice(0, 3)}\u200b${email.slice(3)}`, `\ufeff${email}\u00ad`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('NFC', 'NFD').map((form) => `mov\u00e9${person}@example.com`.normalize(form))
    },
    { weight: others, arbitrary: fc.integer({ min: 0, max: 5 }).map(toEmail) },
    { weight: 2, arbitrary: fc.constantFrom<JsonValue | undefined>(...(NOTHING as JsonValue[])) },
    { weight: 1, arbitrary: fc.constantFrom<JsonValue>(...MALFORMED, ...PLACEHOLDERS, 42, true, [], {}) }
  )
}

function sentUserId(person: number, others: number): Arbitrary<JsonValue | undefined> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(toUserId(person)) },
    { weight: 1, arbitrary: fc.constant(` ${toUserId(person)} `) },
    { weight: others, arbitrary: fc.integer({ min: 0, max: 5 }).map(toUserId) },
    { weight: 1, arbitrary: fc.constantFrom<JsonValue>(...PLACEHOLDERS, 7, 0, false, 'x'.repeat(300), {}, ['u1']) },
    { weight: 2, arbitrary: fc.constantFrom<JsonValue | undefined>(...(NOTHING as JsonValue[])) }
  )
}

interface Names {
  email: JsonValue | undefined
  userId: JsonValue | undefined
}

/** By both, by the email alone or by the user ID alone. */
function reference({ people, crossing }: Crowd): Arbitrary<Names> {
  const others = crossing ? 1 : 0
  return fc.integer({ min: 0, max: people - 1 }).chain((person) => {
    const [email, userId] = [sentEmail(person, others), sentUserId(person, others)]
    return fc.oneof(
      { weight: 4, arbitrary: fc.record<Names>({ email, userId }) },
      { weight: 1, arbitrary: fc.record<Names>({ email, userId: fc.constant(undefined) }) },
      { weight: 2, arbitrary: fc.record<Names>({ email: fc.constant(undefined), userId }) }
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
      phone: fc.constantFrom<JsonValue>('+1', '', 12, null, BAD_PHONE, BAD_PHONE),
      website: fc.constantFrom('https://a.example', 'https://b.example', 'true'),
      title: fc.constantFrom('Countess', ''),
      address: fc.oneof(fc.constantFrom<JsonValue>('London', { city: 'London', country: 'gb' }, { state: 'NY' }), odd),
      company: fc.oneof(fc.constantFrom<JsonValue>('Engines', { name: 'Engines', size: 3 }, { domain: 'e.x' }), odd),
      plan: fc.constantFrom<JsonValue>('free', 'team', '', null),
      seats: fc.integer(),
      user_id: fc.constantFrom<JsonValue>('u0', 'u2'),
      userId: fc.constantFrom<JsonValue>('u0', 'u2'),
      tags: fc.array(odd, { maxLength: 3 }),
      blob: fc.constantFrom('x'.repeat(5000), 'x'.repeat(DATA_MAX + 1)),
      note: fc.constantFrom('short', 'y'.repeat(300), 'y'.repeat(DATA_MAX + 1)),
      motto: fc.constant(POISON),
      description: fc.constantFrom(POISON)
    },
    { requiredKeys: [] }
  ),
  fc.record({ plan: fc.constantFrom('free', 'team') }),
  // Values that are refused together with others and alone, without what costs the whole event.
  fc.record(
    {
      name: fc.constantFrom('Ada', 'Bob'),
      phone: fc.constantFrom('+1', BAD_PHONE),
      website: fc.constantFrom('https://a.example', 'https://b.example'),
      blob: fc.constantFrom('x'.repeat(300), 'x'.repeat(DATA_MAX + 1)),
      note: fc.constantFrom('short', 'y'.repeat(300), 'y'.repeat(DATA_MAX + 1))
    },
    { requiredKeys: [] }
  ),
  fc.constant({}),
  jsonObject
)

/** Rarely: most events are delivered, and what is not must not be all there is. */
const seldom = <T>(arbitrary: Arbitrary<T>) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

/** What Engage tells of an audience or a computed trait; the trait has its key. */
const computation = fc.record({
  computation_class: fc.constantFrom('audience', 'audience', 'computed_trait'),
  computation_key: fc.constantFrom('plan', 'big_spenders'),
  value: fc.boolean()
})

function buildIdentify(crowd: Crowd): Arbitrary<SegmentEvent> {
  return fc
    .record({
      who: reference(crowd),
      traits,
      oddName: seldom(odd),
      personas: seldom(computation),
      segments: seldom(fc.array(fc.constantFrom('vip', 'beta test', ''), { maxLength: 2 })),
      unknownPerson: seldom(fc.constantFrom('drop', 'create')),
      skip: seldom(fc.constant(true))
    })
    .map(({ who, traits, oddName, personas, ...context }) =>
      event({
        type: 'identify',
        userId: who.userId,
        traits: {
          ...without(traits),
          email: who.email,
          ...(oddName === undefined ? {} : { name: oddName }),
          ...(personas && { [personas.computation_key]: personas.value })
        },
        context: { ...context, personas }
      })
    )
}

function buildTrack(crowd: Crowd): Arbitrary<SegmentEvent> {
  return fc
    .record({
      who: reference(crowd),
      name: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 99 }).map((n): JsonValue => `Event ${n}`) },
        fc.constantFrom<JsonValue>('', ' ', null, 7, {}, 'x'.repeat(79) + '🚀')
      ),
      properties: fc.oneof(jsonObject, fc.constant({}), fc.constant({ motto: POISON }), odd),
      unknownPerson: seldom(fc.constantFrom<JsonValue>('create', 'create', 'retry', 'drop', null, 'other')),
      color: seldom(fc.constantFrom<JsonValue>('red', null, 'other', {})),
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

/** Traits of any JSON may hold an email of their own, which is not what the list says that the event refers to. */
function without(traits: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(traits).filter(([key]) => key !== 'email'))
}

/**
 * A list of events as the batches in which it is delivered: of one kind each, in order.
 *
 * This is how the property stays clear of the known limit (design: two references to one person whose link only Crisp
 * knows may run at once in one batch). Everything that any event of the list or Crisp's initial state links
 * counts as one circle: emails and user IDs that may come to mean one person. A batch ends before an event whose
 * circle is in the batch already by a reference that the batch itself does not link with the event's own. An event
 * that is refused links nothing, because it is in no group.
 *
 * A batch ends as well before an event that replaces a value for which Crisp may refuse an earlier one: the replaced
 * value is not sent (another known limit).
 *
 * @param events - the list
 * @param people - the people that Crisp knows beforehand
 * @param refused - whether an event may be refused for what it holds
 */
export function cutIntoBatches(
  events: SegmentEvent[],
  people: PersonSeed[],
  refused: (event: SegmentEvent) => boolean
): SegmentEvent[][] {
  const circles = new Links()
  for (const { email, data } of people) circles.join(getKeys(email, data?.user_id, true))
  for (const event of events) circles.join(readKeys(event, true))

  /** True when events of one circle are linked by events of the batch. */
  const isSound = (batch: SegmentEvent[]): boolean => {
    const links = new Links()
    for (const event of batch) if (!refused(event)) links.join(readKeys(event, false))
    const groupOfCircle = new Map<string, string>()
    return batch
      .flatMap((event) => readKeys(event, false))
      .every((key) => {
        const circle = circles.findRoot(key)
        const group = links.findRoot(key)
        if (!groupOfCircle.has(circle)) groupOfCircle.set(circle, group)
        return groupOfCircle.get(circle) === group
      })
  }

  /** True when the event has another value than a refused event of the batch, whoever they are about. */
  const isReplacing = (batch: SegmentEvent[], { traits: later = {} }: SegmentEvent): boolean =>
    batch
      .filter(refused)
      .some(({ traits = {} }) =>
        REFUSED_TRAITS.some((key) => key in traits && key in later && traits[key] !== later[key])
      )

  const batches: SegmentEvent[][] = []
  let batch: SegmentEvent[] = []
  for (const event of events) {
    const goesOn =
      batch.length > 0 && batch[0].type === event.type && isSound([...batch, event]) && !isReplacing(batch, event)
    if (!goesOn) batches.push((batch = []))
    batch.push(event)
  }
  return batches
}

/** Sets of keys that are joined, directly or through others. */
class Links {
  private readonly parents = new Map<string, string>()

  findRoot(key: string): string {
    const parent = this.parents.get(key)
    return parent === undefined ? key : this.findRoot(parent)
  }

  join([first, ...others]: string[]): void {
    for (const other of others) {
      const [a, b] = [this.findRoot(first), this.findRoot(other)]
      if (a !== b) this.parents.set(b, a)
    }
  }
}

function readKeys(event: SegmentEvent, every: boolean): string[] {
  const email: unknown = event.type === 'identify' ? event.traits?.email : event.context?.traits?.email
  return getKeys(email, event.userId, every)
}

/**
 * The email and the user ID of an event, in one spelling.
 * @param every - also the email that a user ID may be, though it is used as the email only where there is no other
 */
function getKeys(email: unknown, userId: unknown, every: boolean): string[] {
  const address = toText(email, toNormal)
  const id = toText(userId)
  const keys = address === undefined ? [] : [`email ${address.toLowerCase()}`]
  if (id !== undefined && id.includes('@') && (every || address === undefined))
    keys.push(`email ${toNormal(id).toLowerCase()}`)
  if (id !== undefined) keys.push(`user ${id}`)
  return keys
}

function toText(value: unknown, normalize = (text: string) => text): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
  const text = normalize(String(value)).trim()
  return text === '' || PLACEHOLDERS.some((placeholder) => placeholder.toLowerCase() === text.toLowerCase())
    ? undefined
    : text
}

/** Emails that look the same are the same. */
function toNormal(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '').normalize('NFC')
}
