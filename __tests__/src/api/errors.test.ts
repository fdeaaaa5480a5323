import {
  HTTPError,
  IntegrationError,
  InvalidAuthenticationError,
  PayloadValidationError,
  RequestTimeoutError,
  RetryableError
} from '@segment/actions-core'
import { failureFrom, failureOf, isSuccess, unreadable } from '../../../src/api/errors'
import { CrispError } from '../../../src/api/failure'
import type { FailureKind } from '../../../src/api/failure'

const envelope = (reason: string, data: unknown = {}) => ({ error: true, reason, data })

interface Expected {
  crisp: [status: number, reason: string]
  kind: FailureKind
  error: new (...args: never[]) => Error
  status: number
  code: string
  words: RegExp
}

const table: Expected[] = [
  {
    crisp: [400, 'invalid_data'],
    kind: 'invalid',
    error: PayloadValidationError,
    status: 400,
    code: 'PAYLOAD_VALIDATION_FAILED',
    words: /refused the values/
  },
  {
    crisp: [400, 'invalid_filter'],
    kind: 'invalid',
    error: IntegrationError,
    status: 400,
    code: 'REFUSED',
    words: /refused the request/
  },
  {
    crisp: [401, 'invalid_session'],
    kind: 'stop',
    error: InvalidAuthenticationError,
    status: 401,
    code: 'INVALID_AUTHENTICATION',
    words: /API Key.*Token Type/
  },
  {
    crisp: [402, 'subscription_upgrade_required'],
    kind: 'stop',
    error: IntegrationError,
    status: 402,
    code: 'SUBSCRIPTION_UPGRADE_REQUIRED',
    words: /plan.*Upgrade/
  },
  {
    crisp: [403, 'not_allowed'],
    kind: 'stop',
    error: IntegrationError,
    status: 403,
    code: 'NOT_ALLOWED',
    words: /permission.*Website ID/
  },
  {
    crisp: [404, 'not_subscribed'],
    kind: 'stop',
    error: IntegrationError,
    status: 404,
    code: 'NOT_SUBSCRIBED',
    words: /plugin.*not installed.*Install it/
  },
  {
    crisp: [404, 'people_not_found'],
    kind: 'unknown',
    error: IntegrationError,
    status: 404,
    code: 'PEOPLE_NOT_FOUND',
    words: /no such person/
  },
  {
    crisp: [404, 'website_not_found'],
    kind: 'refused',
    error: IntegrationError,
    status: 404,
    code: 'NOT_FOUND',
    words: /Check Website ID/
  },
  {
    crisp: [405, 'method_not_allowed'],
    kind: 'refused',
    error: IntegrationError,
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    words: /does not offer/
  },
  {
    crisp: [408, 'timeout'],
    kind: 'retry',
    error: RetryableError,
    status: 504,
    code: 'RETRYABLE_ERROR',
    words: /too long/
  },
  {
    crisp: [409, 'people_exists'],
    kind: 'exists',
    error: IntegrationError,
    status: 409,
    code: 'PEOPLE_EXISTS',
    words: /belongs to another person.*Nothing was merged/
  },
  ...[420, 423, 429].map((status) => ({
    crisp: [status, 'quota_limit_exceeded'] as [number, string],
    kind: 'stop' as const,
    error: RetryableError,
    status: 429,
    code: 'RETRYABLE_ERROR',
    words: /rate limit or the daily quota/
  })),
  ...[406, 410, 413, 414, 415, 418, 422, 426, 431, 451, 499].map((status) => ({
    crisp: [status, 'anything'] as [number, string],
    kind: 'refused' as const,
    error: IntegrationError,
    status,
    code: 'REFUSED',
    words: /refused the request/
  })),
  ...[
    [500, 500],
    [501, 502],
    [502, 502],
    [503, 503],
    [504, 504],
    [520, 502],
    [522, 502],
    [530, 502]
  ].map(([status, retried]) => ({
    crisp: [status, 'server_error'] as [number, string],
    kind: 'retry' as const,
    error: RetryableError,
    status: retried,
    code: 'RETRYABLE_ERROR',
    words: /failed to answer/
  }))
]

describe("Crisp's answers", () => {
  it.each(table)('$crisp become an error of kind $kind', ({ crisp: [status, reason], kind, error, ...expected }) => {
    const body = envelope(reason)
    const failure = failureOf(status, body)

    expect(failure).toBeInstanceOf(CrispError)
    expect(failure.kind).toBe(kind)
    expect(failure.attempted).toBe(true)
    expect(failure.body).toBe(body)
    expect(failure.error.constructor).toBe(error)
    expect(failure.error.status).toBe(expected.status)
    expect(failure.error.code).toBe(expected.code)
    expect(failure.error.message).toMatch(expected.words)
    expect(failure.message).toBe(failure.error.message)
  })

  it.each(table)("$crisp keep Crisp's status and reason in the message", ({ crisp: [status, reason] }) => {
    expect(failureOf(status, envelope(reason)).error.message).toContain(`Crisp answered ${status} ${reason}.`)
  })

  it('tell what Crisp says is wrong with the values', () => {
    const { message } = failureOf(400, envelope('invalid_data', { message: 'phone should be a string' })).error
    expect(message).toContain('(phone should be a string)')
  })

  it('keep a message that never ends short', () => {
    expect(
      failureOf(400, envelope('invalid_data', { message: 'x'.repeat(100_000) })).error.message.length
    ).toBeLessThan(400)
  })

  it.each([420, 423, 429, 500, 501, 502, 503, 504, 408])('%i is retried by Segment everywhere', (status) => {
    expect([429, 500, 502, 503, 504]).toContain(failureOf(status, envelope('any')).error.status)
  })

  it.each([
    ['an HTML page', '<html><body>502 Bad Gateway</body></html>'],
    ['an empty body', ''],
    ['no body', undefined],
    ['null', null],
    ['a number', 7],
    ['a list', []],
    ['an envelope without words', {}],
    ['an envelope of odd types', { error: 'yes', reason: 7, data: 'text' }],
    ['a message of an odd type', { error: true, reason: 'any', data: { message: { text: 'nested' } } }]
  ])('with %s instead of an envelope keep their meaning', (_name, body) => {
    expect(failureOf(401, body)).toMatchObject({ kind: 'stop', error: { status: 401 } })
    expect(failureOf(404, body)).toMatchObject({ kind: 'refused', error: { status: 404, code: 'NOT_FOUND' } })
    expect(failureOf(409, body)).toMatchObject({ kind: 'exists', error: { status: 409 } })
    expect(failureOf(429, body)).toMatchObject({ kind: 'stop', error: { status: 429 } })
    expect(failureOf(500, body)).toMatchObject({ kind: 'retry', error: { status: 500 } })
    expect(failureOf(502, body)).toMatchObject({ kind: 'retry', error: { status: 502 } })
    expect(failureOf(502, body).error.message).not.toMatch(/html|undefined|null|object Object/i)
  })

  it.each([301, 304, 399, 600])('of the odd status %i may succeed later', (status) => {
    expect(failureOf(status, undefined)).toMatchObject({ kind: 'retry', error: { status: 502 } })
  })
})

describe('answers that mean success', () => {
  it.each([
    ['an envelope', { error: false, reason: 'updated', data: {} }],
    ['an envelope without its error flag', { data: {} }],
    ['no body', undefined],
    ['an empty body', '']
  ])('%s', (_name, body) => expect(isSuccess(body)).toBe(true))

  it.each([
    ['an envelope that says error', { error: true, reason: 'invalid_data', data: {} }],
    ['an HTML page', '<html></html>'],
    ['half an envelope', '{"error":false,"rea'],
    ['null', null],
    ['a number', 1],
    ['false', false]
  ])('but not %s', (_name, body) => expect(isSuccess(body)).toBe(false))

  it('are the only ones: what cannot be read is retried', () => {
    expect(unreadable()).toMatchObject({ kind: 'retry', body: undefined })
    expect(unreadable().error).toBeInstanceOf(RetryableError)
    expect(unreadable().error.status).toBe(502)
    expect(unreadable().error.message).toMatch(/not Crisp/)
  })
})

describe('requests without an answer', () => {
  const fault = (code?: string, status?: number) =>
    Object.assign(new Error('request to https://api.crisp.chat/v1/john%40segment.com failed'), { code, status })

  it.each([
    'ECONNRESET',
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EPIPE',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ECONNABORTED',
    'ERR_STREAM_PREMATURE_CLOSE',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'Z_BUF_ERROR',
    'Z_DATA_ERROR',
    'HPE_INVALID_CONSTANT'
  ])('that ended with %s are retried as 502', (code) => {
    const { kind, error, body, attempted } = failureFrom(fault(code))
    expect({ kind, body, attempted }).toEqual({ kind: 'retry', body: undefined, attempted: true })
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.status).toBe(502)
    expect(error.message).toBe(`Crisp could not be reached (${code}).`)
  })

  it('that ended without a code are retried as 502', () => {
    expect(failureFrom(fault())).toMatchObject({ kind: 'retry', error: { status: 502 } })
    expect(failureFrom(new TypeError('Failed to fetch'))).toMatchObject({ kind: 'retry', error: { status: 502 } })
  })

  it.each([
    ["the request client's own time-out", fault('ETIMEDOUT')],
    ['an abort', fault('REQUESTCLIENTERROR', 408)],
    ['a time-out of the runtime', new RequestTimeoutError()],
    ["node-fetch's time-out of the body, which has no code", Object.assign(fault(), { type: 'body-timeout' })],
    ["node-fetch's time-out of the head, which has no code", Object.assign(fault(), { type: 'request-timeout' })]
  ])('that ended with %s are retried as 504', (_name, thrown) => {
    const { kind, error } = failureFrom(thrown)
    expect(kind).toBe('retry')
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.status).toBe(504)
    expect(error.message).toMatch(/in time/)
  })

  it('name nothing as the code that is no text', () => {
    const { error } = failureFrom(Object.assign(fault(), { code: 42 }))
    expect(error.message).toBe('Crisp could not be reached (no code).')
  })

  it('name no address: it holds the e-mail of a person', () => {
    expect(failureFrom(fault('ECONNRESET')).error.message).not.toMatch(/john|http/)
  })
})

it('shows in place of a secret, and of an e-mail in its words, that it was there', () => {
  const body = envelope('invalid_data', { message: 'key secret-1 of ada@example.com is odd' })
  const error = new HTTPError({ status: 400, data: body } as never, undefined as never, undefined as never)
  const failure = failureFrom(error, ['secret-1'])
  expect(failure.error.message).toContain('(key [redacted] of [e-mail] is odd)')
  expect(failure.body).toEqual(envelope('invalid_data', { message: 'key [redacted] of ada@example.com is odd' }))
  expect(failureFrom(error).body).toBe(body)
})

describe('what was thrown', () => {
  it('is kept when it is a failure already', () => {
    const failure = unreadable()
    expect(failureFrom(failure)).toBe(failure)
  })

  it("is read by the answer's status and body when Crisp answered", () => {
    const response = { status: 409, data: envelope('people_exists') }
    const error = new HTTPError(response as never, undefined as never, undefined as never)
    expect(failureFrom(error)).toMatchObject({ kind: 'exists', body: response.data })
  })
})
