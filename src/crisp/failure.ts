import { IntegrationError, InvalidAuthenticationError, RetryableError } from '@segment/actions-core'
import type { JSONLikeObject } from '@segment/actions-core'

/** The errors that Segment's runtime understands. */
export type SegmentError = IntegrationError | InvalidAuthenticationError | RetryableError

/**
 * What a failure asks of the caller:
 * - `unknown`: Crisp has no such person
 * - `exists`: the e-mail belongs to another person
 * - `invalid`: Crisp refuses the values
 * - `retry`: this request may succeed later
 * - `stop`: no request of these settings can succeed now
 * - `refused`: this request never succeeds
 */
export type FailureKind = 'unknown' | 'exists' | 'invalid' | 'retry' | 'stop' | 'refused'

/** How the message of an event begins that was not sent, or not all of it: an event to be sent again as it is. */
export const NOT_ATTEMPTED = 'Not attempted'

/** A request to Crisp that failed, or that was not sent because others had failed. */
export class CrispFailure extends Error {
  /**
   * @param kind - what it asks of the caller
   * @param error - what Segment is told
   * @param body - Crisp's answer, when there was one
   * @param attempted - false when the request was not sent
   */
  constructor(
    readonly kind: FailureKind,
    readonly error: SegmentError,
    readonly body?: JSONLikeObject,
    readonly attempted = true
  ) {
    super(error.message)
    this.name = 'CrispFailure'
  }
}

/** True when the failure is of that kind. */
export function isFailure(thrown: unknown, ...kinds: FailureKind[]): thrown is CrispFailure {
  return thrown instanceof CrispFailure && kinds.includes(thrown.kind)
}

/**
 * The failure of a request that was not sent because an earlier one ended the whole delivery.
 * @param cause - the earlier failure
 */
export function notAttempted(cause: CrispFailure): CrispFailure {
  if (!cause.attempted) return cause
  const message = `${NOT_ATTEMPTED}, because an earlier request of the batch failed: ${cause.message}`
  return new CrispFailure(cause.kind, withMessage(cause.error, message), undefined, false)
}

/**
 * The failure of an event whose earlier requests were sent.
 * @param failure - of its last request: when that was not attempted, the message says that others were
 */
export function toldAsSentInPart(failure: CrispFailure): CrispFailure {
  if (failure.attempted) return failure
  const message = failure.message.replace(NOT_ATTEMPTED, `${NOT_ATTEMPTED} to the end`)
  return new CrispFailure(failure.kind, withMessage(failure.error, message), failure.body, false)
}

function withMessage(error: SegmentError, message: string): SegmentError {
  if (error instanceof RetryableError) return new RetryableError(message, error.status)
  if (error instanceof InvalidAuthenticationError) return new InvalidAuthenticationError(message)
  return new IntegrationError(message, error.code ?? 'REFUSED', error.status ?? 400)
}

/** The failure of a request that was not sent because Segment's runtime had aborted the delivery. */
export function aborted(): CrispFailure {
  return new CrispFailure(
    'stop',
    new RetryableError(`${NOT_ATTEMPTED}: the time that Segment allows for the delivery was over.`, 504),
    undefined,
    false
  )
}
