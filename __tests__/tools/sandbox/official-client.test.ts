import { Crisp } from 'crisp-api'
import { createSandbox, type Sandbox, type Tier } from '../../../tools/sandbox'

/** Crisp's own client for Node, unchanged: what it does against the real API it does here. */

let sandbox: Sandbox
const ada = { email: 'ada+crisp@example.com', person: { nickname: 'Ada' } }

beforeAll(async () => {
  sandbox = await createSandbox({ tokens: [{ apiKey: 'operator:session', tiers: ['user'] }] })
})
beforeEach(() => sandbox.reset())
afterAll(() => sandbox.close())

function client(tier: Tier, apiKey = sandbox.apiKey): Crisp {
  const crisp = new Crisp()
  crisp.setRestHost(sandbox.url)
  const [identifier, key] = apiKey.split(':')
  crisp.authenticateTier(tier, identifier, key)
  return crisp
}

const thrown = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: { code: number; message: string }) => `${error.code} ${error.message}`
  )

describe.each(['plugin', 'website'] as const)('on the %s tier', (tier) => {
  const w = () => sandbox.websiteId

  it('adds, checks, reads, updates, saves, lists, counts and removes a profile', async () => {
    const { website } = client(tier)
    const { people_id } = (await website.addNewPeopleProfile(w(), ada)) as { people_id: string }
    await website.checkPeopleProfileExists(w(), people_id)
    await website.updatePeopleProfile(w(), ada.email, { person: { phone: '+1' }, segments: ['vip'] })
    expect(await website.getPeopleProfile(w(), people_id)).toMatchObject({
      ...ada,
      person: { nickname: 'Ada', phone: '+1' },
      segments: ['vip']
    })
    expect(await website.listPeopleProfiles(w(), 1, 'created_at', 'ascending', 'and', undefined, 'ada')).toHaveLength(1)
    const filter = [{ model: 'people', criterion: 'email', operator: 'eq', query: ['nobody@example.com'] }]
    const none = website.listPeopleProfiles(w(), 1, undefined, undefined, undefined, JSON.stringify(filter))
    expect(await none).toEqual([])
    await website.savePeopleProfile(w(), people_id, ada)
    expect((await website.getPeopleProfile(w(), people_id)).person).toEqual({ nickname: 'Ada' })
    expect(await website.getPeopleStatistics(w())).toEqual({ total: 1 })
    await website.removePeopleProfile(w(), people_id)
    expect(sandbox.people.all()).toEqual([])
    expect(sandbox.journal.entries().every(({ headers }) => headers['x-crisp-tier'] === tier)).toBe(true)
  })

  it('saves, updates and reads custom data', async () => {
    const { website } = client(tier)
    await website.addNewPeopleProfile(w(), ada)
    // Its type takes flat data; the API, and so the sandbox, only what is inside `data`.
    const wrap = (data: object) => ({ data } as unknown as Record<string, string>)
    await website.savePeopleData(w(), ada.email, wrap({ plan: 'pro' }))
    await website.updatePeopleData(w(), ada.email, wrap({ seats: 3 }))
    expect(await website.getPeopleData(w(), ada.email)).toEqual({ data: { plan: 'pro', seats: 3 } })
    expect(await thrown(website.updatePeopleData(w(), ada.email, { seats: 4 }))).toMatch(/^400 invalid_data/)
  })

  it('adds and lists events', async () => {
    const { website } = client(tier)
    await website.addNewPeopleProfile(w(), ada)
    await website.addPeopleEvent(w(), ada.email, { text: 'seen', data: { price: 10.99 }, color: 'red' })
    expect(await website.listPeopleEvents(w(), ada.email, 1)).toEqual([
      { text: 'seen', data: { price: 10.99 }, color: 'red', timestamp: expect.any(Number) as number }
    ])
  })

  it('lists and removes suggestions', async () => {
    sandbox.people.add({ email: 'b@example.com', segments: ['vip'], data: { plan: 'pro' }, events: [{ text: 'seen' }] })
    const { website } = client(tier)
    expect(await website.listSuggestedPeopleSegments(w(), 1)).toEqual([{ segment: 'vip', count: 1 }])
    expect(await website.listSuggestedPeopleDataKeys(w(), 1)).toEqual([{ key: 'plan', count: 1 }])
    expect(await website.listSuggestedPeopleEvents(w(), 1)).toEqual([{ text: 'seen', count: 1 }])
    await website.deleteSuggestedPeopleSegment(w(), 'vip')
    await website.deleteSuggestedPeopleDataKey(w(), 'plan')
    await website.deleteSuggestedPeopleEvent(w(), 'seen')
    expect(await website.listSuggestedPeopleSegments(w(), 1)).toEqual([])
    expect(await website.listSuggestedPeopleDataKeys(w(), 1)).toEqual([])
    expect(await website.listSuggestedPeopleEvents(w(), 1)).toEqual([])
  })

  it('reads and updates a subscription, and lists conversations', async () => {
    sandbox.people.add({ email: 'b@example.com' })
    const { website } = client(tier)
    await website.updatePeopleSubscriptionStatus(w(), 'b@example.com', { email: false })
    expect(await website.getPeopleSubscriptionStatus(w(), 'b@example.com')).toEqual({ email: false })
    expect(await website.listPeopleConversations(w(), 'b@example.com', 1)).toEqual([])
  })

  it('reads the website', async () => {
    expect(await client(tier).website.getWebsite(w())).toMatchObject({ website_id: w() })
  })

  it('understands every refusal', async () => {
    sandbox.people.add({ email: 'b@example.com' })
    const { website } = client(tier)
    const b = { email: 'b@example.com', person: { nickname: 'B' } }
    expect(await thrown(website.addNewPeopleProfile(w(), b))).toBe('409 people_exists')
    expect(await thrown(website.getPeopleProfile(w(), 'nobody@example.com'))).toBe('404 people_not_found')
    expect(await thrown(website.checkPeopleProfileExists(w(), 'nobody@example.com'))).toBe('404 route_error')
    expect(await thrown(website.addPeopleEvent(w(), 'b@example.com', {}))).toMatch(/^400 invalid_data/)
    expect(await thrown(website.importPeopleProfiles(w(), { url: 'https://x.example/' }))).toMatch(
      /^403 restricted_route_tier/
    )
    const wrong = client(tier, 'wrong:key').website
    expect(await thrown(wrong.getPeopleStatistics(w()))).toBe('401 invalid_session')
  })
})

it('reaches the routes of the user tier with an operator session', async () => {
  sandbox.people.add({ email: 'b@example.com' })
  const { website } = client('user', 'operator:session')
  expect(await website.listPeopleCampaigns(sandbox.websiteId, 'b@example.com', 1)).toEqual([])
  await website.importPeopleProfiles(sandbox.websiteId, { url: 'https://x.example/people.csv' })
  await website.exportPeopleProfiles(sandbox.websiteId)
  expect(sandbox.journal.entries().map(({ status }) => status)).toEqual([200, 202, 202])
})
