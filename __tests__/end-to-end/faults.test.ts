import type { FaultEffect, FaultRule } from '../../tools/sandbox'
import type { Ending, World } from './support'
import { endTimeoutsWhenIdle } from './timeouts'
import {
  createRuntime,
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

/** What a fault does to events, where the ending differs from the case's own: by the event's position. */
type Endings = Record<number, Ending>

/** What a fault does to events. The events are the six identify calls and then the seven track calls. */
interface FaultCase {
  effect: FaultEffect
  /** Of every event whose requests fail, except those of `every`, `ada` and `routes`. */
  ending: Ending
  /** The first such answer ends the batch. */
  isStop?: boolean
  /** The client waits for the rest of the body until the time-out. */
  waits?: boolean
  /** When every request fails. */
  every?: Endings
  /** When only the requests about Ada are. */
  ada?: Endings
  /** When only one kind of request is, and every event comes alone to a new process. */
  routes?: Partial<Record<Route, Endings>>
}

const answer = (status: number, ending: Ending, others: Partial<FaultCase> = {}): FaultCase => ({
  effect: { type: 'answer', status, reason: 'because' },
  ending,
  ...others
})

const notCrisp = (effect: FaultEffect, others: Partial<FaultCase> = {}): FaultCase => ({
  effect,
  ending: 'failed 502 retried',
  ...others
})

const NEVER_READ: Endings = Object.fromEntries([3, 4, 9, 10].map((at) => [at, 'failed 502 retried']))

/** A person with an email is created without the search, or dropped unsearched. */
const SEARCH_REFUSED = { 'people.profiles.list': { 3: 'delivered', 9: 'dropped 404' } } as const

const CASES: FaultCase[] = [
  answer(400, 'failed 400', { routes: SEARCH_REFUSED }),
  answer(401, 'failed 401', { isStop: true }),
  answer(402, 'failed 402', { isStop: true }),
  answer(403, 'failed 403', { isStop: true }),
  answer(404, 'failed 404'),
  answer(405, 'failed 405'),
  answer(408, 'failed 504 retried'),
  answer(409, 'failed 409'),
  answer(418, 'failed 418'),
  answer(420, 'failed 429 retried', { isStop: true }),
  answer(422, 'failed 503 retried'),
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
    ada: { 1: 'failed 400', 6: 'dropped 404', 7: 'dropped 404', 11: 'dropped 404' },
    routes: {
      // The search finds the profile that was just unknown: the email stays taken.
      'people.profile.update': { 0: 'failed 409', 2: 'delivered' },
      'people.data.update': { 0: 'failed 409', 3: 'failed 503 retried', 4: 'failed 400' },
      'people.data.read': { 4: 'failed 400', 9: 'dropped 404' },
      'people.events.add': { 6: 'dropped 404', 8: 'dropped 404', 9: 'dropped 404' }
    }
  },
  { effect: { type: 'answer', status: 404, reason: 'not_subscribed' }, ending: 'failed 404', isStop: true },
  {
    effect: { type: 'answer', status: 400, reason: 'invalid_data', message: 'x'.repeat(10_000) },
    ending: 'failed 400',
    routes: SEARCH_REFUSED
  },
  {
    // Crisp says that all went well, and tells nothing: a write is believed, a search or a read-back is not.
    effect: { type: 'answer', status: 200, reason: 'updated', data: null },
    ending: 'delivered',
    every: { 1: 'failed 502 retried', 4: 'failed 502 retried', 7: 'failed 502 retried', 10: 'failed 502 retried' },
    ada: { 1: 'failed 502 retried', 7: 'failed 502 retried' },
    routes: {
      // The creation did not happen, so the user ID finds no profile.
      'people.profile.add': { 3: 'failed 503 retried' },
      'people.profiles.list': NEVER_READ,
      'people.data.read': NEVER_READ
    }
  },
  notCrisp({ type: 'answer', status: 301, reason: 'moved', headers: { Location: 'http://127.0.0.1:1/' } }),
  notCrisp({ type: 'redirect', location: 'http://127.0.0.1:1/' }),
  notCrisp({ type: 'reset' }),
  notCrisp({ type: 'reset', applied: true }),
  notCrisp({ type: 'truncated' }, { waits: true }),
  notCrisp({ type: 'truncated', bytes: 0 }, { waits: true }),
  notCrisp({ type: 'truncated', clean: true }),
  notCrisp({ type: 'html' }),
  notCrisp({ type: 'html', status: 200 }),
  notCrisp({ type: 'html', status: 401 }),
  notCrisp({ type: 'html', status: 403 }),
  notCrisp({ type: 'html', status: 404 }),
  notCrisp({ type: 'html', status: 429 }),
  notCrisp({ type: 'empty' }),
  notCrisp({ type: 'empty', status: 200 }),
  notCrisp({ type: 'empty', status: 204 }),
  notCrisp({ type: 'empty', status: 404 }),
  notCrisp({ type: 'empty', status: 500 })
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
/** Positions of events that make different requests, and those of them that make a request of the route. */
const ALONE = [0, 2, 3, 4, 6, 8, 9, 10]
const MAKERS = {
  'people.profile.update': [0, 2],
  'people.profile.add': [2, 3],
  'people.data.update': [0, 3, 4],
  'people.profiles.list': [3, 4, 9, 10],
  'people.data.read': [4, 9],
  'people.events.add': [6, 8, 9]
}
type Route = keyof typeof MAKERS
const ROUTES = Object.keys(MAKERS) as Route[]

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

/** Delivers events one by one, each to a new process. */
async function deliverAlone({ crisp }: World, positions: number[]): Promise<Endings> {
  const events = [...identifies(), ...tracks()]
  const endings: Endings = {}
  for (const at of positions) {
    endings[at] = getEnding(await deliver({ crisp, segment: createRuntime(crisp) }, events[at]))
  }
  return endings
}

it('events make the requests that the cases apply to', async () => {
  const makers = ROUTES.map((route): [Route, number[]] => [route, []])
  for (const at of ALONE) {
    const world = await setUp({ people: [ada, bob] })
    expect(await deliverAlone(world, [at])).toEqual({ [at]: USUAL[at] })
    const routes = world.crisp.journal.entries().map(({ route }) => route)
    for (const [route, positions] of makers) if (routes.includes(route)) positions.push(at)
  }
  expect(Object.fromEntries(makers)).toEqual(MAKERS)
})

describe.each(named)('when Crisp does %s', (_name, fault) => {
  const { effect, ending, isStop = false, waits = false, every, ada: adas, routes } = fault
  beforeEach(() => {
    if (waits) endTimeoutsWhenIdle()
  })

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

  it('to one kind of request, each event that makes it has the ending that the answer means there', async () => {
    const endings: Partial<Record<Route, Endings>> = {}
    const expected: typeof endings = {}
    for (const route of ROUTES) {
      endings[route] = await deliverAlone(await worldWith({ route, effect }), MAKERS[route])
      expected[route] = Object.fromEntries(MAKERS[route].map((at) => [at, routes?.[route]?.[at] ?? ending]))
    }
    expect(endings).toEqual(expected)
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

describe.each([
  ['hang', 'failed 504 retried'],
  ['stalled', 'failed 502 retried']
] as const)('when an answer never ends (%s)', (type, failed) => {
  it('the event fails after the time-out, and no one else waits for it', async () => {
    endTimeoutsWhenIdle()
    const world = await setUp({ people: [ada, bob] })
    world.crisp.faults.add({ person: 'ada@example.com', effect: { type } })
    const batch = [trackByEmail('ada@example.com'), trackByEmail('bob@example.com'), trackByEmail('ada@example.com')]
    expect(getEndings(await deliverBatch(world, batch))).toEqual([failed, 'delivered', failed])
    expect(getEvents(world, 'bob@example.com')).toEqual(['Order Completed'])
  })

  it('the event fails after the time-out also where the runtime passes a signal, which turns its own time-out off', async () => {
    endTimeoutsWhenIdle()
    const world = await setUp({ people: [ada] })
    world.crisp.faults.add({ effect: { type } })
    const { signal } = new AbortController()
    expect(getEnding(await deliver(world, trackByEmail('ada@example.com'), { signal }))).toBe(failed)
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
