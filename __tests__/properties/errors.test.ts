import fc from 'fast-check'
import { IntegrationError, InvalidAuthenticationError, RetryableError } from '@segment/actions-core'
import { failureFrom, failureOf, isSuccess } from '../../src/api/errors'
import { notAttempted } from '../../src/api/failure'
import type { CrispError } from '../../src/api/failure'
import { json } from './json'
import { patience, runs } from './runs'

jest.setTimeout(patience)

/** The statuses that every list of Segment's says are sent again (actions-framework: 4xx and 5xx retried). */
const RETRIED = [429, 500, 502, 503, 504]

function expectFailure(failure: CrispError) {
  const { error, kind } = failure
  expect([IntegrationError, InvalidAuthenticationError, RetryableError].some((type) => error instanceof type)).toBe(
    true
  )
  expect(error.message.length).toBeGreaterThan(10)
  expect(error.message.length).toBeLessThan(1000)
  const status = error.status ?? 0
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(600)
  if (error instanceof RetryableError) {
    expect(RETRIED).toContain(status)
    expect(['retry', 'stop']).toContain(kind)
  } else {
    expect(status).toBeLessThan(500)
    expect([408, 420, 423, 429]).not.toContain(status)
    expect(kind).not.toBe('retry')
  }
}

const body = fc.oneof(
  json,
  fc.constant(undefined),
  fc.string(),
  fc.record({ error: fc.boolean(), reason: fc.oneof(fc.string(), json), data: json }),
  fc.record({
    error: fc.constant(true),
    reason: fc.constantFrom('people_not_found', 'not_subscribed', 'invalid_data', 'people_exists', 'x'.repeat(5000)),
    data: fc.record({ message: fc.oneof(fc.string({ maxLength: 5000, size: 'max' }), json) })
  })
)

describe('any answer of Crisp that is no success', () => {
  it('is a failure that Segment understands', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 999 }), body, (status, answer) => {
        const failure = failureOf(status, answer)
        expectFailure(failure)
        expect(failure.attempted).toBe(true)
        expect(failure.body === undefined || typeof failure.body === 'object').toBe(true)
      }),
      runs(300)
    )
  })

  it('is of the same kind when other events were not attempted for it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), body, (status, answer) => {
        const failure = failureOf(status, answer)
        const unsent = notAttempted(failure)
        expectFailure(unsent)
        expect([unsent.kind, unsent.error.status]).toEqual([failure.kind, failure.error.status])
        expect(unsent.attempted).toBe(false)
        expect(unsent.body).toBeUndefined()
        expect(notAttempted(unsent).message).toBe(unsent.message)
      }),
      runs(200)
    )
  })

  it('keeps the status of what no retry mends, but for those that would be retried', () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 499 }), body, (status, answer) => {
        const { error } = failureOf(status, answer)
        if (![408, 420, 423, 429].includes(status)) expect(error.status).toBe(status)
      }),
      runs(200)
    )
  })
})

describe('anything thrown by a request', () => {
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
        const failure = failureFrom(value)
        expectFailure(failure)
        expect(failure.kind).toBe('retry')
        expect(failureFrom(failure)).toBe(failure)
      }),
      runs(300)
    )
    const secret = new Error('request to https://api.crisp.chat/v1/people/ada%40example.com failed')
    expect(failureFrom(secret).message).not.toContain('ada')
  })
})

describe('any body of a 2xx answer', () => {
  it('is a success or not, without a throw; an envelope that says error is none', () => {
    fc.assert(
      fc.property(body, (answer) => {
        expect(typeof isSuccess(answer)).toBe('boolean')
      }),
      runs(300)
    )
    expect(isSuccess({ error: true, reason: 'x', data: {} })).toBe(false)
  })
})
