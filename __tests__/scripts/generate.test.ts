import { execFileSync } from 'child_process'
import { buildMetadata } from '../../scripts/generate/metadata'
import type { Definition } from '../../scripts/generate/metadata'
import { ROOT } from '../../scripts/steps'
import { getBundle } from '../program'

// Loads compilers and formatters, which takes its time on a busy machine.
jest.setTimeout(60_000)

it('The generated types and the metadata are current.', () => {
  // In a process of its own: the generator's own Prettier does not load under jest.
  expect(() => execFileSync(process.execPath, [getBundle('generate'), '--check'], { cwd: ROOT })).not.toThrow()
})

describe('Metadata', () => {
  const minimal: Definition = { name: 'Name', slug: 'actions-name', mode: 'cloud', actions: {} }
  const parse = (definition: Definition) => JSON.parse(buildMetadata(definition)) as Record<string, unknown>

  it('have every key, also of what a definition leaves out.', () => {
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

  it('write choices as label and value, also inside an object.', () => {
    const color = { label: 'Color', description: 'Its color', type: 'string' as const, choices: ['red'] }
    const shape = { label: 'Shape', description: 'A shape', type: 'object' as const, properties: { color } }
    const action = { title: 'Draw', description: 'Draws', fields: { shape }, perform: () => undefined }
    expect(parse({ ...minimal, actions: { draw: action } })).toHaveProperty(
      'actions.draw.fields.shape.properties.color.choices',
      [{ label: 'red', value: 'red' }]
    )
  })

  it('name the event of a specific event preset, and no subscription.', () => {
    const preset = {
      name: 'Journey',
      type: 'specificEvent' as const,
      partnerAction: 'draw',
      mapping: {},
      eventSlug: 'journeys_step_entered_track' as const
    }
    expect(parse({ ...minimal, presets: [preset] }).presets).toEqual([preset])
  })

  it('refuse what they do not describe.', () => {
    expect(() => buildMetadata({ ...minimal, audienceConfig: {} })).toThrow('does not know audienceConfig')
    const action = { title: 'A', description: 'B', fields: {}, perform: () => undefined, dynamicFields: {} }
    expect(() => buildMetadata({ ...minimal, actions: { a: action } })).toThrow('does not know dynamicFields of a')
  })
})
