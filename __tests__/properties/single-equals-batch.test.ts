import { randomUUID } from 'crypto'
import type { SegmentEvent, Subscription } from '@segment/actions-core'
import fc from 'fast-check'
import { peopleCache } from '../../src/person/cache'
import { defaultMapping, Runtime } from '../../tools/runtime'
import type { SubscriptionReport } from '../../tools/runtime'
import { createSandbox } from '../../tools/sandbox'
import type { Person, PersonSeed, Sandbox } from '../../tools/sandbox'
import { BAD_PHONE, cutIntoBatches, DATA_MAX, eventLists, POISON, seeds } from './events'
import { patience, runs } from './runs'

jest.setTimeout(patience)

/** Choices and colors come from the events, so that batches contain odd ones too. */
const SUBSCRIPTIONS: Record<string, Subscription> = {
  identify: {
    partnerAction: 'identifyUser',
    subscribe: 'type = "identify"',
    mapping: {
      ...defaultMapping('identifyUser'),
      segments: { '@path': '$.context.segments' },
      audienceAsSegment: true,
      unknownPerson: { '@path': '$.context.unknownPerson' },
      skipRepeats: { '@path': '$.context.skip' }
    }
  },
  track: {
    partnerAction: 'trackEvent',
    subscribe: 'type = "track"',
    mapping: {
      ...defaultMapping('trackEvent'),
      unknownPerson: { '@path': '$.context.unknownPerson' },
      color: { '@path': '$.context.color' },
      occurredAt: { '@path': '$.timestamp' }
    }
  }
}

interface Side {
  crisp: Sandbox
  segment: Runtime
}

let single: Side
let batched: Side

async function start(): Promise<Side> {
  // Of two people who carry one user ID, the latest updated wins. So the clock never shows the same time twice, and every
  // write is an update: a batch merges profile writes away that would count as one.
  let now = Date.parse('2026-11-22')
  const crisp = await createSandbox({
    websiteId: randomUUID(),
    now: () => ++now,
    choices: { updatedAt: 'allWrites' }
  })
  const { apiKey, websiteId, port } = crisp
  return { crisp, segment: new Runtime({ settings: { apiKey, websiteId }, port }) }
}

beforeAll(async () => {
  single = await start()
  batched = await start()
})
afterAll(async () => {
  for (const { crisp, segment } of [single, batched]) {
    segment.close()
    await crisp.close()
  }
})

function begin({ crisp }: Side, people: PersonSeed[]) {
  crisp.reset()
  for (const person of people) crisp.people.add(person)
  // Crisp refuses values, so that some merged writes are refused. It does so only for people that it knows: a batch does
  // not even send what it knows to be an unknown person's.
  crisp.faults.add({
    when: ({ method, params, body }) =>
      method !== 'GET' &&
      isRefused(JSON.stringify(body)) &&
      (params.people_id === undefined || crisp.people.get(params.people_id) !== undefined),
    effect: { type: 'answer', status: 400, reason: 'invalid_data', message: 'data has an invalid value' }
  })
}

const TOO_LONG = new RegExp(`[xy]{${DATA_MAX + 1}}`)

function isRefused(body: string): boolean {
  return body.includes(POISON) || body.includes(BAD_PHONE) || TOO_LONG.test(body)
}

/** What Segment shows of an event. The codes are left out: a batch may only have those of the framework's list. */
function toOutcome({ verdict }: SubscriptionReport): {
  outcome: string
  status?: number
  reason?: string
  retry?: boolean
} {
  const { outcome } = verdict
  return 'reason' in verdict
    ? { outcome, status: verdict.status, reason: toReason(verdict.reason), retry: verdict.retry }
    : { outcome }
}

/** The framework removes empty texts from single events only, so that it is the one that misses the person there. */
function toReason(reason: string): string {
  return /^The root value is missing the required field 'email'/.test(reason)
    ? 'Email and User ID are empty or placeholders. Map one of them.'
    : reason
}

/** What Crisp holds of a person, without what it makes up by itself. */
function toState({ profile, data, events }: Person) {
  const { email, person, company, segments = [] } = profile
  return {
    email,
    person,
    company,
    segments: [...segments].sort(),
    data,
    events: events.map(({ text, data, color }) => ({ text, data, color }))
  }
}

function getPeople({ crisp }: Side) {
  return crisp.people
    .all()
    .map(toState)
    .sort((a, b) => (a.email < b.email ? -1 : 1))
}

async function deliverSingly({ segment }: Side, events: SegmentEvent[]) {
  const reports: SubscriptionReport[] = []
  for (const event of events) reports.push(await segment.deliverTo(SUBSCRIPTIONS[event.type], event))
  return reports.map(toOutcome)
}

async function deliverInBatches({ segment }: Side, batches: SegmentEvent[][]) {
  const reports: SubscriptionReport[] = []
  for (const batch of batches) reports.push(...(await segment.deliverBatchTo(SUBSCRIPTIONS[batch[0].type], batch)))
  return reports.map(toOutcome)
}

describe('any list of identify and track events', () => {
  it('leaves the same people, custom data and events, and has the same outcomes, single and in batches', async () => {
    await fc.assert(
      fc.asyncProperty(eventLists, seeds, async (events, people) => {
        peopleCache.clear()
        begin(single, people)
        begin(batched, people)
        const outcomes = await deliverSingly(single, events)
        const refused = new Set(events.filter((_event, index) => outcomes[index].status === 400))
        const batches = cutIntoBatches(events, people, (event) => refused.has(event))
        expect(await deliverInBatches(batched, batches)).toEqual(outcomes)
        expect(getPeople(batched)).toEqual(getPeople(single))
        expect(batched.crisp.journal.maxInFlight).toBeLessThanOrEqual(10)
        expect(batched.crisp.journal.count()).toBeLessThanOrEqual(single.crisp.journal.count() + countRefusals(batched))
      }),
      runs(12)
    )
  })

  it('is a good test: most events share their batch with others', () => {
    // A fixed seed: the share depends on the lists, and this is about how they are made.
    const lists = fc.sample(fc.tuple(eventLists, seeds), { numRuns: 100, seed: 1 })
    const batches = lists.flatMap(([events, people]) => cutIntoBatches(events, people, () => false))
    const sharing = batches.filter(({ length }) => length > 1).flat()
    expect(sharing.length).toBeGreaterThan(batches.flat().length / 2)
  })
})

/** Requests that a batch may spend above single delivery: a merged write that is refused is sent once more in parts. */
function countRefusals({ crisp }: Side): number {
  return 2 * crisp.journal.entries().filter(({ status }) => status === 400).length
}
