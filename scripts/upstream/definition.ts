import type { GlobalSetting, InputField } from '@segment/actions-core'
import { parseFql } from '@segment/destination-subscriptions'
import type { ErrorCondition } from '@segment/destination-subscriptions'
import type { Described } from '../metadata/text'

const SECRET = /key|token|secret|password/i

/**
 * What upstream's validation and its reviewers would find in a definition.
 * @returns a sentence each
 */
export function definitionProblems(destination: Described): string[] {
  const { slug, authentication, actions, presets = [] } = destination
  const problems = slug?.startsWith('actions-') ? [] : ['The slug does not begin with actions-.']

  for (const [key, setting] of Object.entries(authentication?.fields ?? {})) {
    problems.push(...textProblems(`The setting ${key}`, setting))
    if (SECRET.test(key) && setting.type !== 'password' && !setting.choices) {
      problems.push(`The setting ${key} looks like a secret and is no password.`)
    }
  }
  for (const [key, action] of Object.entries(actions)) {
    if (!action.description) problems.push(`The action ${key} has no description.`)
    problems.push(...subscriptionProblems(`The action ${key}`, action.defaultSubscription))
    for (const [name, field] of Object.entries(action.fields)) {
      problems.push(...textProblems(`The field ${key}.${name}`, field))
    }
  }
  for (const preset of presets) problems.push(...presetProblems(preset, actions))
  return problems
}

/**
 * Files that upstream expects of every destination and this one lacks.
 * @param files - the exported files by path
 */
export function layoutProblems(destination: Described, files: ReadonlyMap<string, unknown>): string[] {
  const expected = [
    'index.ts',
    'generated-types.ts',
    'versioning-info.ts',
    'metadata.json',
    '__tests__/snapshot.test.ts'
  ]
  for (const key of Object.keys(destination.actions)) expected.push(`${key}/index.ts`, `${key}/generated-types.ts`)
  return expected.filter((path) => !files.has(path)).map((path) => `${path} is missing.`)
}

function presetProblems(preset: NonNullable<Described['presets']>[number], actions: Described['actions']): string[] {
  const name = `The preset ${preset.name}`
  const action = actions[preset.partnerAction]
  if (!action) return [`${name} names no action.`]

  const mapped = Object.keys(preset.mapping ?? {})
  const required = Object.keys(action.fields).filter((field) => action.fields[field].required === true)
  return [
    ...(preset.type === 'automatic' ? subscriptionProblems(name, preset.subscribe) : []),
    ...mapped.filter((field) => !action.fields[field]).map((field) => `${name} maps ${field}, which does not exist.`),
    ...required.filter((field) => !mapped.includes(field)).map((field) => `${name} does not map ${field}.`)
  ]
}

function textProblems(name: string, { label, description }: GlobalSetting | InputField): string[] {
  return label && description ? [] : [`${name} needs a label and a description.`]
}

function subscriptionProblems(name: string, subscription = ''): string[] {
  const { error } = parseFql(subscription) as ErrorCondition
  return subscription && error ? [`${name} has a subscription that cannot be read: ${error.message}`] : []
}
