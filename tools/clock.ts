import { setTimeout as wait } from 'timers/promises'

/** Time and chance, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch, for dates. This machine's clock may be set back or forward. */
  now(): number
  /** Milliseconds since some moment, for waits and rates: they pass evenly, whatever happens to the clock. */
  elapsed(): number
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
  elapsed: () => performance.now(),
  sleep: (ms, signal) => wait(Math.min(ms, LONGEST), undefined, { signal }).catch(() => undefined),
  random: () => Math.random()
}
