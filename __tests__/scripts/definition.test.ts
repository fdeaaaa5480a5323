import type { GlobalSetting, InputField } from '@segment/actions-core'
import { parseFql } from '@segment/destination-subscriptions'
import { exportFiles } from '../../scripts/export/files'
import { ROOT } from '../../scripts/steps'
import destination from '../../src'

// What upstream's validation and its reviewers look for in a definition.
const settings = Object.entries<GlobalSetting>(destination.authentication?.fields ?? {})
const actions = Object.entries(destination.actions)
const fields = actions.flatMap(([key, action]) =>
  Object.entries<InputField>(action.fields).map(([name, field]) => [`${key}.${name}`, field] as const)
)
const presets = destination.presets ?? []
const subscriptions = [
  ...actions.map(([, action]) => action.defaultSubscription),
  ...presets.map((preset) => (preset.type === 'automatic' ? preset.subscribe : undefined))
].filter((subscription) => subscription !== undefined)

it('The slug begins with actions-.', () => {
  expect(destination.slug).toMatch(/^actions-/)
})

it.each([...settings, ...fields])('The field %s has a label and a description.', (_name, { label, description }) => {
  expect([label, description]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)])
})

it('Every setting whose name sounds like a secret is a password or a choice.', () => {
  const secrets = settings.filter(([name]) => /key|token|secret|password/i.test(name))
  expect(secrets.length).toBeGreaterThan(0)
  expect(secrets.filter(([, { type, choices }]) => type !== 'password' && !choices)).toEqual([])
})

it.each(actions)('The action %s has a description.', (_key, { description }) => {
  expect(description).toMatch(/./)
})

it.each(subscriptions)('The subscription %s can be read.', (subscription) => {
  expect(parseFql(subscription)).not.toHaveProperty('error')
})

it.each(presets)('The preset $name maps every required field of its action, and only fields that it has.', (preset) => {
  const { fields } = destination.actions[preset.partnerAction]
  const required = Object.keys(fields).filter((field) => fields[field].required === true)
  const mapped = Object.keys(preset.mapping ?? {})
  expect(Object.keys(fields)).toEqual(expect.arrayContaining(mapped))
  expect(mapped).toEqual(expect.arrayContaining(required))
})

it('The export has the files that upstream expects, the folder of an action by its key.', () => {
  const paths = ['index.ts', 'generated-types.ts', 'versioning-info.ts', 'metadata.json', '__tests__/snapshot.test.ts']
  const ofActions = actions.flatMap(([key]) => [`${key}/index.ts`, `${key}/generated-types.ts`])
  expect([...exportFiles(ROOT).keys()]).toEqual(expect.arrayContaining([...paths, ...ofActions]))
})
