import type { SegmentEvent } from '@segment/actions-core'
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { peopleCache } from '../../src/person/cache'
import { defaultMapping } from '../../tools/runtime'
import type { PersonSeed } from '../../tools/sandbox'
import { cutIntoBatches, eventLists, seeds } from './events'
import { patience, runs } from './runs'
import { closeSide, countRefusals, deliverInBatches, deliverSingly, getPeople, resetSide, startSide } from './sides'
import type { Side, Subscriptions } from './sides'

jest.setTimeout(patience)

const choice = (key: string) => ({ '@path': `$.context.choices.${key}` })

/** The choices of Identify User come from the events, so that one batch contains all of them. */
const SUBSCRIPTIONS: Subscriptions = {
  identify: {
    partnerAction: 'identifyUser',
    subscribe: 'type = "identify"',
    mapping: {
      ...defaultMapping('identifyUser'),
      segments: choice('segments'),
      audienceAsSegment: choice('audienceAsSegment'),
      unknownPerson: choice('unknownPerson'),
      clearNullTraits: choice('clearNullTraits'),
      skipRepeats: choice('skipRepeats')
    }
  },
  track: {
    partnerAction: 'trackEvent',
    subscribe: 'type = "track"',
    mapping: { ...defaultMapping('trackEvent'), unknownPerson: { '@path': '$.context.unknownPerson' } }
  }
}

const SEGMENTS = ['vip', 'trial', 'Big spender', 'Big-spender', 'in_audience', ' ', '']
const EVENTS_MAX = 48

interface Choices {
  segments: string[] | undefined
  audienceAsSegment: boolean | undefined
  unknownPerson: string | undefined
  clearNullTraits: boolean | undefined
  skipRepeats: boolean | undefined
}

interface Draw {
  choices: Choices
  personas: { computation_class: string; computation_key: string } | undefined
  /** What is computed; not always a membership. */
  computed: boolean | string | null
  nulls: string[]
}

/** On for all, off for all or mixed; what is mixed most is merged least. */
function draw({ isSkipping }: { isSkipping: boolean }): Arbitrary<Draw> {
  return fc.record<Draw>({
    choices: fc.record<Choices>({
      segments: fc.option(fc.subarray(SEGMENTS), { nil: undefined }),
      audienceAsSegment: fc.constantFrom(true, true, false, undefined),
      unknownPerson: fc.constantFrom('drop', 'create', 'create', undefined),
      clearNullTraits: fc.constantFrom(true, false, undefined),
      skipRepeats: isSkipping ? fc.constantFrom(true, true, false) : fc.constantFrom(false, undefined)
    }),
    personas: fc.option(
      fc.record({
        computation_class: fc.constantFrom('audience', 'audience', 'trait', 'journey_step'),
        computation_key: fc.constantFrom('in_audience', 'in_audience', 'vip')
      }),
      { nil: undefined }
    ),
    computed: fc.constantFrom(true, false, 'true', null),
    nulls: fc.subarray(['plan', 'seats', 'phone', 'company', 'user_id'])
  })
}

/** Lists of events with choices: each draw is used for a run of events, so that some are merged and some repeated. */
function withChoices(parts: { isSkipping: boolean }): Arbitrary<SegmentEvent[]> {
  const draws = fc.array(draw(parts), { minLength: 1, maxLength: 6, size: 'max' })
  const picks = fc.array(fc.nat(), { minLength: EVENTS_MAX, maxLength: EVENTS_MAX })
  const repeats = fc.array(fc.boolean(), { minLength: EVENTS_MAX, maxLength: EVENTS_MAX })
  return fc.tuple(eventLists, draws, picks, repeats).map(([events, drawn, picked, repeated]) =>
    events
      .map((event, n) => (event.type === 'identify' ? addChoices(event, drawn[picked[n] % drawn.length]) : event))
      .flatMap((event, n) => (event.type === 'identify' && repeated[n] ? [event, event] : [event]))
      .map((event, n) => ({ ...event, messageId: `message-${n}` }))
  )
}

function addChoices(event: SegmentEvent, { choices, personas, computed, nulls }: Draw): SegmentEvent {
  return {
    ...event,
    traits: {
      ...event.traits,
      ...Object.fromEntries(nulls.map((key) => [key, null])),
      ...(personas && { [personas.computation_key]: computed })
    },
    context: { choices: { ...choices }, personas }
  }
}

const seedsWithSegments: Arbitrary<PersonSeed[]> = fc
  .tuple(seeds, fc.array(fc.subarray(['vip', 'trial', 'in_audience']), { minLength: 5, maxLength: 5 }))
  .map(([people, segments]) => people.map((person, n) => ({ ...person, segments: segments[n] })))

let single: Side
let batched: Side

beforeAll(async () => {
  single = await startSide()
  batched = await startSide()
})
afterAll(async () => {
  await closeSide(single)
  await closeSide(batched)
})

async function deliverBoth(events: SegmentEvent[], people: PersonSeed[]) {
  peopleCache.clear()
  resetSide(single, people)
  resetSide(batched, people)
  const outcomes = await deliverSingly(single, events, SUBSCRIPTIONS)
  const refused = new Set(events.filter((_event, index) => outcomes[index].status === 400))
  const batches = cutIntoBatches(events, people, (event) => refused.has(event))
  return { outcomes, batchOutcomes: await deliverInBatches(batched, batches, SUBSCRIPTIONS), batches }
}

describe('any list of events with any choices for segments, unknown people and null', () => {
  it('leaves the same people and has the same outcomes, single and in batches, for no more requests', async () => {
    await fc.assert(
      fc.asyncProperty(withChoices({ isSkipping: false }), seedsWithSegments, async (events, people) => {
        const { outcomes, batchOutcomes } = await deliverBoth(events, people)
        expect(batchOutcomes).toEqual(outcomes)
        expect(getPeople(batched)).toEqual(getPeople(single))
        expect(batched.crisp.journal.maxInFlight).toBeLessThanOrEqual(10)
        expect(batched.crisp.journal.count()).toBeLessThanOrEqual(single.crisp.journal.count() + countRefusals(batched))
      }),
      runs(25)
    )
  })
})

describe('any list of events with repeats', () => {
  it('leaves the same people and has the same outcomes, single and in batches', async () => {
    await fc.assert(
      fc.asyncProperty(withChoices({ isSkipping: true }), seedsWithSegments, async (events, people) => {
        const { outcomes, batchOutcomes } = await deliverBoth(events, people)
        expect(batchOutcomes).toEqual(outcomes)
        expect(getPeople(batched)).toEqual(getPeople(single))
      }),
      runs(25)
    )
  })
})
