import { createTester, type Preview, type Run, type RunningTester, type RunSummary } from '../../../tools/serve'
import { buildRequestCurl } from '../../../tools/serve/curl'
import { History } from '../../../tools/serve/history'
import { ask, john, purchase, strangers } from './client'

let tester: RunningTester

beforeEach(async () => {
  tester = await createTester()
})

afterEach(() => tester.close())

const send = (body: unknown) => ask<Run>(tester.url, 'POST', '/api/events', body)

it('keeps runs, the newest first, and shows each in full', async () => {
  await send({ event: john })
  await send({ event: strangers })
  const { body } = await ask<RunSummary[]>(tester.url, 'GET', '/api/history')
  expect(body.map(({ id, outcome }) => [id, outcome])).toEqual([
    [2, 'dropped'],
    [1, 'delivered']
  ])
  expect((await ask<Run>(tester.url, 'GET', '/api/history/1')).body.input.event).toEqual(john)
  const missing = await ask(tester.url, 'GET', '/api/history/9')
  expect([missing.status, missing.body]).toEqual([404, { error: 'This run is no longer kept (the last 200 are).' }])
  await ask(tester.url, 'DELETE', '/api/history')
  expect((await ask(tester.url, 'GET', '/api/history')).body).toEqual([])
})

it('replays a run with everything it was given, its key included, which it never shows', async () => {
  const settings = { apiKey: 'other-identifier:secret-key' }
  const first = await send({ event: john, settings })
  const again = await ask<Run>(tester.url, 'POST', '/api/history/1/replay', {})
  expect([first.status, again.status]).toEqual([401, 401])
  expect(again.body).toMatchObject({ id: 2, by: 'replay', replayOf: 1 })
  expect(first.text + again.text).not.toContain('secret-key')
})

it('replays into what is there now', async () => {
  await send({ event: strangers })
  await send({ event: { type: 'identify', userId: 'u_stranger', traits: { email: 's@example.com' } } })
  const { status, body } = await ask<Run>(tester.url, 'POST', '/api/history/1/replay', {})
  expect([status, body.outcome]).toEqual([200, 'delivered'])
})

it('shows one event of a batch in full', async () => {
  await send({ events: [john, purchase] })
  const { body } = await ask<{ event: unknown; previews: Preview[] }>(tester.url, 'GET', '/api/history/1/events/1')
  expect(body.event).toEqual(purchase)
  expect(body.previews[1]).toMatchObject({ match: { matches: true }, payload: { eventName: 'Completed Purchase' } })
  expect((await ask(tester.url, 'GET', '/api/history/1/events/2')).status).toBe(404)
})

it('copies as curl without the key, whatever the event holds', async () => {
  const event = { ...john, traits: { ...john.traits, name: `O'Hara'; $(rm) \`x\`` } }
  await send({ event, settings: { apiKey: 'other-identifier:secret-key', tokenType: 'plugin' } })
  const { text } = await ask(tester.url, 'GET', '/api/history/1/curl')
  expect(text).toContain(`curl -X POST '${tester.url}/api/events'`)
  expect(text).toContain(`curl -X PATCH '${tester.sandbox?.url}/v1/website/`)
  expect(text).not.toContain('api.crisp.chat')
  expect(text).toContain('--user "$CRISP_API_KEY"')
  expect(text).toContain(`O'\\''Hara'\\''; $(rm)`)
  expect(text).not.toMatch(/secret-key|redacted|Basic /)
})

it('writes a request as one command', () => {
  const exchange = {
    request: {
      method: 'PATCH',
      url: 'https://api.crisp.chat/v1/x',
      headers: { authorization: '[redacted]', 'x-crisp-tier': ['plugin'], host: 'api.crisp.chat' },
      body: { a: "it's" }
    },
    response: null,
    durationMs: null
  }
  expect(buildRequestCurl(exchange)).toBe(
    [
      `curl -X PATCH 'https://api.crisp.chat/v1/x'`,
      `--user "$CRISP_API_KEY"`,
      `-H 'x-crisp-tier: plugin'`,
      `--data '{"a":"it'\\''s"}'`
    ].join(' \\\n  ')
  )
})

describe('its bounds', () => {
  const made = (id: number, title = ''): Run => ({
    id,
    at: 0,
    kind: 'event',
    title,
    by: 'api',
    events: 1,
    outcome: 'delivered',
    status: 200,
    requests: 0,
    durationMs: 0,
    input: { event: {}, subscriptions: [], settings: {} },
    deliveries: [],
    people: []
  })

  it('lets go of the oldest runs beyond a number', () => {
    const history = new History(3)
    for (let id = 1; id <= 10; id++) history.add(made(id), {})
    expect(history.list().map(({ id }) => id)).toEqual([10, 9, 8])
    expect(history.getSettings(1)).toBeUndefined()
  })

  it('lets go of the oldest runs beyond a size, but never of the newest', () => {
    const history = new History(100, 5000)
    for (let id = 1; id <= 10; id++) history.add(made(id, 'x'.repeat(2000)), {})
    expect(history.list().map(({ id }) => id)).toEqual([10, 9])
    history.add(made(11, 'x'.repeat(10_000)), {})
    expect(history.list().map(({ id }) => id)).toEqual([11])
  })
})

it('knows subscriptions by their IDs, also those of one name', async () => {
  const same = { name: 'Same', partnerAction: 'trackEvent' }
  const subscriptions = [
    { ...same, id: 'a', subscribe: 'type = "page"' },
    { ...same, id: 'b', subscribe: 'type = "track"' }
  ]
  const { body } = await send({ event: purchase, subscriptions })
  expect(body.deliveries.map(({ subscription: { id } }) => id)).toEqual(['a', 'b'])
  const detail = await ask<{ previews: Preview[] }>(tester.url, 'GET', '/api/history/1/events/0')
  expect(detail.body.previews.map(({ subscription: { id }, match }) => [id, match.matches])).toEqual([
    ['a', false],
    ['b', true]
  ])
  const twice = await send({ event: purchase, subscriptions: [subscriptions[0], subscriptions[0]] })
  expect([twice.status, twice.body]).toEqual([
    400,
    { error: 'Two subscriptions have the same "id".', field: 'subscriptions[1].id' }
  ])
})
