import { createTester, type FaultSwitch, type PeoplePage, type PersonView, type Run } from '../../../tools/serve'
import type { Quota, RunningTester, TesterState } from '../../../tools/serve'
import { endTimeoutsWhenIdle } from '../../end-to-end/timeouts'
import { ask, getDelivery, john, purchase } from './client'

let tester: RunningTester

beforeEach(async () => {
  tester = await createTester()
})

afterEach(async () => {
  jest.restoreAllMocks()
  await tester.close()
})

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

  it('lists people, those last changed first, and finds them by name, email and user ID', async () => {
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) {
      await send({ type: 'identify', traits: { email, name: `Name of ${email[0]}` } })
    }
    await send({ type: 'identify', traits: { email: 'a@example.com', plan: 'x' } })
    const list = async (query: string) => (await ask<PeoplePage>(tester.url, 'GET', `/api/people${query}`)).body
    expect((await list('')).people.map(({ email }) => email[0])).toEqual(['a', 'c', 'b'])
    expect(await list('?search=NAME%20OF%20B')).toMatchObject({ total: 1, people: [{ email: 'b@example.com' }] })
    await send({ type: 'identify', userId: 'u_77', traits: { email: 'd@example.com' } })
    expect(await list('?search=U_77')).toMatchObject({ total: 1, people: [{ email: 'd@example.com' }] })
    expect(await list('?limit=1&offset=1')).toMatchObject({ total: 4, people: [{ email: 'a@example.com' }] })
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
    expect([failed.status, getDelivery(failed.body).next.retry]).toEqual([status, retry])
    expect((await fault(name, false)).body.every(({ on }) => !on)).toBe(true)
    expect((await send(john)).status).toBe(200)
  })

  it('slow holds answers', async () => {
    await fault('slow', true)
    const [wait, waits] = [setTimeout, [] as unknown[]]
    jest.spyOn(global, 'setTimeout').mockImplementation((run: () => void, ms = 0) => {
      waits.push(ms)
      return wait(run, ms === 2_000 ? 0 : ms)
    })
    const { status } = await send({ type: 'track', userId: 'u404', event: 'X' })
    expect(status).toBe(404)
    expect(waits).toContain(2_000)
  })

  it('end by themselves after the number of requests that they were given', async () => {
    await ask(tester.url, 'PUT', '/api/faults/down', { on: true, times: 2 })
    expect([(await send(john)).status, (await send(john)).status, (await send(john)).status]).toEqual([502, 502, 200])
    const { body } = await ask<FaultSwitch[]>(tester.url, 'GET', '/api/faults')
    expect(body.find(({ name }) => name === 'down')).toMatchObject({ on: false, struck: 2, times: 2 })
    expect((await ask(tester.url, 'PUT', '/api/faults/down', { on: true, times: 0 })).status).toBe(400)
  })

  it('carries a request out and loses the answer', async () => {
    await send(john)
    await fault('answer-lost', true)
    const { status, body } = await send({ ...john, traits: { ...john.traits, name: 'Jane Doe' } })
    expect([status >= 500, getDelivery(body).next.retry]).toEqual([true, true])
    expect(tester.sandbox?.people.get('john.doe@segment.com')?.profile.person.nickname).toBe('Jane Doe')
  })

  it.each([
    ['firewall', true],
    ['redirect', true],
    ['connection-lost', true],
    ['cut-body', true],
    ['list-unreadable', true],
    ['contact-limit', false]
  ])('%s makes the event of a new person fail, to be tried again: %p', async (name, retry) => {
    await fault(name, true)
    endTimeoutsWhenIdle()
    const { body } = await send(john)
    expect([body.outcome, getDelivery(body).next.retry]).toEqual(['failed', retry])
  })

  it.each([
    ['phone-refused', { phone: '+4412345678' }],
    ['value-refused', { bio: 'x'.repeat(300) }]
  ])('%s keeps the person, and the reason names what was left out', async (name, traits) => {
    await fault(name, true)
    const { body } = await send({ ...john, traits: { ...john.traits, ...traits } })
    expect([body.outcome, tester.sandbox?.people.count()]).toEqual(['failed', 1])
    expect(getDelivery(body).verdict.reason).toMatch(/phone|bio/i)
  })

  it('search-lags hides a person who was just written', async () => {
    tester.sandbox?.people.add({ email: 'old@example.com', data: { user_id: 'u_old' } })
    await fault('search-lags', true)
    expect((await ask<FaultSwitch[]>(tester.url, 'GET', '/api/faults')).body.filter(({ on }) => on)).toHaveLength(1)
  })

  it('refuses what is no switch or no position', async () => {
    expect((await fault('gremlins', true)).status).toBe(404)
    expect((await fault('slow', 'yes')).status).toBe(400)
  })
})

describe('the quota', () => {
  it('counts every request to the sandbox, and is spent when the fault says so', async () => {
    await send(john)
    expect(await quota()).toEqual({
      used: 4,
      limits: { plugin: 5000, website: 10_000 },
      tokenType: 'plugin',
      spent: false
    })
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

describe('a deletion', () => {
  it('deletes the person that an event of type delete names', async () => {
    await send(john)
    const { status, body } = await send({ type: 'delete', userId: 'userId123' })
    expect([status, body.outcome]).toEqual([200, 'delivered'])
    expect(getDelivery(body).exchanges.map(({ request }) => request.method)).toContain('DELETE')
    expect(tester.sandbox?.people.count()).toBe(0)
  })

  it('fails with a reason when it has no user ID', async () => {
    const { status, body } = await send({ type: 'delete' })
    expect([status, body.outcome]).toEqual([400, 'failed'])
    expect(getDelivery(body).verdict.reason).toMatch(/./)
  })
})
