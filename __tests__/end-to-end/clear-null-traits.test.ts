import { getExchanges, inBothModes } from './modes'
import { getEndings, getPerson, getPreset, identify, setUp } from './support'
import type { EventParts, World } from './support'

const SUBSCRIPTIONS = [getPreset('identify', { clearNullTraits: true })]
const ADA = {
  email: 'ada@example.com',
  nickname: 'Ada',
  person: { phone: '1', website: 'https://ada.example' },
  company: { name: 'Engines' },
  data: { plan: 'free', seats: 3, billing_country: 'gb', company_size: 4, address_floor: 2 }
}

const build = (traits: EventParts['traits']) => identify({ traits: { email: 'ada@example.com', ...traits } })
const getData = (world: World) => getPerson(world, 'ada@example.com').data

inBothModes((send) => {
  it('clears a trait that is null with an empty text, in the request of the other traits', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    expect(getEndings(await send(world, [build({ plan: null, seats: 4 })]))).toEqual(['delivered'])
    expect(getExchanges(world)).toEqual([['PATCH data/ada@example.com', { data: { plan: '', seats: 4 } }]])
    expect(getData(world)).toEqual({ ...ADA.data, plan: '', seats: 4 })
  })

  it('writes the key that the trait has otherwise', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    await send(world, [build({ 'Last Plan': null })])
    expect(getData(world).last_plan).toBe('')
  })

  it('leaves nested nulls alone, and those in lists', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    await send(world, [build({ billing: { country: null, city: 'London' }, tags: [null, 'a'], list: [null] })])
    expect(getData(world)).toEqual({ ...ADA.data, billing_city: 'London', tags: 'a' })
  })

  it('leaves profile fields, company and address alone', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    const nothing = { name: null, firstName: null, last_name: null, phone: null, avatar: null, website: null }
    const event = build({ ...nothing, title: null, description: null, company: null, address: null, plan: 'team' })
    expect(getEndings(await send(world, [event]))).toEqual(['delivered'])
    expect(getExchanges(world)).toEqual([['PATCH data/ada@example.com', { data: { plan: 'team' } }]])
    expect(getPerson(world, 'ada@example.com').profile).toMatchObject({ person: ADA.person, company: ADA.company })
  })

  it('leaves the reserved user ID alone under every spelling', async () => {
    const world = await setUp({ people: [{ ...ADA, data: { user_id: 'u1' } }] }, SUBSCRIPTIONS)
    await send(world, [build({ user_id: null, 'User ID': null, plan: null })])
    expect(getData(world)).toEqual({ user_id: 'u1', plan: '' })
  })

  it('ends with the later value, whichever it is', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    const events = [build({ plan: null, seats: 4 }), build({ plan: 'team', seats: null })]
    expect(getEndings(await send(world, events))).toEqual(['delivered', 'delivered'])
    expect(getData(world)).toMatchObject({ plan: 'team', seats: '' })
  })

  it('lets null say nothing when it is off, as it is by default', async () => {
    const world = await setUp({ people: [ADA] }, [getPreset('identify')])
    await send(world, [build({ plan: null, seats: 4 })])
    expect(getExchanges(world)).toEqual([['PATCH data/ada@example.com', { data: { seats: 4 } }]])
    expect(getData(world)).toEqual({ ...ADA.data, seats: 4 })
  })

  it('clears in the mapping that asks for it only', async () => {
    const world = await setUp({ people: [ADA] }, [
      getPreset('identify', { clearNullTraits: { '@path': '$.context.clear' } })
    ])
    const events = [
      { ...build({ plan: null }), context: { clear: true } },
      { ...build({ seats: null }), context: { clear: false } }
    ]
    await send(world, events)
    expect(getData(world)).toEqual({ ...ADA.data, plan: '' })
  })

  it('creates a person with the empty text', async () => {
    const world = await setUp({}, SUBSCRIPTIONS)
    expect(getEndings(await send(world, [build({ plan: null })]))).toEqual(['delivered'])
    expect(getData(world)).toEqual({ plan: '' })
  })

  it('is retried whole after a failure of Crisp', async () => {
    const effect = { type: 'answer', status: 500, reason: 'error' } as const
    const fault = { route: 'people.data.update', nth: 1, effect }
    const world = await setUp({ people: [ADA], faults: [fault] }, SUBSCRIPTIONS)
    const event = build({ plan: null })
    expect(getEndings(await send(world, [event]))).toEqual(['failed 500 retried'])
    expect(getEndings(await send(world, [event]))).toEqual(['delivered'])
    expect(getData(world).plan).toBe('')
  })

  it('clears the other traits when Crisp rejects a value', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    world.crisp.faults.add({
      when: ({ method, body }) => method === 'PATCH' && JSON.stringify(body).includes('xxx'),
      effect: { type: 'answer', status: 400, reason: 'invalid_data' }
    })
    const events = [build({ plan: null, seats: 4 }), build({ blob: 'x'.repeat(300), seats: null })]
    expect(getEndings(await send(world, events))).toEqual(['delivered', 'failed 400'])
    expect(getData(world)).toEqual({ ...ADA.data, plan: '', seats: '' })
  })
})
