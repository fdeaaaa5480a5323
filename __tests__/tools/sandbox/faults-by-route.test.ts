import { createSandbox } from '../../../tools/sandbox'
import type { FaultRule, Sandbox } from '../../../tools/sandbox'
import { readFaultRule } from '../../../tools/sandbox/fault-rule'
import { clientOf } from './client'
import type { Call } from './client'

/** Answers that are known to hurt, each given to one route and to nothing else. */

let crisp: Sandbox
let call: Call

beforeAll(async () => {
  crisp = await createSandbox({ people: [{ email: 'ada@example.com', people_id: 'ada', data: { user_id: 'u1' } }] })
  call = clientOf(crisp)
})
beforeEach(() => crisp.reset())
afterAll(() => crisp.close())

/** As the admin API takes it. */
const addFault = (rule: object) => crisp.faults.add(readFaultRule(JSON.parse(JSON.stringify(rule)) as FaultRule))
const search = async (userId = 'u1') => {
  const filter = [{ model: 'people', criterion: 'data.user_id', operator: 'eq', query: [userId] }]
  const { status, body } = await call(
    'GET',
    `/people/profiles/1?search_filter=${encodeURIComponent(JSON.stringify(filter))}`
  )
  return status === 200 ? (body.data as { people_id: string }[]).map(({ people_id }) => people_id) : status
}
const statusOf = async (reply: ReturnType<Call>) => (await reply).status
const update = (body: object) => call('PATCH', '/people/profile/ada@example.com', body)
const updateData = (data: object) => call('PATCH', '/people/data/ada@example.com', { data })
const create = (email: string) => call('POST', '/people/profile', { email, person: { nickname: 'N' } })

it.each([401, 402, 403, 404, 409, 429])("gives a firewall's page with status %i", async (status) => {
  addFault({ route: 'people.profile.update', effect: { type: 'html', status } })
  const reply = await update({ notepad: 'x' })
  expect([reply.status, reply.headers.get('content-type')]).toEqual([status, 'text/html'])
  expect(reply.text).toContain(`<h1>${status} `)
  expect(crisp.people.get('ada')?.profile.notepad).toBe('')
  expect(await statusOf(updateData({ a: 1 }))).toBe(200)
})

it('redirects to another host, and handles nothing', async () => {
  addFault({ route: 'people.data', effect: { type: 'redirect', location: 'http://127.0.0.1:1/x' } })
  const response = await fetch(`${crisp.url}/v1/website/${crisp.websiteId}/people/data/ada@example.com`, {
    method: 'PATCH',
    redirect: 'manual',
    headers: { Authorization: `Basic ${btoa(crisp.apiKey)}`, 'X-Crisp-Tier': 'plugin' },
    body: '{"data":{"a":1}}'
  })
  expect([response.status, response.headers.get('location')]).toEqual([302, 'http://127.0.0.1:1/x'])
  expect(await response.text()).toContain('<html>')
  expect(crisp.people.get('ada')?.data).toEqual({ user_id: 'u1' })
})

it.each([
  ['a page', { type: 'html', status: 200 }, '<!DOCTYPE'],
  ['data that is {}', { type: 'answer', status: 200, reason: 'listed', data: {} }, '"data":{}'],
  ['data that is null', { type: 'answer', status: 200, reason: 'listed', data: null }, '"data":null'],
  ['a match without people_id', { type: 'answer', status: 200, reason: 'listed', data: [{}] }, '"data":[{}]']
])('gives a list that cannot be read: %s', async (_what, effect, text) => {
  addFault({ route: 'people.profiles.list', effect })
  const reply = await call('GET', '/people/profiles/1')
  expect([reply.status, reply.text]).toEqual([200, expect.stringContaining(text)])
})

it('carries a creation out, and loses the answer', async () => {
  addFault({ route: 'people.profile.add', effect: { type: 'reset', applied: true } })
  await expect(create('new@example.com')).rejects.toThrow('fetch failed')
  expect(crisp.people.get('new@example.com')).toBeDefined()
})

it.each([402, 403, 423])('limits contacts with %i: creations only', async (status) => {
  addFault({ route: 'people.profile.add', effect: { type: 'answer', status, reason: 'because' } })
  expect(await statusOf(create('new@example.com'))).toBe(status)
  expect(await statusOf(update({ notepad: 'x' }))).toBe(200)
})

it('refuses a phone number: any write that has one, and no other', async () => {
  addFault({
    route: 'people.profile',
    field: 'person.phone',
    effect: { type: 'answer', status: 400, reason: 'invalid_data', message: 'invalid phone' }
  })
  expect(await statusOf(update({ person: { phone: '+33612345678' } }))).toBe(400)
  expect(await statusOf(update({ person: { nickname: 'Ada' } }))).toBe(200)
  expect(await statusOf(update({ person: null }))).toBe(400)
  expect(crisp.faults.list()).toMatchObject([{ struck: 1 }])
})

it('refuses a long value of custom data, under any key', async () => {
  const refusal = { type: 'answer', status: 400, reason: 'invalid_data' }
  addFault({ route: 'people.data', field: 'data.*', longerThan: 200, effect: refusal })
  expect(await statusOf(updateData({ plan: 'x'.repeat(200), seats: 1e300 }))).toBe(200)
  expect(await statusOf(updateData({ plan: 'pro', about: 'x'.repeat(201) }))).toBe(400)
  expect(crisp.people.get('ada')?.data).not.toHaveProperty('about')
})

it('cuts a body', async () => {
  addFault({ route: 'people.profiles.list', effect: { type: 'truncated', clean: true } })
  expect((await call('GET', '/people/profiles/1')).body.reason).toBe('(not JSON)')
})

describe('a search that lags', () => {
  it('shows people as they were when it began, until it is told otherwise, while they read as they are', async () => {
    const id = addFault({ route: 'people.profiles.list', effect: { type: 'lag' } })
    const { body } = await create('new@example.com')
    const { people_id: created } = body.data as { people_id: string }
    await call('PATCH', `/people/data/${created}`, { data: { user_id: 'u2' } })
    await updateData({ user_id: 'u3' })
    expect([await search('u2'), await search('u3'), await search('u1')]).toEqual([[], [], ['ada']])
    expect((await call('GET', '/people/profiles/1')).body.data).toMatchObject([{ people_id: 'ada' }])
    expect((await call('GET', '/people/data/ada')).body.data).toEqual({ data: { user_id: 'u3' } })
    expect(crisp.journal.entries().filter(({ fault }) => fault === 'lag')).toHaveLength(4)
    await call('DELETE', `/people/profile/${created}`)
    await call('DELETE', '/people/profile/ada')
    expect([await search('u2'), await search('u1')]).toEqual([[], ['ada']])
    crisp.faults.remove(id)
    expect(await search('u1')).toEqual([])
  })

  it('shows people who are gone', async () => {
    addFault({ route: 'people.profiles.list', effect: { type: 'lag' } })
    await call('DELETE', '/people/profile/ada')
    expect([await search('u1'), crisp.people.count()]).toEqual([['ada'], 0])
  })

  it('shows people as they were so many writes ago', async () => {
    addFault({ route: 'people.profiles.list', effect: { type: 'lag', writes: 2 } })
    await updateData({ user_id: 'u2' })
    expect([await search('u1'), await search('u2')]).toEqual([['ada'], []])
    await update({ notepad: 'one more write' })
    expect(await search('u2')).toEqual([])
    await update({ notepad: 'two more writes' })
    expect([await search('u1'), await search('u2')]).toEqual([[], ['ada']])
  })

  it('does not bring back people of a state that was replaced', async () => {
    addFault({ route: 'people.profiles.list', effect: { type: 'lag' } })
    await call('DELETE', '/people/profile/ada')
    const response = await fetch(`${crisp.url}/_sandbox/state`, { method: 'PUT', body: '[]' })
    expect([response.status, await search('u1')]).toEqual([200, []])
  })

  it('goes together with another fault', async () => {
    addFault({ route: 'people.profiles.list', effect: { type: 'lag' } })
    addFault({ route: 'people.profiles.list', effect: { type: 'answer', status: 500, reason: 'server_error' } })
    expect(await search()).toBe(500)
  })
})
