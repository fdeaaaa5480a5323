import fc from 'fast-check'
import { InvalidAuthenticationError, IntegrationError, RetryableError } from '@segment/actions-core'
import { isEnvelope, readAnswer, toCrispError, toNotAttempted } from '../../src/api/errors'
import type { CrispError } from '../../src/api/errors'
import { toSegmentError } from '../../src/outcome'
import { json } from './json'
import { patience, runs } from './runs'

jest.setTimeout(patience)

/** The statuses that every list of Segment's says are sent again (actions-framework: 4xx and 5xx retried). */
const RETRIED = [429, 500, 502, 503, 504]

function expectFailure(failure: CrispError) {
  const { kind, status, message } = failure
  const error = toSegmentError(failure)
  expect([IntegrationError, InvalidAuthenticationError, RetryableError].some((type) => error instanceof type)).toBe(
    true
  )
  expect(error.message).toBe(message)
  expect(message.length).toBeGreaterThan(10)
  expect(message.length).toBeLessThan(1000)
  expect(error.status).toBe(status)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(600)
  if (error instanceof RetryableError) {
    expect(RETRIED).toContain(status)
    expect(['retry', 'stop', 'limit']).toContain(kind)
  } else {
    expect(status).toBeLessThan(500)
    expect([408, 420, 422, 423, 429]).not.toContain(status)
    expect(kind).not.toBe('retry')
  }
}

/** Statuses of requests that add a person, and of others. */
const only = fc.constantFrom(undefined, 'creation' as const)

const envelope = fc.oneof(
  fc.record({ error: fc.boolean(), reason: fc.string(), data: json }),
  fc.record({
    error: fc.constant(true),
    reason: fc.constantFrom('people_not_found', 'not_subscribed', 'invalid_data', 'people_exists', 'x'.repeat(5000)),
    data: fc.record({ message: fc.oneof(fc.string({ maxLength: 5000, size: 'max' }), json) })
  })
)

const body = fc.oneof(
  json,
  fc.constant(undefined),
  fc.string(),
  fc.record({ error: fc.boolean(), reason: json, data: json }),
  envelope
)

describe('any answer that is no success', () => {
  it('is a failure that Segment understands', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 999 }), body, only, (status, answer, route) => {
        const failure = readAnswer(status, answer, route)
        expectFailure(failure)
        expect(failure.isAttempted).toBe(true)
        expect(failure.body === undefined || typeof failure.body === 'object').toBe(true)
      }),
      runs(150)
    )
  })

  it('is of the same kind when other events were not attempted for it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), body, only, (status, answer, route) => {
        const failure = readAnswer(status, answer, route)
        const unsent = toNotAttempted(failure)
        expectFailure(unsent)
        expect([unsent.kind, unsent.status]).toEqual([failure.kind, failure.status])
        expect(unsent.isAttempted).toBe(false)
        expect(unsent.body).toBeUndefined()
        expect(toNotAttempted(unsent).message).toBe(unsent.message)
      }),
      runs(100)
    )
  })

  it("keeps the status of Crisp's answers that no retry fixes, except those that would be retried", () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 499 }), envelope, only, (status, answer, route) => {
        const failure = readAnswer(status, answer, route)
        if (![408, 420, 422, 423, 429].includes(status)) expect(failure.status).toBe(status)
      }),
      runs(100)
    )
  })

  it('is never final and stops nothing when it has no envelope of Crisp', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 999 }), body, only, (status, answer, route) => {
        const failure = readAnswer(status, answer, route)
        if (!isEnvelope(answer)) expect([failure.kind, failure.status]).toEqual(['retry', 502])
      }),
      runs(100)
    )
  })
})

describe('anything thrown by a request', () => {
  const toError = (thrown: unknown) => toCrispError(thrown, (answer) => answer)
  const thrown = fc.oneof(
    fc.anything(),
    fc.record({ code: fc.oneof(fc.string(), fc.anything()), status: fc.oneof(fc.integer(), fc.anything()) }),
    fc
      .record({ message: fc.string(), code: fc.constantFrom('ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', undefined) })
      .map(({ message, code }) => Object.assign(new Error(message), { code }))
  )

  it('is a failure that Segment retries, and repeats no text that may name a person', () => {
    fc.assert(
      fc.property(thrown, (value) => {
        const failure = toError(value)
        expectFailure(failure)
        expect(failure.kind).toBe('retry')
        expect(toError(failure)).toBe(failure)
      }),
      runs(150)
    )
    const secret = new Error('request to https://api.crisp.chat/v1/people/ada%40example.com failed')
    expect(toError(secret).message).not.toContain('ada')
  })
})

describe('any body of an answer', () => {
  it("is Crisp's or not, without a throw", () => {
    fc.assert(
      fc.property(body, (answer) => {
        expect(typeof isEnvelope(answer)).toBe('boolean')
      }),
      runs(150)
    )
  })

  it("is no success when Crisp's envelope says error, whatever the status", () => {
    expect(readAnswer(200, { error: true, reason: 'x', data: {} })).toMatchObject({ kind: 'retry', status: 502 })
  })
})
