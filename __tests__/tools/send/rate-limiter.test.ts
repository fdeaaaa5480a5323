import { RateLimiter } from '../../../tools/send/rate-limiter'
import { getBackoff, readRetryAfter } from '../../../tools/send/retry-policy'
import { ManualClock } from '../clock'

const answer = (status: number, after?: string) => ({ status, headers: { get: () => after ?? null } })

let clock: ManualClock
beforeEach(() => (clock = new ManualClock()))

describe('backoff', () => {
  it('is 1 s, doubling to 60 s, with jitter', () => {
    const waits = (chance: number) => [1, 2, 3, 6, 7, 20].map((failures) => getBackoff(failures, chance))
    expect(waits(0)).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000])
    expect(waits(0.999).map(Math.round)).toEqual([1_250, 2_500, 4_999, 39_992, 60_000, 60_000])
  })

  it('reads Retry-After in seconds and as a date', () => {
    expect(readRetryAfter('7', clock)).toBe(7_000)
    expect(readRetryAfter(new Date(clock.now() + 9_000).toUTCString(), clock)).toBe(9_000)
    expect(readRetryAfter(new Date(clock.now() - 9_000).toUTCString(), clock)).toBe(0)
    expect([null, '', 'soon', '-3'].map((header) => readRetryAfter(header, clock))).toEqual([0, 0, 0, 0])
  })
})

describe('the quota', () => {
  it('lets exactly so many requests through, over runs of the same day', async () => {
    const limiter = new RateLimiter({ quota: 5 }, clock, { day: '2025-06-15', requests: 2 })
    for (let i = 0; i < 3; i++) await limiter.beforeRequest()
    expect(limiter.ended).toEqual({ why: 'quota', until: Date.parse('2025-06-16T00:00:00Z') })
    await expect(limiter.beforeRequest()).rejects.toMatchObject({ kind: 'stop', isAttempted: false, status: 429 })
    expect(limiter.requests).toBe(3)
    expect(limiter.today).toEqual({ day: '2025-06-15', requests: 5 })
  })

  it('starts again on the next day', async () => {
    const limiter = new RateLimiter({ quota: 5 }, clock, { day: '2025-06-14', requests: 5 })
    await limiter.beforeRequest()
    expect(limiter.ended).toBeUndefined()
    expect(limiter.today).toEqual({ day: '2025-06-15', requests: 1 })
  })
})

describe('the rate', () => {
  it('spaces requests out, and lets those go that wait when the run ends', async () => {
    const limiter = new RateLimiter({ rate: 4 }, clock)
    const times: number[] = []
    const begin = clock.now()
    const all = Array.from({ length: 6 }, () => limiter.beforeRequest().then(() => times.push(clock.now() - begin)))
    const ended = Promise.allSettled(all)
    for (let i = 0; i < 4; i++) {
      await new Promise(setImmediate)
      clock.advance(250)
    }
    await new Promise(setImmediate)
    expect(times).toEqual([0, 250, 500, 750, 1_000])
    limiter.end({ why: 'interrupted' })
    expect((await ended).map(({ status }) => status)).toEqual([...Array<string>(5).fill('fulfilled'), 'rejected'])
  })
})

describe('a clock that is set back by an hour', () => {
  it('stops neither the rate nor a pause', async () => {
    const limiter = new RateLimiter({ rate: 1 }, clock)
    await limiter.beforeRequest()
    limiter.afterResponse(answer(429))
    clock.set(-3_600_000)
    await expect(limiter.beforeRequest()).rejects.toMatchObject({ isAttempted: false })
    clock.advance(1_125)
    const entered = limiter.beforeRequest()
    clock.advance(1_000)
    await entered
    expect(limiter.requests).toBe(2)
  })
})

describe('a rate-limit response', () => {
  it.each([420, 423, 429])('%d pauses everything once, however many answers bring it', async (status) => {
    const limiter = new RateLimiter({}, clock)
    limiter.afterResponse(answer(status))
    limiter.afterResponse(answer(status))
    limiter.afterResponse(answer(200))
    limiter.afterResponse(answer(status))
    expect(limiter.stopSignals).toBe(3)
    expect(limiter.pausedUntil - clock.now()).toBe(1_125)
    await expect(limiter.beforeRequest()).rejects.toMatchObject({ isAttempted: false })
    clock.advance(1_125)
    await limiter.beforeRequest()
  })

  it('pauses twice as long when it comes again, and starts again after success', () => {
    const limiter = new RateLimiter({}, clock)
    const pauses = [1, 2, 3].map(() => {
      limiter.afterResponse(answer(429))
      const pause = limiter.pausedUntil - clock.now()
      clock.advance(pause)
      return pause
    })
    expect(pauses).toEqual([1_125, 2_250, 4_500])
    limiter.afterResponse(answer(200))
    limiter.afterResponse(answer(429))
    expect(limiter.pausedUntil - clock.now()).toBe(1_125)
  })

  it('honours Retry-After, also of an answer that comes during the pause', () => {
    const limiter = new RateLimiter({}, clock)
    limiter.afterResponse(answer(429, '30'))
    expect(limiter.pausedUntil - clock.now()).toBe(30_000)
    limiter.afterResponse(answer(429, '40'))
    expect(limiter.pausedUntil - clock.now()).toBe(40_000)
  })

  it('ends the run after 15 minutes of nothing else', () => {
    const limiter = new RateLimiter({}, clock)
    const begin = clock.now()
    while (!limiter.ended) {
      limiter.afterResponse(answer(429))
      clock.advance(Math.max(0, limiter.pausedUntil - clock.now()))
    }
    expect(limiter.ended.why).toBe('rate limit')
    expect(clock.now() - begin).toBeGreaterThanOrEqual(15 * 60_000)
    expect(clock.now() - begin).toBeLessThan(17 * 60_000)
  })

  it('ends the run at once when it asks for a longer wait than that', () => {
    const limiter = new RateLimiter({}, clock)
    limiter.afterResponse(answer(429, '3600'))
    expect(limiter.ended).toEqual({ why: 'rate limit', until: clock.now() + 3_600_000 })
  })
})

it('remembers how long a server in trouble asks to wait, without a pause', () => {
  const limiter = new RateLimiter({}, clock)
  limiter.afterResponse(answer(503, '20'))
  expect(limiter.troubleUntil - clock.now()).toBe(20_000)
  expect(limiter.pausedUntil).toBe(0)
})

it('waits no longer than 15 minutes for a server in trouble, whatever that asks for', () => {
  const limiter = new RateLimiter({}, clock)
  limiter.afterResponse(answer(503, String(365 * 24 * 3_600)))
  expect(limiter.troubleUntil - clock.elapsed()).toBe(15 * 60_000)
  limiter.afterResponse(answer(500, new Date(clock.now() + 365 * 24 * 3_600_000).toUTCString()))
  expect(limiter.troubleUntil - clock.elapsed()).toBe(15 * 60_000)
})
