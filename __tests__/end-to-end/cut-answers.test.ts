import http from 'http'
import type { AddressInfo } from 'net'
import { Runtime } from '../../tools/runtime'
import { identify, trackByEmail } from './support'
import { endTimeoutsWhenIdle } from './timeouts'

const CUT = "Crisp's answer was cut. It is tried again later."
const WHOLE = { error: false, reason: 'updated', data: {} }
const HALF = JSON.stringify(WHOLE).slice(0, 20)
const json = { 'content-type': 'application/json' }

type Cut = (response: http.ServerResponse) => void

const chunked =
  (end: Cut): Cut =>
  (response) => {
    response.writeHead(200, json)
    response.write(HALF, () => end(response))
  }
const tooShort =
  (end: Cut): Cut =>
  (response) => {
    response.writeHead(200, { ...json, 'content-length': JSON.stringify(WHOLE).length })
    response.write(HALF, () => end(response))
  }
const close: Cut = ({ socket }) => socket?.end()
const reset: Cut = ({ socket }) => socket?.resetAndDestroy()

let server: http.Server
let runtime: Runtime
let requests: string[]

/** A Crisp that answers whole, but for paths that name `cut`. */
async function start(cut: Cut): Promise<void> {
  requests = []
  server = http.createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    if (request.url?.includes('cut')) cut(response)
    else response.writeHead(200, json).end(JSON.stringify(WHOLE))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const settings = { apiKey: 'identifier:key', websiteId: '8c842203-7ed8-4e29-a608-7cf78a7d2fcc' }
  runtime = new Runtime({ settings, port })
}

afterEach(async () => {
  jest.restoreAllMocks()
  runtime.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** No time-out of the destination ever ends. */
function stopTimeouts(): void {
  const wait = setTimeout
  jest.spyOn(global, 'setTimeout').mockImplementation((run: () => void, delay = 0) => {
    return delay < 10_000 ? wait(run, delay) : wait(() => undefined, 0)
  })
}

async function expectCut(): Promise<void> {
  const failed = { outcome: 'failed', status: 502, reason: CUT, retry: true }
  const [identified] = await runtime.deliver(identify({ traits: { email: 'cut@x.io', plan: 'pro' } }))
  expect(identified.verdict).toMatchObject(failed)
  const [, tracked] = await runtime.deliver(trackByEmail('cut@x.io'))
  expect(tracked.verdict).toMatchObject(failed)
  const emails = ['cut@x.io', 'other@x.io']
  const [forIdentify, forTrack] = runtime.subscriptions
  for (const reports of [
    await runtime.deliverBatchTo(
      forIdentify,
      emails.map((email) => identify({ traits: { email, plan: 'pro' } }))
    ),
    await runtime.deliverBatchTo(
      forTrack,
      emails.map((email) => trackByEmail(email))
    )
  ]) {
    expect(reports.map(({ verdict }) => verdict)).toMatchObject([failed, { outcome: 'delivered' }])
  }
  expect(requests).toHaveLength(6)
}

it.each([
  ['whose connection closes between chunks', chunked(close)],
  ['whose connection is reset between chunks', chunked(reset)]
])('an answer %s fails its event at once, before any time-out', async (_name, cut) => {
  await start(cut)
  stopTimeouts()
  await expectCut()
})

it.each([
  ['that is shorter than its content-length', tooShort(close)],
  ['whose connection is reset before its content-length', tooShort(reset)],
  ['that never ends', chunked(() => undefined)]
])("an answer %s fails its event at the body's time-out", async (_name, cut) => {
  await start(cut)
  endTimeoutsWhenIdle()
  await expectCut()
})

it('an answer whose connection ends before its head says that Crisp was not reached', async () => {
  await start(reset)
  stopTimeouts()
  const [, tracked] = await runtime.deliver(trackByEmail('cut@x.io'))
  expect(tracked.verdict).toMatchObject({
    outcome: 'failed',
    status: 502,
    reason: "Couldn't reach Crisp (ECONNRESET). It is tried again later.",
    retry: true
  })
})

it('an answer whose time-out ends before its head says that Crisp did not answer', async () => {
  await start(() => undefined)
  endTimeoutsWhenIdle()
  const [, tracked] = await runtime.deliver(trackByEmail('cut@x.io'))
  expect(tracked.verdict).toMatchObject({
    outcome: 'failed',
    status: 504,
    reason: 'Crisp did not answer in time. It is tried again later.',
    retry: true
  })
})

it('a JSON text that ends early is not an answer of Crisp', async () => {
  await start((response) => response.writeHead(200, json).end(HALF))
  const [, tracked] = await runtime.deliver(trackByEmail('cut@x.io'))
  expect(tracked.verdict).toMatchObject({
    outcome: 'failed',
    status: 502,
    reason: 'Something between Segment and Crisp answered with status 200. It is tried again later.',
    retry: true
  })
})
