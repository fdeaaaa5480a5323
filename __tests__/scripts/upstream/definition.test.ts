import type { Described } from '../../../scripts/metadata/text'
import { definitionProblems, layoutProblems } from '../../../scripts/upstream/definition'
import destination from '../../../src'

const field = { label: 'Label', description: 'Description', type: 'string' as const }
const action = { title: 'Send', description: 'Sends', fields: { email: field }, perform: () => undefined }
const good: Described = { name: 'Name', slug: 'actions-name', mode: 'cloud', actions: { send: action } }
const preset = { name: 'Preset', partnerAction: 'send', subscribe: 'type = "track"', type: 'automatic' as const }

it('has nothing to say of this destination', () => {
  expect(definitionProblems(destination)).toEqual([])
})

const bad: [string, Partial<Described>, string][] = [
  ['a slug of another kind', { slug: 'name' }, 'does not begin with actions-'],
  ['an action without a description', { actions: { send: { ...action, description: '' } } }, 'send has no description'],
  [
    'a field without a description',
    { actions: { send: { ...action, fields: { email: { ...field, description: '' } } } } },
    'send.email needs a label'
  ],
  [
    'a subscription that cannot be read',
    { actions: { send: { ...action, defaultSubscription: '((' } } },
    'send has a subscription that cannot be read'
  ],
  [
    'a secret in clear text',
    { authentication: { scheme: 'custom', fields: { apiKey: field } } },
    'apiKey looks like a secret'
  ],
  ['a preset of no action', { presets: [{ ...preset, partnerAction: 'gone' }] }, 'names no action'],
  ['a preset that maps no field', { presets: [{ ...preset, mapping: { gone: 1 } }] }, 'maps gone'],
  ['a preset that cannot be read', { presets: [{ ...preset, subscribe: '((' }] }, 'cannot be read'],
  [
    'a preset without a required field',
    { actions: { send: { ...action, fields: { email: { ...field, required: true } } } }, presets: [preset] },
    'does not map email'
  ]
]

it.each(bad)('finds %s', (_name, change, problem) => {
  expect(definitionProblems({ ...good, ...change })).toEqual([expect.stringContaining(problem)])
})

it('takes a password, and a choice whose name has a secret ring', () => {
  const fields = {
    apiKey: { ...field, type: 'password' as const },
    tokenType: { ...field, choices: [{ label: 'A', value: 'a' }] }
  }
  expect(definitionProblems({ ...good, authentication: { scheme: 'custom', fields } })).toEqual([])
})

it('misses the files that upstream expects, the folder of an action by its key', () => {
  expect(layoutProblems(good, new Map([['index.ts', '']]))).toEqual([
    'generated-types.ts is missing.',
    'versioning-info.ts is missing.',
    'metadata.json is missing.',
    '__tests__/snapshot.test.ts is missing.',
    'send/index.ts is missing.',
    'send/generated-types.ts is missing.'
  ])
})
