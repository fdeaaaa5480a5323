import { randomUUID } from 'crypto'
import { Runtime } from '../../tools/runtime'
import type { RouteDefinition } from '../../tools/sandbox'
import type { World } from './support'
import {
  deliver,
  deliverBatch,
  deliverEach,
  getEmails,
  getEnding,
  getEndings,
  getEvents,
  identify,
  getPerson,
  getReason,
  getRequests,
  setUp,
  countRequests,
  track,
  trackByEmail
} from './support'

const ada = { people_id: 'ada00000-0000-4000-8000-000000000000', email: 'ada@example.com', data: { user_id: 'u1' } }
const bob = { people_id: 'b0b00000-0000-4000-8000-000000000000', email: 'bob@example.com', data: { user_id: 'u2' } }

const NEW_IDENTIFY = ['a new Identify', identify({ userId: 'u1', traits: { email: 'n@example.com' } })] as const

/** How a deletion fails that may have left a person in Crisp. */
const UNVERIFIED = {
  code: 'MANUAL_DELETE_REQUIRED',
  status: 400,
  message: 'Could not verify the deletion. Delete the person manually in Crisp.'
}

/** Crisp refuses three user IDs in a row. */
const turnSearchOff = (world: World) =>
  deliverEach(
    world,
    ['u7', 'u8', 'u9'].map((userId) => track({ userId }))
  )

/** A search that lists these people whatever it is asked for. */
const listing = (...matches: unknown[]): RouteDefinition => ({
  name: 'people.profiles.list',
  handler: () => ({ status: 200, reason: 'listed', data: matches })
})
const toMatch = ({ people_id, email }: typeof ada, updated_at = 1) => ({ people_id, email, updated_at })

/** Every action that refers to a person by user ID. */
const ACTIONS = [
  ['a Track', track({ userId: 'u1' })],
  ['an Identify', identify({ userId: 'u1', traits: { name: 'Mallory', plan: 'team' } })],
  ['a Track with an unknown email', trackByEmail('unknown@example.com', { userId: 'u1' })]
] as const

describe('a search that returns another person', () => {
  it.each(ACTIONS)('sends nothing of %s to that person', async (_what, event) => {
    const world = await setUp({ people: [bob] })
    world.crisp.route(listing(toMatch(bob)))
    const before = world.crisp.people.all()
    expect(getEnding(await deliver(world, event))).not.toBe('delivered')
    expect(world.crisp.people.all()).toEqual(before)
  })

  it('does not give that profile the new email of an Identify: a person is created', async () => {
    const world = await setUp({ people: [bob] })
    world.crisp.route(listing(toMatch(bob)))
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    expect(getEmails(world)).toEqual(['bob@example.com', 'ada@example.com'])
    expect(getPerson(world, 'bob@example.com').data).toEqual({ user_id: 'u2' })
  })

  it('deletes no person, and asks to delete manually', async () => {
    const world = await setUp({ people: [bob] })
    world.crisp.route(listing(toMatch(bob)))
    await expect(world.segment.delete({ userId: 'u1' })).rejects.toMatchObject(UNVERIFIED)
    expect(getEmails(world)).toEqual(['bob@example.com'])
  })

  it('is read twice at most, the latest updated first', async () => {
    const world = await setUp({ people: [ada, bob, { email: 'carol@example.com' }] })
    const carol = { ...ada, people_id: getPerson(world, 'carol@example.com').profile.people_id }
    world.crisp.route(listing(toMatch(ada, 1), toMatch(bob, 3), toMatch(carol, 2)))
    expect(getEnding(await deliver(world, track({ userId: 'u1' })))).toBe('dropped 404')
    expect(getRequests(world)).toEqual(['GET profiles/1', `GET data/${bob.people_id}`, `GET data/${carol.people_id}`])
  })
})

describe('a search without the filter, which lists all people', () => {
  it.each(ACTIONS)('sends nothing of %s to the wrong person', async (_what, event) => {
    const world = await setUp({ choices: { dataSearch: 'ignored' }, people: [bob] })
    const before = world.crisp.people.all()
    expect(getEnding(await deliver(world, event))).not.toBe('delivered')
    expect(world.crisp.people.all()).toEqual(before)
  })
})

describe('a search that returns several people', () => {
  it('who carry the user ID finds the latest updated', async () => {
    const world = await setUp({
      people: [
        { email: 'older@example.com', data: { user_id: 'u1' }, updated_at: 1_000 },
        { email: 'newest@example.com', data: { user_id: 'u1' }, updated_at: 3_000 },
        { email: 'newer@example.com', data: { user_id: 'u1' }, updated_at: 2_000 }
      ]
    })
    await deliver(world, track({ userId: 'u1' }))
    expect(getEvents(world, 'newest@example.com')).toEqual(['Order Completed'])
  })

  it('finds the only one who carries the user ID', async () => {
    const world = await setUp({ people: [ada, bob] })
    world.crisp.route(listing(toMatch(bob, 2), toMatch(ada, 1)))
    await deliver(world, track({ userId: 'u1' }))
    expect(getEvents(world, 'ada@example.com')).toEqual(['Order Completed'])
    expect(getEvents(world, 'bob@example.com')).toEqual([])
  })

  it('finds the other when one was deleted meanwhile', async () => {
    const world = await setUp({ people: [ada] })
    world.crisp.route(listing(toMatch(bob, 2), toMatch(ada, 1)))
    await deliver(world, track({ userId: 'u1' }))
    expect(getEvents(world, 'ada@example.com')).toEqual(['Order Completed'])
  })
})

describe('a person deleted between the search and what follows', () => {
  it.each(ACTIONS)('is unknown to %s, when deleted before the read-back', async (_what, event) => {
    const world = await setUp()
    world.crisp.route(listing(toMatch(ada)))
    expect(getEnding(await deliver(world, event))).not.toBe('delivered')
    expect(getEmails(world)).toEqual([])
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
    expect(getEnding(await deliver(world, event))).not.toBe('delivered')
    expect(getEmails(world)).toEqual(['bob@example.com'])
    expect(getPerson(world, 'bob@example.com')).toMatchObject({ data: { user_id: 'u2' }, events: [] })
  })

  it('is created again by an Identify with a new email', async () => {
    const world = await setUp()
    world.crisp.route(listing(toMatch(ada)))
    const verdict = await deliver(world, identify({ userId: 'u1', traits: { email: 'new@example.com' } }))
    expect(getEnding(verdict)).toBe('delivered')
    expect(getEmails(world)).toEqual(['new@example.com'])
  })
})

describe('an answer to a search that cannot be read', () => {
  it.each([
    ['no list', 'all people'],
    ['an object', {}],
    ['null', null],
    ['matches without an ID', [{}, null, 7, { people_id: 3 }, { email: 'bob@example.com' }]]
  ])('(%s) is retried, and no person is created', async (_what, data) => {
    const world = await setUp({ people: [bob] })
    world.crisp.route({ name: 'people.profiles.list', handler: () => ({ status: 200, reason: 'listed', data }) })
    for (const [, event] of [...ACTIONS, NEW_IDENTIFY]) {
      expect(getEnding(await deliver(world, event))).toBe('failed 502 retried')
      expect(getEndings(await deliverBatch(world, [event]))).toEqual(['failed 502 retried'])
    }
    expect(getEmails(world)).toEqual(['bob@example.com'])
    expect(getEvents(world, 'bob@example.com')).toEqual([])
  })

  it('is not an empty list, which finds no person', async () => {
    const world = await setUp({ people: [bob] })
    world.crisp.route(listing())
    expect(getEnding(await deliver(world, track({ userId: 'u1' })))).toBe('dropped 404')
    expect(getEvents(world, 'bob@example.com')).toEqual([])
  })

  it.each([
    ['null', null, 'failed 502 retried'],
    ['flat', { user_id: 'u1' }, 'failed 502 retried'],
    ['another type', { data: 'user_id' }, 'failed 502 retried'],
    ['another user ID', { data: { user_id: 'u1 ' } }, 'dropped 404']
  ])('or a read-back (%s) verifies nothing', async (_what, data, ending) => {
    const world = await setUp({ people: [bob] })
    world.crisp.route(listing(toMatch(bob)))
    world.crisp.route({ name: 'people.data.read', handler: () => ({ status: 200, reason: 'resolved', data }) })
    expect(getEnding(await deliver(world, track({ userId: 'u1' })))).toBe(ending)
    expect(getEvents(world, 'bob@example.com')).toEqual([])
  })
})

describe('a Crisp that refuses the search', () => {
  const refusing = { choices: { dataSearch: 'refused' } as const }

  it.each(ACTIONS.slice(0, 2))('fails %s with a sentence that says so, without a retry', async (_what, event) => {
    const world = await setUp({ ...refusing, people: [ada] })
    const verdict = await deliver(world, event)
    expect(getEnding(verdict)).toBe('failed 400')
    expect(getReason(verdict)).toMatch(/^Crisp refused to search people by user ID/)
    expect(getPerson(world, 'ada@example.com')).toMatchObject({ data: { user_id: 'u1' }, events: [] })
  })

  it('for three different user IDs in a row is not asked for now', async () => {
    const world = await setUp(refusing)
    const refused = () =>
      deliverEach(
        world,
        ['u1', 'u1', 'u2', 'u2', 'u3'].map((userId) => track({ userId }))
      )
    expect(await countRequests(world, refused)).toBe(5)
    const requests = await countRequests(world, async () => {
      await deliverEach(world, [track({ userId: 'u1' }), track({ userId: 'u4' })])
      await deliverBatch(world, [track({ userId: 'u5' }), identify({ userId: 'u6', traits: { name: 'X' } })])
    })
    expect(requests).toBe(0)
  })

  it('is asked on after a success in between', async () => {
    const world = await setUp({ people: [ada] })
    world.crisp.faults.add({
      route: 'people.profiles.list',
      when: ({ query }) => !String(query.search_filter).includes('"u1"'),
      effect: { type: 'answer', status: 400, reason: 'invalid_data' }
    })
    const search = (userId: string) => countRequests(world, () => deliver(world, track({ userId })))
    const requests = []
    for (const userId of ['u2', 'u3', 'u1', 'u4', 'u5', 'u6', 'u7']) requests.push(await search(userId))
    expect(requests).toEqual([1, 1, 3, 1, 1, 1, 0])
  })

  it('leaves events with an email alone', async () => {
    const world = await setUp({ ...refusing, people: [ada] })
    await turnSearchOff(world)
    const endings = await deliverEach(world, [
      trackByEmail('ada@example.com', { userId: 'u1' }),
      identify({ userId: 'u1', traits: { email: 'ada@example.com', plan: 'team' } }),
      identify({ userId: 'u3', traits: { email: 'new@example.com' } }),
      trackByEmail('unknown@example.com', { userId: 'u4' })
    ])
    expect(endings).toEqual(['delivered', 'delivered', 'delivered', 'dropped 404'])
    expect(getEmails(world)).toEqual(['ada@example.com', 'new@example.com'])
  })

  it('still knows the person that this process created', async () => {
    const world = await setUp(refusing)
    await turnSearchOff(world)
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    expect(getEnding(await deliver(world, track({ userId: 'u1' })))).toBe('delivered')
  })

  it('on one website is asked on another', async () => {
    const [first, second] = [randomUUID(), randomUUID()]
    const world = await setUp({ websiteId: first, websites: [{ id: second, people: [ada] }] })
    world.crisp.route({
      name: 'people.profiles.list',
      handler: ({ websiteId }, next) => (websiteId === first ? { status: 400, reason: 'invalid_data' } : next())
    })
    const other = new Runtime({ settings: { apiKey: world.crisp.apiKey, websiteId: second }, port: world.crisp.port })
    await turnSearchOff(world)
    expect(await countRequests(world, () => deliver(world, track({ userId: 'u1' })))).toBe(0)
    expect(getEnding(await deliver({ ...world, segment: other }, track({ userId: 'u1' })))).toBe('delivered')
    other.close()
  })

  it('fails a deletion that it cannot verify, and asks to delete manually', async () => {
    const world = await setUp({ ...refusing, people: [ada] })
    await expect(world.segment.delete({ userId: 'u1' })).rejects.toMatchObject(UNVERIFIED)
    expect(getEmails(world)).toEqual(['ada@example.com'])
  })
})

describe('a search that fails for the moment', () => {
  const broken = { route: 'people.profiles.list', effect: { type: 'answer', status: 503, reason: 'down' } } as const

  it.each([...ACTIONS, NEW_IDENTIFY])('lets %s be sent again, and creates no person', async (_what, event) => {
    const world = await setUp({ people: [bob], faults: [broken] })
    expect(getEnding(await deliver(world, event))).toBe('failed 503 retried')
    expect(getEmails(world)).toEqual(['bob@example.com'])
  })

  it('fails only the people who need it, in a batch', async () => {
    const world = await setUp({ people: [ada, bob], faults: [broken] })
    const verdicts = await deliverBatch(world, [
      track({ userId: 'u1' }),
      trackByEmail('bob@example.com'),
      track({ userId: 'u1' }),
      trackByEmail('ada@example.com')
    ])
    expect(getEndings(verdicts)).toEqual(['failed 503 retried', 'delivered', 'failed 503 retried', 'delivered'])
  })

  it('fails a deletion', async () => {
    const world = await setUp({ people: [ada], faults: [broken] })
    await expect(world.segment.delete({ userId: 'u1' })).rejects.toMatchObject({ status: 503 })
    expect(getEmails(world)).toEqual(['ada@example.com'])
  })
})
