import { REDACTED } from '../redact'

/** Takes secrets out of a text. */
export type Redact = (text: string) => string

/** Makes what takes these secrets out of texts; see `secretsOf` of the destination. */
export function redactor(secrets: string[]): Redact {
  return (text) => secrets.reduce((redacted, secret) => redacted.replaceAll(secret, REDACTED), text)
}
