import {
  HTTPError,
  IntegrationError,
  InvalidAuthenticationError,
  PayloadValidationError,
  RetryableError
} from '@segment/actions-core'
import type { JSONLikeObject } from '@segment/actions-core'
import { CrispFailure } from './failure'
import type { FailureKind, SegmentError } from './failure'

interface Meaning {
  kind: FailureKind
  error: (status: number, detail: string) => SegmentError
}

interface Row extends Meaning {
  status: number
  reason?: string
}

const integration = (code: string, sentence: string) => (status: number, detail: string) =>
  new IntegrationError(sentence + detail, code, status)

const retryable =
  (status: 429 | 500 | 502 | 503 | 504, sentence: string) =>
  (_status: number, detail: string): SegmentError =>
    new RetryableError(sentence + detail, status)

const SPENT = 'Crisp accepts no more requests now: the rate limit or the daily quota of the token is reached.'
const TROUBLE = 'Crisp failed to answer.'

/**
 * What an HTTP answer of Crisp means, by status and reason; the first row that fits counts.
 * Sources: Crisp docs, "Rate limits" (420, 429); REST API reference (400, 402, 403, 404, 409, 423); recorded traffic
 * (404 `people_not_found`). Segment retries neither 420 nor, everywhere, 423, so both become 429.
 */
const TABLE: Row[] = [
  {
    status: 400,
    reason: 'invalid_data',
    kind: 'invalid',
    error: (_status, detail) => new PayloadValidationError(`Crisp refused the values as invalid.${detail}`)
  },
  { status: 400, kind: 'invalid', error: integration('REFUSED', 'Crisp refused the request.') },
  {
    status: 401,
    kind: 'stop',
    error: (_status, detail) =>
      new InvalidAuthenticationError(
        `Crisp refused the API Key. Check API Key and Token Type in the settings: the token may be revoked, incomplete or of the other type.${detail}`
      )
  },
  {
    status: 402,
    kind: 'stop',
    error: integration(
      'SUBSCRIPTION_UPGRADE_REQUIRED',
      'The Crisp plan of this website does not include this. Upgrade it in Crisp.'
    )
  },
  {
    status: 403,
    kind: 'stop',
    error: integration(
      'NOT_ALLOWED',
      'The token may not do this. Give it read and write permission for people in Crisp, and check that Website ID is its website.'
    )
  },
  {
    status: 404,
    reason: 'not_subscribed',
    kind: 'stop',
    error: integration(
      'NOT_SUBSCRIBED',
      'The Crisp plugin of this token is not installed on this website. Install it, or correct Website ID in the settings.'
    )
  },
  {
    status: 404,
    reason: 'people_not_found',
    kind: 'unknown',
    error: integration('PEOPLE_NOT_FOUND', 'Crisp has no such person.')
  },
  {
    status: 404,
    kind: 'refused',
    error: integration('NOT_FOUND', 'Crisp does not know this address. Check Website ID.')
  },
  { status: 405, kind: 'refused', error: integration('METHOD_NOT_ALLOWED', 'Crisp does not offer this call.') },
  { status: 408, kind: 'retry', error: retryable(504, 'Crisp took too long to answer.') },
  {
    status: 409,
    kind: 'exists',
    error: integration(
      'PEOPLE_EXISTS',
      'The e-mail already belongs to another person in Crisp. Nothing was merged; merge or correct the two profiles in Crisp.'
    )
  },
  { status: 420, kind: 'stop', error: retryable(429, SPENT) },
  { status: 423, kind: 'stop', error: retryable(429, SPENT) },
  { status: 429, kind: 'stop', error: retryable(429, SPENT) },
  { status: 500, kind: 'retry', error: retryable(500, TROUBLE) },
  { status: 503, kind: 'retry', error: retryable(503, TROUBLE) },
  { status: 504, kind: 'retry', error: retryable(504, TROUBLE) }
]

const OTHER_4XX: Meaning = { kind: 'refused', error: integration('REFUSED', 'Crisp refused the request.') }
const ANY_OTHER: Meaning = { kind: 'retry', error: retryable(502, TROUBLE) }

/** Characters of Crisp's own words that a message quotes. */
const QUOTE_MAX = 200

const isObject = (value: unknown): value is JSONLikeObject => typeof value === 'object' && value !== null

/** Crisp's own words: the reason, and `data.message` where Crisp explains itself. */
function wordsOf(body: unknown): { reason?: string; message?: string } {
  if (!isObject(body)) return {}
  const message = isObject(body.data) ? body.data.message : undefined
  return { reason: quoted(body.reason), message: quoted(message) }
}

/** Crisp may repeat the e-mail that it was sent. */
function quoted(words: unknown): string | undefined {
  return typeof words === 'string' ? words.slice(0, QUOTE_MAX).replace(/[^\s@]+@[^\s@]+/g, '[e-mail]') : undefined
}

/**
 * What an HTTP answer of Crisp means.
 * @param status - the HTTP status
 * @param body - the parsed body; anything, also the text of an HTML page
 */
export function failureOf(status: number, body: unknown): CrispFailure {
  const { reason, message } = wordsOf(body)
  const { kind, error } =
    TABLE.find((row) => row.status === status && (row.reason === undefined || row.reason === reason)) ??
    (status >= 400 && status < 500 ? OTHER_4XX : ANY_OTHER)
  const words = [status, reason, message && `(${message})`].filter(Boolean).join(' ')
  return new CrispFailure(kind, error(status, ` Crisp answered ${words}.`), isObject(body) ? body : undefined)
}

/** node-fetch's time-outs of the head and of the body of an answer. */
const TIMEOUT_TYPES: unknown[] = ['request-timeout', 'body-timeout']

/** An answer without the texts that must not be shown. */
function without(secrets: string[], body: unknown): unknown {
  const text = JSON.stringify(body)
  if (!text || !secrets.some((secret) => text.includes(secret))) return body
  return JSON.parse(secrets.reduce((shown, secret) => shown.split(secret).join('[redacted]'), text))
}

/** True for an answer that is Crisp's: its envelope without an error, or no body at all. */
export function isSuccess(body: unknown): boolean {
  return body === undefined || body === '' || (isObject(body) && body.error !== true)
}

/**
 * What went wrong with a request, whatever was thrown.
 * Time-outs and aborts carry the codes of actions-core's request client or the types of node-fetch, network errors the
 * codes of Node. Only codes reach the message: the texts of network errors repeat the URL, which names a person.
 *
 * @param thrown - what the request client threw
 * @param secrets - texts that no failure may show, should an answer repeat them
 */
export function failureFrom(thrown: unknown, secrets: string[] = []): CrispFailure {
  if (thrown instanceof CrispFailure) return thrown
  if (thrown instanceof HTTPError) {
    const response = thrown.response as HTTPError['response'] & { data?: unknown }
    return failureOf(response.status, without(secrets, response.data))
  }
  const { code, status, type } = (thrown ?? {}) as { code?: unknown; status?: unknown; type?: unknown }
  if (code === 'ETIMEDOUT' || status === 408 || TIMEOUT_TYPES.includes(type)) {
    return new CrispFailure('retry', new RetryableError('Crisp did not answer in time.', 504))
  }
  return new CrispFailure(
    'retry',
    new RetryableError(`Crisp could not be reached (${typeof code === 'string' ? code : 'no code'}).`, 502)
  )
}

/** The failure of a 2xx answer that is not Crisp's: an HTML page, half a body, or an envelope that says error. */
export function unreadable(): CrispFailure {
  return new CrispFailure('retry', new RetryableError('Something that is not Crisp answered the request.', 502))
}
