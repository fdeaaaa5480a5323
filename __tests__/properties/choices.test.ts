import type { SegmentEvent } from '@segment/actions-core'
import fc from 'fast-check'
import { peopleCache } from '../../src/person/cache'
import { defaultMapping } from '../../tools/runtime'
import type { PersonSeed } from '../../tools/sandbox'
import { eventListsWithChoices, seedsWithSegments } from './choices'
import { cutIntoBatches } from './events'
import { patience, runs } from './runs'
import { closeSide, countRefusals, deliverInBatches, deliverSingly, getPeople, resetSide, startSide } from './sides'
import type { Side, Subscriptions } from './sides'

jest.setTimeout(patience)

const choice = (key: string) => ({ '@path': `$.context.choices.${key}` })

/** The choices of Identify User come from the events, so that one batch contains all of them. */
const SKIPPING: Subscriptions = {
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

const SENDING: Subscriptions = {
  ...SKIPPING,
  identify: { ...SKIPPING.identify, mapping: { ...SKIPPING.identify.mapping, skipRepeats: false } }
}

let one: Side
let other: Side

beforeAll(async () => {
  one = await startSide()
  other = await startSide()
})
afterAll(async () => {
  await closeSide(one)
  await closeSide(other)
})

function reset(people: PersonSeed[]) {
  peopleCache.clear()
  resetSide(one, people)
  resetSide(other, people)
}

/** Batches of a list whose events had these outcomes when they were delivered one by one. */
function cut(events: SegmentEvent[], people: PersonSeed[], outcomes: Awaited<ReturnType<typeof deliverSingly>>) {
  const refused = new Set(events.filter((_event, n) => 'status' in outcomes[n] && outcomes[n].status === 400))
  return cutIntoBatches(events, people, (event) => refused.has(event))
}

describe('any list of events with any choices', () => {
  it('leaves the same people and has the same outcomes, single and in batches, for no more requests', async () => {
    await fc.assert(
      fc.asyncProperty(eventListsWithChoices, seedsWithSegments, async (events, people) => {
        reset(people)
        const outcomes = await deliverSingly(one, events, SENDING)
        expect(await deliverInBatches(other, cut(events, people, outcomes), SENDING)).toEqual(outcomes)
        expect(getPeople(other)).toEqual(getPeople(one))
        expect(other.crisp.journal.maxInFlight).toBeLessThanOrEqual(10)
        expect(other.crisp.journal.count()).toBeLessThanOrEqual(one.crisp.journal.count() + countRefusals(other))
      }),
      runs(4)
    )
  })

  it('leaves the same people and has the same outcomes when repeats are skipped, for no more requests', async () => {
    await fc.assert(
      fc.asyncProperty(eventListsWithChoices, seedsWithSegments, async (events, people) => {
        reset(people)
        const outcomes = await deliverSingly(one, events, SENDING)
        expect(await deliverSingly(other, events, SKIPPING)).toEqual(outcomes)
        expect(getPeople(other)).toEqual(getPeople(one))
        expect(other.crisp.journal.count()).toBeLessThanOrEqual(one.crisp.journal.count())
      }),
      runs(4)
    )
  })

  it('leaves the same people and has the same outcomes when repeats are skipped in batches', async () => {
    await fc.assert(
      fc.asyncProperty(eventListsWithChoices, seedsWithSegments, async (events, people) => {
        reset(people)
        const outcomes = await deliverSingly(one, events, SKIPPING)
        expect(await deliverInBatches(other, cut(events, people, outcomes), SKIPPING)).toEqual(outcomes)
        expect(getPeople(other)).toEqual(getPeople(one))
      }),
      runs(4)
    )
  })
})
