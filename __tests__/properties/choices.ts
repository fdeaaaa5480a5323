import type { SegmentEvent } from '@segment/actions-core'
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { PersonSeed } from '../../tools/sandbox'
import { BAD_PHONE, eventLists, POISON, seeds } from './events'

/** The choices of Identify User, as an event of the property carries them for its mapping. */
export interface Choices {
  segments?: string[]
  audienceAsSegment?: boolean
  unknownPerson?: string
  clearNullTraits?: boolean
  skipRepeats?: boolean
}

const SEGMENTS = ['vip', 'trial', 'Big spender', 'Big-spender', 'in_audience', ' ', '']
const EVENTS_MAX = 48

const choices = fc.record<Choices>({
  segments: fc.option(fc.subarray(SEGMENTS), { nil: undefined }),
  audienceAsSegment: fc.constantFrom(true, true, false, undefined),
  unknownPerson: fc.constantFrom('create', 'create', undefined, 'drop'),
  clearNullTraits: fc.constantFrom(true, false, undefined),
  skipRepeats: fc.constantFrom(true, true, false, undefined)
})

/** What Engage tells of a computation. The value of an audience is not always a membership. */
const computation = fc.option(
  fc.record({
    personas: fc.record({
      computation_class: fc.constantFrom('audience', 'audience', 'trait', 'journey_step'),
      computation_key: fc.constantFrom('in_audience', 'in_audience', 'vip')
    }),
    value: fc.constantFrom(true, false, 'true', null)
  }),
  { nil: undefined }
)

const values = fc.record(
  {
    name: fc.constantFrom('Ada', 'Bob', null),
    description: fc.constantFrom('one', 'two', null),
    plan: fc.constantFrom('free', 'team', null),
    seats: fc.constantFrom(1, 2, null),
    company: fc.constantFrom('Engines', null)
  },
  { requiredKeys: [] }
)

/**
 * What Crisp refuses is rare and stands alone in its field: a later value of a merged write would overwrite it unseen. No
 * other value here is left out with the phone number: a batch that knows which one is refused keeps more of them.
 */
const refused = fc.oneof(
  { weight: 16, arbitrary: fc.constant({}) },
  fc.constant({ motto: POISON }),
  fc.constant({ phone: BAD_PHONE })
)
const traits = fc.tuple(values, refused).map(([some, bad]) => ({ ...some, ...bad }))

/** By both names, by the email alone or by the user ID alone; at times with an email that is new or another person's. */
const reference = fc.nat({ max: 3 }).chain((person) => {
  const userId = fc.constant(`u${person}`)
  const email = fc.constantFrom(
    ...new Array<string>(6).fill(`person${person}@example.com`),
    `moved${person}@example.com`,
    `person${(person + 1) % 4}@example.com`
  )
  const none = fc.constant(undefined)
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ email, userId }) },
    fc.record({ email, userId: none }),
    fc.record({ email: none, userId })
  )
})

/** Events in a row that name a person the same way, so that most of them are merged, and some are sent again. */
const stretch: Arbitrary<SegmentEvent[]> = fc
  .tuple(reference, choices, fc.array(fc.tuple(traits, computation, choices), { minLength: 1, maxLength: 4 }))
  .map(([{ email, userId }, { unknownPerson }, drawn]) =>
    drawn.map(
      ([ownTraits, computed, ownChoices]): SegmentEvent => ({
        type: 'identify',
        userId,
        traits: {
          ...ownTraits,
          ...(email && { email }),
          ...(computed && { [computed.personas.computation_key]: computed.value })
        },
        context: { choices: { ...ownChoices, unknownPerson }, personas: computed && { ...computed.personas } }
      })
    )
  )

const track: Arbitrary<SegmentEvent[]> = fc
  .tuple(reference, fc.constantFrom('create', 'drop'))
  .map(([{ email, userId }, unknownPerson]) => [
    { type: 'track' as const, userId, event: 'Seen', context: { traits: { email }, unknownPerson } }
  ])

/** Some events come again later, twice in a row: A, B, A, A. */
const stretches: Arbitrary<SegmentEvent[]> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 4, arbitrary: stretch }, track), { minLength: 1, maxLength: 6, size: 'max' }),
    fc.array(fc.nat(), { maxLength: 8, size: 'max' })
  )
  .map(([first, again]) => {
    const events = first.flat()
    return [...events, ...again.flatMap((n) => [events[n % events.length], events[n % events.length]])]
  })

/** The odd events of the other property, with choices. */
const oddEvents: Arbitrary<SegmentEvent[]> = fc
  .tuple(eventLists, fc.array(choices, { minLength: EVENTS_MAX, maxLength: EVENTS_MAX }))
  .map(([events, drawn]) =>
    events.map((event, n) =>
      event.type === 'identify' ? { ...event, context: { ...event.context, choices: { ...drawn[n] } } } : event
    )
  )

/** Lists of events whose choices differ from event to event. */
export const eventListsWithChoices: Arbitrary<SegmentEvent[]> = fc
  .oneof({ weight: 4, arbitrary: stretches }, oddEvents)
  .map((events) => events.map((event, n) => ({ ...event, messageId: `message-${n}` })))

/** People that Crisp knows beforehand, some with segments. */
export const seedsWithSegments: Arbitrary<PersonSeed[]> = fc
  .tuple(seeds, fc.array(fc.subarray(['vip', 'trial', 'in_audience']), { minLength: 5, maxLength: 5 }))
  .map(([people, segments]) => people.map((person, n) => ({ ...person, segments: segments[n] })))
