import { request } from 'http'
import { createSandbox, type Sandbox } from '../../../tools/sandbox'
import { clientOf } from './client'

let crisp: Sandbox

beforeAll(async () => {
  crisp = await createSandbox({ people: [{ email: 'ada@example.com' }] })
})
beforeEach(() => crisp.reset())
afterAll(() => crisp.close())

async function admin(method: string, path: string, body?: unknown) {
  const response = await fetch(`${crisp.url}/_sandbox${path}`, {
    method,
    body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
  })
  const json = (await response.json()) as { reason: string; data: Record<string, unknown> }
  return { status: response.status, ...json }
}

/** fetch sets Host itself; this does not. */
function statusWith(
  headers: Record<string, string>,
  path = '/_sandbox/reset',
  method = 'POST'
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${crisp.url}${path}`, { method, headers, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

it('reads the whole state, and takes one in place of it', async () => {
  const { data } = await admin('GET', '/state')
  expect(data).toMatchObject({ websites: [{ id: crisp.websiteId, people: [{ email: 'ada@example.com' }] }] })
  crisp.people.clear()
  expect((await admin('PUT', '/state', data)).status).toBe(200)
  expect((await admin('GET', '/state')).data).toEqual(data)
})

it('takes a list of people as a state, and refuses one that is wrong without a change', async () => {
  await admin('PUT', '/state', [{ email: 'bob@example.com', data: { plan: 'pro' } }])
  expect(crisp.people.get('bob@example.com')?.data).toEqual({ plan: 'pro' })
  const wrongs: [unknown, string][] = [
    [[{ email: 1 }], 'person 1 has no email'],
    [[{ email: 'a@b.c' }, { email: 'd@e.f', data: [] }], 'person 2 has a data of the wrong type'],
    [[{ email: 'a@b.c' }, { email: 'A@b.c' }], 'is there already'],
    [{ version: 2 }, 'its version is not known here'],
    ['nope', 'must be JSON']
  ]
  for (const [sent, why] of wrongs) {
    const { status, reason, data } = await admin('PUT', '/state', sent)
    expect([status, reason]).toEqual([400, 'invalid_data'])
    expect(data.message).toContain(why)
  }
  expect(crisp.people.all()).toHaveLength(1)
})

it('shows the journal without secrets, and only what is new', async () => {
  const call = clientOf(crisp)
  await call('GET', '/people/stats')
  await call('PATCH', '/people/data/ada@example.com', { data: { plan: 'pro' } })
  const { data } = await admin('GET', '/journal?after=1')
  expect(data).toMatchObject({ count: 2, entries: [{ n: 2, status: 200, requestBody: { data: { plan: 'pro' } } }] })
  expect(JSON.stringify((await admin('GET', '/journal')).data)).not.toMatch(/sandbox-key|Basic/)
  await admin('DELETE', '/journal')
  expect(crisp.journal.count()).toBe(0)
})

it('adds, lists and removes faults', async () => {
  const rule = { route: 'people', effect: { type: 'answer', status: 503, reason: 'server_error' } }
  const { status, data } = await admin('POST', '/faults', rule)
  expect(status).toBe(201)
  expect((await clientOf(crisp)('GET', '/people/stats')).status).toBe(503)
  expect((await admin('GET', '/faults')).data).toMatchObject([{ id: data.id, rule, matched: 1, struck: 1 }])
  expect((await admin('DELETE', `/faults/${String(data.id)}`)).status).toBe(200)
  expect((await admin('DELETE', `/faults/${String(data.id)}`)).status).toBe(404)
  expect((await clientOf(crisp)('GET', '/people/stats')).status).toBe(200)
})

it.each([
  ['a field that does not exist', { rout: 'people', effect: { type: 'hang' } }, '"rout"'],
  ['an effect that does not exist', { effect: { type: 'explode' } }, 'one of answer'],
  ['an effect without what it needs', { effect: { type: 'latency' } }, '"ms"'],
  ['a status that is none', { effect: { type: 'answer', status: 99, reason: 'x' } }, 'status'],
  [
    'a header that cannot be sent',
    { effect: { type: 'answer', status: 400, reason: 'x', headers: { a: '\n' } } },
    '"a"'
  ],
  ['no effect', { route: 'people' }, '"effect"'],
  ['a function', { effect: { type: 'handler' } }, 'one of answer']
])('refuses a fault with %s', async (_what, rule, why) => {
  const { status, data } = await admin('POST', '/faults', rule)
  expect([status, data.message]).toEqual([400, expect.stringContaining(why) as string])
  expect(crisp.faults.list()).toEqual([])
})

it.each(['/openapi.json', '/v1/website', '/v1/website/x/people/stats', '/nothing'])(
  'answers at %s to no host name that may be a page of another site',
  async (path) => {
    const port = String(crisp.port)
    for (const host of ['attacker.example', `127.0.0.1.attacker.example:${port}`, 'xapi.crisp.chat', '0.0.0.0']) {
      expect(await statusWith({ Host: host }, path, 'GET')).toBe(403)
      expect(await statusWith({ Host: host }, path, 'PATCH')).toBe(403)
    }
    expect(crisp.journal.count()).toBe(0)
  }
)

it('answers to the names of this machine, and to that of Crisp', async () => {
  const { port, websiteId, apiKey } = crisp
  const headers = { Authorization: `Basic ${Buffer.from(apiKey).toString('base64')}`, 'X-Crisp-Tier': 'plugin' }
  for (const Host of [`127.0.0.1:${port}`, 'localhost', `[::1]:${port}`, 'api.crisp.chat', 'API.crisp.chat:443']) {
    expect(await statusWith({ Host, ...headers }, `/v1/website/${websiteId}/people/stats`, 'GET')).toBe(200)
  }
  expect(await statusWith({ Host: 'api.crisp.chat' })).toBe(403)
})

it('answers to this machine only, and not to a page of another site in its browser', async () => {
  const port = String(crisp.port)
  expect(await statusWith({ Host: `127.0.0.1:${port}` })).toBe(200)
  expect(await statusWith({ Host: `localhost:${port}`, Origin: `http://localhost:${port}` })).toBe(200)
  expect(await statusWith({ Host: 'attacker.example' })).toBe(403)
  expect(await statusWith({ Host: `127.0.0.1.attacker.example:${port}` })).toBe(403)
  expect(await statusWith({ Host: `127.0.0.1:${port}`, Origin: 'https://attacker.example' })).toBe(403)
  expect(await statusWith({ Host: `127.0.0.1:${port}`, Origin: 'null' })).toBe(403)
})

it('goes back to the start', async () => {
  crisp.people.clear()
  crisp.faults.add({ effect: { type: 'hang' } })
  expect((await admin('POST', '/reset')).status).toBe(200)
  expect(crisp.people.all()).toHaveLength(1)
  expect(crisp.faults.list()).toEqual([])
})
