import type { SegmentEvent } from '@segment/actions-core'
import fc from 'fast-check'
import { peopleCache } from '../../../src/person/cache'
import { cutIntoBatches, eventLists, seeds } from '../../properties/events'
import { patience, runs } from '../../properties/runs'
import {
  closeSide,
  deliverInBatches,
  deliverSingly,
  getPeople,
  resetSide,
  startSide,
  SUBSCRIPTIONS_FROM_EVENTS
} from '../../properties/sides'
import type { Side } from '../../properties/sides'
import { loadFunction, readEnding, requests } from './load'
import type { BatchResult, SegmentFunction } from './load'
import { toEvent } from './support'

jest.setTimeout(patience)

/** What Segment does with an event next. */
type Kind = 'delivered' | 'final' | 'retried'

let destination: Side
let ours: Side

beforeAll(async () => {
  destination = await startSide()
  ours = await startSide()
})
afterAll(async () => {
  await closeSide(destination)
  await closeSide(ours)
})

/** A new instance of the Function, with its own memory, and the settings of its Crisp. */
function load(): { instance: SegmentFunction; settings: Record<string, unknown> } {
  const { apiKey, websiteId } = ours.crisp
  requests.length = 0
  const instance = loadFunction(ours.crisp, { subscriptions: Object.values(SUBSCRIPTIONS_FROM_EVENTS) })
  return { instance, settings: { apiKey, websiteId } }
}

const toKind = ({ outcome, retry }: { outcome: string; retry?: boolean }): Kind =>
  outcome === 'delivered' ? 'delivered' : retry ? 'retried' : 'final'

const toKindOfStatus = ({ status }: BatchResult): Kind =>
  status === 200 ? 'delivered' : status === 500 ? 'retried' : 'final'

/** Delivers the events one by one through the single handlers. */
async function handleSingly(events: SegmentEvent[]): Promise<Kind[]> {
  const { instance, settings } = load()
  const kinds: Kind[] = []
  for (const event of events) {
    const ending = await readEnding(instance.onEvent(event, settings))
    kinds.push(ending === 'done' ? 'delivered' : ending.startsWith('RetryError: ') ? 'retried' : 'final')
  }
  return kinds
}

/** Delivers the batches one by one through `onBatch`. */
async function handleInBatches(batches: SegmentEvent[][]): Promise<Kind[]> {
  const { instance, settings } = load()
  const kinds: Kind[] = []
  for (const batch of batches) kinds.push(...(await instance.onBatch(batch, settings)).map(toKindOfStatus))
  return kinds
}

function reset(people: Parameters<typeof resetSide>[1]): void {
  peopleCache.clear()
  resetSide(destination, people)
  resetSide(ours, people)
}

describe('any list of identify and track events', () => {
  it('ends in the Function as in the destination, one by one', async () => {
    await fc.assert(
      fc.asyncProperty(eventLists, seeds, async (events, people) => {
        reset(people)
        const outcomes = await deliverSingly(destination, events, SUBSCRIPTIONS_FROM_EVENTS)
        expect(await handleSingly(events)).toEqual(outcomes.map(toKind))
        expect(getPeople(ours)).toEqual(getPeople(destination))
        expect(ours.crisp.journal.count()).toBe(destination.crisp.journal.count())
      }),
      runs(4)
    )
  })

  it('ends in the Function as in the destination, in batches', async () => {
    await fc.assert(
      fc.asyncProperty(eventLists, seeds, async (events, people) => {
        reset(people)
        const batches = cutIntoBatches(events, people, () => false)
        const outcomes = await deliverInBatches(destination, batches, SUBSCRIPTIONS_FROM_EVENTS)
        expect(await handleInBatches(batches)).toEqual(outcomes.map(toKind))
        expect(getPeople(ours)).toEqual(getPeople(destination))
        expect(ours.crisp.journal.maxInFlight).toBeLessThanOrEqual(10)
      }),
      runs(4)
    )
  })

  it('ends in mixed batches of the Function as one by one in the destination', async () => {
    await fc.assert(
      fc.asyncProperty(mixedLists, async (events) => {
        reset([{ email: 'person0@example.com' }])
        const outcomes = await deliverSingly(destination, events, SUBSCRIPTIONS_FROM_EVENTS)
        expect(await handleInBatches([events])).toEqual(outcomes.map(toKind))
        expect(getPeople(ours)).toEqual(getPeople(destination))
      }),
      runs(4)
    )
  })
})

/** Events of both types about few people with an email and a user ID each, some refused and some of unknown people. */
const mixedLists = fc.array(
  fc
    .record({
      person: fc.integer({ min: 0, max: 4 }),
      name: fc.nat(99),
      isTrack: fc.boolean(),
      traits: fc.constantFrom({ plan: 'free' }, { plan: 7 }, { plan: null }, { motto: 'poison' }),
      unknownPerson: fc.constantFrom('create', 'drop', 'drop', 'retry')
    })
    .map(({ person, name, isTrack, traits, unknownPerson }) => {
      const email = `person${person}@example.com`
      return isTrack
        ? toEvent({
            type: 'track',
            userId: `u${person}`,
            event: `Event ${name}`,
            properties: traits,
            context: { traits: { email }, unknownPerson }
          })
        : toEvent({
            type: 'identify',
            userId: `u${person}`,
            traits: { email, ...traits },
            context: { unknownPerson: unknownPerson === 'drop' ? 'drop' : 'create' }
          })
    }),
  { minLength: 5, maxLength: 30, size: 'max' }
)
