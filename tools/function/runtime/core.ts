/*
 * What `src/` takes from actions-core at run time, without the request client, the schema engine and Liquid behind it. A
 * test compares it with the real package.
 */

/** Milliseconds; the request client of the Function sets its own time-outs. */
export const DEFAULT_REQUEST_TIMEOUT = 10_000

const CODES: Record<number, string> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT'
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
