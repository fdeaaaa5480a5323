import type { FaultEffect } from '../../tools/sandbox'
import type { World } from './support'
import { deliver, deliverBatch, endingOf, endingsOf, eventsOf, identify, setUp, track, trackOf } from './support'

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

/** Cuts long waits short: the destination's own time-outs, and nothing of the sandbox's. */
function shortenTimeouts(times: number) {
  const wait = setTimeout
  const shortened = (run: () => void, ms = 0) => wait(run, ms >= 10_000 ? ms / times : ms)
  jest.spyOn(global, 'setTimeout').mockImplementation(shortened)
}

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
  trackOf('ada@example.com'),
  track({ userId: 'u1' }),
  trackOf('nobody@example.com'),
  trackOf('nobody@example.com', { userId: 'u2' }),
  track({ userId: 'nobody' }),
  trackOf('ada@example.com', { event: 'Second' }),
  trackOf('malformed')
]

const EFFECTS: FaultEffect[] = [
  ...[400, 401, 402, 403, 404, 405, 408, 409, 418, 420, 423, 429, 500, 501, 502, 503, 504, 520, 599].map(
    (status): FaultEffect => ({ type: 'answer', status, reason: 'because' })
  ),
  { type: 'answer', status: 404, reason: 'people_not_found' },
  { type: 'answer', status: 404, reason: 'not_subscribed' },
  { type: 'answer', status: 400, reason: 'invalid_data', message: 'x'.repeat(10_000) },
  { type: 'answer', status: 200, reason: 'updated', data: null },
  { type: 'answer', status: 301, reason: 'moved', headers: { Location: 'http://127.0.0.1:1/' } },
  { type: 'reset' },
  { type: 'reset', applied: true },
  { type: 'truncated' },
  { type: 'truncated', bytes: 0 },
  { type: 'truncated', clean: true },
  { type: 'html' },
  { type: 'html', status: 200 },
  { type: 'html', status: 404 },
  { type: 'html', status: 429 },
  { type: 'empty' },
  { type: 'empty', status: 200 },
  { type: 'empty', status: 204 },
  { type: 'empty', status: 404 },
  { type: 'empty', status: 500 }
]
const named = EFFECTS.map((effect) => [JSON.stringify(effect).slice(0, 70), effect] as const)

/** Every event has its own ending, of those that a delivery may have. */
function expectEndings(world: World, endings: string[], count: number) {
  expect(endings).toHaveLength(count)
  for (const ending of endings) expect(ending).toMatch(/^(delivered|(dropped|failed) [45]\d\d( retried)?)$/)
  expect(world.crisp.journal.maxInFlight).toBeLessThanOrEqual(10)
}

describe.each(named)('when Crisp does %s', (_name, effect) => {
  // The request client never ends the reading of a body that was cut off: the destination's time-out does.
  beforeEach(() => shortenTimeouts(200))

  it('to every request, each event of a batch has an ending', async () => {
    const world = await setUp()
    for (const person of [ada, bob]) world.crisp.people.add(person)
    world.crisp.faults.add({ effect })
    expectEndings(world, endingsOf(await deliverBatch(world, identifies())), 6)
    expectEndings(world, endingsOf(await deliverBatch(world, tracks())), 7)
  })

  it('to some requests, each event of a batch and each single event has an ending', async () => {
    const world = await setUp()
    for (const person of [ada, bob]) world.crisp.people.add(person)
    world.crisp.faults.add({ probability: 0.4, seed: 3, effect })
    expectEndings(world, endingsOf(await deliverBatch(world, identifies())), 6)
    expectEndings(world, endingsOf(await deliverBatch(world, tracks())), 7)
    for (const event of [...identifies(), ...tracks()]) expectEndings(world, [endingOf(await deliver(world, event))], 1)
  })
})

describe('when Crisp is not there', () => {
  it('every event is tried again later', async () => {
    const { crisp, segment } = await setUp({ latency: 0 })
    await crisp.close()
    const world = { crisp, segment }
    expect(endingsOf(await deliverBatch(world, tracks().slice(0, 3)))).toEqual(Array(3).fill('failed 502 retried'))
    expect(endingOf(await deliver(world, identifies()[0]))).toBe('failed 502 retried')
  })
})

describe.each(['hang', 'stalled'] as const)('when an answer never ends (%s)', (type) => {
  it('the event fails after the time-out, and nobody else waits for it', async () => {
    shortenTimeouts(20)
    const world = await setUp({ people: [ada, bob] })
    world.crisp.faults.add({ person: 'ada@example.com', effect: { type } })
    const batch = [trackOf('ada@example.com'), trackOf('bob@example.com'), trackOf('ada@example.com')]
    expect(endingsOf(await deliverBatch(world, batch))).toEqual([
      'failed 504 retried',
      'delivered',
      'failed 504 retried'
    ])
    expect(eventsOf(world, 'bob@example.com')).toEqual(['Order Completed'])
  })

  it('the event fails after the time-out also where the runtime passes a signal, which turns its own time-out off', async () => {
    shortenTimeouts(20)
    const world = await setUp({ people: [ada] })
    world.crisp.faults.add({ effect: { type } })
    const { signal } = new AbortController()
    expect(endingOf(await deliver(world, trackOf('ada@example.com'), { signal }))).toBe('failed 504 retried')
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
    const verdicts = await deliverBatch(world, [trackOf('ada@example.com'), trackOf('ada@example.com')], abort)
    expect(endingsOf(verdicts)).toEqual(['failed 504 retried', 'failed 504 retried'])
    expect(world.crisp.journal.count()).toBe(1)
  })
})

describe('a very large answer', () => {
  it('hangs nothing', async () => {
    const world = await setUp({ people: [ada] })
    const data = { data: { user_id: 'u1', text: 'x'.repeat(1_000_000) } }
    world.crisp.route({ name: 'people.data.read', handler: () => ({ status: 200, reason: 'resolved', data }) })
    expect(endingOf(await deliver(world, track({ userId: 'u1' })))).toBe('delivered')
  })
})
