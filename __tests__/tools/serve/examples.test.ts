import { createTester, type Run, type RunningTester } from '../../../tools/serve'
import { EXAMPLES } from '../../../tools/serve/examples'
import { getAutomaticSubscriptions } from '../../../tools/serve/input'
import { ask, getBatch } from './client'

let tester: RunningTester

beforeEach(async () => {
  tester = await createTester()
})

afterEach(() => tester.close())

/** Sends an example as the page does, with the subscription that it offers. */
async function send(id: string): Promise<Run> {
  const example = EXAMPLES.find((one) => one.id === id)
  const subscriptions = [...getAutomaticSubscriptions(), ...(example?.subscription ? [example.subscription] : [])]
  const what = Array.isArray(example?.json) ? { events: example.json } : { event: example?.json }
  return (await ask<Run>(tester.url, 'POST', '/api/events', { ...what, subscriptions })).body
}

const person = (email: string) => tester.sandbox?.people.get(email)

it('has a test for every example', () => {
  expect(EXAMPLES.map(({ id }) => id)).toEqual(['identify', 'track', 'unknown', 'page', 'group', 'audience', 'batch'])
})

it('creates a person with name, email, phone and avatar: Identify', async () => {
  expect((await send('identify')).outcome).toBe('delivered')
  expect(person('john.doe@segment.com')?.profile.person).toMatchObject({
    nickname: 'John Doe',
    phone: expect.any(String) as string,
    avatar: expect.any(String) as string
  })
})

it('adds an event once the person is known: Track', async () => {
  expect((await send('track')).outcome).toBe('dropped')
  await send('identify')
  expect((await send('track')).outcome).toBe('delivered')
  expect(person('john.doe@segment.com')?.events.map(({ text }) => text)).toEqual(['Completed Purchase'])
})

it('is dropped, known people or not: Track, unknown person', async () => {
  await send('identify')
  expect((await send('unknown')).outcome).toBe('dropped')
})

it('becomes an event through the subscription that is offered: Page', async () => {
  await send('identify')
  expect((await send('page')).outcome).toBe('delivered')
  expect(person('john.doe@segment.com')?.events.map(({ text }) => text)).toEqual(['Pricing'])
})

it("becomes the person's company through the subscription that is offered: Group", async () => {
  await send('identify')
  expect((await send('group')).outcome).toBe('delivered')
  expect(person('john.doe@segment.com')?.profile.company.name).toBe('Analytical Engines')
})

it('puts the flag into the custom data: Engage audience', async () => {
  await send('identify')
  expect((await send('audience')).outcome).toBe('delivered')
  expect(person('john.doe@segment.com')?.data.order_completed_last_30days).toBe(true)
})

it('creates three people, one event fails alone and one is dropped, also in an empty sandbox: Batch', async () => {
  const run = await send('batch')
  expect(getBatch(run, 0).rows.map(({ verdict }) => verdict.outcome)).toEqual([
    'delivered',
    'delivered',
    'failed',
    'not subscribed',
    'delivered'
  ])
  expect(getBatch(run, 1).rows[3].verdict.outcome).toBe('dropped')
  expect(tester.sandbox?.people.count()).toBe(3)
})
