import { createSandbox, type Sandbox } from '../../../tools/sandbox'
import { clientOf, type Call } from './client'

const other = '8c842203-7ed8-4e29-a608-7cf78a7d2fcc'
let crisp: Sandbox
let call: Call

beforeAll(async () => {
  crisp = await createSandbox({
    websites: [{ id: other, name: 'Other', people: [{ email: 'bob@example.com' }] }],
    tokens: [
      { apiKey: 'plugin:here', tiers: ['plugin'], websites: [other] },
      { apiKey: 'website:there', tiers: ['website'], websites: [other] },
      { apiKey: 'operator:session', tiers: ['user'] },
      { apiKey: 'scoped:reader', tiers: ['plugin'], scopes: ['website:people:profiles:read'] }
    ]
  })
  call = clientOf(crisp)
})
afterAll(() => crisp.close())

const outcome = async (reply: ReturnType<Call>) => {
  const { status, body } = await reply
  return `${status} ${body.reason}`
}

it('opens to the default token on the plugin and on the website tier', async () => {
  for (const tier of ['plugin', 'website']) {
    const { status, body } = await call('GET', '', undefined, { tier })
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ website_id: crisp.websiteId, name: 'Sandbox' })
  }
})

it.each([
  ['no token', { apiKey: null }],
  ['a wrong key', { apiKey: 'sandbox-identifier:nope' }],
  ['a key with a newline behind it', { apiKey: 'sandbox-identifier:sandbox-key\n' }],
  ['the wrong tier', { tier: 'user' }],
  ['no tier', { tier: null }],
  ['a tier that does not exist', { tier: 'admin' }],
  ['another scheme', { apiKey: null, headers: { Authorization: 'Bearer sandbox-identifier:sandbox-key' } }]
])('turns %s away with 401 invalid_session', async (_what, options) => {
  expect((await call('GET', '/people/stats', undefined, options)).body).toEqual({
    error: true,
    reason: 'invalid_session',
    data: {}
  })
  expect((await call('GET', '/people/stats', undefined, options)).status).toBe(401)
})

it('answers a plugin token on a website without the plugin: 404 not_subscribed', async () => {
  const there = { apiKey: 'plugin:here' }
  expect(await outcome(call('GET', '', undefined, there))).toBe('404 not_subscribed')
  expect(await outcome(call('GET', '', undefined, { ...there, websiteId: other }))).toBe('200 resolved')
  const nowhere = await call('GET', '', undefined, { websiteId: '00000000-0000-4000-8000-000000000000' })
  expect([nowhere.status, nowhere.body.reason]).toEqual([404, 'not_subscribed'])
  expect(nowhere.body.data).toEqual({ message: 'the website is not subscribed to the plugin' })
})

it('keeps a website token to its website: 403 not_allowed', async () => {
  const website = { apiKey: 'website:there', tier: 'website' }
  expect(await outcome(call('GET', '', undefined, website))).toBe('403 not_allowed')
  expect(await outcome(call('GET', '', undefined, { ...website, websiteId: other }))).toBe('200 resolved')
})

it('keeps a plugin token to its scopes: 403 not_allowed', async () => {
  const scoped = { apiKey: 'scoped:reader' }
  const ada = { email: 'ada@example.com', person: { nickname: 'Ada' } }
  expect(await outcome(call('GET', '/people/stats', undefined, scoped))).toBe('200 resolved')
  expect(await outcome(call('POST', '/people/profile', ada, scoped))).toBe('403 not_allowed')
  expect(await outcome(call('GET', '/people/data/ada@example.com', undefined, scoped))).toBe('403 not_allowed')
})

it('keeps user-tier routes to the user tier', async () => {
  const path = '/people/export/profiles'
  expect(await outcome(call('POST', path, {}))).toBe('403 restricted_route_tier')
  expect(await outcome(call('POST', path, {}, { apiKey: 'operator:session', tier: 'user' }))).toBe('202 processed')
})

it('turns a request away before it looks at the body or the person', async () => {
  const wrong = { apiKey: 'a:b' }
  expect(await outcome(call('POST', '/people/profile', '{nope', wrong))).toBe('401 invalid_session')
  expect(await outcome(call('PATCH', '/people/data/nobody', { data: {} }, wrong))).toBe('401 invalid_session')
})

it('holds the people of each website apart', async () => {
  expect(await outcome(call('GET', '/people/profile/bob@example.com'))).toBe('404 people_not_found')
  const there = await call('GET', '/people/profile/bob@example.com', undefined, { websiteId: other })
  expect(there.status).toBe(200)
  expect([crisp.people.count(), crisp.people.count(other)]).toEqual([0, 1])
})
