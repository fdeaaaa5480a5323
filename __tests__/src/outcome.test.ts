import {
  IntegrationError,
  InvalidAuthenticationError,
  PayloadValidationError,
  RetryableError
} from '@segment/actions-core'
import { failureOf } from '../../src/api/errors'
import { CrispError, notAttempted } from '../../src/api/failure'
import { delivered, failed, failureOfDelivery, toMultiStatus, toResult } from '../../src/outcome'
import type { Outcome } from '../../src/outcome'

const body = { error: false, reason: 'updated', data: {} }
const good = delivered({ status: 201, body }, { profile: { email: 'a@b.c' } })
const entries = (...outcomes: Outcome[]) =>
  toMultiStatus(outcomes)
    .getAllResponses()
    .map((entry) => entry.value())

describe('the result of a single event', () => {
  it("is Crisp's answer", () => {
    expect(toResult([good])).toBe(body)
  })

  it('is thrown when the event failed: the runtime ignores any other sign of it', () => {
    const failure = failureOf(409, { error: true, reason: 'people_exists', data: {} })
    expect(() => toResult([failed(failure)])).toThrow(failure.error)
  })
})

describe('the result of a batch', () => {
  it('has an entry for every event, in their order', () => {
    const bad = failed(failureOf(409, undefined))
    const response = toMultiStatus([good, bad, good])
    expect(response.length()).toBe(3)
    expect([0, 1, 2].map((index) => response.isSuccessResponseAtIndex(index))).toEqual([true, false, true])
    expect(response.isErrorResponseAtIndex(1)).toBe(true)
    expect(toMultiStatus([]).length()).toBe(0)
  })

  it("holds the status, the share that was sent and Crisp's answer of an event that arrived", () => {
    expect(entries(good)).toEqual([{ status: 201, sent: { profile: { email: 'a@b.c' } }, body }])
  })

  it("holds the status, the words, the share that was sent and Crisp's answer of an event that failed", () => {
    const answer = { error: true, reason: 'invalid_data', data: { message: 'phone' } }
    expect(entries(failed(failureOf(400, answer), { data: { plan: 'pro' } }))).toEqual([
      {
        status: 400,
        errortype: 'PAYLOAD_VALIDATION_FAILED',
        errormessage: expect.stringContaining('(phone)') as string,
        sent: { data: { plan: 'pro' } },
        body: answer
      }
    ])
  })

  it('names neither what was sent nor an answer where there was none', () => {
    const [entry] = entries(failed(notAttempted(failureOf(429, { error: true }))))
    expect(entry).toMatchObject({ status: 429, errortype: 'RETRYABLE_ERROR' })
    expect(entry).toHaveProperty('sent', undefined)
    expect(entry).toHaveProperty('body', undefined)
  })

  it.each([
    [400, 'PAYLOAD_VALIDATION_FAILED', new PayloadValidationError('no')],
    [503, 'RETRYABLE_ERROR', new RetryableError('no', 503)],
    [401, 'INVALID_AUTHENTICATION', new InvalidAuthenticationError('no')],
    [405, 'METHOD_NOT_ALLOWED', new IntegrationError('no', 'METHOD_NOT_ALLOWED', 405)],
    [404, 'NOT_FOUND', new IntegrationError('no', 'PEOPLE_NOT_FOUND', 404)],
    [409, 'CONFLICT', new IntegrationError('no', 'PEOPLE_EXISTS', 409)],
    [403, 'FORBIDDEN', new IntegrationError('no', 'NOT_ALLOWED', 403)],
    [402, 'PAYMENT_REQUIRED', new IntegrationError('no', 'SUBSCRIPTION_UPGRADE_REQUIRED', 402)]
  ])('gives an error of status %i a type that Segment knows, %s', (status, errortype, error) => {
    expect(entries({ delivered: false, error })).toMatchObject([{ status, errortype, errormessage: 'no' }])
  })

  it('counts a failure without a status as one of ours', () => {
    expect(entries({ delivered: false, error: new IntegrationError('no', 'X', undefined as never) })).toMatchObject([
      { status: 500 }
    ])
  })
})

describe('what a delivery throws', () => {
  it("is the event's failure when it is an error of the field", () => {
    for (const error of [
      new PayloadValidationError('no'),
      new IntegrationError('no', 'X', 404),
      new RetryableError('no', 429),
      new InvalidAuthenticationError('no')
    ]) {
      expect(failureOfDelivery(error)).toMatchObject({ kind: 'refused', error })
    }
    const failure = failureOf(500, undefined)
    expect(failureOfDelivery(failure)).toBe(failure)
    expect(failure).toBeInstanceOf(CrispError)
  })

  it('is thrown on when it is a mistake of the program', () => {
    const mistake = new TypeError('undefined is not a function')
    expect(() => failureOfDelivery(mistake)).toThrow(mistake)
  })
})
