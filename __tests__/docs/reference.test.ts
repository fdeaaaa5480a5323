import type { SegmentEvent, Subscription } from '@segment/actions-core'
import destination from '../../src'
import { Runtime } from '../../tools/runtime'
import { createSandbox } from '../../tools/sandbox'
import { readText } from './read'

const REFERENCE = readText('docs/reference.md')

it.each([
  ...Object.entries(destination.authentication?.fields ?? {}),
  ...Object.values(destination.actions).flatMap((action) => Object.entries(action.fields))
])('explains the field %s under its label', (key, { label }) => {
  expect(REFERENCE).toContain(`\`${key}\``)
  if (!['firstName', 'lastName'].includes(key)) expect(REFERENCE).toContain(`${label} \`${key}\``)
})

describe('gives mappings for page, screen, and group calls', () => {
  const given = JSON.parse(
    /## Page, screen, and group[^]*?```json\n([^]*?)```/.exec(REFERENCE)?.[1] ?? ''
  ) as Subscription[]

  it('that are the ones in the examples', () => {
    const examples = JSON.parse(readText('examples/subscriptions.json')) as Subscription[]
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
      { type: 'page', properties: { path: '/cart' }, context },
      { type: 'page', name: '', properties: { path: '/checkout' }, context },
      { type: 'page', properties: {}, context },
      { type: 'screen', context },
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
      ['Viewed Home', {}],
      ['Viewed /cart', { path: '/cart' }],
      ['Viewed /checkout', { path: '/checkout' }],
      ['Viewed page', {}],
      ['Viewed page', {}]
    ])
  })
})
