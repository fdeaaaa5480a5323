import { createSandbox, type Sandbox } from '../../../tools/sandbox'
import { clientOf, type Call } from './client'

let crisp: Sandbox
let call: Call

beforeAll(async () => {
  crisp = await createSandbox({ people: [{ email: 'ada@example.com' }], journalSize: 3 })
  call = clientOf(crisp)
})
beforeEach(() => crisp.reset())
afterAll(() => crisp.close())

it('records everything about a request that a test may ask', async () => {
  const { headers } = await call('PATCH', '/people/profile/ada%40example.com?x=1', { notepad: 'hello' })
  const [entry] = crisp.journal.entries()
  expect(entry).toEqual({
    n: 1,
    at: expect.any(Number) as number,
    method: 'PATCH',
    path: `/v1/website/${crisp.websiteId}/people/profile/ada%40example.com?x=1`,
    route: 'people.profile.update',
    websiteId: crisp.websiteId,
    status: 200,
    reason: 'updated',
    durationMs: expect.any(Number) as number,
    requestBody: { notepad: 'hello' },
    responseBody: { error: false, reason: 'updated', data: {} },
    requestId: headers.get('request-id'),
    headers: expect.objectContaining({ authorization: '[redacted]', 'x-crisp-tier': 'plugin' }) as object,
    inFlight: 1
  })
})

it('shows what was sent, also where the sandbox dropped or refused it', async () => {
  await call('PATCH', '/people/profile/ada@example.com', { user_id: 'u1' })
  await call('PATCH', '/people/profile/ada@example.com', '{nope')
  await call('PATCH', '/nowhere', { a: 1 })
  expect(crisp.journal.entries()).toMatchObject([
    { status: 200, requestBody: { user_id: 'u1' } },
    { status: 400, requestBody: '{nope' },
    { status: 404, route: '', requestBody: { a: 1 } }
  ])
})

it('holds the last so many and counts all', async () => {
  for (let n = 1; n <= 5; n++) await call('GET', `/people/profiles/${n}`)
  expect(crisp.journal.entries().map(({ n }) => n)).toEqual([3, 4, 5])
  expect(crisp.journal.count()).toBe(5)
  crisp.journal.clear()
  expect([crisp.journal.entries(), crisp.journal.count()]).toEqual([[], 0])
  await call('GET', '/people/stats')
  expect(crisp.journal.entries()).toMatchObject([{ n: 1, route: 'people.stats' }])
})

it('keeps very long and very deep bodies as text', async () => {
  const deep = '['.repeat(50_000) + ']'.repeat(50_000)
  await call('PATCH', '/people/profile/ada@example.com', deep)
  await call('PATCH', '/people/profile/ada@example.com', { notepad: 'x'.repeat(200_000) })
  const [first, second] = crisp.journal.entries()
  expect(first.requestBody).toHaveLength(65_536)
  expect(second.requestBody).toHaveLength(65_536)
})

it('gives every answer the headers of the recorded ones', async () => {
  const read = await call('GET', '/people/profile/ada@example.com')
  const write = await call('PATCH', '/people/profile/ada@example.com', {})
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  for (const { headers } of [read, write]) {
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('request-id')).toMatch(uuid)
  }
  expect(read.headers.get('etag')).toMatch(/^W\/"/)
  expect([read.headers.get('bloom-status'), write.headers.get('bloom-status')]).toEqual(['MISS', 'DIRECT'])
})

it('answers 405 to a wrong method and 404 to an unknown path', async () => {
  const statuses = []
  for (const [method, path] of [
    ['GET', '/people/profile'],
    ['POST', '/people/stats'],
    ['DELETE', '/people/data/ada@example.com'],
    ['HEAD', '/people/stats'],
    ['GET', '/people/events/ada@example.com'],
    ['GET', '/people/shoes'],
    ['OPTIONS', '/people/shoes']
  ]) {
    statuses.push((await call(method, path)).status)
  }
  expect(statuses).toEqual([405, 405, 405, 405, 405, 404, 404])
})
