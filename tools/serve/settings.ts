import type { Settings } from '../../src/generated-types'
import type { JsonObject } from './types'

/** Settings as given, with the empty ones filled. */
export function fillSettings(given: JsonObject, defaults: Settings): Settings {
  const filled = Object.entries(given).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return { ...defaults, ...Object.fromEntries(filled) }
}

/**
 * Settings for live Crisp, from `CRISP_API_KEY`, `CRISP_WEBSITE_ID` and `CRISP_TOKEN_TYPE`.
 * @returns undefined when there is no key
 * @throws Error with a sentence when there is a key but no website
 */
export function settingsFromEnvironment(environment: NodeJS.ProcessEnv): Settings | undefined {
  const { CRISP_API_KEY: apiKey, CRISP_WEBSITE_ID: websiteId, CRISP_TOKEN_TYPE: tokenType } = environment
  if (!apiKey) return undefined
  if (!websiteId) throw new Error('Set CRISP_WEBSITE_ID as well as CRISP_API_KEY, or neither for the sandbox.')
  return { apiKey, websiteId, ...(tokenType && { tokenType }) }
}
