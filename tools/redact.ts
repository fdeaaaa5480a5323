const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie'])

/** What stands in place of a secret. */
export const REDACTED = '[redacted]'

/** Headers without secrets. */
export function redactHeaders<Headers extends object>(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]: [string, unknown]) => [
      name,
      SECRET_HEADERS.has(name.toLowerCase()) ? REDACTED : value
    ])
  ) as Headers
}
