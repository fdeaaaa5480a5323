import { existsSync, readdirSync, readFileSync } from 'fs'
import { dirname, join } from 'path'
import type { SegmentEvent, Subscription } from '@segment/actions-core'
import manifest from '../../package.json'
import { commandsIn, isRunBy } from '../../scripts/readme/commands'
import { TRIES } from '../../scripts/readme/tries'
import destination from '../../src'
import { Runtime } from '../../tools/runtime'
import { createSandbox } from '../../tools/sandbox'

const ROOT = join(__dirname, '../..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs')).map((f) => `docs/${f}`)
]
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ file, text: read(file) }))
const README = read('README.md')

describe.each(PAGES)('$file', ({ file, text }) => {
  it('links to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link]) => link)
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(file), link)))).toEqual([])
  })

  it('names scripts that exist', () => {
    const scripts = [...text.matchAll(/npm (?:run ([a-z:-]+)|(start|test)\b)/g)].map(([, run, alias]) => run ?? alias)
    expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([])
  })
})

describe('the README', () => {
  it.each([
    ...Object.entries(destination.authentication?.fields ?? {}),
    ...Object.values(destination.actions).flatMap((action) => Object.entries(action.fields))
  ])('explains the field %s under its label', (key, { label }) => {
    expect(README).toContain(`\`${key}\``)
    if (!['firstName', 'lastName'].includes(key)) expect(README).toContain(`${label} \`${key}\``)
  })

  it('tells people to run nothing that the gate does not run, by itself or in npm run check:readme', () => {
    const gate = read('.ci/run')
    expect(isRunBy(gate, 'npm run check:readme')).toBe(true)
    const others = commandsIn(README).filter((command) => !isRunBy(gate, command))
    expect(others.length).toBeGreaterThan(10)
    expect(others.filter((command) => !(command in TRIES))).toEqual([])
    expect(Object.keys(TRIES).filter((command) => !others.includes(command))).toEqual([])
  })

  describe('gives mappings for page, screen and group calls', () => {
    const given = JSON.parse(/```json\n([\s\S]*?)```/.exec(README)?.[1] ?? '') as Subscription[]

    it('that are the ones in the examples', () => {
      const examples = JSON.parse(read('examples/subscriptions.json')) as Subscription[]
      expect(examples).toEqual(expect.arrayContaining(given))
    })

    it.each(['single', 'batch'])('that work as they stand (%s)', async (mode) => {
      const crisp = await createSandbox({ people: [{ email: 'ada@example.com', nickname: 'Ada' }] })
      const { apiKey, websiteId, port } = crisp
      const runtime = new Runtime({ settings: { apiKey, websiteId }, port, subscriptions: given })
      const context = { traits: { email: 'ada@example.com' } }
      const events: SegmentEvent[] = [
        { type: 'page', name: 'Pricing', properties: { path: '/pricing' }, context },
        { type: 'screen', name: 'Home', context },
        {
          type: 'group',
          groupId: 'g1',
          traits: {
            name: 'Engines',
            email: 'office@engines.example',
            website: 'https://engines.example',
            employees: 42
          },
          context
        }
      ]
      for (const subscription of given) {
        if (mode === 'batch') await runtime.deliverBatchTo(subscription, events)
        else for (const event of events) await runtime.deliverTo(subscription, event)
      }
      const people = crisp.people.all()
      runtime.close()
      await crisp.close()

      expect(people).toHaveLength(1)
      expect(people[0].profile).toMatchObject({
        email: 'ada@example.com',
        person: { nickname: 'Ada' },
        company: { name: 'Engines', url: 'https://engines.example' }
      })
      expect(people[0].data).toEqual({ company_email: 'office@engines.example', company_employees: 42 })
      expect(people[0].events.map(({ text, data }) => [text, data])).toEqual([
        ['Viewed Pricing', { path: '/pricing' }],
        ['Viewed Home', {}]
      ])
    })
  })
})
