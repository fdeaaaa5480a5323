import type { Result, Subscription } from '@segment/actions-core'
import { DROPPED } from '../../src/person/upsert'
import type { Exchange } from './http'

/** What became of an event in a subscription. */
export type Outcome =
  | { outcome: 'not subscribed' }
  | { outcome: 'delivered'; status: number; sent?: unknown; body?: unknown }
  | {
      /** `dropped`: left out on purpose, because Crisp does not know the person. */
      outcome: 'dropped' | 'failed'
      status: number
      /** The error's code, for example `PAYLOAD_VALIDATION_FAILED`. */
      code?: string
      reason: string
      /** Whether Segment would send the event again by itself. */
      retry: boolean
      sent?: unknown
      body?: unknown
    }

/** A verdict with its subscription and the requests that were made for it. */
export interface SubscriptionReport {
  subscription: Subscription
  verdict: Outcome
  /** For an event of a batch: the exchanges of the whole batch. */
  exchanges: Exchange[]
  durationMs: number
}

type MultiStatus = NonNullable<Result['multistatus']>

/**
 * Whether Segment sends an event again after this status.
 * Source: actions-core's errors: 4xx only 408, 423 and 429; 5xx all but 501.
 */
export function isRetried(status: number): boolean {
  return status === 408 || status === 423 || status === 429 || (status >= 500 && status !== 501)
}

/** What Segment does next with an event that met this outcome, and why, in a sentence. */
export function getNextStep(verdict: Outcome): { retry: boolean; sentence: string } {
  switch (verdict.outcome) {
    case 'delivered':
      return { retry: false, sentence: 'Segment will not send it again.' }
    case 'not subscribed':
      return { retry: false, sentence: 'The trigger does not match, so Segment does not send the event.' }
    case 'dropped':
      return {
        retry: false,
        sentence: 'Segment will not try this event again. Identify the person first, then send new events.'
      }
    default:
      return verdict.retry
        ? { retry: true, sentence: `Segment will try again later: ${verdict.status} is temporary.` }
        : { retry: false, sentence: `Segment will not try this event again: ${verdict.status} is final.` }
  }
}

/** The verdict of what `onEvent` returned. */
export function readResults(results: Result[]): Outcome {
  if (results.length === 1 && results[0].output === 'not subscribed') return { outcome: 'not subscribed' }
  const executed = results.find((result) => result.output === 'Action Executed')
  if (executed) return { outcome: 'delivered', status: 200, body: executed.data }
  return toFailure({ status: 400, reason: getReason(results) })
}

/** True for an error of the runtime about an event that it cannot read, such as one that is nested too deeply. */
export function isUnreadable(thrown: unknown): boolean {
  return thrown instanceof TypeError || thrown instanceof RangeError
}

/** The outcome of what `onEvent` or `onBatch` threw. */
export function readError(thrown: unknown): Outcome {
  const error = thrown as { message?: string; status?: number; code?: string; response?: { status?: number } }
  const message = error.message ?? String(thrown)
  if (isUnreadable(thrown)) {
    return toFailure({
      status: 400,
      reason: `Segment's runtime can't read this event (${message}). Correct its shape.`
    })
  }
  return toFailure({ status: error.status ?? error.response?.status ?? 500, code: error.code, reason: message })
}

/** The verdict of one entry of what `onBatch` returned. */
export function readNode(node: MultiStatus[number]): Outcome {
  const { status, sent, body } = node
  if ('errormessage' in node) return toFailure({ status, code: node.errortype, reason: node.errormessage, sent, body })
  return { outcome: 'delivered', status, sent, body }
}

/** The runtime reports a subscription that it cannot read as an output, not as an error. */
function getReason([first]: Result[]): string {
  return typeof first?.output === 'string' ? first.output : 'The runtime gave no result.'
}

function toFailure(failure: {
  status: number
  code?: string
  reason: string
  sent?: unknown
  body?: unknown
}): Outcome {
  return {
    outcome: failure.reason.startsWith(DROPPED) ? 'dropped' : 'failed',
    retry: isRetried(failure.status),
    ...failure
  }
}
