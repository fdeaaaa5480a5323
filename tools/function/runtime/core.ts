/*
 * What `src/` takes from actions-core at run time, without the request client, the schema engine and Liquid behind it. A
 * test compares it with the real package.
 */

/** Milliseconds; the request client of the Function sets its own time-outs. */
export const DEFAULT_REQUEST_TIMEOUT = 10_000

/** The statuses with which Crisp refuses a request; those of 500 and more become 502 or a RetryableError. */
const CODES: Record<number, string> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  407: 'PROXY_AUTHENTICATION_REQUIRED',
  408: 'REQUEST_TIMEOUT',
  409: 'CONFLICT',
  410: 'GONE',
  411: 'LENGTH_REQUIRED',
  412: 'PRECONDITION_FAILED',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  416: 'RANGE_NOT_SATISFIABLE',
  417: 'EXPECTATION_FAILED',
  418: 'IM_A_TEAPOT',
  421: 'MISDIRECTED_REQUEST',
  422: 'UNPROCESSABLE_ENTITY',
  423: 'LOCKED',
  424: 'FAILED_DEPENDENCY',
  425: 'TOO_EARLY',
  426: 'UPGRADE_REQUIRED',
  428: 'PRECONDITION_REQUIRED',
  429: 'TOO_MANY_REQUESTS',
  431: 'REQUEST_HEADER_FIELDS_TOO_LARGE',
  451: 'UNAVAILABLE_FOR_LEGAL_REASONS',
  499: 'CANCELLED'
}

export const ErrorCodes = Object.fromEntries(Object.values(CODES).map((code) => [code, code]))

export function getErrorCodeFromHttpStatus(status: number): string {
  return CODES[status] ?? 'UNKNOWN_ERROR'
}

export class IntegrationError extends Error {
  constructor(message: string, readonly code: string, readonly status: number) {
    super(message)
  }
}

export class PayloadValidationError extends IntegrationError {
  constructor(message: string) {
    super(message, 'PAYLOAD_VALIDATION_FAILED', 400)
  }
}

export class InvalidAuthenticationError extends Error {
  readonly code = 'INVALID_AUTHENTICATION'
  readonly status = 401
}

export class RetryableError extends Error {
  readonly code = 'RETRYABLE_ERROR'
  constructor(message: string, readonly status = 500) {
    super(message)
  }
}

/** Named by `src/outcome.ts` for `performBatch`, which the Function does not use: the build drops both. */
export class MultiStatusResponse {}
