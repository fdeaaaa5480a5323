import {
  ErrorCodes,
  IntegrationError,
  InvalidAuthenticationError,
  MultiStatusResponse,
  RetryableError
} from '@segment/actions-core'
import type { JSONLikeObject } from '@segment/actions-core'
import has from 'lodash/has'
import type { Answer } from './crisp/types'
import { CrispFailure } from './crisp/failure'
import type { SegmentError } from './crisp/failure'

/** What became of one event. `sent` is its own share of the JSON that went to Crisp. */
export type Outcome =
  | { delivered: true; status: number; sent: JSONLikeObject; body: JSONLikeObject }
  | { delivered: false; error: SegmentError; sent?: JSONLikeObject; body?: JSONLikeObject }

/** The outcome of an event that Crisp took. */
export function delivered(answer: Answer, sent: JSONLikeObject): Outcome {
  return { delivered: true, status: answer.status, sent, body: answer.body as JSONLikeObject }
}

/** The outcome of an event that did not reach its person. */
export function failed(failure: CrispFailure, sent?: JSONLikeObject): Outcome {
  return { delivered: false, error: failure.error, sent, body: failure.body }
}

/**
 * What a thrown value means for its event.
 * @returns of kind `refused` for an error that the destination itself raised about the payload
 * @throws the value itself when it is no error of a delivery
 */
export function failureOfDelivery(thrown: unknown): CrispFailure {
  if (thrown instanceof CrispFailure) return thrown
  if (
    thrown instanceof IntegrationError ||
    thrown instanceof RetryableError ||
    thrown instanceof InvalidAuthenticationError
  ) {
    return new CrispFailure('refused', thrown)
  }
  throw thrown
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
    if (outcome.delivered) {
      const { status, sent, body } = outcome
      response.setSuccessResponseAtIndex(index, { status, sent, body })
    } else {
      const { error, sent, body } = outcome
      response.setErrorResponseAtIndex(index, {
        status: error.status ?? 500,
        errortype: isErrorCode(error.code) ? error.code : undefined,
        errormessage: error.message,
        sent,
        body
      })
    }
  })
  return response
}

/** Other codes are our own; the framework then derives the type from the status. */
function isErrorCode(code: string | undefined): code is keyof typeof ErrorCodes {
  return code !== undefined && has(ErrorCodes, code)
}
