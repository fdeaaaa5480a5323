import type { World } from './support'
import {
  deliver,
  deliverEach,
  getEmails,
  getEnding,
  getEvents,
  identify,
  getPerson,
  getReason,
  getRequests,
  createRuntime,
  setUp,
  countRequests,
  track,
  trackByEmail
} from './support'

const startProcess = (world: World): World => ({ ...world, segment: createRuntime(world.crisp) })

describe('the user ID', () => {
  it('alone finds the person that an Identify named with both', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com', name: 'Ada' } }))
    await deliver(world, track({ userId: 'u1' }))
    await deliver(startProcess(world), track({ userId: 'u1', event: 'From Another Process' }))
    expect(getEvents(world, 'ada@example.com')).toEqual(['Order Completed', 'From Another Process'])
  })

  it('finds a person that Crisp knew before the Identify', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    expect(getEnding(await deliver(world, track({ userId: 'u1' })))).toBe('delivered')
    expect(getEvents(world, 'ada@example.com')).toEqual(['Order Completed'])
  })

  it('alone updates the person by an Identify', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    await deliver(startProcess(world), identify({ userId: 'u1', traits: { name: 'Ada', plan: 'team' } }))
    const { profile, data } = getPerson(world, 'ada@example.com')
    expect(profile.person.nickname).toBe('Ada')
    expect(data).toEqual({ user_id: 'u1', plan: 'team' })
  })

  it('finds the person where the email of a Track is unknown', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }] })
    expect(getEnding(await deliver(world, trackByEmail('work@example.com', { userId: 'u1' })))).toBe('delivered')
    expect(getEvents(world, 'ada@example.com')).toEqual(['Order Completed'])
  })

  it('of an event with an email loses to the email', async () => {
    const world = await setUp({
      people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }, { email: 'bob@example.com' }]
    })
    await deliver(world, trackByEmail('bob@example.com', { userId: 'u1' }))
    expect(getEvents(world, 'bob@example.com')).toEqual(['Order Completed'])
    expect(getEvents(world, 'ada@example.com')).toEqual([])
  })

  it.each(['ada@example.com', 'Ada@Example.COM'])('%s, an email itself, is used as the email', async (userId) => {
    const world = await setUp()
    await deliver(world, identify({ userId, traits: { name: 'Ada' } }))
    expect(getEmails(world)).toEqual(['ada@example.com'])
    expect(await countRequests(world, () => deliver(world, track({ userId })))).toBe(1)
    expect(getEvents(world, 'ada@example.com')).toEqual(['Order Completed'])
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
    'void',
    'N/A',
    '000000',
    '--',
    '0-0',
    '00000000-0000-0000-0000-000000000000',
    '[object Object]',
    ' '
  ])('%j names no person', async (userId) => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: userId } }] })
    const endings = await deliverEach(world, [track({ userId }), identify({ userId, traits: { name: 'X' } })])
    expect(endings).toEqual(['failed 400', 'failed 400'])
    expect(world.crisp.journal.count()).toBe(0)
    await deliver(world, identify({ userId, traits: { email: 'bob@example.com' } }))
    expect(getPerson(world, 'bob@example.com').data).toEqual({})
  })

  it.each([
    ['user_id', {}],
    ['userId', { userId: 'u2' }],
    ['User ID', {}],
    ['USER ID', {}],
    ['user.id', {}],
    ['üser_id', {}]
  ])('cannot be written by a trait named %s; a legal key of its own stays: %j', async (trait, stored) => {
    const world = await setUp({ people: [{ email: 'bob@example.com', data: { user_id: 'u2' } }] })
    const traits = { email: 'ada@example.com', [trait]: 'u2', user: { id: 'u2' } }
    await deliver(world, identify({ userId: 'u1', traits }))
    await deliver(world, track({ userId: 'u2' }))
    expect(getPerson(world, 'ada@example.com').data).toEqual({ user_id: 'u1', ...stored })
    expect(getEvents(world, 'bob@example.com')).toEqual(['Order Completed'])
  })

  it.each([
    ['user_id', {}],
    ['userId', { userId: 'u2' }],
    ['User ID', {}]
  ])(
    'is not made up by a trait named %s where the event has none; a legal key of its own stays: %j',
    async (trait, stored) => {
      const world = await setUp()
      await deliver(world, identify({ traits: { email: 'ada@example.com', [trait]: 'u2', user: { id: 'u2' } } }))
      expect(getPerson(world, 'ada@example.com').data).toEqual(stored)
      expect(getEnding(await deliver(world, track({ userId: 'u2' })))).toBe('dropped 404')
    }
  )

  it('is one and the same as a number and as a text', async () => {
    const world = await setUp()
    const numbered = { userId: 42 as unknown as string }
    await deliver(world, identify({ ...numbered, traits: { email: 'ada@example.com' } }))
    await deliver(startProcess(world), track({ userId: '42' }))
    await deliver(startProcess(world), track(numbered))
    expect(getEvents(world, 'ada@example.com')).toHaveLength(2)
  })
})

describe('the email', () => {
  it.each([
    'not an email',
    'a@b@c',
    '@example.com',
    'ada@',
    `${'a'.repeat(250)}@x.io`,
    '<ada@x.com>',
    'mailto:ada@x.com',
    'ada@x.com,',
    'ada@x.com.',
    '"ada"@x.com',
    'Ada (ada@x.com)',
    'ada@x.com, bob@x.com'
  ])('%j is refused even with a good user ID', async (email) => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }] })
    const verdict = await deliver(world, identify({ userId: 'u1', traits: { email, name: 'X' } }))
    expect(getEnding(verdict)).toBe('failed 400')
    expect(getReason(verdict)).toMatch(/Email is malformed/)
    expect(getEnding(await deliver(world, trackByEmail(email, { userId: 'u1' })))).toBe('failed 400')
    expect(world.crisp.journal.count()).toBe(0)
  })

  it('in another case, or with white space around it, is the same person', async () => {
    const world = await setUp()
    await deliver(world, identify({ traits: { email: ' Ada+Shop@Example.com ' } }))
    await deliver(world, identify({ traits: { email: 'ADA+SHOP@EXAMPLE.COM' } }))
    await deliver(world, trackByEmail('ada+shop@example.com'))
    expect(getEmails(world)).toEqual(['ada+shop@example.com'])
    expect(getEvents(world, 'ada+shop@example.com')).toEqual(['Order Completed'])
  })

  it('as it was sent finds a person where Crisp distinguishes the case of emails', async () => {
    const world = await setUp({ choices: { emailCase: 'sensitive' }, people: [{ email: 'Ada@Example.com' }] })
    await deliver(world, identify({ userId: 'u1', traits: { email: 'Ada@Example.com', name: 'Ada' } }))
    await deliver(world, trackByEmail('Ada@Example.com'))
    expect(getEmails(world)).toEqual(['Ada@Example.com'])
    expect(getPerson(world, 'Ada@Example.com').profile.person.nickname).toBe('Ada')
    expect(getEvents(world, 'Ada@Example.com')).toEqual(['Order Completed'])
  })

  it('goes into the path percent-encoded, whatever it holds', async () => {
    const world = await setUp()
    const email = "o'brien+a/b%2f?#é@exämple.com"
    await deliverEach(world, [identify({ traits: { email } }), trackByEmail(email)])
    expect(getEmails(world)).toEqual([email])
    expect(getEvents(world, email)).toEqual(['Order Completed'])
  })
})

describe('a changed email', () => {
  const history = { email: 'old@example.com', data: { user_id: 'u1', plan: 'team' }, events: [{ text: 'Signed Up' }] }

  it.each(['the process that knows the person', 'another process'])('keeps the person, for %s', async (process) => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'old@example.com', name: 'Ada', plan: 'team' } }))
    await deliver(world, track({ userId: 'u1', event: 'Signed Up' }))
    const then = process === 'another process' ? startProcess(world) : world
    const verdict = await deliver(then, identify({ userId: 'u1', traits: { email: 'new@example.com', seats: 3 } }))
    expect(getEnding(verdict)).toBe('delivered')
    expect(getEmails(world)).toEqual(['new@example.com'])
    await deliver(startProcess(world), track({ userId: 'u1', event: 'Later' }))
    const { profile, data } = getPerson(world, 'new@example.com')
    expect(profile.person.nickname).toBe('Ada')
    expect(data).toEqual({ user_id: 'u1', plan: 'team', seats: 3 })
    expect(getEvents(world, 'new@example.com')).toEqual(['Signed Up', 'Later'])
  })

  it('may change back and forth', async () => {
    const world = await setUp({ people: [history] })
    for (const email of ['a@example.com', 'b@example.com', 'a@example.com', 'old@example.com']) {
      await deliver(world, identify({ userId: 'u1', traits: { email } }))
      expect(getEmails(world)).toEqual([email])
    }
    expect(getEvents(world, 'old@example.com')).toEqual(['Signed Up'])
  })

  it.each(['the process that knows the person', 'another process'])(
    'that belongs to another profile decides, for %s: that profile gets the update and the user ID',
    async (process) => {
      const world = await setUp()
      await deliverEach(world, [
        identify({ userId: 'u1', traits: { email: 'ada@example.com', name: 'Ada', plan: 'free' } }),
        identify({ userId: 'u2', traits: { email: 'bob@example.com', name: 'Bob' } })
      ])
      const ada = getPerson(world, 'ada@example.com')
      const then = process === 'another process' ? startProcess(world) : world
      const event = identify({ userId: 'u1', traits: { email: 'bob@example.com', name: 'Ada', plan: 'team' } })
      expect(getEnding(await deliver(then, event))).toBe('delivered')
      expect(getEmails(world)).toEqual(['ada@example.com', 'bob@example.com'])
      expect(getPerson(world, 'ada@example.com')).toEqual(ada)
      expect(getPerson(world, 'bob@example.com')).toMatchObject({
        profile: { person: { nickname: 'Ada' } },
        data: { user_id: 'u1', plan: 'team' }
      })
      const endings = await deliverEach(then, [
        track({ userId: 'u1', event: 'A' }),
        track({ userId: 'u2', event: 'B' })
      ])
      expect(endings).toEqual(['delivered', 'dropped 404'])
      expect(getEvents(world, 'bob@example.com')).toEqual(['A'])
      expect(getEvents(world, 'ada@example.com')).toEqual([])
    }
  )

  it('leaves the old address to the next person who uses it', async () => {
    const world = await setUp({ people: [history] })
    await deliver(world, identify({ userId: 'u1', traits: { email: 'new@example.com' } }))
    await deliver(world, identify({ userId: 'u2', traits: { email: 'old@example.com' } }))
    await deliverEach(world, [track({ userId: 'u1', event: 'A' }), track({ userId: 'u2', event: 'B' })])
    expect(getEvents(world, 'new@example.com')).toEqual(['Signed Up', 'A'])
    expect(getEvents(world, 'old@example.com')).toEqual(['B'])
  })

  it('that another process has given to another person meanwhile sends nothing to the wrong person', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    // Without this process: u1 moves on, and u2 takes the address over.
    const { people_id } = getPerson(world, 'ada@example.com').profile
    world.crisp.people.clear()
    world.crisp.people.add({ people_id, email: 'ada@new.example', data: { user_id: 'u1' } })
    world.crisp.people.add({ email: 'ada@example.com', data: { user_id: 'u2' } })
    await deliver(world, track({ userId: 'u1', event: 'A' }))
    await deliver(world, identify({ userId: 'u1', traits: { plan: 'team' } }))
    expect(getEvents(world, 'ada@new.example')).toEqual(['A'])
    expect(getPerson(world, 'ada@new.example').data.plan).toBe('team')
    expect(getEvents(world, 'ada@example.com')).toEqual([])
    expect(getPerson(world, 'ada@example.com').data).toEqual({ user_id: 'u2' })
  })
})

describe('a person in the cache', () => {
  it('who was deleted meanwhile is looked up again, and unknown when no person has the user ID', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    world.crisp.people.clear()
    expect(getEnding(await deliver(world, track({ userId: 'u1' })))).toBe('dropped 404')
    expect(getRequests(world).slice(-2)).toEqual([expect.stringMatching(/^POST events/), 'GET profiles/1'])
    expect(getEmails(world)).toEqual([])
  })

  it('who was deleted and created again is found again', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    world.crisp.people.clear()
    world.crisp.people.add({ email: 'ada@example.com', data: { user_id: 'u1' } })
    expect(getEnding(await deliver(world, track({ userId: 'u1' })))).toBe('delivered')
    expect(getEvents(world, 'ada@example.com')).toEqual(['Order Completed'])
  })

  it('who was deleted is created again by an Identify', async () => {
    const world = await setUp()
    const event = identify({ userId: 'u1', traits: { email: 'ada@example.com', plan: 'team' } })
    await deliver(world, event)
    world.crisp.people.clear()
    expect(getEnding(await deliver(world, event))).toBe('delivered')
    expect(getPerson(world, 'ada@example.com').data).toEqual({ user_id: 'u1', plan: 'team' })
    expect(getEnding(await deliver(world, track({ userId: 'u1' })))).toBe('delivered')
  })
})
