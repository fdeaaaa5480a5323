import type { World } from './support'
import {
  deliver,
  deliverEach,
  emailsOf,
  endingOf,
  eventsOf,
  identify,
  personOf,
  reasonOf,
  requestsOf,
  runtimeOf,
  setUp,
  spent,
  track,
  trackOf
} from './support'

const anotherProcess = (world: World): World => ({ ...world, segment: runtimeOf(world.crisp) })

describe('the user ID', () => {
  it('alone finds the person whom an Identify named with both', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com', name: 'Ada' } }))
    await deliver(world, track({ userId: 'u1' }))
    await deliver(anotherProcess(world), track({ userId: 'u1', event: 'From Another Process' }))
    expect(eventsOf(world, 'ada@example.com')).toEqual(['Order Completed', 'From Another Process'])
  })

  it('finds a person whom Crisp knew before the Identify', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    expect(endingOf(await deliver(world, track({ userId: 'u1' })))).toBe('delivered')
    expect(eventsOf(world, 'ada@example.com')).toEqual(['Order Completed'])
  })

  it('alone updates the person by an Identify', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    await deliver(anotherProcess(world), identify({ userId: 'u1', traits: { name: 'Ada', plan: 'team' } }))
    const { profile, data } = personOf(world, 'ada@example.com')
    expect(profile.person.nickname).toBe('Ada')
    expect(data).toEqual({ user_id: 'u1', plan: 'team' })
  })

  it('finds the person where the e-mail of a Track is unknown', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }] })
    expect(endingOf(await deliver(world, trackOf('work@example.com', { userId: 'u1' })))).toBe('delivered')
    expect(eventsOf(world, 'ada@example.com')).toEqual(['Order Completed'])
  })

  it('of an event with an e-mail loses to the e-mail', async () => {
    const world = await setUp({
      people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }, { email: 'bob@example.com' }]
    })
    await deliver(world, trackOf('bob@example.com', { userId: 'u1' }))
    expect(eventsOf(world, 'bob@example.com')).toEqual(['Order Completed'])
    expect(eventsOf(world, 'ada@example.com')).toEqual([])
  })

  it.each(['ada@example.com', 'Ada@Example.COM'])('%s, an e-mail itself, serves as one', async (userId) => {
    const world = await setUp()
    await deliver(world, identify({ userId, traits: { name: 'Ada' } }))
    expect(emailsOf(world)).toEqual(['ada@example.com'])
    expect(await spent(world, () => deliver(world, track({ userId })))).toBe(1)
    expect(eventsOf(world, 'ada@example.com')).toEqual(['Order Completed'])
  })

  it.each([
    'undefined',
    'NULL',
    'none',
    'NaN',
    '0',
    '-1',
    'true',
    'False',
    'Anonymous',
    'guest',
    'unknown',
    '[object Object]',
    ' '
  ])('%j names nobody', async (userId) => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: userId } }] })
    const endings = await deliverEach(world, [track({ userId }), identify({ userId, traits: { name: 'X' } })])
    expect(endings).toEqual(['failed 400', 'failed 400'])
    expect(world.crisp.journal.count()).toBe(0)
    await deliver(world, identify({ userId, traits: { email: 'bob@example.com' } }))
    expect(personOf(world, 'bob@example.com').data).toEqual({})
  })

  it.each(['user_id', 'userId', 'User ID', 'USER ID', 'user.id', 'üser_id'])(
    'cannot be written by a trait named %s',
    async (trait) => {
      const world = await setUp({ people: [{ email: 'bob@example.com', data: { user_id: 'u2' } }] })
      const traits = { email: 'ada@example.com', [trait]: 'u2', user: { id: 'u2' } }
      await deliver(world, identify({ userId: 'u1', traits }))
      await deliver(world, track({ userId: 'u2' }))
      expect(personOf(world, 'ada@example.com').data).toEqual({ user_id: 'u1' })
      expect(eventsOf(world, 'bob@example.com')).toEqual(['Order Completed'])
    }
  )

  it.each(['user_id', 'userId', 'User ID'])(
    'is not made up by a trait named %s where the event has none',
    async (trait) => {
      const world = await setUp()
      await deliver(world, identify({ traits: { email: 'ada@example.com', [trait]: 'u2', user: { id: 'u2' } } }))
      expect(personOf(world, 'ada@example.com').data).toEqual({})
      expect(endingOf(await deliver(world, track({ userId: 'u2' })))).toBe('dropped 404')
    }
  )

  it('is one and the same as a number and as a text', async () => {
    const world = await setUp()
    const numbered = { userId: 42 as unknown as string }
    await deliver(world, identify({ ...numbered, traits: { email: 'ada@example.com' } }))
    await deliver(anotherProcess(world), track({ userId: '42' }))
    await deliver(anotherProcess(world), track(numbered))
    expect(eventsOf(world, 'ada@example.com')).toHaveLength(2)
  })
})

describe('the e-mail', () => {
  it.each(['not an e-mail', 'a@b@c', '@example.com', 'ada@', `${'a'.repeat(250)}@x.io`])(
    '%j is refused even beside a good user ID',
    async (email) => {
      const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }] })
      const verdict = await deliver(world, identify({ userId: 'u1', traits: { email, name: 'X' } }))
      expect(endingOf(verdict)).toBe('failed 400')
      expect(reasonOf(verdict)).toMatch(/Email is malformed/)
      expect(endingOf(await deliver(world, trackOf(email, { userId: 'u1' })))).toBe('failed 400')
      expect(world.crisp.journal.count()).toBe(0)
    }
  )

  it('in another case, or with white space around it, is the same person', async () => {
    const world = await setUp()
    await deliver(world, identify({ traits: { email: ' Ada+Shop@Example.com ' } }))
    await deliver(world, identify({ traits: { email: 'ADA+SHOP@EXAMPLE.COM' } }))
    await deliver(world, trackOf('ada+shop@example.com'))
    expect(emailsOf(world)).toEqual(['ada+shop@example.com'])
    expect(eventsOf(world, 'ada+shop@example.com')).toEqual(['Order Completed'])
  })

  it('as it was sent finds a person whom a Crisp that minds the case keeps so', async () => {
    const world = await setUp({ choices: { emailCase: 'sensitive' }, people: [{ email: 'Ada@Example.com' }] })
    await deliver(world, identify({ userId: 'u1', traits: { email: 'Ada@Example.com', name: 'Ada' } }))
    await deliver(world, trackOf('Ada@Example.com'))
    expect(emailsOf(world)).toEqual(['Ada@Example.com'])
    expect(personOf(world, 'Ada@Example.com').profile.person.nickname).toBe('Ada')
    expect(eventsOf(world, 'Ada@Example.com')).toEqual(['Order Completed'])
  })

  it('goes into the path percent-encoded, whatever it holds', async () => {
    const world = await setUp()
    const email = "o'brien+a/b%2f?#é@exämple.com"
    await deliverEach(world, [identify({ traits: { email } }), trackOf(email)])
    expect(emailsOf(world)).toEqual([email])
    expect(eventsOf(world, email)).toEqual(['Order Completed'])
  })
})

describe('a changed e-mail', () => {
  const history = { email: 'old@example.com', data: { user_id: 'u1', plan: 'team' }, events: [{ text: 'Signed Up' }] }

  it.each(['the process that knows the person', 'another process'])('keeps the person, for %s', async (process) => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'old@example.com', name: 'Ada', plan: 'team' } }))
    await deliver(world, track({ userId: 'u1', event: 'Signed Up' }))
    const then = process === 'another process' ? anotherProcess(world) : world
    const verdict = await deliver(then, identify({ userId: 'u1', traits: { email: 'new@example.com', seats: 3 } }))
    expect(endingOf(verdict)).toBe('delivered')
    expect(emailsOf(world)).toEqual(['new@example.com'])
    await deliver(anotherProcess(world), track({ userId: 'u1', event: 'Later' }))
    const { profile, data } = personOf(world, 'new@example.com')
    expect(profile.person.nickname).toBe('Ada')
    expect(data).toEqual({ user_id: 'u1', plan: 'team', seats: 3 })
    expect(eventsOf(world, 'new@example.com')).toEqual(['Signed Up', 'Later'])
  })

  it('may change back and forth', async () => {
    const world = await setUp({ people: [history] })
    for (const email of ['a@example.com', 'b@example.com', 'a@example.com', 'old@example.com']) {
      await deliver(world, identify({ userId: 'u1', traits: { email } }))
      expect(emailsOf(world)).toEqual([email])
    }
    expect(eventsOf(world, 'old@example.com')).toEqual(['Signed Up'])
  })

  it('that belongs to somebody else is refused, and nothing is merged', async () => {
    const world = await setUp()
    await deliverEach(world, [
      identify({ userId: 'u1', traits: { email: 'ada@example.com', name: 'Ada' } }),
      identify({ userId: 'u2', traits: { email: 'bob@example.com', name: 'Bob' } })
    ])
    const before = world.crisp.people.all()
    const verdict = await deliver(world, identify({ userId: 'u1', traits: { email: 'bob@example.com', name: 'Ada' } }))
    expect(verdict).toMatchObject({ outcome: 'failed', status: 409, code: 'PEOPLE_EXISTS', retry: false })
    expect(reasonOf(verdict)).toMatch(/already belongs to another person/)
    expect(world.crisp.people.all()).toEqual(before)
    await deliverEach(world, [track({ userId: 'u1', event: 'A' }), track({ userId: 'u2', event: 'B' })])
    expect(eventsOf(world, 'ada@example.com')).toEqual(['A'])
    expect(eventsOf(world, 'bob@example.com')).toEqual(['B'])
  })

  it('leaves the old address to whoever uses it next', async () => {
    const world = await setUp({ people: [history] })
    await deliver(world, identify({ userId: 'u1', traits: { email: 'new@example.com' } }))
    await deliver(world, identify({ userId: 'u2', traits: { email: 'old@example.com' } }))
    await deliverEach(world, [track({ userId: 'u1', event: 'A' }), track({ userId: 'u2', event: 'B' })])
    expect(eventsOf(world, 'new@example.com')).toEqual(['Signed Up', 'A'])
    expect(eventsOf(world, 'old@example.com')).toEqual(['B'])
  })

  it('that another process has given to somebody else meanwhile reaches nobody wrong', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    // Without this process: u1 moves on, and u2 takes the address over.
    const { people_id } = personOf(world, 'ada@example.com').profile
    world.crisp.people.clear()
    world.crisp.people.add({ people_id, email: 'ada@new.example', data: { user_id: 'u1' } })
    world.crisp.people.add({ email: 'ada@example.com', data: { user_id: 'u2' } })
    await deliver(world, track({ userId: 'u1', event: 'A' }))
    await deliver(world, identify({ userId: 'u1', traits: { plan: 'team' } }))
    expect(eventsOf(world, 'ada@new.example')).toEqual(['A'])
    expect(personOf(world, 'ada@new.example').data.plan).toBe('team')
    expect(eventsOf(world, 'ada@example.com')).toEqual([])
    expect(personOf(world, 'ada@example.com').data).toEqual({ user_id: 'u2' })
  })
})

describe('a remembered person', () => {
  it('who was deleted meanwhile is looked up again, and unknown when nobody has the user ID', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    world.crisp.people.clear()
    expect(endingOf(await deliver(world, track({ userId: 'u1' })))).toBe('dropped 404')
    expect(requestsOf(world).slice(-2)).toEqual([expect.stringMatching(/^POST events/), 'GET profiles/1'])
    expect(emailsOf(world)).toEqual([])
  })

  it('who was deleted and created anew is found anew', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    world.crisp.people.clear()
    world.crisp.people.add({ email: 'ada@example.com', data: { user_id: 'u1' } })
    expect(endingOf(await deliver(world, track({ userId: 'u1' })))).toBe('delivered')
    expect(eventsOf(world, 'ada@example.com')).toEqual(['Order Completed'])
  })

  it('who was deleted is created again by an Identify', async () => {
    const world = await setUp()
    const event = identify({ userId: 'u1', traits: { email: 'ada@example.com', plan: 'team' } })
    await deliver(world, event)
    world.crisp.people.clear()
    expect(endingOf(await deliver(world, event))).toBe('delivered')
    expect(personOf(world, 'ada@example.com').data).toEqual({ user_id: 'u1', plan: 'team' })
    expect(endingOf(await deliver(world, track({ userId: 'u1' })))).toBe('delivered')
  })
})
