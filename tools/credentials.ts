import { getAuthHeaders, TOKEN_TYPES, getWebsiteId } from '../src/api/credentials'
import type { TokenType } from '../src/api/credentials'
import type { Settings } from '../src/generated-types'
import { UserError } from './user-error'

export { getSecrets } from '../src/api/credentials'
export type { TokenType } from '../src/api/credentials'

/** The environment variables that hold credentials. The key is never an argument, which others could read. */
export const VARIABLES = { apiKey: 'CRISP_API_KEY', websiteId: 'CRISP_WEBSITE_ID', tokenType: 'CRISP_TOKEN_TYPE' }

type Environment = Readonly<Record<string, string | undefined>>

/** What was given on the command line; it comes before the environment. */
export interface CredentialFlags {
  /** Typed at a prompt. */
  apiKey?: string
  /** `--website-id` */
  websiteId?: string
  /** `--token-type` */
  tokenType?: string
}

/** A value and what messages call the place where it was found. */
interface NamedValue {
  value: string
  name: string
}

/**
 * The settings for live Crisp, by the same checks as the destination's, before anything is sent.
 * @throws UserError with a sentence that names the variable or flag, and never shows the key
 */
export function settingsFrom(environment: Environment, flags: CredentialFlags = {}): Settings {
  const apiKey = findValue(flags.apiKey, 'The key that was typed', environment, VARIABLES.apiKey)
  const websiteId = findValue(flags.websiteId, '--website-id', environment, VARIABLES.websiteId)
  const settings: Settings = {
    apiKey: apiKey.value,
    websiteId: websiteId.value,
    tokenType: tokenTypeFrom(environment, flags)
  }
  check(websiteId, () => getWebsiteId(settings))
  check(apiKey, () => getAuthHeaders(settings))
  return settings
}

/**
 * The type of the token, `plugin` by default.
 * @throws UserError with a sentence that names the variable or flag
 */
export function tokenTypeFrom(environment: Environment, { tokenType }: CredentialFlags = {}): TokenType {
  const { value, name } = findValue(tokenType, '--token-type', environment, VARIABLES.tokenType)
  if (value === '') return 'plugin'
  if (isTokenType(value)) return value
  throw new UserError(`${name} must be ${Object.keys(TOKEN_TYPES).join(' or ')}.`)
}

function findValue(given: string | undefined, name: string, environment: Environment, variable: string): NamedValue {
  return given === undefined
    ? { value: environment[variable]?.trim() ?? '', name: variable }
    : { value: given.trim(), name }
}

function check({ value, name }: NamedValue, read: () => unknown): void {
  if (value === '') throw new UserError(`${name} is missing.`)
  try {
    read()
  } catch (error) {
    throw new UserError(`${name}: ${(error as Error).message}`, { cause: error })
  }
}

function isTokenType(text: string): text is TokenType {
  return Object.hasOwn(TOKEN_TYPES, text)
}
