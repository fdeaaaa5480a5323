import { setMaxListeners } from 'events'
import { CrispError } from '../../src/api/errors'
import type { AnswerHead, Gate } from '../runtime'
import { backoff, retryAfter } from './backoff'
import type { Clock } from './clock'

/** Answers that mean: no more requests now (Crisp docs, "Rate limits"; REST API reference for 423). */
const STOP_SIGNALS = [420, 423, 429]

/** How long stop signals are waited out, with no request answered otherwise in between. */
const PATIENCE = 15 * 60_000

/** Requests of one day, counted by UTC days: Crisp does not say when its own begin. */
export interface DaySpent {
  /** `2025-11-22` */
  day: string
  requests: number
}

/** Why no further request is made in this run. */
export type Closed =
  | { why: 'quota'; until: number }
  | { why: 'stop signals'; until: number }
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
 * Stands before every request of a run: keeps the quota and the rate, and pauses everything after a stop signal. What it
 * holds back fails as not attempted, so that no event is told otherwise than what happened to it.
 */
export class SpendingGate implements Gate {
  /** Requests in all. */
  requests = 0
  /** Stop signals in all. */
  stopSignals = 0
  /** The moment until which a server in trouble asks not to be bothered with retries. */
  troubleUntil = 0
  /** The moment until which everything pauses. */
  pausedUntil = 0
  private isClosedBy?: Closed
  private readonly closing = new AbortController()
  private nextSlot = 0
  private stopsInRow = 0
  private stoppedSince?: number

  /** @param spent - requests of earlier runs; counts on */
  constructor(
    private readonly limits: Limits,
    private readonly clock: Clock,
    readonly spent: DaySpent = { day: '', requests: 0 }
  ) {
    // Every request that waits for its turn listens.
    setMaxListeners(0, this.closing.signal)
  }

  /** Why the gate is closed for the rest of the run; undefined while it is not. */
  get closed(): Closed | undefined {
    if (!this.isClosedBy && this.isSpent()) this.close({ why: 'quota', until: nextDay(this.clock.now()) })
    return this.isClosedBy
  }

  /** Lets no further request through. The first reason stands. */
  close(closed: Closed): void {
    this.isClosedBy ??= closed
    this.closing.abort()
  }

  /** Waits for the rate. Throws what the destination takes for a stop signal while nothing may be sent. */
  async enter(): Promise<void> {
    this.check()
    if (this.limits.rate !== undefined) {
      const now = this.clock.now()
      const slot = Math.max(now, this.nextSlot)
      this.nextSlot = slot + 1_000 / this.limits.rate
      if (slot > now) await this.clock.sleep(slot - now, this.closing.signal)
      this.check()
    }
    this.requests++
    this.spent.requests++
  }

  /** Takes note of stop signals, and of what a server in trouble asks for. */
  answered({ status, headers }: AnswerHead): void {
    const now = this.clock.now()
    const asked = retryAfter(headers.get('retry-after'), this.clock)
    if (STOP_SIGNALS.includes(status)) this.stop(now, asked)
    else if (status >= 500) this.troubleUntil = Math.max(this.troubleUntil, now + asked)
    else if (now >= this.pausedUntil) this.stoppedSince = undefined
  }

  private stop(now: number, asked: number): void {
    this.stopSignals++
    if (now >= this.pausedUntil) {
      if (this.stoppedSince === undefined) this.stopsInRow = 0
      this.stoppedSince ??= now
      this.stopsInRow++
    }
    const end = (this.stoppedSince ?? now) + PATIENCE
    // An answer that was under way when the pause began is no reason for a longer one, unless it says so itself.
    const pause = now < this.pausedUntil ? this.pausedUntil : Math.min(now + backoff(this.stopsInRow, this.clock), end)
    this.pausedUntil = Math.max(pause, now + asked)
    if (now >= end || this.pausedUntil > end) this.close({ why: 'stop signals', until: this.pausedUntil })
  }

  private check(): void {
    const { closed } = this
    if (closed) throw held(`the run ends (${closed.why})`)
    if (this.clock.now() < this.pausedUntil) throw held('Crisp asked for a pause')
  }

  private isSpent(): boolean {
    const today = dayOf(this.clock.now())
    if (this.spent.day !== today) Object.assign(this.spent, { day: today, requests: 0 })
    return this.limits.quota !== undefined && this.spent.requests >= this.limits.quota
  }
}

/** What the destination takes for a stop signal: the rest of the batch is not attempted. */
function held(because: string): CrispError {
  return new CrispError('stop', 429, `Not attempted: ${because}.`, undefined, false)
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function nextDay(time: number): number {
  return Date.parse(dayOf(time)) + 24 * 60 * 60_000
}
