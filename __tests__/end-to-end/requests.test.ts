import { getFloor, getPerson, makePageLoads, makeTrace, toBatches } from '../../bench/trace'
import {
  deliver,
  deliverBatch,
  getEvents,
  identify,
  getPreset,
  getRequests,
  createRuntime,
  setUp,
  countRequests,
  track,
  trackByEmail
} from './support'

const ada = { email: 'ada@example.com', data: { user_id: 'u1' } }
const traits = { email: 'ada@example.com', name: 'Ada Lovelace', plan: 'team' }

describe('requests that a known person costs', () => {
  it('Identify with name and custom traits: 2', async () => {
    const world = await setUp({ people: [ada] })
    expect(await countRequests(world, () => deliver(world, identify({ userId: 'u1', traits })))).toBe(2)
    expect(await countRequests(world, () => deliver(world, identify({ userId: 'u1', traits })))).toBe(2)
  })

  it('Identify with one audience flag: 1', async () => {
    const world = await setUp({ people: [ada] })
    const flag = identify({ userId: 'u1', traits: { email: 'ada@example.com', order_completed_last_30days: true } })
    expect(await countRequests(world, () => deliver(world, flag))).toBe(1)
    expect(await countRequests(world, () => deliver(world, flag))).toBe(1)
  })

  it('Identify with profile traits only: 1 once the user ID is stored, 2 before', async () => {
    const world = await setUp({ people: [ada] })
    const name = identify({ userId: 'u1', traits: { email: 'ada@example.com', name: 'Ada' } })
    expect(await countRequests(world, () => deliver(world, name))).toBe(2)
    expect(await countRequests(world, () => deliver(world, name))).toBe(1)
  })

  it('Identify with nothing but an email: 1', async () => {
    const world = await setUp({ people: [ada] })
    expect(await countRequests(world, () => deliver(world, identify({ traits: { email: 'ada@example.com' } })))).toBe(1)
  })

  it('Track by email: 1', async () => {
    const world = await setUp({ people: [ada] })
    expect(await countRequests(world, () => deliver(world, trackByEmail('ada@example.com')))).toBe(1)
    expect(await countRequests(world, () => deliver(world, trackByEmail('ada@example.com', { userId: 'u1' })))).toBe(1)
  })

  it('Track by a user ID seen before: 1', async () => {
    const world = await setUp({ people: [ada] })
    await deliver(world, track({ userId: 'u1' }))
    expect(await countRequests(world, () => deliver(world, track({ userId: 'u1' })))).toBe(1)
  })

  it('Track by the user ID of a person that this process created: 1', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits }))
    expect(await countRequests(world, () => deliver(world, track({ userId: 'u1' })))).toBe(1)
    expect(getEvents(world, 'ada@example.com')).toEqual(['Order Completed'])
  })
})

describe('requests for a person that this process does not remember', () => {
  it('Track by user ID: 3, a search, a read-back and the event', async () => {
    const world = await setUp({ people: [ada] })
    expect(await countRequests(world, () => deliver(world, track({ userId: 'u1' })))).toBe(3)
    expect(getRequests(world)).toEqual([
      'GET profiles/1',
      expect.stringMatching(/^GET data\/[0-9a-f-]{36}$/),
      expect.stringMatching(/^POST events\/[0-9a-f-]{36}$/)
    ])
  })

  it("a new person's Identify with user ID, name and traits: 4", async () => {
    const world = await setUp()
    expect(await countRequests(world, () => deliver(world, identify({ userId: 'u1', traits })))).toBe(4)
    expect(getRequests(world)).toEqual([
      'PATCH profile/ada@example.com',
      'GET profiles/1',
      'POST profile',
      expect.stringMatching(/^PATCH data\/[0-9a-f-]{36}$/)
    ])
  })

  it("a new person's Identify without a user ID: 3", async () => {
    const world = await setUp()
    expect(await countRequests(world, () => deliver(world, identify({ traits })))).toBe(3)
  })

  it('another process of Segment looks the user ID up for itself', async () => {
    const world = await setUp({ people: [ada] })
    await deliver(world, track({ userId: 'u1' }))
    const other = { ...world, segment: createRuntime(world.crisp) }
    expect(await countRequests(world, () => deliver(other, track({ userId: 'u1' })))).toBe(3)
  })

  it('an unknown person: 1 by email, 1 by user ID, 2 by both', async () => {
    const world = await setUp()
    expect(await countRequests(world, () => deliver(world, trackByEmail('unknown@example.com')))).toBe(1)
    expect(await countRequests(world, () => deliver(world, track({ userId: 'unknown-id' })))).toBe(1)
    expect(
      await countRequests(world, () => deliver(world, trackByEmail('unknown@example.com', { userId: 'unknown-id' })))
    ).toBe(2)
  })
})

describe('requests of the cases that cost more', () => {
  const capitals = { ...traits, email: 'Ada@Example.com' }

  it.each([
    ['with a user ID', 'u1', 5],
    ['without a user ID', undefined, 4]
  ])('a new person whose address has capitals costs one request more: %s', async (_case, userId, requests) => {
    const world = await setUp()
    expect(await countRequests(world, () => deliver(world, identify({ userId, traits: capitals })))).toBe(requests)
  })

  it.each([
    ['an email', trackByEmail('new@example.com'), 3],
    ['an email with capitals', trackByEmail('New@example.com'), 4],
    ['an email and a user ID', trackByEmail('new@example.com', { userId: 'u1' }), 5],
    ['an email with capitals and a user ID', trackByEmail('New@example.com', { userId: 'u1' }), 6]
  ])('a Track that creates the person costs 3 to 6: %s', async (_case, event, requests) => {
    const world = await setUp({}, [getPreset('track', { unknownPerson: 'create' })])
    expect(await countRequests(world, () => deliver(world, event))).toBe(requests)
  })

  it('a Track whose email Crisp does not know costs 4 when the user ID finds the person, then 2', async () => {
    const world = await setUp({ people: [ada] })
    const event = trackByEmail('new@example.com', { userId: 'u1' })
    expect(await countRequests(world, () => deliver(world, event))).toBe(4)
    expect(await countRequests(world, () => deliver(world, event))).toBe(2)
  })

  it.each([
    ['new@example.com', 5],
    ['New@example.com', 6]
  ])('a changed email costs up to 6 when the user ID has to be looked up: %s', async (email, requests) => {
    const world = await setUp({ people: [ada] })
    const event = identify({ userId: 'u1', traits: { ...traits, email } })
    expect(await countRequests(world, () => deliver(world, event))).toBe(requests)
  })

  it('a changed email costs 3 when the person is remembered', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits }))
    const event = identify({ userId: 'u1', traits: { ...traits, email: 'new@example.com' } })
    expect(await countRequests(world, () => deliver(world, event))).toBe(3)
  })

  it('a person that another process creates at the same time (409) costs one request more', async () => {
    const world = await setUp()
    world.crisp.route({
      name: 'people.profile.add',
      handler: (_request, next) => {
        world.crisp.people.add({ email: 'ada@example.com', data: { user_id: 'u1' } })
        return next()
      }
    })
    expect(await countRequests(world, () => deliver(world, identify({ userId: 'u1', traits })))).toBe(5)
    expect(getRequests(world)).toEqual([
      'PATCH profile/ada@example.com',
      'GET profiles/1',
      'POST profile',
      'PATCH profile/ada@example.com',
      'PATCH data/ada@example.com'
    ])
  })

  it('a value that Crisp rejects costs one request more, without the value', async () => {
    const world = await setUp({ people: [ada] })
    world.crisp.faults.add({
      route: 'people.profile.update',
      nth: 1,
      effect: { type: 'answer', status: 400, reason: 'invalid_data' }
    })
    const event = identify({ userId: 'u1', traits: { ...traits, phone: '+4412' } })
    expect(await countRequests(world, () => deliver(world, event))).toBe(3)
  })

  it.each([
    ['a known person', [ada], 3],
    ['a new person', [], 4]
  ])(
    'segments cost one request more for a known person and none for a new one: %s',
    async (_case, people, requests) => {
      const world = await setUp({ people }, [getPreset('identify', { segments: ['vip'] })])
      const event = identify({ userId: 'u1', traits })
      expect(await countRequests(world, () => deliver(world, event))).toBe(requests)
    }
  )
})

describe('requests that a batch costs', () => {
  it('one profile and one data write a person, however many identify calls', async () => {
    const world = await setUp({ people: [ada, { email: 'bob@example.com' }] })
    const batch = [1, 2, 3, 4, 5].flatMap((visits) => [
      identify({ userId: 'u1', traits: { ...traits, visits } }),
      identify({ traits: { email: 'bob@example.com', name: 'Bob', visits } })
    ])
    expect(await countRequests(world, () => deliverBatch(world, batch))).toBe(4)
  })

  it('one lookup a user ID', async () => {
    const world = await setUp({ people: [ada] })
    const batch = Array.from({ length: 20 }, () => track({ userId: 'u1' }))
    expect(await countRequests(world, () => deliverBatch(world, batch))).toBe(2 + 20)
  })

  it('nothing for events that have no email or user ID', async () => {
    const world = await setUp()
    const batch = [
      track({ userId: 'anonymous' }),
      track({ userId: '' }),
      track({ userId: null }),
      trackByEmail('not an email')
    ]
    expect(await countRequests(world, () => deliverBatch(world, batch))).toBe(0)
  })

  it('an unknown person is looked for again in the next batch, because another process may have created them', async () => {
    const world = await setUp()
    await deliverBatch(world, [track({ userId: 'u1' })])
    world.crisp.people.add(ada)
    await deliverBatch(world, [track({ userId: 'u1' })])
    expect(getEvents(world, 'ada@example.com')).toEqual(['Order Completed'])
  })

  it('one creation for Tracks of a person that the first of them creates', async () => {
    const world = await setUp()
    const subscription = getPreset('track', { unknownPerson: 'create' })
    const batch = Array.from({ length: 5 }, () => trackByEmail('new@example.com'))
    expect(await countRequests(world, () => deliverBatch(world, batch, { subscription }))).toBe(2 + 5)
  })
})

describe('requests of a mixed trace in batches', () => {
  const people = Array.from({ length: 80 }, (_, n) => getPerson(n))
  const batches = [...toBatches(makeTrace({ events: 800, people: people.length }), 400)]
  const floor = batches.reduce((sum, batch) => sum + getFloor(batch), 0)

  it('are at most 1.05 times the fewest that the same end state takes', async () => {
    const known = people.map(({ email, userId, name }) => ({ email, nickname: name, data: { user_id: userId } }))
    const world = await setUp({ people: known })
    let requests = 0
    for (const batch of batches) {
      requests += await countRequests(world, async () => {
        const verdicts = await deliverBatch(world, batch)
        expect(verdicts.every(({ outcome }) => outcome === 'delivered')).toBe(true)
      })
    }
    expect(requests).toBeGreaterThanOrEqual(floor)
    expect(requests).toBeLessThanOrEqual(floor * 1.05)
    const arrived = world.crisp.people.all().reduce((sum, { events }) => sum + events.length, 0)
    expect(arrived).toBe(batches.flat().filter(({ type }) => type === 'track').length)
  })
})

describe('requests of web traffic, where every page load identifies again', () => {
  const batches = [...toBatches(makePageLoads(40, 6), 50)]
  const people = Array.from({ length: 40 }, (_, n) => ({ email: getPerson(n).email }))

  async function count(skipRepeats: boolean): Promise<number> {
    const world = await setUp({ people })
    const subscription = getPreset('identify', { skipRepeats })
    return countRequests(world, async () => {
      for (const batch of batches) await deliverBatch(world, batch, { subscription })
    })
  }

  it('are at most 0.35 of the requests with skipRepeats: two for each person', async () => {
    const without = await count(false)
    expect(await count(true)).toBe(80)
    expect(80 / without).toBeLessThanOrEqual(0.35)
  })
})
