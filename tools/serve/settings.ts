import type { Settings } from '../../src/generated-types'
import { settingsFrom, VARIABLES } from '../credentials'
import type { JsonObject } from './types'

/** Settings as given, with the empty ones filled. */
export function fillSettings(given: JsonObject, defaults: Settings): Settings {
  const filled = Object.entries(given).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return { ...defaults, ...Object.fromEntries(filled) }
}

/**
 * Settings for live Crisp from the environment.
 * @returns undefined when there is no key
 * @throws Error with a sentence when there is a key but no website, or when one of them has another form
 */
export function settingsFromEnvironment(environment: NodeJS.ProcessEnv): Settings | undefined {
  const { apiKey, websiteId } = VARIABLES
  if (!environment[apiKey]) return undefined
  if (!environment[websiteId]) throw new Error(`Set ${websiteId} as well as ${apiKey}, or neither for the sandbox.`)
  return settingsFrom(environment)
}
