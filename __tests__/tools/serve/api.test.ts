import { createTester, type Forecast, type Run, type RunningTester, type TesterState } from '../../../tools/serve'
import { ask, getBatch, getDelivery, john, purchase, strangers } from './client'

let tester: RunningTester

beforeEach(async () => {
  tester = await createTester()
})

afterEach(() => tester.close())

const send = (body: unknown) => ask<Run>(tester.url, 'POST', '/api/events', body)

it('starts the page with all it needs, without the key', async () => {
  const { body, text } = await ask<TesterState>(tester.url, 'GET', '/api/state')
  expect(body).toMatchObject({
    mode: 'sandbox',
    people: 0,
    runs: [],
    quota: { used: 0, limits: { plugin: 5000, website: 10_000 } }
  })
  expect(body.settingsFields.map(({ key }) => key)).toEqual(['apiKey', 'websiteId', 'tokenType'])
  expect(body.presets.map(({ type }) => type)).toEqual(['automatic', 'automatic', 'specificEvent'])
  expect(body.actions.map(({ fields }) => fields.length > 5)).toEqual([true, true])
  expect(body.examples.map(({ id }) => id)).toEqual([
    'identify',
    'track',
    'unknown',
    'page',
    'group',
    'audience',
    'batch'
  ])
  expect(text).not.toContain(tester.sandbox?.apiKey)
})

it('delivers an event through the presets and shows every step', async () => {
  const { status, body } = await send({ event: john })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    id: 1,
    by: 'api',
    kind: 'event',
    title: 'identify · john.doe@segment.com',
    outcome: 'delivered',
    requests: 4
  })
  const [identify, track] = [getDelivery(body, 0), getDelivery(body, 1)]
  expect(identify).toMatchObject({
    preview: {
      match: { matches: true },
      payload: { email: 'john.doe@segment.com', name: 'John Doe' },
      fieldErrors: []
    },
    verdict: { outcome: 'delivered', status: 200 },
    next: { retry: false, sentence: 'Segment will not send it again.' }
  })
  expect(identify.exchanges.map(({ request }) => request.method)).toEqual(['PATCH', 'GET', 'POST', 'PATCH'])
  expect(track).toMatchObject({
    preview: { match: { matches: false } },
    verdict: { outcome: 'not subscribed' },
    exchanges: []
  })
  expect(track.preview?.match.condition?.children).toEqual([
    {
      kind: 'clause',
      fql: 'type = "track"',
      matches: false,
      path: 'type',
      actual: 'identify',
      sentence: 'type is "identify"; required is "track".'
    }
  ])
})

it('answers a dropped event with its own status, its reason and no retry', async () => {
  const { status, body } = await send({ event: strangers })
  expect([status, body.status, body.outcome]).toEqual([404, 404, 'dropped'])
  expect(body.deliveries[1]).toMatchObject({
    verdict: { outcome: 'dropped', status: 404, code: 'NOT_FOUND' },
    next: {
      retry: false,
      sentence: 'Segment will not try this event again. Identify the person first, then send new events.'
    }
  })
  expect(tester.sandbox?.people.count()).toBe(0)
})

it('says when Segment would try again', async () => {
  tester.sandbox?.faults.add({ effect: { type: 'answer', status: 429, reason: 'rate_limited' } })
  const { status, body } = await send({ event: john })
  expect(status).toBe(429)
  expect(getDelivery(body).next).toEqual({
    retry: true,
    sentence: 'Segment will try again later: 429 is temporary.'
  })
})

it('shows validation errors by field', async () => {
  const subscription = {
    partnerAction: 'trackEvent',
    subscribe: 'type = "track"',
    mapping: { eventName: { '@path': '$.properties' }, unknownPerson: 'maybe' }
  }
  const { status, body } = await send({ event: purchase, subscriptions: [subscription] })
  expect([status, body.outcome]).toEqual([400, 'failed'])
  expect(getDelivery(body).preview?.fieldErrors.map(({ field }) => field)).toEqual([
    'email',
    'eventName',
    'unknownPerson'
  ])
  expect(body.deliveries[0].exchanges).toEqual([])
})

it('takes given subscriptions; without a mapping the defaults of the fields', async () => {
  await send({ event: john })
  const pages = { name: 'Pages', partnerAction: 'trackEvent', subscribe: 'type = "page" and name = "Pricing"' }
  const { body } = await send({
    event: { type: 'page', name: 'Pricing', userId: 'userId123' },
    subscriptions: [pages]
  })
  expect(body.deliveries).toHaveLength(1)
  expect(getDelivery(body).preview?.payload).toMatchObject({ eventName: 'Pricing', unknownPerson: 'drop' })
  expect(tester.sandbox?.people.get('john.doe@segment.com')?.events[0].text).toBe('Pricing')
})

it('reports a condition that cannot be read instead of failing', async () => {
  const broken = { partnerAction: 'trackEvent', subscribe: 'nonsense' }
  const single = await send({ event: purchase, subscriptions: [broken] })
  const { preview, verdict } = getDelivery(single.body)
  expect([single.status, preview?.match.matches]).toEqual([400, false])
  expect(preview?.match.problem).toContain('Segment cannot read this trigger.')
  expect(verdict.reason).toBe(preview?.match.problem)
  const batch = await send({ events: [purchase], subscriptions: [broken] })
  expect(batch.status).toBe(207)
})

it('gives every event of a batch its own status, and one bad event spares its neighbors', async () => {
  const events = [john, purchase, { type: 'identify', traits: { email: 'typo@@example.com' } }, { type: 'page' }]
  const { status, body } = await send({ events })
  expect([status, body.kind, body.outcome, body.events]).toEqual([207, 'batch', 'mixed', 4])
  const [identify, track] = [getBatch(body, 0), getBatch(body, 1)]
  expect(identify.rows.map(({ verdict }) => [verdict.outcome, verdict.status])).toEqual([
    ['delivered', expect.any(Number) as number],
    ['not subscribed', undefined],
    ['failed', 400],
    ['not subscribed', undefined]
  ])
  expect(identify.rows[2].next.retry).toBe(false)
  expect(track.rows.map(({ verdict }) => verdict.outcome)).toEqual([
    'not subscribed',
    expect.stringMatching(/delivered|dropped/) as string,
    'not subscribed',
    'not subscribed'
  ])
})

it('answers 200 for a batch without a failure', async () => {
  const { status, body } = await send({ events: [john, john] })
  expect([status, body.outcome]).toEqual([200, 'delivered'])
})

it('cuts a batch as the mapping says, and hands events over singly where batching is off', async () => {
  const people = Array.from({ length: 5 }, (_, index) => ({
    type: 'identify',
    traits: { email: `p${index}@example.com` }
  }))
  const through = (mapping: object) => [
    {
      partnerAction: 'identifyUser',
      subscribe: 'type = "identify"',
      mapping: { email: { '@path': '$.traits.email' }, ...mapping }
    }
  ]
  for (const mapping of [{ batch_size: 2 }, { enable_batching: false }]) {
    const { body } = await send({ events: people, subscriptions: through(mapping) })
    expect(getBatch(body).rows.map(({ verdict }) => verdict.outcome)).toEqual(Array(5).fill('delivered'))
  }
  expect(tester.sandbox?.people.count()).toBe(5)
})

it('keeps a bounded number of exchanges and says how many it left out', async () => {
  const events = Array.from({ length: 180 }, (_, index) => ({
    type: 'identify',
    traits: { email: `p${index}@example.com`, plan: 'team' }
  }))
  const { body } = await send({ events })
  const { exchanges, exchangesLeftOut, rows } = getBatch(body)
  expect([exchanges.length, rows.length]).toEqual([500, 180])
  expect(exchangesLeftOut).toBe(body.requests - 500)
})

it('looks ahead without sending anything', async () => {
  const single = await ask<Forecast>(tester.url, 'POST', '/api/preview', { event: purchase })
  expect(single.body.previews.map(({ match }) => match.matches)).toEqual([false, true])
  expect(single.body.previews[1].payload).toMatchObject({ eventName: 'Completed Purchase' })
  const batch = await ask<Forecast>(tester.url, 'POST', '/api/preview', {
    events: [john, purchase, purchase]
  })
  expect(batch.body.counts?.map(({ taken }) => taken)).toEqual([1, 2])
  expect(tester.sandbox?.journal.count()).toBe(0)
})

it.each([
  ['no event', {}, '"event" must be a JSON object: a Segment event.', 'event'],
  ['an event that is a list', { event: [] }, '"event" must be a JSON object: a Segment event.', 'event'],
  ['both at once', { event: {}, events: [{}] }, 'Send either "event" or "events", not both.', 'events'],
  ['an empty batch', { events: [] }, '"events" must be a list of at least one Segment event.', 'events'],
  ['a batch with a number', { events: [{}, 1] }, 'Event 2 of the list is not a JSON object.', 'events[1]'],
  [
    'an action that does not exist',
    { event: {}, subscriptions: [{ partnerAction: 'x', subscribe: '' }] },
    '"partnerAction" must be identifyUser or trackEvent.',
    'subscriptions[0].partnerAction'
  ],
  [
    'a subscription without a condition',
    { event: {}, subscriptions: [{ partnerAction: 'trackEvent' }] },
    '"subscribe" must be a condition such as type = "track".',
    'subscriptions[0].subscribe'
  ],
  ['settings that are none', { event: {}, settings: 1 }, '"settings" must be an object.', 'settings']
])('refuses %s with 400 and a sentence', async (_what, body, error, field) => {
  const { status, body: told } = await ask(tester.url, 'POST', '/api/events', body)
  expect([status, told]).toEqual([400, { error, field }])
})

it('refuses what is no JSON, no JSON type, too large or too many', async () => {
  const text = await ask<{ error: string }>(tester.url, 'POST', '/api/events', '{"event":')
  expect([text.status, text.body.error]).toEqual([
    400,
    expect.stringMatching(/^The body cannot be read as JSON/) as string
  ])
  const type = await ask(tester.url, 'POST', '/api/events', 'a=1', { 'content-type': 'text/plain' })
  expect(type.status).toBe(415)
  const large = await ask(tester.url, 'POST', '/authenticate', { apiKey: 'x'.repeat(2_000_000) })
  expect(large.status).toBe(413)
  const many = await ask(tester.url, 'POST', '/api/events', { events: Array(10_001).fill({}) })
  expect(many.status).toBe(413)
  expect((await ask(tester.url, 'GET', '/api/nothing')).status).toBe(404)
})

it('treats keys such as __proto__ as data', async () => {
  const text = '{"event":{"type":"identify","traits":{"email":"a@example.com","__proto__":{"polluted":1}}}}'
  const { status } = await ask(tester.url, 'POST', '/api/events', text)
  expect(status).toBe(200)
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

describe('what the destination remembers', () => {
  const came = { type: 'track', userId: 'userId123', event: 'Came' }
  const requests = async (settings: object = {}) => (await send({ event: came, settings })).body.requests

  it('stays while other settings are tried', async () => {
    await send({ event: john })
    const cached = await requests()
    expect(await requests({ tokenType: 'website' })).toBe(cached)
    expect(await requests({ apiKey: 'wrong:key' })).toBe(cached)
    expect(await requests()).toBe(cached)
  })

  it('is gone after a reset', async () => {
    await send({ event: john })
    const cached = await requests()
    await ask(tester.url, 'POST', '/api/reset', {})
    tester.sandbox?.people.add({ email: 'john.doe@segment.com', data: { user_id: 'userId123' } })
    expect(await requests()).toBeGreaterThan(cached)
  })
})

it('delivers the example events of the package', async () => {
  const runs = await tester.deliverExamples()
  expect(runs.length).toBeGreaterThan(20)
  expect(runs.every(({ by }) => by === 'examples')).toBe(true)
  expect(new Set(runs.map(({ outcome }) => outcome))).toEqual(
    new Set(['delivered', 'dropped', 'failed', 'not subscribed'])
  )
})
