import {
  IntegrationError,
  InvalidAuthenticationError,
  PayloadValidationError,
  RetryableError
} from '@segment/actions-core'
import { CrispError, readAnswer, toNotAttempted } from '../../src/api/errors'
import {
  isRetryable,
  toDelivered,
  toDeliveryError,
  toFailed,
  toMultiStatus,
  toResult,
  toSegmentError
} from '../../src/outcome'
import type { Outcome } from '../../src/outcome'

const body = { error: false, reason: 'updated', data: {} }
const answerOf = (reason: string, data: unknown = {}) => ({ error: true, reason, data })
const exists = readAnswer(409, answerOf('people_exists'))
const limited = readAnswer(429, answerOf('rate_limited'))
const good = toDelivered({ status: 201, body }, { profile: { email: 'a@b.c' } })
const entries = (...outcomes: Outcome[]) =>
  toMultiStatus(outcomes)
    .getAllResponses()
    .map((entry) => entry.value())

describe('the result of a single event', () => {
  it("is Crisp's answer", () => {
    expect(toResult([good])).toEqual(body)
  })

  it('is thrown when the event failed: the runtime ignores any other sign of it', () => {
    expect(() => toResult([toFailed(exists)])).toThrow(toSegmentError(exists))
  })
})

describe('the result of a batch', () => {
  it('has an entry for every event, in their order', () => {
    const response = toMultiStatus([good, toFailed(exists), good])
    expect(response.length()).toBe(3)
    expect([0, 1, 2].map((index) => response.isSuccessResponseAtIndex(index))).toEqual([true, false, true])
    expect(response.isErrorResponseAtIndex(1)).toBe(true)
    expect(toMultiStatus([]).length()).toBe(0)
  })

  it("holds the status, the share that was sent and Crisp's answer of an event that arrived", () => {
    expect(entries(good)).toEqual([{ status: 201, sent: { profile: { email: 'a@b.c' } }, body }])
  })

  it('is 200 for an event that had nothing to store', () => {
    expect(entries(toDelivered(undefined, undefined))).toEqual([{ status: 200, sent: {}, body: {} }])
  })

  it("holds the status, the words, the share that was sent and Crisp's answer of an event that failed", () => {
    const answer = answerOf('invalid_data', { message: 'phone' })
    expect(entries(toFailed(readAnswer(400, answer), { data: { plan: 'pro' } }))).toEqual([
      {
        status: 400,
        errortype: 'PAYLOAD_VALIDATION_FAILED',
        errormessage: 'Crisp rejected a value (invalid_data: phone). Fix the mapping or the source.',
        sent: { data: { plan: 'pro' } },
        body: answer
      }
    ])
  })

  it('names neither what was sent nor an answer where there was none', () => {
    const [entry] = entries(toFailed(toNotAttempted(limited)))
    expect(entry).toMatchObject({ status: 429, errortype: 'RETRYABLE_ERROR' })
    expect(entry).toHaveProperty('sent', undefined)
    expect(entry).toHaveProperty('body', undefined)
  })

  it.each([
    [400, 'PAYLOAD_VALIDATION_FAILED', readAnswer(400, answerOf('invalid_data'))],
    [400, 'BAD_REQUEST', new CrispError('refused', 400, 'no')],
    [503, 'RETRYABLE_ERROR', readAnswer(503, answerOf('down'))],
    [401, 'INVALID_AUTHENTICATION', readAnswer(401, answerOf('invalid_session'))],
    [405, 'METHOD_NOT_ALLOWED', readAnswer(405, answerOf('any'))],
    [404, 'NOT_FOUND', readAnswer(404, answerOf('people_not_found'))],
    [409, 'CONFLICT', exists],
    [403, 'FORBIDDEN', readAnswer(403, answerOf('not_allowed'))],
    [402, 'PAYMENT_REQUIRED', readAnswer(402, answerOf('subscription_upgrade_required'))]
  ])('gives an error of status %i a type that Segment knows, %s', (status, errortype, error) => {
    expect(entries(toFailed(error))).toEqual([
      { status, errortype, errormessage: error.message, sent: undefined, body: error.body }
    ])
  })

  it('counts a failure without a status as one of ours', () => {
    expect(entries({ delivered: false, error: new IntegrationError('no', 'X', undefined as never) })).toMatchObject([
      { status: 500 }
    ])
  })
})

describe('events that were sent in part', () => {
  it.each([
    ['an earlier failure', toNotAttempted(limited), 429],
    ['an abort', new CrispError('stop', 504, "Not attempted: Segment's time for it is over.", undefined, false), 504]
  ])('say so, when the rest was not attempted after %s', (_name, failure, status) => {
    const { error, ...told } = toFailed(failure, { profile: {} }) as Extract<Outcome, { delivered: false }>
    expect(told).toEqual({ delivered: false, sent: { profile: {} }, body: undefined })
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.status).toBe(status)
    expect(error.message).toBe(failure.message.replace('Not attempted', 'Not fully attempted'))
    expect(error.message).toMatch(/^Not fully attempted/)
  })

  it('tell of the request that failed', () => {
    const failure = readAnswer(500, answerOf('down'))
    expect(toFailed(failure, { profile: {} })).toMatchObject({
      error: { message: failure.message },
      body: failure.body
    })
  })

  it('are none where nothing was sent', () => {
    const failure = toNotAttempted(limited)
    expect(toFailed(failure)).toMatchObject({ error: { message: failure.message } })
  })
})

describe('what a delivery throws', () => {
  it.each([
    [new PayloadValidationError('no'), 'invalid', 400, PayloadValidationError],
    [new IntegrationError('no', 'X', 404), 'refused', 404, IntegrationError],
    [new RetryableError('no', 429), 'refused', 429, RetryableError],
    [new InvalidAuthenticationError('no'), 'refused', 401, InvalidAuthenticationError]
  ] as const)("is the event's failure when it is an error of the framework: %p", (error, kind, status, type) => {
    const failure = toDeliveryError(error)
    expect(failure).toMatchObject({ kind, status, message: 'no' })
    expect(toSegmentError(failure)).toBeInstanceOf(type)
  })

  it('is kept when it is a failure already', () => {
    const failure = readAnswer(500, answerOf('down'))
    expect(toDeliveryError(failure)).toBe(failure)
    expect(failure).toBeInstanceOf(CrispError)
  })

  it('is thrown on when it is a mistake of the program', () => {
    const mistake = new TypeError('undefined is not a function')
    expect(() => toDeliveryError(mistake)).toThrow(mistake)
    expect(() => toDeliveryError(undefined)).toThrow()
  })
})

it('knows the statuses that Segment tries again everywhere', () => {
  const statuses = Array.from({ length: 500 }, (_value, index) => 100 + index)
  expect(statuses.filter(isRetryable)).toEqual([429, 500, 502, 503, 504])
})
