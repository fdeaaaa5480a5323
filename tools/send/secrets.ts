import { REDACTED } from '../runtime/redact'

/** Parts of a key that are shorter than this are words, not secrets. */
const SHORTEST = 6

/** Takes secrets out of a text. */
export type Redact = (text: string) => string

/**
 * Makes what takes a key out of texts: whole, its two parts, and in the form in which it goes over the wire.
 * @param apiKey - `identifier:key`; without one nothing is taken out
 */
export function redactor(apiKey: string | undefined): Redact {
  if (apiKey === undefined) return (text) => text
  const forms = [apiKey, Buffer.from(apiKey).toString('base64'), ...apiKey.split(':')]
  const secrets = forms.filter((form) => form.length >= SHORTEST)
  return (text) => secrets.reduce((redacted, secret) => redacted.replaceAll(secret, REDACTED), text)
}
