import { backoff, retryAfter } from '../../../tools/send/backoff'
import { SpendingGate } from '../../../tools/send/gate'
import { ManualClock } from './support'

const answer = (status: number, after?: string) => ({ status, headers: { get: () => after ?? null } })

let clock: ManualClock
beforeEach(() => (clock = new ManualClock()))

describe('backoff', () => {
  it('is 1 s, doubling to 60 s, with jitter', () => {
    const waits = (chance: number) =>
      [1, 2, 3, 6, 7, 20].map((failures) => backoff(failures, { ...clock, random: () => chance }))
    expect(waits(0)).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000])
    expect(waits(0.999).map(Math.round)).toEqual([1_250, 2_500, 4_999, 39_992, 60_000, 60_000])
  })

  it('reads Retry-After in seconds and as a date', () => {
    expect(retryAfter('7', clock)).toBe(7_000)
    expect(retryAfter(new Date(clock.now() + 9_000).toUTCString(), clock)).toBe(9_000)
    expect(retryAfter(new Date(clock.now() - 9_000).toUTCString(), clock)).toBe(0)
    expect([null, '', 'soon', '-3'].map((header) => retryAfter(header, clock))).toEqual([0, 0, 0, 0])
  })
})

describe('the quota', () => {
  it('lets exactly so many requests through, over runs of the same day', async () => {
    const gate = new SpendingGate({ quota: 5 }, clock, { day: '2025-06-15', requests: 2 })
    for (let i = 0; i < 3; i++) await gate.enter()
    expect(gate.closed).toEqual({ why: 'quota', until: Date.parse('2025-06-16T00:00:00Z') })
    await expect(gate.enter()).rejects.toMatchObject({ kind: 'stop', attempted: false, error: { status: 429 } })
    expect(gate.requests).toBe(3)
    expect(gate.spent).toEqual({ day: '2025-06-15', requests: 5 })
  })

  it('begins anew on the next day', async () => {
    const gate = new SpendingGate({ quota: 5 }, clock, { day: '2025-06-14', requests: 5 })
    await gate.enter()
    expect(gate.closed).toBeUndefined()
    expect(gate.spent).toEqual({ day: '2025-06-15', requests: 1 })
  })
})

describe('the rate', () => {
  it('spaces requests out, and lets those go that wait when the run ends', async () => {
    const gate = new SpendingGate({ rate: 4 }, clock)
    const times: number[] = []
    const begin = clock.now()
    const all = Array.from({ length: 6 }, () => gate.enter().then(() => times.push(clock.now() - begin)))
    const ended = Promise.allSettled(all)
    for (let i = 0; i < 4; i++) {
      await new Promise(setImmediate)
      clock.advance(250)
    }
    await new Promise(setImmediate)
    expect(times).toEqual([0, 250, 500, 750, 1_000])
    gate.close({ why: 'interrupted' })
    expect((await ended).map(({ status }) => status)).toEqual([...Array<string>(5).fill('fulfilled'), 'rejected'])
  })
})

describe('a stop signal', () => {
  it.each([420, 423, 429])('%d pauses everything once, however many answers bring it', async (status) => {
    const gate = new SpendingGate({}, clock)
    gate.answered(answer(status))
    gate.answered(answer(status))
    gate.answered(answer(200))
    gate.answered(answer(status))
    expect(gate.stopSignals).toBe(3)
    expect(gate.pausedUntil - clock.now()).toBe(1_125)
    await expect(gate.enter()).rejects.toMatchObject({ attempted: false })
    clock.advance(1_125)
    await gate.enter()
  })

  it('pauses twice as long when it comes again, and begins anew after success', () => {
    const gate = new SpendingGate({}, clock)
    const pauses = [1, 2, 3].map(() => {
      gate.answered(answer(429))
      const pause = gate.pausedUntil - clock.now()
      clock.advance(pause)
      return pause
    })
    expect(pauses).toEqual([1_125, 2_250, 4_500])
    gate.answered(answer(200))
    gate.answered(answer(429))
    expect(gate.pausedUntil - clock.now()).toBe(1_125)
  })

  it('honours Retry-After, also of an answer that comes during the pause', () => {
    const gate = new SpendingGate({}, clock)
    gate.answered(answer(429, '30'))
    expect(gate.pausedUntil - clock.now()).toBe(30_000)
    gate.answered(answer(429, '40'))
    expect(gate.pausedUntil - clock.now()).toBe(40_000)
  })

  it('ends the run after 15 minutes of nothing else', () => {
    const gate = new SpendingGate({}, clock)
    const begin = clock.now()
    while (!gate.closed) {
      gate.answered(answer(429))
      clock.advance(Math.max(0, gate.pausedUntil - clock.now()))
    }
    expect(gate.closed.why).toBe('stop signals')
    expect(clock.now() - begin).toBeGreaterThanOrEqual(15 * 60_000)
    expect(clock.now() - begin).toBeLessThan(17 * 60_000)
  })

  it('ends the run at once when it asks for a longer wait than that', () => {
    const gate = new SpendingGate({}, clock)
    gate.answered(answer(429, '3600'))
    expect(gate.closed).toEqual({ why: 'stop signals', until: clock.now() + 3_600_000 })
  })
})

it('remembers how long a server in trouble wants to be left alone, without a pause', () => {
  const gate = new SpendingGate({}, clock)
  gate.answered(answer(503, '20'))
  expect(gate.troubleUntil - clock.now()).toBe(20_000)
  expect(gate.pausedUntil).toBe(0)
})
