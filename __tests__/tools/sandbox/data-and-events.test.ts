import { createSandbox, type Sandbox } from '../../../tools/sandbox'
import { clientOf, type Call } from './client'

let crisp: Sandbox
let call: Call
let clock = 1_700_000_000_000

beforeAll(async () => {
  crisp = await createSandbox({ people: [{ email: 'ada@example.com' }], now: () => clock++ })
  call = clientOf(crisp)
})
beforeEach(() => crisp.reset())
afterAll(() => crisp.close())

const data = '/people/data/ada@example.com'
const events = '/people/events/ada@example.com'
const held = () => crisp.people.get('ada@example.com')
const outcome = async (reply: ReturnType<Call>) => {
  const { status, body } = await reply
  return `${status} ${body.reason}`
}

describe('custom data', () => {
  it('reads as {} at first, twice nested', async () => {
    expect((await call('GET', data)).body).toEqual({ error: false, reason: 'resolved', data: { data: {} } })
  })

  it('merges with PATCH and replaces with PUT', async () => {
    const first = await call('PATCH', data, { data: { plan: 'pro', seats: 3 } })
    expect([first.status, first.body]).toEqual([200, { error: false, reason: 'updated', data: {} }])
    await call('PATCH', data, { data: { seats: 4, trial: false } })
    expect((await call('GET', data)).body.data).toEqual({ data: { plan: 'pro', seats: 4, trial: false } })
    expect(await outcome(call('PUT', data, { data: { plan: 'free' } }))).toBe('200 updated')
    expect(held()?.data).toEqual({ plan: 'free' })
  })

  it.each([
    ['that is not inside data', { plan: 'pro' }],
    ['with null', { data: { plan: null } }],
    ['with an object', { data: { plan: { name: 'pro' } } }],
    ['with an array', { data: { plans: ['pro'] } }],
    ['with a key of other characters', { data: { 'plan name': 'pro' } }],
    ['with a key of more than 50 characters', { data: { ['k'.repeat(51)]: 'pro' } }],
    ['that is an array', { data: [] }],
    ['that is a list', []]
  ])('refuses a body %s with 400 invalid_data, and stores nothing of it', async (_what, body) => {
    for (const method of ['PATCH', 'PUT']) expect(await outcome(call(method, data, body))).toBe('400 invalid_data')
    expect(held()?.data).toEqual({})
  })

  it('takes keys of any case, and keys with a meaning in JavaScript, as keys like any other', async () => {
    const sent = '{"data":{"propertyAddedOnCreation":"x","__proto__":"y","constructor":"z"}}'
    expect(await outcome(call('PATCH', data, sent))).toBe('200 updated')
    expect((await call('GET', data)).text).toContain('"__proto__":"y"')
    expect(Object.keys(held()?.data ?? {})).toEqual(['propertyAddedOnCreation', '__proto__', 'constructor'])
  })

  it('answers 404 people_not_found for an unknown person', async () => {
    for (const method of ['PATCH', 'PUT']) {
      expect(await outcome(call(method, '/people/data/bob@example.com', { data: {} }))).toBe('404 people_not_found')
    }
  })
})

describe('events', () => {
  it('are added with 201, stamped on arrival, and keep their order', async () => {
    for (const text of ['one', 'two']) {
      const { status, body } = await call('POST', events, { text, data: { price: 10.99 }, color: 'red' })
      expect([status, body]).toEqual([201, { error: false, reason: 'added', data: {} }])
    }
    const [first, second] = held()?.events ?? []
    expect([first.text, second.text]).toEqual(['one', 'two'])
    expect(first).toEqual({ text: 'one', data: { price: 10.99 }, color: 'red', timestamp: first.timestamp })
    expect(second.timestamp).toBeGreaterThan(first.timestamp)
  })

  it('list the newest first, a page at a time', async () => {
    for (let n = 1; n <= 23; n++) await call('POST', events, { text: `event ${n}` })
    const texts = async (page: number) => {
      const { body } = await call('GET', `${events}/list/${page}`)
      return (body.data as { text: string }[]).map(({ text }) => text)
    }
    expect((await texts(1))[0]).toBe('event 23')
    expect(await texts(2)).toEqual(['event 3', 'event 2', 'event 1'])
    expect(await texts(3)).toEqual([])
    expect(await outcome(call('GET', `${events}/list/0`))).toBe('400 invalid_data')
  })

  const tenth = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`k${n}`, n]))

  it('may use their limits to the full', async () => {
    const body = { text: 't'.repeat(80), data: { ...tenth, k9: 'v'.repeat(120) } }
    expect(await outcome(call('POST', events, body))).toBe('201 added')
  })

  it.each([
    ['no text', { data: {} }],
    ['a text of 81 characters', { text: 't'.repeat(81) }],
    ['a text of 41 emojis, which is 82 UTF-16 units', { text: '😀'.repeat(41) }],
    ['11 properties', { text: 't', data: { ...tenth, k10: 1 } }],
    ['a key of other characters', { text: 't', data: { 'a.b': 1 } }],
    ['a nested property', { text: 't', data: { a: { b: 1 } } }],
    ['a null property', { text: 't', data: { a: null } }],
    ['a value of 121 characters', { text: 't', data: { a: 'v'.repeat(121) } }],
    ['a list of properties', { text: 't', data: [] }],
    ['a color that Crisp does not have', { text: 't', color: 'teal' }],
    ['a null color', { text: 't', color: null }]
  ])('with %s are refused with 400 invalid_data and a message', async (_what, body) => {
    const reply = await call('POST', events, body)
    expect([reply.status, reply.body.reason]).toEqual([400, 'invalid_data'])
    expect((reply.body.data as { message: string }).message).toMatch(/^body/)
    expect(held()?.events).toEqual([])
  })

  it('never create a person: 404 people_not_found', async () => {
    expect(await outcome(call('POST', '/people/events/bob@example.com', { text: 't' }))).toBe('404 people_not_found')
    expect(crisp.people.count()).toBe(1)
  })

  it('take no timestamp from the body', async () => {
    await call('POST', events, { text: 't', timestamp: 1 })
    expect(held()?.events[0].timestamp).toBeGreaterThan(1_700_000_000_000)
  })
})

describe('subscription', () => {
  it('can be ended and read back', async () => {
    const path = '/people/subscription/ada@example.com'
    expect((await call('GET', path)).body.data).toEqual({ email: true })
    expect(await outcome(call('PATCH', path, { email: false }))).toBe('200 updated')
    expect((await call('GET', path)).body.data).toEqual({ email: false })
    expect(await outcome(call('PATCH', path, { email: 'no' }))).toBe('400 invalid_data')
  })
})

describe('suggestions', () => {
  it('count the segments, data keys and event texts in use, most used first', async () => {
    crisp.people.add({ email: 'b@example.com', segments: ['vip'], data: { plan: 'pro' }, events: [{ text: 'seen' }] })
    crisp.people.add({
      email: 'c@example.com',
      segments: ['new', 'vip'],
      data: { plan: 'free', seats: 1 },
      events: [{ text: 'seen' }, { text: 'bought' }]
    })
    const list = async (what: string) => (await call('GET', `/people/suggest/${what}/1`)).body.data
    expect(await list('segments')).toEqual([
      { segment: 'vip', count: 2 },
      { segment: 'new', count: 1 }
    ])
    expect(await list('data')).toEqual([
      { key: 'plan', count: 2 },
      { key: 'seats', count: 1 }
    ])
    expect(await list('events')).toEqual([
      { text: 'seen', count: 2 },
      { text: 'bought', count: 1 }
    ])
    await call('PATCH', '/people/profile/c@example.com', { segments: ['vip'] })
    await call('DELETE', '/people/profile/b@example.com')
    expect(await list('segments')).toEqual([{ segment: 'vip', count: 1 }])
    expect(await list('data')).toContainEqual({ key: 'plan', count: 1 })
  })

  it.each([
    ['segments', 'segment', { segment: 'vip' }],
    ['data', 'data', { key: 'plan' }],
    ['events', 'event', { text: 'seen' }]
  ])('of %s can be removed, which leaves the people as they are', async (plural, singular, body) => {
    crisp.people.add({ email: 'b@example.com', segments: ['vip'], data: { plan: 'pro' }, events: [{ text: 'seen' }] })
    const before = crisp.people.get('b@example.com')
    expect(await outcome(call('DELETE', `/people/suggest/${singular}`, body))).toBe('200 deleted')
    expect((await call('GET', `/people/suggest/${plural}/1`)).body.data).toEqual([])
    expect(crisp.people.get('b@example.com')).toEqual(before)
  })
})
