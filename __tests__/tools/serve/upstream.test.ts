import type { DestinationDefinition, DynamicFieldResponse, RequestFn } from '@segment/actions-core'
import destination from '../../../src'
import type { Settings } from '../../../src/generated-types'
import { createTester, type RunningTester } from '../../../tools/serve'
import { ask, john, purchase, strangers } from './client'

interface Exchange {
  request: { url: string; method: string; headers: Record<string, string>; body: string }
  response: { statusCode: number; statusMessage: string; headers: object; body: { reason: string } }
}

interface Failure {
  statusCode: number
  message: string
  stack: string[]
  fields?: Record<string, string>
  requestError: true
}

let tester: RunningTester

beforeEach(async () => {
  tester = await createTester()
})

afterEach(() => tester.close())

const post = <Body>(path: string, body: unknown, headers?: Record<string, string>) =>
  ask<Body>(tester.url, 'POST', path, body, headers)

it('shows the definition and its folder under /manifest', async () => {
  const { status, body } = await ask<Record<string, unknown>>(tester.url, 'GET', '/manifest')
  expect(status).toBe(200)
  expect(body).toMatchObject({ name: 'Crisp', slug: 'actions-crisp', directoryName: 'crisp' })
  expect(Object.keys(body.actions as object)).toEqual(['identifyUser', 'trackEvent'])
})

it('runs an action with the defaults of its fields, settings filled from the sandbox', async () => {
  const { status, body } = await post<Exchange[]>('/identifyUser', { payload: john, settings: {} })
  expect(status).toBe(200)
  expect(body.map(({ request, response }) => [request.method, response.statusCode])).toEqual([
    ['PATCH', 404],
    ['GET', 200],
    ['POST', 201],
    ['PATCH', 200]
  ])
  expect(tester.sandbox?.people.get('john.doe@segment.com')?.data).toMatchObject({ plan: 'team' })
})

it('shows what went over the wire, bodies of requests as text, the key redacted', async () => {
  await post('/identifyUser', { payload: john })
  const { body, text } = await post<Exchange[]>('/trackEvent', { payload: purchase, mapping: {}, settings: {} })
  const [{ request, response }] = body
  expect(request.url).toMatch(/^https:\/\/api\.crisp\.chat\/v1\/website\//)
  expect(request.headers['x-crisp-tier']).toBe('plugin')
  expect(JSON.parse(request.body)).toEqual({ text: 'Completed Purchase', data: { revenue: 42.99 } })
  expect(response).toMatchObject({ statusCode: 201, statusMessage: 'Created', body: { reason: 'added' } })
  expect(text).not.toContain(Buffer.from(tester.sandbox?.apiKey ?? '').toString('base64'))
})

it('lays the given mapping over the defaults', async () => {
  await post('/identifyUser', { payload: john })
  const { body } = await post<Exchange[]>('/trackEvent', { payload: purchase, mapping: { eventName: 'Bought' } })
  expect(JSON.parse(body[0].request.body)).toMatchObject({ text: 'Bought', data: { revenue: 42.99 } })
})

it('takes a list as a batch', async () => {
  const { body } = await post<Exchange[]>('/identifyUser', {
    payload: [john, { ...john, userId: 'u2', traits: { email: 'two@example.com' } }]
  })
  expect(body.every(({ response }) => response.statusCode > 0)).toBe(true)
  expect(tester.sandbox?.people.count()).toBe(2)
})

it('answers an error with 200 and requestError, and lets nothing of it leak into the next answer', async () => {
  const failed = await post<Failure[]>('/trackEvent', { payload: strangers })
  expect(failed.status).toBe(200)
  expect(failed.body).toHaveLength(1)
  expect(failed.body[0]).toMatchObject({ statusCode: 404, requestError: true })
  expect(failed.body[0].message).toContain('No Crisp person matches')
  expect(failed.body[0].stack[0]).toContain('Error')

  await post('/identifyUser', { payload: john })
  const { body } = await post<Exchange[]>('/trackEvent', { payload: purchase })
  expect(body).toHaveLength(1)
})

it('names the fields that the schema refuses', async () => {
  const { body } = await post<Failure[]>('/trackEvent', {
    payload: purchase,
    mapping: { properties: 'no object', unknownPerson: 'maybe' }
  })
  expect(Object.keys(body[0].fields ?? {}).sort()).toEqual(['properties', 'unknownPerson'])
})

it('checks settings that come as they are', async () => {
  expect((await post('/authenticate', {})).body).toEqual({ ok: true })
  const { status, body } = await post('/authenticate', { apiKey: 'nobody:nothing' })
  expect(status).toBe(200)
  expect(body).toMatchObject({ ok: false, fields: {}, error: expect.stringContaining('API Key') as string })
})

it('names the settings that are wrong', async () => {
  const { body } = await post<{ ok: boolean; fields: object }>('/authenticate', { tokenType: { no: 'text' } })
  expect(body).toMatchObject({ ok: false })
})

it('deletes a person', async () => {
  await post('/identifyUser', { payload: john })
  const { status, body } = await post<Exchange[]>('/delete', { payload: { userId: 'userId123' }, settings: {} })
  expect(status).toBe(200)
  expect(body.map(({ request }) => request.method)).toContain('DELETE')
  expect(tester.sandbox?.people.count()).toBe(0)
  expect((await post<Failure[]>('/delete', { payload: {} })).body).toEqual([
    expect.objectContaining({ requestError: true, statusCode: 400 }) as Failure
  ])
})

it('keeps given settings: a wrong key is refused by the sandbox, and goes nowhere else', async () => {
  const { body } = await post<Failure[]>('/identifyUser', { payload: john, settings: { apiKey: 'other:key' } })
  expect(body[0]).toMatchObject({ statusCode: 401, requestError: true })
  expect(tester.sandbox?.journal.count()).toBe(1)
})

it('answers for dynamic fields where the definition has some', async () => {
  const dynamicFields: Record<string, RequestFn<Settings, unknown, DynamicFieldResponse>> = {
    color: async (_request, { settings }) => ({ choices: [{ label: settings.websiteId, value: 'red' }] }),
    eventName: async () => ({ choices: [], error: { message: 'Not now', code: '503' } })
  }
  const trackEvent = { ...destination.actions.trackEvent, dynamicFields }
  const definition: DestinationDefinition<Settings> = {
    ...destination,
    actions: { ...destination.actions, trackEvent } as unknown as DestinationDefinition<Settings>['actions']
  }
  const other = await createTester({ definition })
  const dynamic = await ask(other.url, 'POST', '/trackEvent/color', { settings: {}, payload: {} })
  const failing = await ask(other.url, 'POST', '/trackEvent/eventName', {})
  await other.close()
  expect([dynamic.status, dynamic.body]).toEqual([
    200,
    { choices: [{ label: other.sandbox?.websiteId, value: 'red' }] }
  ])
  expect([failing.status, failing.body]).toEqual([500, [{ message: 'Not now', code: '503' }]])
  expect((await post('/trackEvent/color', {})).status).toBe(404)
})

it.each([
  'https://app.segment.com',
  'https://eu1.app.segment.com',
  'https://app.segment.build',
  'https://eu1.app.segment.build',
  'http://localhost:8000'
])("lets Segment's Actions Tester in from %s", async (origin) => {
  const preflight = await ask(tester.url, 'OPTIONS', '/identifyUser', undefined, {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
    'access-control-request-private-network': 'true'
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-headers': 'content-type',
    'access-control-allow-private-network': 'true'
  })
  const { status, headers } = await post('/identifyUser', { payload: john }, { origin })
  expect([status, headers['access-control-allow-origin'], headers.vary]).toEqual([200, origin, 'Origin'])
})
