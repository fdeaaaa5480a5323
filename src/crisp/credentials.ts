import { IntegrationError, InvalidAuthenticationError } from '@segment/actions-core'
import type { Settings } from '../generated-types'

/** The kinds of Crisp tokens, sent as `X-Crisp-Tier` (Crisp docs, "REST API / Authentication"). */
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
export function tokenType(settings: Settings): TokenType {
  return settings.tokenType === 'website' ? 'website' : 'plugin'
}

/**
 * The headers that authenticate a request.
 * @param settings - `apiKey` holds the token keypair `identifier:key`; white space around it is ignored
 * @throws InvalidAuthenticationError when the key does not have that shape; the message never repeats it
 */
export function authHeaders(settings: Settings): Record<string, string> {
  const keypair = keypairOf(settings)
  if (!KEYPAIR.test(keypair)) {
    throw new InvalidAuthenticationError(
      'API Key must be the token identifier and the token key, joined by a colon, without spaces: identifier:key. Copy both from Crisp.'
    )
  }
  return {
    authorization: `Basic ${base64(keypair)}`,
    'x-crisp-tier': tokenType(settings)
  }
}

/**
 * What must not be shown to anybody: the key, its parts and its base64 form. Parts too short for a real token are left
 * out, because they would be found in any text.
 */
export function secretsOf(settings: Settings): string[] {
  const keypair = keypairOf(settings)
  return [keypair, base64(keypair), ...keypair.split(':')].filter((secret) => secret.length >= SECRET_MIN)
}

function keypairOf({ apiKey }: Settings): string {
  return apiKey?.trim() ?? ''
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

/**
 * The website ID of the settings, ready for a path.
 * @param settings - `websiteId`, a UUID; white space around it is ignored
 * @throws IntegrationError `INVALID_WEBSITE_ID` (400) when it is no UUID
 */
export function websiteOf(settings: Settings): string {
  const websiteId = settings.websiteId?.trim() ?? ''
  if (!UUID.test(websiteId)) {
    throw new IntegrationError(
      'Website ID must be a UUID such as 8c842203-7ed8-4e29-a608-7cf78a7d2fcc. Copy it from Crisp: Settings, Workspace Settings, Setup & Integrations.',
      'INVALID_WEBSITE_ID',
      400
    )
  }
  return websiteId
}
