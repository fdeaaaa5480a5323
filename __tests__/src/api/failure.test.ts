import { RetryableError } from '@segment/actions-core'
import { failureOf, unreadable } from '../../../src/api/errors'
import { aborted, isFailure, notAttempted, toldAsSentInPart } from '../../../src/api/failure'

describe('requests that were not sent', () => {
  it.each([401, 402, 403, 420, 423, 429, 500, 503])('after %i get its status, class and code and say so', (status) => {
    const cause = failureOf(status, { error: true, reason: 'any', data: {} })
    const failure = notAttempted(cause)

    expect(failure.kind).toBe(cause.kind)
    expect(failure.attempted).toBe(false)
    expect(failure.body).toBeUndefined()
    expect(failure.error.constructor).toBe(cause.error.constructor)
    expect(failure.error.status).toBe(cause.error.status)
    expect(failure.error.code).toBe(cause.error.code)
    expect(failure.error.message).toMatch(/^Not attempted/)
    expect(failure.error.message).toContain(cause.error.message)
  })

  it('say so once, however long the batch', () => {
    const first = notAttempted(failureOf(429, undefined))
    expect(notAttempted(first)).toBe(first)
  })

  it('because of an abort are retried as 504', () => {
    const failure = aborted()
    expect(failure).toMatchObject({ kind: 'stop', attempted: false, body: undefined })
    expect(failure.error).toBeInstanceOf(RetryableError)
    expect(failure.error.status).toBe(504)
    expect(failure.error.message).toMatch(/Not attempted/)
  })
})

describe('events that were sent in part', () => {
  it.each([
    ['an earlier failure', notAttempted(failureOf(429, undefined)), 429],
    ['an abort', aborted(), 504]
  ])('say so, when the rest was not attempted after %s', (_name, failure, status) => {
    const told = toldAsSentInPart(failure)
    expect(told).toMatchObject({ kind: 'stop', attempted: false, error: { status } })
    expect(told.error).toBeInstanceOf(RetryableError)
    expect(told.error.message).toBe(failure.error.message.replace('Not attempted', 'Not attempted to the end'))
    expect(told.error.message).toMatch(/^Not attempted to the end/)
  })

  it('tell of the request that failed', () => {
    const failure = failureOf(500, undefined)
    expect(toldAsSentInPart(failure)).toBe(failure)
  })
})

it('has a name in stack traces', () => {
  expect(unreadable()).toMatchObject({ name: 'CrispError' })
})

it('tells kinds of failures apart', () => {
  expect(isFailure(unreadable(), 'retry')).toBe(true)
  expect(isFailure(unreadable(), 'stop', 'retry')).toBe(true)
  expect(isFailure(unreadable(), 'stop', 'unknown')).toBe(false)
  expect(isFailure(new Error('other'), 'retry')).toBe(false)
  expect(isFailure(undefined, 'retry')).toBe(false)
})
