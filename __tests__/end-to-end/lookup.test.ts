import { randomUUID } from 'crypto'
import { Runtime } from '../../tools/runtime'
import type { RouteDefinition } from '../../tools/sandbox'
import {
  deliver,
  deliverBatch,
  deliverEach,
  emailsOf,
  endingOf,
  endingsOf,
  eventsOf,
  identify,
  personOf,
  reasonOf,
  requestsOf,
  setUp,
  spent,
  track,
  trackOf
} from './support'

const ada = { people_id: 'ada00000-0000-4000-8000-000000000000', email: 'ada@example.com', data: { user_id: 'u1' } }
const bob = { people_id: 'b0b00000-0000-4000-8000-000000000000', email: 'bob@example.com', data: { user_id: 'u2' } }

/** A search that lists these people whatever it is asked for. */
const listing = (...hits: unknown[]): RouteDefinition => ({
  name: 'people.profiles.list',
  handler: () => ({ status: 200, reason: 'listed', data: hits })
})
const hit = ({ people_id, email }: typeof ada, updated_at = 1) => ({ people_id, email, updated_at })

/** Every action that refers to a person by user ID. */
const ACTIONS = [
  ['a Track', track({ userId: 'u1' })],
  ['an Identify', identify({ userId: 'u1', traits: { name: 'Mallory', plan: 'team' } })],
  ['a Track with an unknown e-mail', trackOf('nobody@example.com', { userId: 'u1' })]
] as const

describe('a search that names somebody else', () => {
  it.each(ACTIONS)('makes %s reach nobody', async (_what, event) => {
    const world = await setUp({ people: [bob] })
    world.crisp.route(listing(hit(bob)))
    const before = world.crisp.people.all()
    expect(endingOf(await deliver(world, event))).not.toBe('delivered')
    expect(world.crisp.people.all()).toEqual(before)
  })

  it('does not give their profile the new e-mail of an Identify: a person is created', async () => {
    const world = await setUp({ people: [bob] })
    world.crisp.route(listing(hit(bob)))
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    expect(emailsOf(world)).toEqual(['bob@example.com', 'ada@example.com'])
    expect(personOf(world, 'bob@example.com').data).toEqual({ user_id: 'u2' })
  })

  it('deletes nobody, and asks to delete by hand', async () => {
    const world = await setUp({ people: [bob] })
    world.crisp.route(listing(hit(bob)))
    await expect(world.segment.delete({ userId: 'u1' })).rejects.toMatchObject({ code: 'DELETE_BY_HAND', status: 400 })
    expect(emailsOf(world)).toEqual(['bob@example.com'])
  })

  it('is read twice at most, the latest updated first', async () => {
    const world = await setUp({ people: [ada, bob, { email: 'carol@example.com' }] })
    const carol = { ...ada, people_id: personOf(world, 'carol@example.com').profile.people_id }
    world.crisp.route(listing(hit(ada, 1), hit(bob, 3), hit(carol, 2)))
    expect(endingOf(await deliver(world, track({ userId: 'u1' })))).toBe('dropped 404')
    expect(requestsOf(world)).toEqual(['GET profiles/1', `GET data/${bob.people_id}`, `GET data/${carol.people_id}`])
  })
})

describe('a search without the filter, which lists everybody', () => {
  it.each(ACTIONS)('makes %s reach nobody wrong', async (_what, event) => {
    const world = await setUp({ choices: { dataSearch: 'ignored' }, people: [bob] })
    const before = world.crisp.people.all()
    expect(endingOf(await deliver(world, event))).not.toBe('delivered')
    expect(world.crisp.people.all()).toEqual(before)
  })
})

describe('a search that names several', () => {
  it('of whom several carry the user ID: the latest updated wins', async () => {
    const world = await setUp({
      people: [
        { email: 'older@example.com', data: { user_id: 'u1' }, updated_at: 1_000 },
        { email: 'newest@example.com', data: { user_id: 'u1' }, updated_at: 3_000 },
        { email: 'newer@example.com', data: { user_id: 'u1' }, updated_at: 2_000 }
      ]
    })
    await deliver(world, track({ userId: 'u1' }))
    expect(eventsOf(world, 'newest@example.com')).toEqual(['Order Completed'])
  })

  it('of whom one carries the user ID: that one', async () => {
    const world = await setUp({ people: [ada, bob] })
    world.crisp.route(listing(hit(bob, 2), hit(ada, 1)))
    await deliver(world, track({ userId: 'u1' }))
    expect(eventsOf(world, 'ada@example.com')).toEqual(['Order Completed'])
    expect(eventsOf(world, 'bob@example.com')).toEqual([])
  })

  it('of whom one was deleted meanwhile: the other', async () => {
    const world = await setUp({ people: [ada] })
    world.crisp.route(listing(hit(bob, 2), hit(ada, 1)))
    await deliver(world, track({ userId: 'u1' }))
    expect(eventsOf(world, 'ada@example.com')).toEqual(['Order Completed'])
  })
})

describe('a person deleted between the search and what follows', () => {
  it.each(ACTIONS)('is unknown to %s, when deleted before the read-back', async (_what, event) => {
    const world = await setUp()
    world.crisp.route(listing(hit(ada)))
    expect(endingOf(await deliver(world, event))).not.toBe('delivered')
    expect(emailsOf(world)).toEqual([])
  })

  it.each(ACTIONS)('is unknown to %s, when deleted after the read-back', async (_what, event) => {
    const world = await setUp({ people: [ada, bob] })
    world.crisp.route({
      name: 'people.data.read',
      handler: async (_request, next) => {
        const answer = await next()
        world.crisp.people.clear()
        world.crisp.people.add(bob)
        return answer
      }
    })
    expect(endingOf(await deliver(world, event))).not.toBe('delivered')
    expect(emailsOf(world)).toEqual(['bob@example.com'])
    expect(personOf(world, 'bob@example.com')).toMatchObject({ data: { user_id: 'u2' }, events: [] })
  })

  it('is created anew by an Identify with a new e-mail', async () => {
    const world = await setUp()
    world.crisp.route(listing(hit(ada)))
    const verdict = await deliver(world, identify({ userId: 'u1', traits: { email: 'new@example.com' } }))
    expect(endingOf(verdict)).toBe('delivered')
    expect(emailsOf(world)).toEqual(['new@example.com'])
  })
})

describe('a search that answers nonsense', () => {
  it.each([
    ['no list', 'everybody'],
    ['null', null],
    ['hits without an ID', [{}, null, 7, { people_id: 3 }, { email: 'bob@example.com' }]],
    ['an empty list', []]
  ])('(%s) finds nobody', async (_what, data) => {
    const world = await setUp({ people: [bob] })
    world.crisp.route({ name: 'people.profiles.list', handler: () => ({ status: 200, reason: 'listed', data }) })
    expect(endingOf(await deliver(world, track({ userId: 'u1' })))).toBe('dropped 404')
    expect(eventsOf(world, 'bob@example.com')).toEqual([])
  })

  it.each([
    ['null', null],
    ['flat', { user_id: 'u1' }],
    ['another type', { data: 'user_id' }],
    ['another user ID', { data: { user_id: 'u1 ' } }]
  ])('and read-backs of the wrong shape (%s) prove nothing', async (_what, data) => {
    const world = await setUp({ people: [bob] })
    world.crisp.route(listing(hit(bob)))
    world.crisp.route({ name: 'people.data.read', handler: () => ({ status: 200, reason: 'resolved', data }) })
    expect(endingOf(await deliver(world, track({ userId: 'u1' })))).toBe('dropped 404')
    expect(eventsOf(world, 'bob@example.com')).toEqual([])
  })
})

describe('a Crisp that refuses the search', () => {
  const refusing = { choices: { dataSearch: 'refused' } as const }

  it.each(ACTIONS.slice(0, 2))('fails %s with a sentence that says so, unretried', async (_what, event) => {
    const world = await setUp({ ...refusing, people: [ada] })
    const verdict = await deliver(world, event)
    expect(endingOf(verdict)).toBe('failed 400')
    expect(reasonOf(verdict)).toMatch(/refuses to search people by user ID/)
    expect(personOf(world, 'ada@example.com')).toMatchObject({ data: { user_id: 'u1' }, events: [] })
  })

  it('is not asked again for an hour', async () => {
    const world = await setUp(refusing)
    await deliver(world, track({ userId: 'u1' }))
    const requests = await spent(world, async () => {
      await deliverEach(world, [track({ userId: 'u1' }), track({ userId: 'u2' })])
      await deliverBatch(world, [track({ userId: 'u3' }), identify({ userId: 'u4', traits: { name: 'X' } })])
    })
    expect(requests).toBe(0)
  })

  it('leaves events with an e-mail alone', async () => {
    const world = await setUp({ ...refusing, people: [ada] })
    await deliver(world, track({ userId: 'u9' }))
    const endings = await deliverEach(world, [
      trackOf('ada@example.com', { userId: 'u1' }),
      identify({ userId: 'u1', traits: { email: 'ada@example.com', plan: 'team' } }),
      identify({ userId: 'u3', traits: { email: 'new@example.com' } }),
      trackOf('nobody@example.com', { userId: 'u4' })
    ])
    expect(endings).toEqual(['delivered', 'delivered', 'delivered', 'dropped 404'])
    expect(emailsOf(world)).toEqual(['ada@example.com', 'new@example.com'])
  })

  it('still knows whom this process created', async () => {
    const world = await setUp(refusing)
    await deliver(world, track({ userId: 'u9' }))
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    expect(endingOf(await deliver(world, track({ userId: 'u1' })))).toBe('delivered')
  })

  it('on one website is asked on another', async () => {
    const [first, second] = [randomUUID(), randomUUID()]
    const world = await setUp({ websiteId: first, websites: [{ id: second, people: [ada] }] })
    world.crisp.route({
      name: 'people.profiles.list',
      handler: ({ websiteId }, next) => (websiteId === first ? { status: 400, reason: 'invalid_data' } : next())
    })
    const other = new Runtime({ settings: { apiKey: world.crisp.apiKey, websiteId: second }, port: world.crisp.port })
    const search = async () => {
      await deliver(world, track({ userId: 'u1' }))
    }
    await search()
    expect(await spent(world, search)).toBe(0)
    expect(endingOf(await deliver({ ...world, segment: other }, track({ userId: 'u1' })))).toBe('delivered')
    other.close()
  })

  it('fails a deletion that it cannot prove, and asks to delete by hand', async () => {
    const world = await setUp({ ...refusing, people: [ada] })
    await expect(world.segment.delete({ userId: 'u1' })).rejects.toMatchObject({ code: 'DELETE_BY_HAND' })
    expect(emailsOf(world)).toEqual(['ada@example.com'])
  })
})

describe('a search that fails for the moment', () => {
  const broken = { route: 'people.profiles.list', effect: { type: 'answer', status: 503, reason: 'down' } } as const

  it.each([...ACTIONS, ['a new Identify', identify({ userId: 'u1', traits: { email: 'n@example.com' } })] as const])(
    'lets %s be sent again, and creates nobody',
    async (_what, event) => {
      const world = await setUp({ people: [bob], faults: [broken] })
      expect(endingOf(await deliver(world, event))).toBe('failed 503 retried')
      expect(emailsOf(world)).toEqual(['bob@example.com'])
    }
  )

  it('fails only the people who need it, in a batch', async () => {
    const world = await setUp({ people: [ada, bob], faults: [broken] })
    const verdicts = await deliverBatch(world, [
      track({ userId: 'u1' }),
      trackOf('bob@example.com'),
      track({ userId: 'u1' }),
      trackOf('ada@example.com')
    ])
    expect(endingsOf(verdicts)).toEqual(['failed 503 retried', 'delivered', 'failed 503 retried', 'delivered'])
  })

  it('fails a deletion', async () => {
    const world = await setUp({ people: [ada], faults: [broken] })
    await expect(world.segment.delete({ userId: 'u1' })).rejects.toMatchObject({ status: 503 })
    expect(emailsOf(world)).toEqual(['ada@example.com'])
  })
})
