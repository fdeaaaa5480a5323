import { NOT_ATTEMPTED } from '../../src/api/errors'
import type { Verdict } from '../runtime'
import type { Entry } from './lineup'
import type { Settlement } from './outcome'

/** Attempts in all before an event is given up: nine waits, about four minutes. */
const ATTEMPTS = 10

/** What a verdict means for an event of a batch. */
export type Judgement =
  | { next: 'settle'; settlement: Settlement }
  /** Tried and failed; to be tried again after a wait. */
  | { next: 'retry'; awaitsPerson: boolean; isAnswerLost: boolean; settlement: Settlement }
  /** Not tried, through no fault of its own; it keeps its place. */
  | { next: 'hold' }
  /** Nothing can succeed with these settings. */
  | { next: 'end'; reason: string }

/** What is known of a batch as a whole. */
export interface BatchFacts {
  /** A stop signal came while it was under way. */
  isStopped: boolean
}

/** Answers that no event can get past: key, plan, permission. */
const SETTINGS_REFUSED = [401, 402, 403]

/** Network errors from before anything was sent. */
const NEVER_SENT = /\((ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)\)/

/** What the verdict of Segment's runtime means for the event. */
export function judge(verdict: Verdict, { failures }: Entry, { isStopped }: BatchFacts): Judgement {
  if (verdict.outcome === 'delivered') return { next: 'settle', settlement: { outcome: 'delivered' } }
  if (verdict.outcome === 'not subscribed') {
    return { next: 'settle', settlement: { outcome: 'not subscribed', reason: 'No subscription takes it.' } }
  }
  const { outcome, status, reason, retry } = verdict
  if (outcome === 'dropped') return { next: 'settle', settlement: { outcome, reason } }
  const settlement: Settlement = { outcome, status, reason, retry }
  if (SETTINGS_REFUSED.includes(status) || isNotSubscribed(verdict.body)) {
    return NOT_ATTEMPTED.test(reason) ? { next: 'hold' } : { next: 'end', reason }
  }
  if (NOT_ATTEMPTED.test(reason)) return { next: 'hold' }
  if (!retry) return { next: 'settle', settlement }
  if (status === 429 && isStopped) return { next: 'hold' }
  if (failures + 1 >= ATTEMPTS) return { next: 'settle', settlement }
  return { next: 'retry', awaitsPerson: status === 429, isAnswerLost: isAnswerLost(verdict), settlement }
}

function isNotSubscribed(body: unknown): boolean {
  return (body as { reason?: unknown } | undefined)?.reason === 'not_subscribed'
}

/**
 * True when something was sent for the event and no answer of Crisp came back: it may have arrived. The destination
 * tells `sent` of what it sent, and `body` only of a real answer.
 */
function isAnswerLost({ status, reason, sent, body }: Extract<Verdict, { reason: string }>): boolean {
  return (status === 502 || status === 504) && sent !== undefined && body === undefined && !NEVER_SENT.test(reason)
}
