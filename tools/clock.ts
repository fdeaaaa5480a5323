import { setTimeout as wait } from 'timers/promises'

/** Time and chance, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after the time, or as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** From 0 to 1, without 1. */
  random(): number
}

/** The longest that Node's timers wait. */
const LONGEST = 2 ** 31 - 1

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => wait(Math.min(ms, LONGEST), undefined, { signal }).catch(() => undefined),
  random: () => Math.random()
}
