import * as core from '@segment/actions-core'
import * as errors from '../../../src/api/errors'
import * as shim from '../../../tools/function/runtime/core'

type Classes = Pick<
  typeof core,
  'IntegrationError' | 'PayloadValidationError' | 'InvalidAuthenticationError' | 'RetryableError'
>

/** The errors that `src/outcome.ts` makes with the package and with its replacement in the Function. */
const loadOutcome = (replacement?: object) => {
  let outcome: typeof import('../../../src/outcome') | undefined
  jest.isolateModules(() => {
    if (replacement) jest.doMock('@segment/actions-core', () => replacement)
    outcome = jest.requireActual<typeof import('../../../src/outcome')>('../../../src/outcome')
    jest.dontMock('@segment/actions-core')
  })
  return outcome as typeof import('../../../src/outcome')
}
const real = loadOutcome()
const replaced = loadOutcome(shim)

function describeError(thrown: unknown) {
  const { status, code, message } = thrown as { status: number; code: string; message: string }
  return { status, code, message, isError: thrown instanceof Error }
}

const REASONS = ['not_subscribed', 'people_not_found', 'some_reason']
const STATUSES = Array.from({ length: 300 }, (_none, n) => 300 + n)

describe("the Function's replacement of actions-core", () => {
  it.each(STATUSES.filter((status) => status % 20 === 0))('makes the same errors of statuses from %d', (first) => {
    for (let status = first; status < first + 20; status++) {
      for (const reason of REASONS) {
        for (const only of [undefined, 'creation'] as const) {
          const failure = errors.readAnswer(status, { error: true, reason, data: {} }, only)
          const expected = describeError(real.toSegmentError(failure))
          expect(describeError(replaced.toSegmentError(failure))).toEqual(expected)
          expect(replaced.isRetryable(expected.status)).toBe(real.isRetryable(expected.status))
        }
      }
    }
  })

  it.each([
    ['a page', errors.readAnswer(403, '<html>')],
    ['a time-out', errors.toCrispError({ code: 'ETIMEDOUT' }, (body) => body)],
    ['a lost connection', errors.toCrispError({ code: 'ECONNRESET' }, (body) => body)],
    ['a value of the event', new errors.CrispError('invalid', 400, 'The email is malformed.')]
  ])('makes the same error of %s', (_what, failure) => {
    expect(describeError(replaced.toSegmentError(failure))).toEqual(describeError(real.toSegmentError(failure)))
  })

  it('has the same classes', () => {
    const toErrors = ({ IntegrationError, PayloadValidationError, ...others }: Classes) =>
      [
        new IntegrationError('what happened', 'BAD_REQUEST', 400),
        new PayloadValidationError('what happened'),
        new others.InvalidAuthenticationError('what happened'),
        new others.RetryableError('what happened'),
        new others.RetryableError('what happened', 503)
      ].map(describeError)
    expect(toErrors(shim as unknown as Classes)).toEqual(toErrors(core))
    expect(new shim.PayloadValidationError('')).toBeInstanceOf(shim.IntegrationError)
  })

  it('has no codes of its own, and every one that the destination names', () => {
    expect(core.ErrorCodes).toMatchObject(shim.ErrorCodes)
    for (let status = 400; status < 500; status++) {
      expect(shim.getErrorCodeFromHttpStatus(status)).toBe(core.getErrorCodeFromHttpStatus(status))
    }
    expect(shim.DEFAULT_REQUEST_TIMEOUT).toBe(core.DEFAULT_REQUEST_TIMEOUT)
  })
})
