import { once } from 'events'
import { get } from 'http'
import type { IncomingMessage } from 'http'
import { createTester, type Run, type RunningTester, type TesterState, type Update } from '../../../tools/serve'
import { ask, getBatch, getDelivery, john } from './client'

let tester: RunningTester

beforeEach(async () => {
  tester = await createTester()
})

afterEach(() => tester.close())

/** Listens as the page does. */
async function listen() {
  const updates: Update[] = []
  const response = await new Promise<IncomingMessage>((resolve) => get(`${tester.url}/api/live`, resolve))
  let text = ''
  let wake = () => {}
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    const messages = text.split('\n\n')
    text = messages.pop() ?? ''
    for (const message of messages) {
      if (message.startsWith('data: ')) updates.push(JSON.parse(message.slice(6)) as Update)
    }
    wake()
  })
  const until = async (done: () => boolean) => {
    while (!done()) await new Promise<void>((resolve) => (wake = resolve))
  }
  return { response, updates, until }
}

it('reports runs, requests, people, quota, faults and resets as they happen', async () => {
  const { response, updates, until } = await listen()
  expect(response.headers['content-type']).toBe('text/event-stream')
  await ask(tester.url, 'POST', '/api/events', { event: john })
  const told = () => ({
    runs: updates.flatMap(({ runs }) => runs),
    journal: updates.flatMap(({ journal }) => journal)
  })
  await until(() => told().runs.length > 0 && told().journal.length === 4)
  expect(told().runs).toEqual([expect.objectContaining({ id: 1, outcome: 'delivered' })])
  expect(updates.at(-1)).toMatchObject({ people: 1, quota: { used: 4 } })

  await ask(tester.url, 'PUT', '/api/faults/down', { on: true })
  await until(() => updates.some(({ faults }) => faults.some(({ on }) => on)))
  await ask(tester.url, 'POST', '/api/reset', {})
  await until(() => updates.some(({ reset }) => reset === true))
  response.destroy()
})

it('sends few messages however much happens', async () => {
  const { response, updates, until } = await listen()
  const events = Array.from({ length: 1000 }, (_, index) => ({
    type: 'identify',
    traits: { email: `p${index % 50}@example.com`, index }
  }))
  await ask(tester.url, 'POST', '/api/events', { events })
  await until(() => updates.some(({ runs }) => runs.length > 0))
  expect(updates.length).toBeLessThan(200)
  expect(Math.max(...updates.map(({ journal }) => journal.length))).toBeLessThanOrEqual(200)
  response.destroy()
})

it('has the security headers of every other answer', async () => {
  const { response } = await listen()
  const { headers } = await ask(tester.url, 'GET', '/api/faults')
  for (const name of [
    'x-content-type-options',
    'referrer-policy',
    'cross-origin-resource-policy',
    'x-frame-options',
    'content-security-policy',
    'cache-control'
  ]) {
    expect([name, response.headers[name]]).toEqual([name, headers[name]])
  }
  response.destroy()
})

it('lets the oldest listener of an address go when that address has too many, so that a new page is heard', async () => {
  const listeners = [await listen()]
  const first = once(listeners[0].response, 'end')
  for (let count = 1; count < 17; count++) listeners.push(await listen())
  await first
  await ask(tester.url, 'POST', '/api/events', { event: john })
  const newest = listeners[16]
  await newest.until(() => newest.updates.some(({ runs }) => runs.length > 0))
  expect(listeners[0].updates).toEqual([])
  for (const { response } of listeners) response.destroy()
})

it('names its process, so that a page notices another one', async () => {
  const { response, updates, until } = await listen()
  await ask(tester.url, 'POST', '/api/events', { event: john })
  await until(() => updates.length > 0)
  const { body } = await ask<TesterState>(tester.url, 'GET', '/api/state')
  expect(updates[0].serverId).toBe(body.serverId)
  const other = await createTester()
  expect((await ask<TesterState>(other.url, 'GET', '/api/state')).body.serverId).not.toBe(body.serverId)
  await other.close()
  response.destroy()
})

describe('a run that has not ended', () => {
  const slow = () => tester.sandbox?.faults.add({ effect: { type: 'hang' } })
  const people = Array.from({ length: 4 }, (_, index) => ({
    type: 'identify',
    traits: { email: `p${index}@example.com` }
  }))

  /** Sends a run that does not end, and waits until the server tells of it. */
  async function startRun(body: object) {
    const listener = await listen()
    const answer = ask<Run>(tester.url, 'POST', '/api/events', { tag: 'mine', ...body })
    await listener.until(() => listener.updates.some(({ running }) => running.length > 0))
    const { body: state } = await ask<TesterState>(tester.url, 'GET', '/api/state')
    return { answer, listener, running: state.running }
  }

  it('is told of, and can be canceled', async () => {
    slow()
    const { answer, listener, running } = await startRun({ event: john })
    expect(running).toEqual([
      {
        id: 1,
        at: expect.any(Number) as number,
        title: 'identify · john.doe@segment.com',
        done: 1,
        total: 2,
        tag: 'mine'
      }
    ])
    expect((await ask(tester.url, 'POST', '/api/history/1/cancel', {})).status).toBe(204)
    const { status, body } = await answer
    expect([status, body.outcome]).toEqual([408, 'failed'])
    expect(getDelivery(body)).toMatchObject({
      verdict: { reason: 'The run was canceled before Crisp had answered. What was sent until then stays.' },
      next: { retry: true, sentence: 'Segment will try again later: 408 is temporary.' }
    })
    expect((await ask<TesterState>(tester.url, 'GET', '/api/state')).body.running).toEqual([])
    expect((await ask(tester.url, 'POST', '/api/history/1/cancel', {})).status).toBe(404)
    listener.response.destroy()
  })

  it('counts the events of a batch that are through, and keeps those when it is canceled', async () => {
    tester.sandbox?.faults.add({ path: 'p2%40', effect: { type: 'hang' } })
    const subscription = {
      partnerAction: 'identifyUser',
      subscribe: 'type = "identify"',
      mapping: { email: { '@path': '$.traits.email' }, batch_size: 1 }
    }
    const { answer, listener } = await startRun({ events: people, subscriptions: [subscription] })
    await listener.until(() => listener.updates.some(({ running }) => running[0]?.done === 2))
    await ask(tester.url, 'POST', '/api/history/1/cancel', {})
    const { body } = await answer
    expect(getBatch(body).rows.map(({ verdict: { outcome, status } }) => [outcome, status])).toEqual([
      ['delivered', 201],
      ['delivered', 201],
      ['failed', 408],
      ['failed', 408]
    ])
    listener.response.destroy()
  })
})
