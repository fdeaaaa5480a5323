import { setMaxListeners } from 'events'
import type { Clock } from '../clock'
import type { AnswerHead, RequestHooks } from '../runtime'
import { buildHold, getBackoff, readRetryAfter } from './retry-policy'

/** Answers that mean: no more requests now (Crisp docs, "Rate limits"; REST API reference for 423). */
const STOP_SIGNALS = [420, 423, 429]

/** The longest wait: for the end of rate-limit responses, with no request answered otherwise in between, or for a server. */
const PATIENCE = 15 * 60_000

/** Requests of one day, counted by UTC days: Crisp does not say when its own begin. */
export interface DailyRequests {
  /** `2025-11-22` */
  day: string
  requests: number
}

/** Why a run ends before every line has an outcome. */
export type EarlyEnd =
  | { why: 'quota'; until: number }
  | { why: 'rate limit'; until: number }
  | { why: 'interrupted' }
  | { why: 'settings'; reason: string }

/** The limits of a run. */
export interface Limits {
  /** Requests a day. */
  quota?: number
  /** Requests a second. */
  rate?: number
}

/**
 * Stands before every request of a run: keeps the quota and the rate, and pauses everything after a rate-limit response. A
 * request that it holds back fails as not attempted.
 */
export class RateLimiter implements RequestHooks {
  /** Requests in all. */
  requests = 0
  /** Rate-limit responses in all. */
  stopSignals = 0
  /** The moment, by `Clock.elapsed`, before which a server in trouble wants no retries. */
  troubleUntil = 0
  /** The moment, by `Clock.elapsed`, until which everything pauses. */
  pausedUntil = 0
  private earlyEnd?: EarlyEnd
  private readonly ending = new AbortController()
  private nextSlot = 0
  private stopsInRow = 0
  private stoppedSince?: number

  /** @param today - requests of earlier runs; counts on */
  constructor(
    private readonly limits: Limits,
    private readonly clock: Clock,
    readonly today: DailyRequests = { day: '', requests: 0 }
  ) {
    // Every request that waits for its turn listens.
    setMaxListeners(0, this.ending.signal)
  }

  /** Why no further request is made in this run; undefined while requests are made. */
  get ended(): EarlyEnd | undefined {
    if (!this.earlyEnd && this.isSpent()) this.end({ why: 'quota', until: getNextDay(this.clock.now()) })
    return this.earlyEnd
  }

  /** Lets no further request through. The first reason counts. */
  end(why: EarlyEnd): void {
    this.earlyEnd ??= why
    this.ending.abort()
  }

  /** Waits for the rate. Throws what the destination takes for a rate-limit response while nothing may be sent. */
  async beforeRequest(): Promise<void> {
    this.check()
    if (this.limits.rate !== undefined) {
      const now = this.clock.elapsed()
      const slot = Math.max(now, this.nextSlot)
      this.nextSlot = slot + 1_000 / this.limits.rate
      if (slot > now) await this.clock.sleep(slot - now, this.ending.signal)
      this.check()
    }
    this.requests++
    this.today.requests++
  }

  /** Takes note of rate-limit responses, and of the wait that a server in trouble asks for. */
  afterResponse({ status, headers }: AnswerHead): void {
    const now = this.clock.elapsed()
    const asked = readRetryAfter(headers.get('retry-after'), this.clock)
    if (STOP_SIGNALS.includes(status)) this.pause(now, asked)
    else if (status >= 500) this.troubleUntil = Math.max(this.troubleUntil, now + Math.min(asked, PATIENCE))
    else if (now >= this.pausedUntil) this.stoppedSince = undefined
  }

  private pause(now: number, asked: number): void {
    this.stopSignals++
    if (now >= this.pausedUntil) {
      if (this.stoppedSince === undefined) this.stopsInRow = 0
      this.stoppedSince ??= now
      this.stopsInRow++
    }
    const end = (this.stoppedSince ?? now) + PATIENCE
    const backoff = getBackoff(this.stopsInRow, this.clock.random())
    // An answer that was under way when the pause began is no reason for a longer one, unless it says so itself.
    const pause = now < this.pausedUntil ? this.pausedUntil : Math.min(now + backoff, end)
    this.pausedUntil = Math.max(pause, now + asked)
    if (now >= end || this.pausedUntil > end) {
      this.end({ why: 'rate limit', until: this.clock.now() + this.pausedUntil - now })
    }
  }

  private check(): void {
    const { ended } = this
    if (ended) throw buildHold(`the run ends (${ended.why})`)
    if (this.clock.elapsed() < this.pausedUntil) throw buildHold('Crisp asked for a pause')
  }

  private isSpent(): boolean {
    const day = getDay(this.clock.now())
    if (this.today.day !== day) Object.assign(this.today, { day, requests: 0 })
    return this.limits.quota !== undefined && this.today.requests >= this.limits.quota
  }
}

function getDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function getNextDay(time: number): number {
  return Date.parse(getDay(time)) + 24 * 60 * 60_000
}
