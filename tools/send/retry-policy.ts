import { CONTACT_LIMIT, CrispError, NOT_ATTEMPTED } from '../../src/api/errors'
import type { Clock } from '../clock'
import type { Outcome as Verdict } from '../runtime'
import type { Outcome } from './stats'

/** Attempts in all before an event is given up: nine waits, about four minutes. */
const MAX_ATTEMPTS = 10

const FIRST_WAIT = 1_000
const LONGEST_WAIT = 60_000
const JITTER = 0.25

/** Answers that no event can get past: key, plan, permission. */
const SETTINGS_REFUSED = [401, 402, 403]

/** Codes of network errors from before anything was sent. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']

/** What follows for an event from an attempt to deliver it. */
export type Decision =
  | { next: 'settle'; outcome: Outcome }
  /** Tried and failed; to be tried again after a wait. */
  | { next: 'retry'; awaitsPerson: boolean; isAnswerLost: boolean }
  /** Not tried, through no fault of its own; it keeps its place. */
  | { next: 'hold' }
  /** Nothing can succeed with these settings. */
  | { next: 'end'; reason: string }

/** What a verdict stands in. */
export interface Attempt {
  /** Attempts at the event that failed before. */
  failures: number
  /** A rate-limit response came while the batch was under way. */
  isStopped: boolean
}

type Failure = Extract<Verdict, { reason: string }>

/** Decides what the verdict of Segment's runtime means for the event. */
export function decide(verdict: Verdict, { failures, isStopped }: Attempt): Decision {
  if (verdict.outcome === 'delivered') return { next: 'settle', outcome: { name: 'delivered' } }
  if (verdict.outcome === 'not subscribed') {
    return { next: 'settle', outcome: { name: 'not subscribed', reason: 'No subscription takes it.' } }
  }
  const { outcome: name, status, reason, retry } = verdict
  if (name === 'dropped') return { next: 'settle', outcome: { name, reason } }
  if (!readHints(verdict).isAttempted) return { next: 'hold' }
  const isRefused = SETTINGS_REFUSED.includes(status) && !readHints(verdict).isContactLimit
  if (isRefused || isNotInstalled(verdict.body)) return { next: 'end', reason }
  if (retry && status === 429 && isStopped) return { next: 'hold' }
  if (!retry || failures + 1 >= MAX_ATTEMPTS) return { next: 'settle', outcome: { name, status, reason, retry } }
  return { next: 'retry', awaitsPerson: status === 429, isAnswerLost: isAnswerLost(verdict) }
}

function isNotInstalled(body: unknown): boolean {
  return (body as { reason?: unknown } | undefined)?.reason === 'not_subscribed'
}

/**
 * True when something was sent for the event and no answer of Crisp came back: it may have arrived. The destination
 * tells `sent` of what it sent, and `body` only of a real answer.
 */
function isAnswerLost(verdict: Failure): boolean {
  const { status, sent, body } = verdict
  const isSilent = (status === 502 || status === 504) && sent !== undefined && body === undefined
  return isSilent && !NEVER_SENT.includes(readHints(verdict).networkError ?? '')
}

/** What the destination says of a failure in words only: the one place that reads its messages. */
function readHints({ reason }: Failure): { isAttempted: boolean; isContactLimit: boolean; networkError?: string } {
  const [, networkError] = /\((E[A-Z_]+)\)/.exec(reason) ?? []
  const isContactLimit = reason.includes(CONTACT_LIMIT)
  return { isAttempted: isContactLimit || !NOT_ATTEMPTED.test(reason), isContactLimit, networkError }
}

/** What the destination takes for a rate-limit response: the request was not sent, and the rest of the batch is not attempted. */
export function buildHold(because: string): CrispError {
  return new CrispError('stop', 429, `Not attempted: ${because}.`, undefined, false)
}

/**
 * The wait before the next attempt: 1 s, doubling, and up to a quarter more so that clients that failed together do not
 * come back together; 60 s at most in all.
 * @param failures - attempts that failed so far, at least 1
 * @param chance - from 0 to 1
 * @returns milliseconds
 */
export function getBackoff(failures: number, chance: number): number {
  const base = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1))
  return Math.min(LONGEST_WAIT, base * (1 + JITTER * chance))
}

/**
 * Reads the wait that an answer asks for with `Retry-After`: seconds or a date (RFC 9110, 10.2.3).
 * @returns milliseconds; 0 when the answer asks for none or cannot be understood
 */
export function readRetryAfter(header: string | null, clock: Clock): number {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const date = text === '' ? NaN : Date.parse(text)
  return Number.isNaN(date) ? 0 : Math.max(0, date - clock.now())
}
