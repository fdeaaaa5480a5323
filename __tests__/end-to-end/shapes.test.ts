import { readFileSync } from 'fs'
import { join } from 'path'
import type { JSONObject, Subscription } from '@segment/actions-core'
import { inBothModes } from './modes'
import {
  createSubscription,
  getEndings,
  getPerson,
  getPreset,
  getReason,
  identify,
  setUp,
  trackByEmail
} from './support'

const ADA = { email: 'ada@example.com', nickname: 'Ada' }

/** The mapping that docs/reference.md gives for sources that send an empty array in place of an empty object. */
function readMerge(path: string) {
  const reference = readFileSync(join(__dirname, '../../docs/reference.md'), 'utf8')
  const json = /```json\n(\{ "@merge"[^]*?)```/.exec(reference)?.[1] ?? ''
  return JSON.parse(json.replace('$.traits', path)) as JSONObject
}

const MERGED: Record<string, Subscription> = {
  identify: getPreset('identify', { customData: readMerge('$.traits') }),
  track: getPreset('track', { properties: readMerge('$.properties') })
}

const emptyTraits = () =>
  identify({ userId: 'u1', traits: [] as never, context: { traits: { email: 'ada@example.com' } } })
const emptyProperties = () => trackByEmail('ada@example.com', { properties: [] as never })

inBothModes((send) => {
  describe('an empty array where an object is expected', () => {
    it.each([
      ['traits', 'Custom Data', getPreset('identify'), emptyTraits()],
      ['properties', 'Properties', getPreset('track'), emptyProperties()]
    ])('as %s is refused by the schema, which names the field', async (_what, label, subscription, event) => {
      const world = await setUp({ people: [ADA] }, [subscription])
      const [verdict] = await send(world, [event])
      expect(getEndings([verdict])).toEqual(['failed 400'])
      expect(getReason(verdict)).toBe(`${label} must be an object but it was an array.`)
      expect(world.crisp.journal.count()).toBe(0)
    })

    it('as traits is delivered with the mapping of the reference', async () => {
      const world = await setUp({ people: [ADA] }, [MERGED.identify])
      expect(getEndings(await send(world, [emptyTraits()]))).toEqual(['delivered'])
      expect(getPerson(world, 'ada@example.com').data).toEqual({ user_id: 'u1' })
    })

    it('as properties is delivered with the mapping of the reference', async () => {
      const world = await setUp({ people: [ADA] }, [MERGED.track])
      expect(getEndings(await send(world, [emptyProperties()]))).toEqual(['delivered'])
      expect(getPerson(world, 'ada@example.com').events).toMatchObject([{ text: 'Order Completed', data: {} }])
    })

    it('as company and address is delivered with the preset', async () => {
      const world = await setUp({ people: [ADA] }, [getPreset('identify')])
      const event = identify({ traits: { email: 'ada@example.com', plan: 'team', company: [], address: [] } })
      expect(getEndings(await send(world, [event]))).toEqual(['delivered'])
      expect(getPerson(world, 'ada@example.com').data).toEqual({ plan: 'team' })
    })
  })

  it('leaves every other event as it is with the mapping of the reference', async () => {
    const identified = await setUp({ people: [ADA] }, [MERGED.identify])
    const traits = { email: 'ada@example.com', plan: 'team', billing: { country: 'gb' }, tags: ['a', 'b'] }
    expect(
      getEndings(await send(identified, [identify({ traits }), identify({ traits: { email: 'ada@example.com' } })]))
    ).toEqual(['delivered', 'delivered'])
    expect(getPerson(identified, 'ada@example.com').data).toEqual({
      plan: 'team',
      billing_country: 'gb',
      tags: 'a, b'
    })

    const tracked = await setUp({ people: [ADA] }, [MERGED.track])
    const events = [
      trackByEmail('ada@example.com', { properties: { total: 1, cart: { id: 'c' } } }),
      trackByEmail('ada@example.com')
    ]
    expect(getEndings(await send(tracked, events))).toEqual(['delivered', 'delivered'])
    expect(getPerson(tracked, 'ada@example.com').events.map(({ data }) => data)).toEqual([
      { total: 1, cart_id: 'c' },
      {}
    ])
  })

  it.each([
    ['phone', 'Phone Number must be a string but it was an object.', { phone: { home: '1' } }],
    ['name', 'Name must be a string but it was an object.', { name: { first: 'Ada' } }],
    ['first_name', 'First Name must be a string but it was an object.', { first_name: { x: 'Ada' } }],
    ['title', 'Job Title must be a string but it was an array.', { title: ['Countess', 'Engineer'] }]
  ])('names the field when the trait %s is no text', async (_trait, reason, traits) => {
    const world = await setUp({ people: [ADA] }, [createSubscription('identifyUser', 'type = "identify"')])
    const [verdict] = await send(world, [identify({ traits: { email: 'ada@example.com', ...traits } })])
    expect(getEndings([verdict])).toEqual(['failed 400'])
    expect(getReason(verdict)).toBe(reason)
    expect(world.crisp.journal.count()).toBe(0)
  })
})
