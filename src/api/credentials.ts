import { ErrorCodes, IntegrationError, InvalidAuthenticationError } from '@segment/actions-core'
import type { Settings } from '../generated-types'

/** The types of Crisp tokens, sent as `X-Crisp-Tier` (Crisp docs, "REST API / Authentication"). */
export type TokenType = 'plugin' | 'website'

/** The token types by the names that the settings show. */
export const TOKEN_TYPES: Record<TokenType, string> = { plugin: 'Plugin token', website: 'Website token' }

const KEYPAIR = /^[^\s:]+:[^\s:]+$/
const SECRET_MIN = 6
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * The token type of the settings.
 * @returns `plugin` when the setting is missing: the runtime applies no defaults of settings
 */
export function getTokenType(settings: Settings): TokenType {
  return settings.tokenType === 'website' ? 'website' : 'plugin'
}

/**
 * The headers that authenticate a request.
 * @param settings - `apiKey` holds the token keypair `identifier:key`; white space around it is ignored
 * @throws InvalidAuthenticationError when the key does not have that shape; the message never repeats it
 */
export function getAuthHeaders(settings: Settings): Record<string, string> {
  const keypair = getKeypair(settings)
  if (!KEYPAIR.test(keypair)) {
    throw new InvalidAuthenticationError(
      'API Key must be the token identifier and key, joined by a colon, without spaces: identifier:key. Copy both from Crisp.'
    )
  }
  return { authorization: `Basic ${toBase64(keypair)}`, 'x-crisp-tier': getTokenType(settings) }
}

/**
 * What must never be shown: the key, its parts and its base64 form. Parts too short for a real token are left out,
 * because they occur in any text.
 */
export function getSecrets(settings: Settings): string[] {
  const keypair = getKeypair(settings)
  return [keypair, toBase64(keypair), ...keypair.split(':')].filter((secret) => secret.length >= SECRET_MIN)
}

/** A JSON value without the secrets of the settings. */
export function redactSecrets(settings: Settings, json: unknown): unknown {
  const secrets = getSecrets(settings)
  const text = JSON.stringify(json)
  if (!text || !secrets.some((secret) => text.includes(secret))) return json
  return JSON.parse(secrets.reduce((shown, secret) => shown.split(secret).join('[redacted]'), text))
}

function getKeypair({ apiKey }: Settings): string {
  return apiKey?.trim() ?? ''
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64')
}

/**
 * The website ID of the settings, ready for a path.
 * @param settings - `websiteId`, a UUID; white space around it is ignored
 * @throws IntegrationError (400) when it is no UUID
 */
export function getWebsiteId(settings: Settings): string {
  const websiteId = settings.websiteId?.trim() ?? ''
  if (!UUID.test(websiteId)) {
    throw new IntegrationError(
      'Website ID must be a UUID such as 8c842203-7ed8-4e29-a608-7cf78a7d2fcc. Copy it from Crisp: Settings, Workspace Settings, Setup & Integrations.',
      ErrorCodes.BAD_REQUEST,
      400
    )
  }
  return websiteId
}
