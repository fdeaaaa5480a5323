import { createTester, type Forecast, type Run, type RunningTester } from '../../../tools/serve'
import { ask, getBatch, getDelivery, john, purchase } from './client'

let tester: RunningTester

beforeEach(async () => {
  tester = await createTester()
})

afterEach(() => {
  jest.restoreAllMocks()
  return tester.close()
})

const through = (mapping: object, subscribe = 'type = "track"') => ({
  subscriptions: [{ partnerAction: 'trackEvent', subscribe, mapping }]
})

describe('a mapping that fails', () => {
  const cases: [string, unknown, string][] = [
    ['an unknown directive', { '@bogus': 1 }, '"@bogus" is not a directive.'],
    ['a path that is a number', { '@path': 5 }, '"@path" should be a string'],
    ['two directives', { '@path': '$.a', '@template': 'b' }, '"@path" must stand alone'],
    ['an empty @if', { '@if': {} }, '"@if" needs "exists" or "blank"'],
    ['unfinished Liquid', { '@liquid': '{{ event' }, '"@liquid" has a mistake'],
    ['a Liquid include', { '@liquid': '{% include "x" %}' }, '"@liquid" cannot use the tag "include"'],
    ['a path to an object for a path', { '@path': { '@path': '$.properties' } }, '@path: expected string, got object.']
  ]

  it.each(cases)('%s is a failed event with 400 and a sentence about the field', async (_what, value, sentence) => {
    const { status, body, text } = await ask<Run>(tester.url, 'POST', '/api/events', {
      event: purchase,
      ...through({ eventName: value, userId: 'u1' })
    })
    expect([status, body.outcome, body.requests]).toEqual([400, 'failed', 0])
    expect(getDelivery(body).verdict.reason).toContain(`The mapping of eventName fails: ${sentence}`)
    expect(text).not.toMatch(/\n\s+at |node_modules/)
  })

  it.each(cases)('%s is told before sending, with its field', async (_what, value, sentence) => {
    const { status, body } = await ask<Forecast>(tester.url, 'POST', '/api/preview', {
      event: purchase,
      ...through({ eventName: value, userId: 'u1' })
    })
    expect(status).toBe(200)
    expect(body.previews[0].fieldErrors).toEqual([
      { field: 'eventName', message: expect.stringContaining(sentence) as string }
    ])
    expect(body.previews[0].failure).toContain(sentence)
  })

  it.each(cases)('%s fails every event of a batch that its trigger takes', async (_what, value) => {
    const { status, body, text } = await ask<Run>(tester.url, 'POST', '/api/events', {
      events: [purchase, john],
      ...through({ eventName: value, userId: 'u1' })
    })
    expect(status).toBe(207)
    expect(getBatch(body).rows.map(({ verdict }) => verdict.outcome)).toEqual(['failed', 'not subscribed'])
    expect(text).not.toMatch(/\n\s+at |node_modules/)
  })

  it('is told also where the trigger does not match', async () => {
    const { body } = await ask<Forecast>(tester.url, 'POST', '/api/preview', {
      event: john,
      ...through({ eventName: { '@bogus': 1 } })
    })
    expect(body.previews[0]).toMatchObject({ match: { matches: false }, mappingProblems: [{ field: 'eventName' }] })
  })
})

describe('the forecast', () => {
  const forecast = async (event: object, mapping: object = {}, action = 'identifyUser', type = 'identify') => {
    const subscription = { partnerAction: action, subscribe: `type = "${type}"`, mapping }
    const { body } = await ask<Forecast>(tester.url, 'POST', '/api/preview', { event, subscriptions: [subscription] })
    return body.previews[0].failure
  }
  const email = { '@path': '$.traits.email' }

  it('knows what fails before any request to Crisp', async () => {
    expect(await forecast(john, { email, phone: { '@path': '$.traits' } })).toMatch(/phone/i)
    expect(await forecast(john, { email, batch_size: 0 })).toMatch(/batch.?size/i)
    expect(await forecast({ type: 'identify', traits: { email: 'typo@@example.com' } }, { email })).toMatch(/email/i)
    expect(await forecast({ type: 'track', userId: 'u1' }, { userId: 'u1' }, 'trackEvent', 'track')).toMatch(/event/i)
    expect(await forecast(john, { email })).toBeUndefined()
    expect(tester.sandbox?.journal.count()).toBe(0)
  })

  it('counts the events of a batch that fail before any request', async () => {
    const events = [john, purchase, { type: 'identify', traits: { email: 'typo@@example.com' } }]
    const { body } = await ask<Forecast>(tester.url, 'POST', '/api/preview', { events })
    expect(body.counts).toEqual([
      { taken: 2, failing: 1 },
      { taken: 1, failing: 0 }
    ])
  })

  it('does not change what the destination remembers', async () => {
    const send = async (event: object) => (await ask<Run>(tester.url, 'POST', '/api/events', { event })).body.requests
    await send(john)
    const cached = await send(purchase)
    await ask(tester.url, 'POST', '/api/preview', { event: john })
    expect(await send(purchase)).toBe(cached)
  })

  it('ends when its time is over and says so, however large the event and however many the subscriptions', async () => {
    const traits = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key ${index}`, index]))
    const subscription = { partnerAction: 'identifyUser', subscribe: 'type = "identify"' }
    let now = 0
    jest.spyOn(performance, 'now').mockImplementation(() => (now += 100))
    const { status, body } = await ask<Forecast>(tester.url, 'POST', '/api/preview', {
      event: { type: 'identify', traits: { ...traits, email: 'a@example.com' } },
      subscriptions: Array(50).fill(subscription)
    })
    expect([status, body.isPartial]).toEqual([200, true])
    expect(body.previews.length).toBeGreaterThan(0)
    expect(body.previews.length).toBeLessThan(50)
  })
})

it('refuses an event that is nested too deep with 400', async () => {
  const deep = `{"event":{"type":"identify","traits":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}}`
  for (const path of ['/api/events', '/api/preview', '/identifyUser']) {
    const { status, body } = await ask(tester.url, 'POST', path, deep)
    expect([status, body]).toEqual([
      400,
      { error: 'The body cannot be read as JSON: it is nested more than 500 levels deep.' }
    ])
  }
})

it('names the limit of a body that is too large', async () => {
  const large = JSON.stringify({ event: { type: 'identify', traits: { bio: 'x'.repeat(17 * 1024 * 1024) } } })
  const { status, body } = await ask(tester.url, 'POST', '/api/events', large)
  expect([status, body]).toEqual([413, { error: 'The body is larger than 16 MB.' }])
})

it.each(['search', 'limit', 'offset'])('refuses the query parameter %s given twice with 400', async (name) => {
  const { status, body } = await ask(tester.url, 'GET', `/api/people?${name}=1&${name}=2`)
  expect([status, body]).toEqual([400, { error: `Send "${name}" once.`, field: name }])
})

it('shows the trigger that Segment cannot read as the reason of the failure, single and in a batch', async () => {
  const broken = through({}, 'type = "track" and ()')
  const single = await ask<Run>(tester.url, 'POST', '/api/events', { event: purchase, ...broken })
  expect([single.status, getDelivery(single.body).verdict.reason]).toEqual([
    400,
    expect.stringContaining('Segment cannot read this trigger.') as string
  ])
  const batch = await ask<Run>(tester.url, 'POST', '/api/events', { events: [purchase], ...broken })
  expect(getBatch(batch.body).rows[0].verdict.reason).toContain('Segment cannot read this trigger.')
})
