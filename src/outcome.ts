import {
  ErrorCodes,
  getErrorCodeFromHttpStatus,
  IntegrationError,
  InvalidAuthenticationError,
  MultiStatusResponse,
  PayloadValidationError,
  RetryableError
} from '@segment/actions-core'
import type { JSONLikeObject } from '@segment/actions-core'
import { CrispError } from './api/errors'
import type { Answer } from './api/types'

/** The errors that Segment's runtime understands. */
type SegmentError = IntegrationError | InvalidAuthenticationError | RetryableError

/** What became of one event. `sent` is its own share of the JSON that went to Crisp. */
export type Outcome =
  | { delivered: true; status: number; sent?: JSONLikeObject; body: JSONLikeObject }
  | { delivered: false; error: SegmentError; sent?: JSONLikeObject; body?: JSONLikeObject }

/**
 * The outcome of a delivered event.
 * @param answer - Crisp's last answer; none when there was nothing to send
 */
export function toDelivered(answer: Answer | undefined, sent: JSONLikeObject | undefined): Outcome {
  return { delivered: true, status: answer?.status ?? 200, sent, body: { ...answer?.body } as JSONLikeObject }
}

/** The outcome of an event that failed. */
export function toFailed(error: CrispError, sent?: JSONLikeObject): Outcome {
  const { kind, status, body, isAttempted } = error
  const message = sent && !isAttempted ? error.message.replace(/^Not/, 'Not fully') : error.message
  return { delivered: false, error: toSegmentError({ kind, status, message }), sent, body }
}

/**
 * What a thrown value means for its event.
 * @throws the value itself when it is no error of a delivery: a mistake of the program
 */
export function toDeliveryError(thrown: unknown): CrispError {
  if (thrown instanceof CrispError) return thrown
  const { code, status, message } = Object(thrown) as { code?: unknown; status?: unknown; message?: unknown }
  if (typeof status !== 'number') throw thrown
  const kind = code === ErrorCodes.PAYLOAD_VALIDATION_FAILED ? 'invalid' : 'refused'
  return new CrispError(kind, status, String(message))
}

/** True for a status that Segment tries again everywhere. */
export function isRetryable(status: number): status is 429 | 500 | 502 | 503 | 504 {
  return [429, 500, 502, 503, 504].includes(status)
}

/** An error as Segment's runtime understands it. */
export function toSegmentError({
  kind,
  status,
  message
}: Pick<CrispError, 'kind' | 'status' | 'message'>): SegmentError {
  if (isRetryable(status)) return new RetryableError(message, status)
  if (status === 401) return new InvalidAuthenticationError(message)
  if (kind === 'invalid') return new PayloadValidationError(message)
  return new IntegrationError(message, getErrorCodeFromHttpStatus(status), status)
}

/**
 * The result of `perform`: an error there must be thrown, the runtime ignores any other sign of it.
 * @throws the event's error
 */
export function toResult([outcome]: Outcome[]): JSONLikeObject {
  if (!outcome.delivered) throw outcome.error
  return outcome.body
}

/** The result of `performBatch`: an entry for every payload. */
export function toMultiStatus(outcomes: Outcome[]): MultiStatusResponse {
  const response = new MultiStatusResponse()
  outcomes.forEach((outcome, index) => {
    const { sent, body } = outcome
    if (outcome.delivered) {
      response.setSuccessResponseAtIndex(index, { status: outcome.status, sent: sent ?? {}, body: body ?? {} })
    } else {
      const { status = 500, code, message: errormessage } = outcome.error
      const errortype = code as keyof typeof ErrorCodes
      response.setErrorResponseAtIndex(index, { status, errortype, errormessage, sent, body })
    }
  })
  return response
}
