import {
  HTTPError,
  IntegrationError,
  InvalidAuthenticationError,
  PayloadValidationError,
  RequestTimeoutError,
  RetryableError
} from '@segment/actions-core'
import { redactSecrets } from '../../../src/api/credentials'
import { CrispError, isCrispError, isEnvelope, readAnswer, toCrispError, toNotAttempted } from '../../../src/api/errors'
import type { ErrorKind } from '../../../src/api/errors'
import { toSegmentError } from '../../../src/outcome'
import { settings } from '../support'

const envelope = (reason: string, data: unknown = {}) => ({ error: true, reason, data })
const toError = (thrown: unknown) => toCrispError(thrown, (body) => body)

interface Expected {
  crisp: [status: number, reason: string, only?: 'creation']
  kind: ErrorKind
  error: new (...args: never[]) => Error
  status: number
  code: string
  message: string
}

const QUOTA =
  "Crisp's rate limit or daily quota is reached. It is tried again later; narrow your triggers if this repeats."
const SERVER = 'Crisp had a server error. It is tried again later.'
const CONTACTS = 'Crisp did not add the person. Check the contact limit of your Crisp plan and what the token may do.'

const table: Expected[] = [
  ...['invalid_data', 'invalid_filter'].map((reason) => ({
    crisp: [400, reason] as [number, string],
    kind: 'invalid' as const,
    error: PayloadValidationError,
    status: 400,
    code: 'PAYLOAD_VALIDATION_FAILED',
    message: `Crisp rejected a value (${reason}). Fix the mapping or the source.`
  })),
  {
    crisp: [401, 'invalid_session'],
    kind: 'stop',
    error: InvalidAuthenticationError,
    status: 401,
    code: 'INVALID_AUTHENTICATION',
    message:
      'Crisp rejected the API Key. Check API Key and Token Type in the settings. Crisp answered 401 invalid_session.'
  },
  {
    crisp: [402, 'subscription_upgrade_required'],
    kind: 'stop',
    error: IntegrationError,
    status: 402,
    code: 'PAYMENT_REQUIRED',
    message: 'Your Crisp plan does not include this. Upgrade it. Crisp answered 402 subscription_upgrade_required.'
  },
  {
    crisp: [403, 'not_allowed'],
    kind: 'stop',
    error: IntegrationError,
    status: 403,
    code: 'FORBIDDEN',
    message: 'The token lacks permission. Give it read and write access to people. Crisp answered 403 not_allowed.'
  },
  {
    crisp: [402, 'subscription_upgrade_required', 'creation'],
    kind: 'limit',
    error: IntegrationError,
    status: 402,
    code: 'PAYMENT_REQUIRED',
    message: `${CONTACTS} Crisp answered 402 subscription_upgrade_required.`
  },
  {
    crisp: [403, 'not_allowed', 'creation'],
    kind: 'limit',
    error: IntegrationError,
    status: 403,
    code: 'FORBIDDEN',
    message: `${CONTACTS} Crisp answered 403 not_allowed.`
  },
  {
    crisp: [423, 'quota_limit_exceeded', 'creation'],
    kind: 'limit',
    error: RetryableError,
    status: 429,
    code: 'RETRYABLE_ERROR',
    message: `${CONTACTS} Crisp answered 423 quota_limit_exceeded.`
  },
  {
    crisp: [404, 'not_subscribed'],
    kind: 'stop',
    error: IntegrationError,
    status: 404,
    code: 'NOT_FOUND',
    message:
      "The token's plugin is not on this website. Install it, or correct Website ID. Crisp answered 404 not_subscribed."
  },
  {
    crisp: [404, 'people_not_found'],
    kind: 'unknown',
    error: IntegrationError,
    status: 404,
    code: 'NOT_FOUND',
    message: 'Crisp has no such person. Crisp answered 404 people_not_found.'
  },
  {
    crisp: [404, 'route_not_found'],
    kind: 'refused',
    error: IntegrationError,
    status: 404,
    code: 'NOT_FOUND',
    message: 'Crisp does not know this route. Check Website ID. Crisp answered 404 route_not_found.'
  },
  {
    crisp: [404, 'website_not_found'],
    kind: 'stop',
    error: IntegrationError,
    status: 404,
    code: 'NOT_FOUND',
    message: 'Crisp does not know this website. Check Website ID. Crisp answered 404 website_not_found.'
  },
  {
    crisp: [408, 'timeout'],
    kind: 'retry',
    error: RetryableError,
    status: 504,
    code: 'RETRYABLE_ERROR',
    message: `${SERVER} Crisp answered 408 timeout.`
  },
  {
    crisp: [409, 'people_exists'],
    kind: 'exists',
    error: IntegrationError,
    status: 409,
    code: 'CONFLICT',
    message:
      'The email belongs to another person in Crisp. Merge or correct the two profiles there. Crisp answered 409 people_exists.'
  },
  {
    crisp: [422, 'unprocessable'],
    kind: 'retry',
    error: RetryableError,
    status: 503,
    code: 'RETRYABLE_ERROR',
    message: 'Crisp could not process this now. It is tried again later. Crisp answered 422 unprocessable.'
  },
  ...[420, 423, 429].map((status) => ({
    crisp: [status, 'quota_limit_exceeded'] as [number, string],
    kind: 'stop' as const,
    error: RetryableError,
    status: 429,
    code: 'RETRYABLE_ERROR',
    message: `${QUOTA} Crisp answered ${status} quota_limit_exceeded.`
  })),
  ...(
    [
      [405, 'METHOD_NOT_ALLOWED'],
      [406, 'NOT_ACCEPTABLE'],
      [410, 'GONE'],
      [413, 'PAYLOAD_TOO_LARGE'],
      [414, 'URI_TOO_LONG'],
      [415, 'UNSUPPORTED_MEDIA_TYPE'],
      [418, 'IM_A_TEAPOT'],
      [426, 'UPGRADE_REQUIRED'],
      [431, 'REQUEST_HEADER_FIELDS_TOO_LARGE'],
      [451, 'UNAVAILABLE_FOR_LEGAL_REASONS'],
      [499, 'CANCELLED']
    ] as const
  ).map(([status, code]) => ({
    crisp: [status, 'anything'] as [number, string],
    kind: 'refused' as const,
    error: IntegrationError,
    status,
    code,
    message: `Crisp rejected the request. Check the settings and the mapping. Crisp answered ${status} anything.`
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
    message: `${SERVER} Crisp answered ${status} server_error.`
  }))
]

describe("Crisp's answers", () => {
  it.each(table)(
    '$crisp become an error of kind $kind',
    ({ crisp: [status, reason, only], kind, error, ...expected }) => {
      const body = envelope(reason)
      const failure = readAnswer(status, body, only)

      expect(failure).toBeInstanceOf(CrispError)
      expect(failure.kind).toBe(kind)
      expect(failure.isAttempted).toBe(true)
      expect(failure.body).toEqual(body)
      expect(failure.status).toBe(expected.status)
      expect(failure.message).toBe(expected.message)
      const shown = toSegmentError(failure)
      expect(shown.constructor).toBe(error)
      expect(shown.status).toBe(expected.status)
      expect(shown.code).toBe(expected.code)
      expect(shown.message).toBe(failure.message)
    }
  )

  it('mean a limit of contacts where a person was to be added, and nothing else does', () => {
    for (const status of [400, 401, 404, 409, 420, 422, 429, 500]) {
      const { kind, message } = readAnswer(status, envelope('any'))
      expect(readAnswer(status, envelope('any'), 'creation')).toMatchObject({ kind, message })
    }
  })

  it('name the fields that Crisp says are wrong, and repeat none of its other words', () => {
    const words = 'phone should be a string, not +33612345678; data.plan_name and phone of Ada are odd'
    expect(readAnswer(400, envelope('invalid_data', { message: words })).message).toBe(
      'Crisp rejected a value (invalid_data: phone, data.plan_name). Fix the mapping or the source.'
    )
    expect(readAnswer(503, envelope('down', { message: 'no email for Ada' })).message).toBe(
      `${SERVER} Crisp answered 503 down: email.`
    )
  })

  it.each(['Ada is odd', 'ada@example.com', 'x'.repeat(65), ''])(
    'leave the reason "%s" out, which is no word',
    (reason) => {
      expect(readAnswer(400, envelope(reason)).message).toBe(
        'Crisp rejected a value (400). Fix the mapping or the source.'
      )
    }
  )

  it('keep the message short that never ends', () => {
    const lengthOf = (message: string) => readAnswer(400, envelope('invalid_data', { message })).message.length
    expect(lengthOf('x'.repeat(100_000))).toBeLessThan(400)
    expect(lengthOf(Array.from({ length: 10_000 }, (_value, index) => `data.key_${index}`).join(' '))).toBeLessThan(
      1000
    )
  })

  it.each([420, 422, 423, 429, 500, 501, 502, 503, 504, 408])('%i is retried by Segment everywhere', (status) => {
    expect([429, 500, 502, 503, 504]).toContain(readAnswer(status, envelope('any')).status)
  })

  it.each([
    ['an HTML page', '<html><body>502 Bad Gateway</body></html>'],
    ['an empty body', ''],
    ['no body', undefined],
    ['null', null],
    ['a number', 7],
    ['a list', []],
    ['an envelope without words', {}],
    ['an envelope of odd types', { error: 'yes', reason: 7, data: 'text' }]
  ])('with %s instead of an envelope are not from Crisp: whatever their status, they are retried', (_name, body) => {
    for (const status of [200, 301, 302, 304, 400, 401, 402, 403, 404, 409, 422, 429, 500, 502, 503, 600]) {
      for (const only of [undefined, 'creation'] as const) {
        expect(readAnswer(status, body, only)).toMatchObject({
          kind: 'retry',
          status: 502,
          message: `Something between Segment and Crisp answered with status ${status}. It is tried again later.`,
          body: undefined,
          isAttempted: true
        })
      }
    }
  })

  it('with a message of an odd type keep their meaning', () => {
    const body = { error: true, reason: 'any', data: { message: { text: 'nested' } } }
    expect(readAnswer(401, body)).toMatchObject({ kind: 'stop', status: 401 })
    expect(readAnswer(404, body)).toMatchObject({ kind: 'refused', status: 404 })
    expect(readAnswer(409, body)).toMatchObject({ kind: 'exists', status: 409 })
    expect(readAnswer(429, body)).toMatchObject({ kind: 'stop', status: 429 })
    expect(readAnswer(500, body)).toMatchObject({ kind: 'retry', status: 500 })
    expect(readAnswer(502, body)).toMatchObject({ kind: 'retry', status: 502 })
    expect(readAnswer(502, body).message).not.toMatch(/html|undefined|null|object Object/i)
    expect(readAnswer(400, { error: true, reason: 'any' })).toMatchObject({ kind: 'invalid' })
    expect(readAnswer(400, envelope('any', { message: { toString: [] } }))).toMatchObject({ kind: 'invalid' })
  })

  it.each([301, 304, 399])('of the odd status %i may succeed later, also in an envelope', (status) => {
    expect(readAnswer(status, envelope('moved'))).toMatchObject({ kind: 'retry', status: 502 })
  })
})

describe("Crisp's envelope", () => {
  it.each([
    ['a success', { error: false, reason: 'updated', data: {} }],
    ['an error', { error: true, reason: 'invalid_data', data: {} }],
    ['one without data', { error: false, reason: 'updated' }]
  ])('is recognized: %s', (_name, body) => expect(isEnvelope(body)).toBe(true))

  it.each([
    ['an envelope without its error flag', { reason: 'updated', data: {} }],
    ['an envelope without its reason', { error: false, data: {} }],
    ['data alone', { data: {} }],
    ['no body', undefined],
    ['an empty body', ''],
    ['an HTML page', '<html></html>'],
    ['half an envelope', '{"error":false,"rea'],
    ['a list', [{ error: false, reason: 'updated' }]],
    ['null', null],
    ['a number', 1],
    ['false', false]
  ])('is not %s', (_name, body) => expect(isEnvelope(body)).toBe(false))
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
    const failure = toError(fault(code))
    const { kind, status, body, isAttempted, message } = failure
    expect({ kind, body, isAttempted }).toEqual({ kind: 'retry', body: undefined, isAttempted: true })
    expect(toSegmentError(failure)).toBeInstanceOf(RetryableError)
    expect(status).toBe(502)
    expect(message).toBe(`Couldn't reach Crisp (${code}). It is tried again later.`)
  })

  it('that ended without a code are retried as 502', () => {
    expect(toError(fault())).toMatchObject({ kind: 'retry', status: 502 })
    expect(toError(new TypeError('Failed to fetch'))).toMatchObject({ kind: 'retry', status: 502 })
  })

  it.each([
    ["the request client's own time-out", fault('ETIMEDOUT')],
    ['an abort that the request client reports', fault('REQUESTCLIENTERROR', 408)],
    ['an abort', Object.assign(fault(), { name: 'AbortError' })],
    ['a signal that timed out', Object.assign(fault(), { name: 'TimeoutError' })],
    ['a time-out of the runtime', new RequestTimeoutError()],
    ["node-fetch's time-out of the head, which has no code", Object.assign(fault(), { type: 'request-timeout' })]
  ])('that ended with %s are retried as 504', (_name, thrown) => {
    const failure = toError(thrown)
    expect(failure.kind).toBe('retry')
    expect(toSegmentError(failure)).toBeInstanceOf(RetryableError)
    expect(failure.status).toBe(504)
    expect(failure.message).toBe('Crisp did not answer in time. It is tried again later.')
  })

  it.each([
    ["node-fetch's time-out of the body, which has no code", Object.assign(fault(), { type: 'body-timeout' })],
    [
      'a connection that ended in the body',
      Object.assign(
        new Error('Invalid response body while trying to fetch https://api.crisp.chat/john: Premature close'),
        {
          type: 'system',
          code: 'ERR_STREAM_PREMATURE_CLOSE'
        }
      )
    ]
  ])('to the end, as with %s, are retried as 502 and say that the answer was cut', (_name, thrown) => {
    const failure = toError(thrown)
    expect(failure).toMatchObject({ kind: 'retry', status: 502, body: undefined, isAttempted: true })
    expect(toSegmentError(failure)).toBeInstanceOf(RetryableError)
    expect(failure.message).toBe("Crisp's answer was cut. It is tried again later.")
  })

  it('name nothing as the code that is no text', () => {
    const { message } = toError(Object.assign(fault(), { code: 42 }))
    expect(message).toBe("Couldn't reach Crisp (no code). It is tried again later.")
  })

  it('name no address: it holds the email of a person', () => {
    expect(toError(fault('ECONNRESET')).message).not.toMatch(/john|http/)
  })
})

it('shows in the answer, in place of a secret, that it was there, and neither it nor an email in the message', () => {
  const key = settings.apiKey
  const body = envelope('invalid_data', { message: `key ${key} of ada@example.com is odd` })
  const error = new HTTPError({ status: 400, data: body } as never, undefined as never, undefined as never)
  const failure = toCrispError(error, (json) => redactSecrets(settings, json))
  expect(failure.message).toBe('Crisp rejected a value (invalid_data). Fix the mapping or the source.')
  expect(failure.body).toEqual(envelope('invalid_data', { message: 'key [redacted] of ada@example.com is odd' }))
  expect(toError(error).body).toEqual(body)
})

describe('what was thrown', () => {
  it('is kept when it is a failure already', () => {
    const failure = readAnswer(200, undefined)
    expect(toError(failure)).toBe(failure)
  })

  it("is read by the answer's status and body when Crisp answered", () => {
    const response = { status: 409, data: envelope('people_exists') }
    const error = new HTTPError(response as never, undefined as never, undefined as never)
    expect(toError(error)).toMatchObject({ kind: 'exists', body: response.data })
  })

  it('is recognized by its shape, whatever class it is of', () => {
    expect(toError({ response: { status: 409, data: envelope('people_exists') } })).toMatchObject({ kind: 'exists' })
    expect(toError({ response: { status: '409' }, code: 'ECONNRESET' })).toMatchObject({ kind: 'retry', status: 502 })
    expect(toError(undefined)).toMatchObject({ kind: 'retry', status: 502 })
    expect(toError({ message: { toString: [] } })).toMatchObject({ kind: 'retry', status: 502 })
  })
})

describe('requests that were not sent', () => {
  it.each([401, 402, 403, 420, 423, 429, 500, 503])('after %i get its status, class and code and say so', (status) => {
    const cause = readAnswer(status, envelope('any'))
    const failure = toNotAttempted(cause)

    expect(failure.kind).toBe(cause.kind)
    expect(failure.isAttempted).toBe(false)
    expect(failure.body).toBeUndefined()
    expect(failure.status).toBe(cause.status)
    expect(toSegmentError(failure).constructor).toBe(toSegmentError(cause).constructor)
    expect(toSegmentError(failure).status).toBe(toSegmentError(cause).status)
    expect(toSegmentError(failure).code).toBe(toSegmentError(cause).code)
    expect(failure.message).toBe(`Not attempted, because an earlier request failed: ${cause.message}`)
  })

  it('say so once, however long the batch', () => {
    const first = toNotAttempted(readAnswer(429, envelope('any')))
    expect(toNotAttempted(first)).toBe(first)
  })
})

it('has a name in stack traces', () => {
  expect(readAnswer(200, undefined)).toMatchObject({ name: 'CrispError' })
})

it('tells kinds of errors apart', () => {
  const failure = readAnswer(200, undefined)
  expect(isCrispError(failure, 'retry')).toBe(true)
  expect(isCrispError(failure, 'stop', 'retry')).toBe(true)
  expect(isCrispError(failure, 'stop', 'unknown')).toBe(false)
  expect(isCrispError(new Error('other'), 'retry')).toBe(false)
  expect(isCrispError(undefined, 'retry')).toBe(false)
})
