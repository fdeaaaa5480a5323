import type { Clock } from './clock'

const FIRST = 1_000
const LONGEST = 60_000
const JITTER = 0.25

/**
 * The wait before the next attempt: 1 s, doubling, and up to a quarter more so that clients that failed together do not
 * come back together; 60 s at most in all.
 * @param failures - attempts that failed so far, at least 1
 */
export function backoff(failures: number, clock: Clock): number {
  const base = Math.min(LONGEST, FIRST * 2 ** (failures - 1))
  return Math.min(LONGEST, base * (1 + JITTER * clock.random()))
}

/**
 * The wait that an answer asks for with `Retry-After`: seconds or a date (RFC 9110, 10.2.3).
 * @returns milliseconds; 0 when the answer asks for none or cannot be understood
 */
export function retryAfter(header: string | null, clock: Clock): number {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const date = text === '' ? NaN : Date.parse(text)
  return Number.isNaN(date) ? 0 : Math.max(0, date - clock.now())
}
