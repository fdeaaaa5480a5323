import { get } from 'http'
import type { IncomingMessage } from 'http'
import { createTester, type RunningTester, type Update } from '../../../tools/serve'
import { ask, john } from './client'

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

it('tells of runs, requests, people, quota, faults and resets as they happen', async () => {
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
  const events = Array.from({ length: 2000 }, (_, index) => ({
    type: 'identify',
    traits: { email: `p${index % 50}@example.com`, index }
  }))
  await ask(tester.url, 'POST', '/api/events', { events })
  await until(() => updates.some(({ runs }) => runs.length > 0))
  expect(updates.length).toBeLessThan(400)
  expect(Math.max(...updates.map(({ journal }) => journal.length))).toBeLessThanOrEqual(200)
  response.destroy()
})

it('has room for so many listeners', async () => {
  const listeners = await Promise.all(Array.from({ length: 32 }, listen))
  expect((await ask(tester.url, 'GET', '/api/live')).status).toBe(503)
  for (const { response } of listeners) response.destroy()
})
