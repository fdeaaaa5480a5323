import { FakeTime } from './fake-time'
import { loadFunction, readEnding, requests } from './load'
import { IDENTIFY, toEvent, TRACK, useSandbox } from './support'

const shared = useSandbox()

/** Segment halts an invocation after 5 seconds; the Function promises to end before this. */
const LIMIT = 4_500

/** Track calls of as many people, all known to Crisp. */
function addPeople(count: number) {
  return Array.from({ length: count }, (_none, n) => {
    const email = `person${n}@example.com`
    shared.crisp.people.add({ email })
    return toEvent({ ...TRACK, userId: `u${n}`, event: `Event ${n}`, context: { traits: { email } } })
  })
}

const countEvents = () => shared.crisp.people.all().map(({ events }) => events.length)

describe('an invocation', () => {
  it.each([
    ['Crisp never answers', undefined],
    [
      "Crisp's answer never ends",
      async () => ({ status: 200, ok: true, headers: new Headers(), text: () => new Promise(() => undefined) })
    ]
  ])('ends in time and is tried again when %s', async (_what, fetch) => {
    for (const event of [IDENTIFY, TRACK, toEvent({ type: 'delete', userId: 'ada@example.com' })]) {
      const time = new FakeTime()
      const { onEvent } = loadFunction(shared.crisp, { time, latency: Infinity, fetch })
      expect(await readEnding(onEvent(event, shared.settings))).toBe(
        'RetryError: Crisp did not answer in time. It is tried again later.'
      )
      expect(time.elapsed).toBeGreaterThan(3_000)
      expect(time.elapsed).toBeLessThan(LIMIT)
    }
  })

  it.each([250, 900, 1_700, 3_000])('ends in time when each answer takes %d ms', async (latency) => {
    shared.crisp.people.add({ email: 'ada@example.com', data: { user_id: 'u1' } })
    const events = [
      IDENTIFY,
      toEvent({ ...TRACK, context: {} }),
      toEvent({ type: 'delete', userId: 'u1' }),
      toEvent({ type: 'delete', userId: 'ada@example.com' })
    ]
    for (const event of events) {
      const time = new FakeTime()
      const { onEvent } = loadFunction(shared.crisp, { time, latency })
      expect(await readEnding(onEvent(event, shared.settings))).toMatch(/^(done$|RetryError: )/)
      expect(time.elapsed).toBeLessThan(LIMIT)
    }
  })

  it('starts no request shortly before its end, and says so', async () => {
    const time = new FakeTime()
    const { onIdentify } = loadFunction(shared.crisp, { time, latency: 3_950 })
    expect(await readEnding(onIdentify(IDENTIFY, shared.settings))).toBe(
      "RetryError: Not attempted: Segment's time for it is over."
    )
    expect(requests).toHaveLength(1)
  })

  it('hands each request the time that is left', async () => {
    const { onIdentify } = loadFunction(shared.crisp, { time: new FakeTime(), latency: 1_000 })
    await readEnding(onIdentify(IDENTIFY, shared.settings))
    expect(requests.map(({ timeout }) => timeout)).toEqual([4_000, 3_400, 2_400, 1_400])
  })

  it('leaves no timer behind', async () => {
    const time = new FakeTime()
    const { onBatch } = loadFunction(shared.crisp, { time, latency: 100 })
    await onBatch([IDENTIFY, TRACK], shared.settings)
    expect(time.isIdle).toBe(true)
  })
})

describe('a batch of 400 events on a slow Crisp', () => {
  it('ends in time, and what was not sent is tried again until all events arrived once', async () => {
    let events = addPeople(400)
    const rounds: number[] = []
    while (events.length > 0) {
      const time = new FakeTime()
      // Nothing is left of the module's memory.
      const { onBatch } = loadFunction(shared.crisp, { time, latency: 300 })
      const results = await onBatch(events, shared.settings)
      expect(time.elapsed).toBeLessThan(LIMIT)
      expect(new Set(results.map(({ status }) => status))).toEqual(new Set(rounds.length < 2 ? [200, 500] : [200]))
      const failures = results.filter(({ status }) => status === 500).map(({ errormessage }) => errormessage)
      expect(new Set(failures).size).toBeLessThanOrEqual(1)
      for (const message of failures) expect(message).toBe("Not attempted: Segment's time for it is over.")
      rounds.push(results.length - failures.length)
      events = events.filter((_event, index) => results[index].status === 500)
    }
    expect(rounds).toEqual([140, 140, 120])
    expect(countEvents()).toEqual(Array.from({ length: 400 }, () => 1))
    expect(shared.crisp.journal.maxInFlight).toBeLessThanOrEqual(10)
  })

  it('answers 500 to every event when Crisp does not answer at all', async () => {
    const time = new FakeTime()
    const { onBatch } = loadFunction(shared.crisp, { time, latency: Infinity })
    const results = await onBatch(addPeople(400), shared.settings)
    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 400 }, () => 500))
    expect(time.elapsed).toBeLessThan(LIMIT)
    expect(requests.length).toBeLessThanOrEqual(20)
  })
})
