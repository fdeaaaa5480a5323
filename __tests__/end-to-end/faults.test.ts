import type { FaultEffect, FaultRule } from '../../tools/sandbox'
import type { Ending, World } from './support'
import { endTimeoutsWhenIdle } from './timeouts'
import {
  deliver,
  deliverBatch,
  deliverEach,
  getEnding,
  getEndings,
  getEvents,
  identify,
  setUp,
  track,
  trackByEmail
} from './support'

const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)

beforeAll(() => process.on('unhandledRejection', note))
afterAll(() => process.off('unhandledRejection', note))
beforeEach(() => (unhandled.length = 0))
afterEach(async () => {
  // Node tells of rejections once the microtasks are over.
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
  jest.restoreAllMocks()
})

const ada = { email: 'ada@example.com', data: { user_id: 'u1' } }
const bob = { email: 'bob@example.com', data: { user_id: 'u2' } }

const identifies = () => [
  identify({ userId: 'u1', traits: { email: 'ada@example.com', name: 'Ada', plan: 'team' } }),
  identify({ userId: 'u1', traits: { plan: 'free' } }),
  identify({ traits: { email: 'new@example.com', name: 'New' } }),
  identify({ userId: 'u4', traits: { email: 'moved@example.com' } }),
  identify({ userId: 'u2', traits: { seats: 3 } }),
  identify({ traits: { email: 'malformed' } })
]
const tracks = () => [
  trackByEmail('ada@example.com'),
  track({ userId: 'u1' }),
  trackByEmail('nobody@example.com'),
  trackByEmail('nobody@example.com', { userId: 'u2' }),
  track({ userId: 'nobody' }),
  trackByEmail('ada@example.com', { event: 'Second' }),
  trackByEmail('malformed')
]

/** What a fault does to events. The events are the six identify calls and then the seven track calls. */
interface FaultCase {
  effect: FaultEffect
  /** Of every event whose requests are struck, but for those of `every` and `ada`. */
  ending: Ending
  /** The first such answer ends the batch. */
  isStop?: boolean
  /** Endings by the event's position when every request is struck. */
  every?: Record<number, Ending>
  /** The same when only the requests about Ada are. */
  ada?: Record<number, Ending>
  /** What it may come to when only some requests of an event are. */
  partly?: Ending
}

const answer = (status: number, ending: Ending, others: Partial<FaultCase> = {}): FaultCase => ({
  effect: { type: 'answer', status, reason: 'because' },
  ending,
  ...others
})

/** Crisp says that all went well, and tells nothing. */
const NOTHING_TOLD: Omit<FaultCase, 'effect'> = {
  ending: 'delivered',
  every: { 1: 'failed 400', 4: 'failed 400', 7: 'dropped 404', 10: 'dropped 404' },
  ada: { 1: 'failed 400', 7: 'dropped 404' },
  // A creation is believed that did not happen.
  partly: 'failed 404'
}

const CASES: FaultCase[] = [
  answer(400, 'failed 400'),
  answer(401, 'failed 401', { isStop: true }),
  answer(402, 'failed 402', { isStop: true }),
  answer(403, 'failed 403', { isStop: true }),
  answer(404, 'failed 404'),
  answer(405, 'failed 405'),
  answer(408, 'failed 504 retried'),
  answer(409, 'failed 409'),
  answer(418, 'failed 418'),
  answer(420, 'failed 429 retried', { isStop: true }),
  answer(423, 'failed 429 retried', { isStop: true }),
  answer(429, 'failed 429 retried', { isStop: true }),
  answer(500, 'failed 500 retried'),
  answer(501, 'failed 502 retried'),
  answer(502, 'failed 502 retried'),
  answer(503, 'failed 503 retried'),
  answer(504, 'failed 504 retried'),
  answer(520, 'failed 502 retried'),
  answer(599, 'failed 502 retried'),
  {
    effect: { type: 'answer', status: 404, reason: 'people_not_found' },
    ending: 'failed 404',
    every: { 6: 'dropped 404', 8: 'dropped 404', 11: 'dropped 404' },
    ada: { 1: 'failed 400', 6: 'dropped 404', 7: 'dropped 404', 11: 'dropped 404' }
  },
  { effect: { type: 'answer', status: 404, reason: 'not_subscribed' }, ending: 'failed 404', isStop: true },
  {
    effect: { type: 'answer', status: 400, reason: 'invalid_data', message: 'x'.repeat(10_000) },
    ending: 'failed 400'
  },
  { effect: { type: 'answer', status: 200, reason: 'updated', data: null }, ...NOTHING_TOLD },
  {
    effect: { type: 'answer', status: 301, reason: 'moved', headers: { Location: 'http://127.0.0.1:1/' } },
    ending: 'failed 502 retried'
  },
  { effect: { type: 'reset' }, ending: 'failed 502 retried' },
  { effect: { type: 'reset', applied: true }, ending: 'failed 502 retried' },
  { effect: { type: 'truncated' }, ending: 'failed 504 retried' },
  { effect: { type: 'truncated', bytes: 0 }, ending: 'failed 504 retried' },
  {
    effect: { type: 'truncated', clean: true },
    ending: 'failed 502 retried',
    every: { 2: 'failed 404', 3: 'failed 404', 8: 'failed 404', 9: 'failed 404' }
  },
  { effect: { type: 'html' }, ending: 'failed 502 retried' },
  { effect: { type: 'html', status: 200 }, ending: 'failed 502 retried' },
  { effect: { type: 'html', status: 404 }, ending: 'failed 404' },
  { effect: { type: 'html', status: 429 }, ending: 'failed 429 retried', isStop: true },
  {
    effect: { type: 'empty' },
    ...NOTHING_TOLD,
    every: { ...NOTHING_TOLD.every, 2: 'failed 404', 3: 'failed 404', 8: 'failed 404', 9: 'failed 404' }
  },
  { effect: { type: 'empty', status: 200 }, ...NOTHING_TOLD },
  { effect: { type: 'empty', status: 204 }, ...NOTHING_TOLD },
  { effect: { type: 'empty', status: 404 }, ending: 'failed 404' },
  { effect: { type: 'empty', status: 500 }, ending: 'failed 500 retried' }
]

/** Where nothing goes wrong. */
const USUAL: Ending[] = [
  ...(['delivered', 'delivered', 'delivered', 'delivered', 'delivered', 'failed 400'] as const),
  ...(['delivered', 'delivered', 'dropped 404', 'delivered', 'dropped 404', 'delivered', 'failed 400'] as const)
]
/** The positions of events that name a malformed email, for which no request is made. */
const MALFORMED = [5, 12]
/** The positions of Ada's events. */
const ADAS = [0, 1, 6, 7, 11]

const named = CASES.map((one) => [JSON.stringify(one.effect).slice(0, 70), one] as const)

async function worldWith(fault: FaultRule): Promise<World> {
  return setUp({ people: [ada, bob], faults: [fault] })
}

async function deliverBoth(world: World): Promise<Ending[]> {
  const endings = [...(await deliverBatch(world, identifies())), ...(await deliverBatch(world, tracks()))].map(
    getEnding
  )
  expect(world.crisp.journal.maxInFlight).toBeLessThanOrEqual(10)
  return endings
}

describe.each(named)('when Crisp does %s', (_name, { effect, ending, isStop = false, every, ada: adas, partly }) => {
  // The request client never ends the reading of a body that was cut off: the destination's time-out does.
  beforeEach(endTimeoutsWhenIdle)

  const whenAdaIsStruck = USUAL.map((usual, at) => (ADAS.includes(at) ? adas?.[at] ?? ending : usual))

  it('to every request, each event of a batch has the ending that the answer means', async () => {
    const world = await worldWith({ effect })
    const expected = USUAL.map((usual, at) => (MALFORMED.includes(at) ? usual : every?.[at] ?? ending))
    expect(await deliverBoth(world)).toEqual(expected)
  })

  it("to one person's requests, that person's events have that ending and the others their own", async () => {
    const world = await worldWith({ person: ada.email, effect })
    expect(await deliverEach(world, [...identifies(), ...tracks()])).toEqual(whenAdaIsStruck)
  })

  it("to one person's requests of a batch, so it is there, unless the answer ends the batch", async () => {
    const endings = await deliverBoth(await worldWith({ person: ada.email, effect }))
    // What was under way when the batch ended has its own ending.
    const told = endings.map((given, at) => (isStop && given === ending ? whenAdaIsStruck[at] : given))
    expect(told).toEqual(whenAdaIsStruck)
    if (isStop) for (const at of ADAS) expect(endings[at]).toBe(whenAdaIsStruck[at])
  })

  it('to some requests, each event has its own ending or one that the answer means', async () => {
    const world = await worldWith({ probability: 0.4, seed: 3, effect })
    const meant = [ending, partly, ...Object.values({ ...every, ...adas })]
    const endings = [...(await deliverBoth(world)), ...(await deliverEach(world, [...identifies(), ...tracks()]))]
    endings.forEach((given, at) => expect([USUAL[at % USUAL.length], ...meant]).toContain(given))
  })
})

describe('when Crisp is not there', () => {
  it('every event is tried again later', async () => {
    const { crisp, segment } = await setUp({ latency: 0 })
    await crisp.close()
    const world = { crisp, segment }
    expect(getEndings(await deliverBatch(world, tracks().slice(0, 3)))).toEqual(Array(3).fill('failed 502 retried'))
    expect(getEnding(await deliver(world, identifies()[0]))).toBe('failed 502 retried')
  })
})

describe.each(['hang', 'stalled'] as const)('when an answer never ends (%s)', (type) => {
  it('the event fails after the time-out, and nobody else waits for it', async () => {
    endTimeoutsWhenIdle()
    const world = await setUp({ people: [ada, bob] })
    world.crisp.faults.add({ person: 'ada@example.com', effect: { type } })
    const batch = [trackByEmail('ada@example.com'), trackByEmail('bob@example.com'), trackByEmail('ada@example.com')]
    expect(getEndings(await deliverBatch(world, batch))).toEqual([
      'failed 504 retried',
      'delivered',
      'failed 504 retried'
    ])
    expect(getEvents(world, 'bob@example.com')).toEqual(['Order Completed'])
  })

  it('the event fails after the time-out also where the runtime passes a signal, which turns its own time-out off', async () => {
    endTimeoutsWhenIdle()
    const world = await setUp({ people: [ada] })
    world.crisp.faults.add({ effect: { type } })
    const { signal } = new AbortController()
    expect(getEnding(await deliver(world, trackByEmail('ada@example.com'), { signal }))).toBe('failed 504 retried')
  })

  it('an abort ends the wait', async () => {
    const world = await setUp({ people: [ada] })
    const abort = new AbortController()
    world.crisp.faults.add({
      when: () => {
        setImmediate(() => abort.abort())
        return true
      },
      effect: { type }
    })
    const verdicts = await deliverBatch(
      world,
      [trackByEmail('ada@example.com'), trackByEmail('ada@example.com')],
      abort
    )
    expect(getEndings(verdicts)).toEqual(['failed 504 retried', 'failed 504 retried'])
    expect(world.crisp.journal.count()).toBe(1)
  })
})

describe('a very large answer', () => {
  it('hangs nothing', async () => {
    const world = await setUp({ people: [ada] })
    const data = { data: { user_id: 'u1', text: 'x'.repeat(1_000_000) } }
    world.crisp.route({ name: 'people.data.read', handler: () => ({ status: 200, reason: 'resolved', data }) })
    expect(getEnding(await deliver(world, track({ userId: 'u1' })))).toBe('delivered')
  })
})
