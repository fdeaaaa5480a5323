import type { JSONLikeObject } from '@segment/actions-core'
import type { Envelope } from './types'

/**
 * What a failed request asks of the caller:
 * - `unknown`: Crisp has no such person
 * - `exists`: the email belongs to another person
 * - `invalid`: Crisp rejects the values
 * - `limit`: Crisp adds no people at the moment, but updates them
 * - `refused`: this request never succeeds
 * - `retry`: this request may succeed later
 * - `stop`: no request with these settings can succeed now
 */
export type ErrorKind = 'unknown' | 'exists' | 'invalid' | 'limit' | 'refused' | 'retry' | 'stop'

/** A request to Crisp that failed, or that was not sent because others had failed. */
export class CrispError extends Error {
  /**
   * @param kind - what it asks of the caller
   * @param status - what Segment is told, not always what Crisp answered
   * @param message - what happened, then what to do
   * @param body - Crisp's answer, if there was one
   * @param isAttempted - false when the request was not sent
   */
  constructor(
    readonly kind: ErrorKind,
    readonly status: number,
    message: string,
    readonly body?: JSONLikeObject,
    readonly isAttempted = true
  ) {
    super(message)
    this.name = 'CrispError'
  }
}

/** True when the error is of one of the kinds. */
export function isCrispError(thrown: unknown, ...kinds: ErrorKind[]): thrown is CrispError {
  return thrown instanceof CrispError && kinds.includes(thrown.kind)
}

const QUOTA =
  "Crisp's rate limit or daily quota is reached. It is tried again later; narrow your triggers if this repeats."
const OTHER = 'Crisp rejected the request. Check the settings and the mapping.'
const SERVER = 'Crisp had a server error. It is tried again later.'
/** The message about a limit on adding people, which says nothing about updates. */
export const CONTACT_LIMIT =
  'Crisp did not add the person. Check the contact limit of your Crisp plan and what the token may do.'

/** Crisp's status, the reason or route it is limited to, the kind, the status for Segment, the message. */
type Row = [status: number, only: string, kind: ErrorKind, report: number, message: string]

/**
 * What an answer of Crisp means; the first row that fits counts.
 * Sources: Crisp docs, "Rate limits" (420, 429); REST API reference (400, 402, 403, 404, 409, 423); recorded traffic
 * (404 `people_not_found`); Crisp staff in ruby-crisp-api issue 18 (422). Segment retries neither 420 nor, everywhere,
 * 423. What Crisp answers at a plan's contact limit is unknown: to read 402, 403 and 423 on a creation so is a choice.
 */
const ROWS: Row[] = [
  [400, '', 'invalid', 400, 'Crisp rejected a value (…). Fix the mapping or the source.'],
  [401, '', 'stop', 401, 'Crisp rejected the API Key. Check API Key and Token Type in the settings.'],
  [402, 'creation', 'limit', 402, CONTACT_LIMIT],
  [403, 'creation', 'limit', 403, CONTACT_LIMIT],
  [423, 'creation', 'limit', 429, CONTACT_LIMIT],
  [402, '', 'stop', 402, 'Your Crisp plan does not include this. Upgrade it.'],
  [403, '', 'stop', 403, 'The token lacks permission. Give it read and write access to people.'],
  [404, 'not_subscribed', 'stop', 404, "The token's plugin is not on this website. Install it, or correct Website ID."],
  [404, 'people_not_found', 'unknown', 404, 'Crisp has no such person.'],
  [404, 'website_not_found', 'stop', 404, 'Crisp does not know this website. Check Website ID.'],
  [404, '', 'refused', 404, 'Crisp does not know this route. Check Website ID.'],
  [408, '', 'retry', 504, SERVER],
  [409, '', 'exists', 409, 'The email belongs to another person in Crisp. Merge or correct the two profiles there.'],
  [420, '', 'stop', 429, QUOTA],
  [422, '', 'retry', 503, 'Crisp could not process this now. It is tried again later.'],
  [423, '', 'stop', 429, QUOTA],
  [429, '', 'stop', 429, QUOTA],
  [500, '', 'retry', 500, SERVER],
  [503, '', 'retry', 503, SERVER],
  [504, '', 'retry', 504, SERVER]
]

/** Fields and keys that Crisp's own words may name, ten at most. Its other words are not repeated: they can hold personal values. */
const FIELD_NAMES =
  /\b(data\.[\w-]{1,50}|email|nickname|phone|avatar|gender|description|website|address|country|region|city|company|url|domain|segments|text|color)\b/g

/** True for JSON with Crisp's envelope; anything else comes from something between Segment and Crisp. */
export function isEnvelope(body: unknown): body is Envelope {
  const { error, reason } = Object(body) as Record<string, unknown>
  return typeof error === 'boolean' && typeof reason === 'string'
}

/**
 * What an HTTP answer means that is no success.
 * @param status - the HTTP status
 * @param body - the parsed body; anything, also the text of an HTML page
 * @param only - `creation` for an answer to adding a person
 */
export function readAnswer(status: number, body: unknown, only?: 'creation'): CrispError {
  if (!isEnvelope(body) || status < 400) {
    const message = `Something between Segment and Crisp answered with status ${status}. It is tried again later.`
    return new CrispError('retry', 502, message)
  }
  const reason = /^\w{1,64}$/.test(body.reason) ? body.reason : ''
  const [, , kind, report, message] =
    ROWS.find((row) => row[0] === status && ['', reason, only].includes(row[1])) ?? toOtherRow(status)
  const { message: words } = Object(body.data) as { message?: unknown }
  const names = typeof words === 'string' ? [...new Set(words.match(FIELD_NAMES))].slice(0, 10).join(', ') : ''
  const detail = [reason || status, names].filter(Boolean).join(': ')
  const told = message.includes('(…)') ? message.replace('…', detail) : `${message} Crisp answered ${status} ${detail}.`
  return new CrispError(kind, report, told, { ...body } as JSONLikeObject)
}

const toOtherRow = (status: number): Row =>
  status >= 500 ? [status, '', 'retry', 502, SERVER] : [status, '', 'refused', status, OTHER]

/**
 * What went wrong with a request, recognized by the shape of what was thrown: several copies of actions-core may be
 * loaded. Only codes reach the message: the texts of network errors repeat the URL, which names a person.
 *
 * @param thrown - what the request client threw
 * @param redact - takes out of an answer what must not be shown
 * @param only - `creation` for a request that adds a person
 */
export function toCrispError(thrown: unknown, redact: (body: unknown) => unknown, only?: 'creation'): CrispError {
  if (thrown instanceof CrispError) return thrown
  const { response, status, code, name, type, message } = Object(thrown) as Record<string, unknown>
  const answer = Object(response) as { status?: unknown; data?: unknown }
  if (typeof answer.status === 'number') return readAnswer(answer.status, redact(answer.data), only)
  if (type === 'body-timeout' || (typeof message === 'string' && message.startsWith('Invalid response body'))) {
    return new CrispError('retry', 502, "Crisp's answer was cut. It is tried again later.")
  }
  const isTimeout = code === 'ETIMEDOUT' || status === 408 || type === 'request-timeout'
  if (isTimeout || name === 'AbortError' || name === 'TimeoutError') {
    return new CrispError('retry', 504, 'Crisp did not answer in time. It is tried again later.')
  }
  const cause = typeof code === 'string' ? code : 'no code'
  return new CrispError('retry', 502, `Couldn't reach Crisp (${cause}). It is tried again later.`)
}

/** How a message begins about an event that was not sent, or not all of it, because other requests failed. */
export const NOT_ATTEMPTED = /^Not (fully )?attempted/

/** The error of a request that is not sent because an earlier one failed. */
export function toNotAttempted(cause: CrispError): CrispError {
  if (!cause.isAttempted) return cause
  const message = `Not attempted, because an earlier request failed: ${cause.message}`
  return new CrispError(cause.kind, cause.status, message, undefined, false)
}
