import { JumpingClock } from '../clock'
import { Bench, emailsOf, identify, mixed, track } from './support'

/** bench/send.ts does the same with 50,000. */
const EVENTS = 600

let bench: Bench
beforeEach(async () => (bench = await Bench.make({ journalSize: 50_000 })))
afterEach(async () => {
  jest.restoreAllMocks()
  await bench.close()
})

/** Lets the time-outs of the destination pass faster; shorter waits stay as they are. */
function hurryTimeouts(times: number): void {
  const real = global.setTimeout
  jest
    .spyOn(global, 'setTimeout')
    .mockImplementation((run: () => void, ms = 0) => real(run, ms >= 5_000 ? ms / times : ms))
}

describe('retries', () => {
  it('go to the events that failed and only to those; later events of the person wait, others do not', async () => {
    const events = [track(1, 'a'), track(1, 'b'), track(2, 'c'), track(2, 'd')]
    for (const person of [1, 2]) bench.crisp.people.add({ email: `p${person}@example.com` })
    const clock = new JumpingClock()
    const times = bench.recordTimes(clock, 'p1@example.com')
    bench.crisp.faults.add({
      person: 'p1@example.com',
      times: 3,
      effect: { type: 'answer', status: 500, reason: 'server_error' }
    })
    const summary = await bench.send({ files: [await bench.file('e', events)] }, { clock })
    expect(summary).toMatchObject({ exitStatus: 0, outcomes: { delivered: 4 }, requests: 7, answersLost: 0 })
    expect(bench.events('p1@example.com')).toEqual(['a', 'b'])
    expect([1, 2, 3, 4].map((index) => times[index] - times[index - 1])).toEqual([1_125, 2_250, 4_500, 0])
  })

  it('end after ten attempts, and the person goes on', async () => {
    bench.crisp.people.add({ email: 'p1@example.com' })
    bench.crisp.faults.add({
      when: ({ body }) => (body as { text?: string } | undefined)?.text === 'bad',
      effect: { type: 'answer', status: 503, reason: 'server_error' }
    })
    const file = await bench.file('e', [track(1, 'bad'), track(1, 'good')])
    const summary = await bench.send({ files: [file] })
    expect(summary).toMatchObject({ exitStatus: 1, outcomes: { delivered: 1, failed: 1 }, requests: 11 })
    expect(await bench.entries('failed.ndjson')).toMatchObject([{ failed: { status: 503, retry: true, line: 1 } }])
  })

  it('are not made where Segment would make none', async () => {
    bench.crisp.people.add({ email: 'p1@example.com' })
    bench.crisp.faults.add({ effect: { type: 'answer', status: 400, reason: 'invalid_data' } })
    const summary = await bench.send({ files: [await bench.file('e', [track(1, 'a')])] })
    expect(summary).toMatchObject({ outcomes: { failed: 1 }, requests: 1 })
  })

  it('wait as long as Retry-After says', async () => {
    bench.crisp.people.add({ email: 'p1@example.com' })
    const clock = new JumpingClock()
    const times = bench.recordTimes(clock)
    const busy = { type: 'answer', status: 503, reason: 'busy', headers: { 'Retry-After': '20' } } as const
    bench.crisp.faults.add({ nth: 1, effect: busy })
    await bench.send({ files: [await bench.file('e', [track(1, 'a')])] }, { clock })
    expect(times[1] - times[0]).toBe(20_000)
  })

  it('let the identify pass that a track waits for', async () => {
    const { presetSubscriptions } = await import('../../../tools/runtime')
    const [identifying, tracking] = presetSubscriptions()
    const retrying = { ...tracking, mapping: { ...tracking.mapping, unknownPerson: 'retry' } }
    const mapping = await bench.file('m', JSON.stringify([identifying, retrying]))
    const file = await bench.file('e', [track(1, 'early'), identify(1), track(1, 'late'), track(9, 'never')])
    const summary = await bench.send({ files: [file], mapping })
    expect(summary.outcomes).toMatchObject({ delivered: 3, failed: 1 })
    expect(bench.events('p1@example.com')).toEqual(['early', 'late'])
    expect(await bench.entries('failed.ndjson')).toMatchObject([{ failed: { status: 429, retry: true, line: 4 } }])
  })
})

describe('a rate-limit response', () => {
  it('pauses all batches at once, for as long as it asks, and costs no event anything', async () => {
    const events = mixed(240, 40)
    const stop = { type: 'answer', status: 429, reason: 'rate_limited', headers: { 'Retry-After': '30' } } as const
    const clock = new JumpingClock()
    const times = bench.recordTimes(clock)
    bench.crisp.faults.add({ nth: 60, effect: stop })
    const options = { files: [await bench.file('e', events)], batchSize: 40 }
    const summary = await bench.send(options, { clock })
    expect(summary).toMatchObject({ exitStatus: 0, outcomes: { delivered: 240 } })
    const statuses = bench.crisp.journal.entries().map(({ status }) => status)
    expect(statuses.filter((status) => status === 429)).toHaveLength(1)
    const stoppedAt = times[statuses.indexOf(429)]
    // What was under way, ten requests in each of two batches, may still arrive; nothing new does.
    const during = times.slice(statuses.indexOf(429) + 1).filter((at) => at < stoppedAt + 30_000)
    expect(during.length).toBeLessThan(20)
    expect(times[times.length - 1]).toBeGreaterThanOrEqual(stoppedAt + 30_000)
  })

  it('without end stops the run after 15 minutes, and a later run goes on', async () => {
    bench.crisp.faults.add({ effect: { type: 'quota', requests: 50, status: 423 } })
    const options = { files: [await bench.file('e', mixed(100, 10))], state: bench.path('s'), batchSize: 20 }
    const clock = new JumpingClock()
    const begin = clock.now()
    const summary = await bench.send(options, { clock })
    expect(summary).toMatchObject({
      exitStatus: 3,
      stopped: expect.stringMatching(/rate-limit responses/),
      outcomes: { failed: 0 }
    })
    expect(clock.now() - begin).toBeGreaterThanOrEqual(15 * 60_000)
    expect(bench.crisp.journal.count()).toBeLessThan(50 + 30 * 20)
    bench.crisp.faults.clear()
    expect(await bench.send(options)).toMatchObject({ exitStatus: 0, outcomes: { delivered: 100 }, lines: 100 })
  })
})

it('keeps the rate over the whole run', async () => {
  const clock = new JumpingClock()
  const begin = clock.now()
  const times = bench.recordTimes(clock)
  await bench.send({ files: [await bench.file('e', mixed(60, 20))], rate: 10 }, { clock })
  expect(times.length).toBeGreaterThan(60)
  times.forEach((at, index) => expect(at - begin).toBeGreaterThanOrEqual(index * 100))
})

it('loses nothing among errors, resets, hangs and bursts of rate-limit responses, and repeats only what had no answer', async () => {
  hurryTimeouts(25)
  const people = 80
  const { faults } = bench.crisp
  faults.add({ probability: 0.01, seed: 1, effect: { type: 'answer', status: 500, reason: 'server_error' } })
  faults.add({ probability: 0.01, seed: 2, effect: { type: 'reset' } })
  faults.add({ probability: 0.02, seed: 3, effect: { type: 'reset', applied: true } })
  faults.add({ nth: [100, 400], effect: { type: 'hang' } })
  const burst = (nth: number) => Array.from({ length: 15 }, (_, index) => nth + index)
  faults.add({ nth: burst(200), effect: { type: 'answer', status: 429, reason: 'rate_limited' } })
  faults.add({ nth: burst(500), effect: { type: 'answer', status: 420, reason: 'rate_limited' } })

  const file = await bench.file('e', mixed(EVENTS, people))
  const summary = await bench.send({ files: [file] })
  expect(summary).toMatchObject({
    finished: true,
    lines: EVENTS,
    waiting: 0,
    exitStatus: 0,
    outcomes: { delivered: EVENTS }
  })

  const arrived = new Map<string, number>()
  for (const texts of bench.eventsOfEach(emailsOf(people))) {
    for (const text of texts) arrived.set(text, (arrived.get(text) ?? 0) + 1)
    const firsts = [...new Set(texts)].map((text) => Number(text.slice(5)))
    expect(firsts).toEqual([...firsts].sort((a, b) => a - b))
  }
  const requests = bench.crisp.journal.entries()
  const ofEvents = requests.filter(({ route }) => route.startsWith('people.events'))
  expect(ofEvents.filter(({ fault }) => fault === 'reset').length).toBeGreaterThan(0)
  expect(requests.filter(({ fault }) => fault === 'hang')).toHaveLength(2)
  const repeated = [...arrived.values()].filter((times) => times > 1).length
  expect(repeated).toBeLessThanOrEqual(summary.answersLost)
  expect(summary.answersLost).toBeGreaterThan(0)
  const kept = emailsOf(people).flatMap((email) => bench.crisp.people.get(email)?.events ?? [])
  expect(new Set(kept.map(({ text }) => text)).size).toBe((EVENTS * 2) / 3)
}, 60_000)
