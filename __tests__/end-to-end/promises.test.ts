import { readFileSync } from 'fs'
import { join } from 'path'
import type { Subscription } from '@segment/actions-core'
import {
  deliver,
  deliverEach,
  getEmails,
  getEnding,
  getEvents,
  identify,
  getPerson,
  getPreset,
  getReason,
  getRequests,
  setUp,
  countRequests,
  createSubscription,
  track,
  trackByEmail
} from './support'

describe('identify', () => {
  it('creates a person whose profile shows name, email, phone and avatar', async () => {
    const world = await setUp()
    const verdict = await deliver(
      world,
      identify({
        userId: 'userId123',
        traits: {
          name: 'John Doe',
          email: 'john.doe@segment.com',
          phone: '012346789',
          avatar: 'https://example.com/john.png',
          plan: 'team'
        }
      })
    )
    expect(verdict).toMatchObject({ outcome: 'delivered' })
    const { profile, data } = getPerson(world, 'john.doe@segment.com')
    expect(profile.email).toBe('john.doe@segment.com')
    expect(profile.person).toEqual({
      nickname: 'John Doe',
      phone: '012346789',
      avatar: 'https://example.com/john.png'
    })
    expect(data).toEqual({ user_id: 'userId123', plan: 'team' })
  })

  it('updates the person that Crisp knows and keeps what the event does not name', async () => {
    const world = await setUp()
    world.crisp.people.add({
      email: 'ada@example.com',
      nickname: 'Ada',
      person: { phone: '1' },
      data: { plan: 'free', seats: 3 },
      events: [{ text: 'Signed Up' }]
    })
    await deliver(world, identify({ traits: { email: 'ada@example.com', name: 'Ada Lovelace', plan: 'team' } }))
    expect(getEmails(world)).toEqual(['ada@example.com'])
    const { profile, data } = getPerson(world, 'ada@example.com')
    expect(profile.person).toEqual({ nickname: 'Ada Lovelace', phone: '1' })
    expect(data).toEqual({ plan: 'team', seats: 3 })
    expect(getEvents(world, 'ada@example.com')).toEqual(['Signed Up'])
  })

  it.each([
    [{ name: 'Ada Lovelace' }, 'Ada Lovelace'],
    [{ firstName: 'Ada', lastName: 'Lovelace' }, 'Ada Lovelace'],
    [{ first_name: 'Ada' }, 'Ada'],
    [{}, 'ada']
  ])('names a new person with the traits %j: %s', async (traits, nickname) => {
    const world = await setUp()
    await deliver(world, identify({ traits: { email: 'ada@example.com', ...traits } }))
    expect(getPerson(world, 'ada@example.com').profile.person.nickname).toBe(nickname)
  })

  it('creates no person without an email, and says what to map', async () => {
    const world = await setUp()
    const verdict = await deliver(world, identify({ userId: 'u1', traits: { name: 'Ada' } }))
    expect(getEnding(verdict)).toBe('failed 400')
    expect(getReason(verdict)).toMatch(/Map Email/)
    expect(getEmails(world)).toEqual([])
  })

  it('sends one request at least, so that a wrong key shows', async () => {
    const world = await setUp()
    world.crisp.people.add({ email: 'ada@example.com' })
    expect(await countRequests(world, () => deliver(world, identify({ traits: { email: 'ada@example.com' } })))).toBe(1)
  })
})

describe('track', () => {
  it("adds the event to the person's stream, with its properties", async () => {
    const world = await setUp()
    world.crisp.people.add({ email: 'ada@example.com' })
    const verdict = await deliver(
      world,
      trackByEmail('ada@example.com', {
        event: 'Completed Purchase',
        properties: { revenue: 42.99, shippingMethod: '2-day', category: 'Conversion' }
      })
    )
    expect(getEnding(verdict)).toBe('delivered')
    expect(getPerson(world, 'ada@example.com').events).toEqual([
      expect.objectContaining({
        text: 'Completed Purchase',
        data: { revenue: 42.99, shippingMethod: '2-day', category: 'Conversion' }
      })
    ])
  })

  it.each([
    ['an email', { context: { traits: { email: 'unknown@example.com' } } }],
    ['a user ID', { userId: 'unknown-id' }],
    ['both', { userId: 'unknown-id', context: { traits: { email: 'unknown@example.com' } } }]
  ])('is dropped visibly, without a retry, creating nothing, for an unknown person with %s', async (_what, parts) => {
    const world = await setUp()
    const verdict = await deliver(world, track(parts))
    expect(verdict).toMatchObject({ outcome: 'dropped', status: 404, code: 'NOT_FOUND', retry: false })
    expect(getReason(verdict)).toMatch(
      /^No Crisp person matches, so the event was dropped\. Send an identify call with an email first\.$/
    )
    expect(getEmails(world)).toEqual([])
    expect(getRequests(world)).not.toContain('POST profile')
  })

  it('costs no request for an anonymous visitor', async () => {
    const world = await setUp()
    const requests = await countRequests(world, async () => {
      const verdict = await deliver(world, track({ anonymousId: 'a1', userId: null }))
      expect(getEnding(verdict)).toBe('failed 400')
      expect(getReason(verdict)).toMatch(/missing the required field 'email'/)
      const placeholder = await deliver(world, track({ anonymousId: 'a1', userId: 'anonymous' }))
      expect(getEnding(placeholder)).toBe('failed 400')
      expect(getReason(placeholder)).toBe('Email and User ID are empty or placeholders. Map one of them.')
    })
    expect(requests).toBe(0)
  })

  it('is tried again later for an unknown person where the mapping says so', async () => {
    const world = await setUp({}, [getPreset('track', { unknownPerson: 'retry' })])
    expect(getEnding(await deliver(world, trackByEmail('unknown@example.com')))).toBe('failed 429 retried')
    expect(getEmails(world)).toEqual([])
  })

  it('creates the unknown person with an email where the mapping says so', async () => {
    const world = await setUp({}, [getPreset('track', { unknownPerson: 'create' })])
    expect(getEnding(await deliver(world, trackByEmail('new@example.com', { userId: 'u1' })))).toBe('delivered')
    expect(getEnding(await deliver(world, track({ userId: 'u1', event: 'Next' })))).toBe('delivered')
    expect(getEvents(world, 'new@example.com')).toEqual(['Order Completed', 'Next'])
    expect(getPerson(world, 'new@example.com').data).toEqual({ user_id: 'u1' })
    expect(getEnding(await deliver(world, track({ userId: 'u2' })))).toBe('dropped 404')
  })

  it('shows when it happened, ahead of the other properties, where the timestamp is mapped', async () => {
    const world = await setUp({}, [getPreset('track', { occurredAt: { '@path': '$.timestamp' } })])
    world.crisp.people.add({ email: 'ada@example.com' })
    await deliver(
      world,
      trackByEmail('ada@example.com', { timestamp: '2026-11-20T09:01:00.000Z', properties: { a: 1 } })
    )
    expect(Object.entries(getPerson(world, 'ada@example.com').events[0].data)).toEqual([
      ['occurred_at', '2026-11-20T09:01:00.000Z'],
      ['a', 1]
    ])
  })
})

describe('Engage', () => {
  const AUDIENCE = 'order_completed_last_30days'
  const audience = (member: boolean) =>
    identify({
      userId: 'u1',
      traits: { email: 'ada@example.com', [AUDIENCE]: member },
      context: { personas: { computation_class: 'audience', computation_key: AUDIENCE } }
    })

  it("keeps an audience's key unchanged, true when entered and false when left", async () => {
    const world = await setUp()
    await deliver(world, audience(true))
    expect(getPerson(world, 'ada@example.com').data.order_completed_last_30days).toBe(true)
    await deliver(world, audience(false))
    expect(getPerson(world, 'ada@example.com').data).toEqual({ user_id: 'u1', order_completed_last_30days: false })
  })

  it('keeps the keys and values of computed traits', async () => {
    const world = await setUp()
    const traits = { num_orders_90days: 4, ltv_365d: 129.5, 'first-seen_v2': '2026-01-01' }
    await deliver(world, identify({ traits: { email: 'ada@example.com', ...traits } }))
    expect(getPerson(world, 'ada@example.com').data).toEqual(traits)
  })

  it('takes an audience that arrives as a track call as an event of the person', async () => {
    const world = await setUp()
    world.crisp.people.add({ email: 'ada@example.com' })
    const event = { event: 'Audience Entered', properties: { order_completed_last_30days: true } }
    await deliver(world, trackByEmail('ada@example.com', event))
    expect(getPerson(world, 'ada@example.com').events[0]).toMatchObject({
      text: 'Audience Entered',
      data: { order_completed_last_30days: true }
    })
  })
})

/** The mappings that docs/reference.md writes out in full for page, screen, and group calls. */
function documentedSubscriptions(): Subscription[] {
  const reference = readFileSync(join(__dirname, '../../docs/reference.md'), 'utf8')
  const json = /## Page, screen, and group[^]*?```json\n([^]*?)```/.exec(reference)?.[1] ?? '[]'
  return JSON.parse(json) as Subscription[]
}

describe('the documented mappings', () => {
  it('add a page call and a screen call to the event stream', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] }, documentedSubscriptions())
    const context = { traits: { email: 'ada@example.com' } }
    await deliver(world, { type: 'page', name: 'Pricing', properties: { path: '/pricing' }, context })
    await deliver(world, { type: 'screen', name: 'Cart', context })
    expect(getPerson(world, 'ada@example.com').events).toMatchObject([
      { text: 'Viewed Pricing', data: { path: '/pricing' } },
      { text: 'Viewed Cart', data: {} }
    ])
  })

  it('name an event after the page where only the trigger is changed', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] }, [
      createSubscription('trackEvent', 'type = "page"')
    ])
    await deliver(world, { type: 'page', name: 'Pricing', context: { traits: { email: 'ada@example.com' } } })
    expect(getEvents(world, 'ada@example.com')).toEqual(['Pricing'])
  })

  it('give the person of a group call the company, and never its email or name', async () => {
    const world = await setUp(
      { people: [{ email: 'ada@example.com', nickname: 'Ada', data: { user_id: 'u1' } }] },
      documentedSubscriptions()
    )
    const verdict = await deliver(world, {
      type: 'group',
      userId: 'u1',
      groupId: 'g1',
      traits: {
        name: 'Analytical Engines',
        email: 'office@engines.example',
        website: 'https://engines.example',
        employees: 42
      },
      context: { traits: { email: 'ada@example.com' } }
    })
    expect(getEnding(verdict)).toBe('delivered')
    expect(getEmails(world)).toEqual(['ada@example.com'])
    const { profile, data } = getPerson(world, 'ada@example.com')
    expect(profile.person.nickname).toBe('Ada')
    expect(profile.company).toEqual({ name: 'Analytical Engines', url: 'https://engines.example' })
    expect(data).toEqual({ user_id: 'u1', company_email: 'office@engines.example', company_employees: 42 })
  })

  it('takes only identify and track calls by itself', async () => {
    const world = await setUp()
    const calls = ['page', 'screen', 'group', 'alias'] as const
    const endings = await deliverEach(
      world,
      calls.map((type) => ({ type, userId: 'u1', name: 'x', traits: { email: 'ada@example.com' } }))
    )
    expect(endings).toEqual(calls.map(() => 'not subscribed'))
    expect(world.crisp.journal.count()).toBe(0)
  })
})
