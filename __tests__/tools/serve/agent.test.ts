import { createTester, type FaultSwitch, type PeoplePage, type PersonView, type Run } from '../../../tools/serve'
import type { Quota, RunningTester, TesterState } from '../../../tools/serve'
import { ask, john, purchase } from './client'

let tester: RunningTester

beforeEach(async () => {
  tester = await createTester()
})

afterEach(() => tester.close())

const send = (event: unknown) => ask<Run>(tester.url, 'POST', '/api/events', { event })
const person = (id: string, query = '') => ask<PersonView>(tester.url, 'GET', `/api/people/${id}${query}`)
const quota = async (): Promise<Quota> => (await ask<TesterState>(tester.url, 'GET', '/api/state')).body.quota
const fault = (name: string, on: unknown) => ask<FaultSwitch[]>(tester.url, 'PUT', `/api/faults/${name}`, { on })

describe('people', () => {
  it('shows a new person and what the run wrote', async () => {
    const { body } = await send(john)
    expect(body.people).toEqual([
      expect.objectContaining({ email: 'john.doe@segment.com', runId: 1, created: true, newEvents: 0 })
    ])
    const shown = await person('john.doe%40segment.com')
    expect(shown.body).toMatchObject({
      email: 'john.doe@segment.com',
      profile: { person: { nickname: 'John Doe' } },
      data: { plan: 'team', user_id: 'userId123' },
      totalEvents: 0,
      change: { runId: 1, created: true }
    })
    expect((await person('nobody')).status).toBe(404)
  })

  it('marks what changed, and what was there before', async () => {
    await send(john)
    const { body } = await send({ ...john, traits: { email: 'john.doe@segment.com', plan: 'business', seats: 3 } })
    expect(body.people[0]).toMatchObject({ created: false, newEvents: 0 })
    expect(body.people[0].changes).toEqual([
      { path: 'data.plan', before: 'team', after: 'business' },
      { path: 'data.seats', after: 3 }
    ])
  })

  it('follows a person through a change of address', async () => {
    await send(john)
    const { body } = await send({ ...john, traits: { email: 'jd@segment.com' } })
    expect(body.people).toHaveLength(1)
    expect(body.people[0].changes).toContainEqual({
      path: 'email',
      before: 'john.doe@segment.com',
      after: 'jd@segment.com'
    })
  })

  it('says when a run changed nothing on its person', async () => {
    await send(john)
    const { body } = await send(john)
    expect(body.people).toEqual([expect.objectContaining({ created: false, changes: [], newEvents: 0 })])
  })

  it('shows the latest events first, the new ones marked, as many as asked for', async () => {
    await send(john)
    for (const event of ['One', 'Two', 'Three']) await send({ ...purchase, event })
    const { body } = await person('john.doe%40segment.com', '?events=2')
    expect(body.totalEvents).toBe(3)
    expect(body.events.map(({ text, isNew }) => [text, isNew])).toEqual([
      ['Three', true],
      ['Two', false]
    ])
  })

  it('lists people, those last changed first, and finds them by name and e-mail', async () => {
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) {
      await send({ type: 'identify', traits: { email, name: `Name of ${email[0]}` } })
    }
    await send({ type: 'identify', traits: { email: 'a@example.com', plan: 'x' } })
    const list = async (query: string) => (await ask<PeoplePage>(tester.url, 'GET', `/api/people${query}`)).body
    expect((await list('')).people.map(({ email }) => email[0])).toEqual(['a', 'c', 'b'])
    expect(await list('?search=NAME%20OF%20B')).toMatchObject({ total: 1, people: [{ email: 'b@example.com' }] })
    expect(await list('?limit=1&offset=1')).toMatchObject({ total: 3, people: [{ email: 'c@example.com' }] })
  })

  it('counts people who were there before the run as known', async () => {
    tester.sandbox?.people.add({ email: 'old@example.com' })
    await ask(tester.url, 'POST', '/api/reset', {})
    expect(tester.sandbox?.people.count()).toBe(0)
  })
})

describe('fault switches', () => {
  it.each([
    ['rate-limited', 429, true],
    ['quota-spent', 429, true],
    ['down', 502, true],
    ['not-installed', 404, false]
  ])('%s makes an event fail with %d', async (name, status, retry) => {
    expect((await fault(name, true)).body.find((one) => one.name === name)).toMatchObject({ on: true, struck: 0 })
    const failed = await send(john)
    expect([failed.status, failed.body.deliveries[0].next?.retry]).toEqual([status, retry])
    expect((await fault(name, false)).body.every(({ on }) => !on)).toBe(true)
    expect((await send(john)).status).toBe(200)
  })

  it('slow holds answers', async () => {
    await fault('slow', true)
    const { status, body } = await send({ type: 'track', userId: 'nobody', event: 'X' })
    expect(status).toBe(404)
    expect(body.durationMs).toBeGreaterThan(1900)
  })

  it('refuses what is no switch or no position', async () => {
    expect((await fault('gremlins', true)).status).toBe(404)
    expect((await fault('slow', 'yes')).status).toBe(400)
  })
})

describe('the quota', () => {
  it('counts every request to the sandbox, and is spent when the fault says so', async () => {
    await send(john)
    expect(await quota()).toEqual({ used: 4, limit: 5000, tokenType: 'plugin', spent: false })
    await fault('quota-spent', true)
    expect((await quota()).spent).toBe(true)
  })
})

it('forgets everything on a reset, what the destination remembers included', async () => {
  await fault('slow', true)
  await fault('slow', false)
  await send(john)
  expect((await ask(tester.url, 'POST', '/api/reset', {})).status).toBe(204)
  const { body } = await ask<TesterState>(tester.url, 'GET', '/api/state')
  expect(body).toMatchObject({ people: 0, runs: [], journal: [], quota: { used: 0 } })
  expect((await send(purchase)).body.outcome).toBe('dropped')
})

it('lists the requests with their timings', async () => {
  await send(john)
  const { body } = await ask<TesterState>(tester.url, 'GET', '/api/state')
  expect(body.journal.map(({ method, status }) => [method, status])).toEqual([
    ['PATCH', 200],
    ['POST', 201],
    ['GET', 200],
    ['PATCH', 404]
  ])
  expect(body.journal.every(({ durationMs }) => typeof durationMs === 'number')).toBe(true)
})
