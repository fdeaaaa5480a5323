import { execFileSync } from 'child_process'
import { readFileSync } from 'fs'
import { join } from 'path'
import { METADATA_FILE, metadataText } from '../../scripts/metadata/text'
import type { Described } from '../../scripts/metadata/text'
import { ROOT } from '../../scripts/steps'
import destination from '../../src'

// Loads compilers and formatters, which takes its time on a busy machine.
jest.setTimeout(60_000)

/** In a process of its own: the generator's own Prettier does not load under jest. */
const runTypes = (...args: string[]) =>
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/types/main.ts', ...args], { cwd: ROOT })

const committed = (file: string) => readFileSync(join(ROOT, file), 'utf8')

describe('files that are generated from the definition', () => {
  it('the types are current (mend with: npm run types)', () => {
    expect(() => runTypes('--check')).not.toThrow()
  })

  it('the metadata are current (mend with: npm run metadata)', () => {
    expect(committed(METADATA_FILE)).toBe(metadataText(destination))
  })
})

describe('metadata', () => {
  const minimal: Described = { name: 'Name', slug: 'actions-name', mode: 'cloud', actions: {} }
  const parse = (definition: Described) => JSON.parse(metadataText(definition)) as Record<string, unknown>

  it('hold every key, also of what a definition does not say', () => {
    expect(parse(minimal)).toEqual({
      slug: 'actions-name',
      name: 'Name',
      mode: 'cloud',
      authentication: null,
      audienceConfig: null,
      actions: {},
      presets: []
    })
  })

  it('spell choices out as label and value, also inside an object', () => {
    const colour = { label: 'Colour', description: 'Its colour', type: 'string' as const, choices: ['red'] }
    const shape = { label: 'Shape', description: 'A shape', type: 'object' as const, properties: { colour } }
    const action = { title: 'Draw', description: 'Draws', fields: { shape }, perform: () => undefined }
    expect(parse({ ...minimal, actions: { draw: action } })).toHaveProperty(
      'actions.draw.fields.shape.properties.colour.choices',
      [{ label: 'red', value: 'red' }]
    )
  })

  it('of a specific event name the event and no subscription', () => {
    const presets: Described['presets'] = [
      {
        name: 'Journey',
        partnerAction: 'draw',
        mapping: {},
        type: 'specificEvent',
        eventSlug: 'journeys_step_entered_track'
      }
    ]
    expect(parse({ ...minimal, presets }).presets).toEqual([
      {
        name: 'Journey',
        type: 'specificEvent',
        partnerAction: 'draw',
        mapping: {},
        eventSlug: 'journeys_step_entered_track'
      }
    ])
  })

  it('refuse what they would tell wrongly', () => {
    expect(() => metadataText({ ...minimal, audienceConfig: {} })).toThrow('does not describe audienceConfig')
    const action = { title: 'A', description: 'B', fields: {}, perform: () => undefined, dynamicFields: {} }
    expect(() => metadataText({ ...minimal, actions: { a: action } })).toThrow('does not describe dynamicFields of a')
  })
})
