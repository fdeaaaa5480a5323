import fc from 'fast-check'
import { peopleCache } from '../../src/person/cache'
import { cutIntoBatches, eventLists, seeds } from './events'
import { patience, runs } from './runs'
import {
  closeSide,
  countRefusals,
  deliverInBatches,
  deliverSingly,
  getPeople,
  resetSide,
  startSide,
  SUBSCRIPTIONS_FROM_EVENTS
} from './sides'
import type { Side } from './sides'

jest.setTimeout(patience)

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

describe('any list of identify and track events', () => {
  it('leaves the same people, custom data and events, and has the same outcomes, single and in batches', async () => {
    await fc.assert(
      fc.asyncProperty(eventLists, seeds, async (events, people) => {
        peopleCache.clear()
        resetSide(single, people)
        resetSide(batched, people)
        const outcomes = await deliverSingly(single, events, SUBSCRIPTIONS_FROM_EVENTS)
        const refused = new Set(events.filter((_event, index) => outcomes[index].status === 400))
        const batches = cutIntoBatches(events, people, (event) => refused.has(event))
        expect(await deliverInBatches(batched, batches, SUBSCRIPTIONS_FROM_EVENTS)).toEqual(outcomes)
        expect(getPeople(batched)).toEqual(getPeople(single))
        expect(batched.crisp.journal.maxInFlight).toBeLessThanOrEqual(10)
        expect(batched.crisp.journal.count()).toBeLessThanOrEqual(single.crisp.journal.count() + countRefusals(batched))
      }),
      runs(6)
    )
  })

  it('is a good test: most events share their batch with others', () => {
    // A fixed seed: the share depends on the lists, and this is about how they are made.
    const lists = fc.sample(fc.tuple(eventLists, seeds), { numRuns: 50, seed: 1 })
    const batches = lists.flatMap(([events, people]) => cutIntoBatches(events, people, () => false))
    const sharing = batches.filter(({ length }) => length > 1).flat()
    expect(sharing.length).toBeGreaterThan(batches.flat().length / 2)
  })
})
