import type { SegmentEvent, Subscription } from '@segment/actions-core'
import { batchSizeOf, isRetried, Runtime } from '../../../tools/runtime'
import { createSandbox } from '../../../tools/sandbox'
import type { Sandbox } from '../../../tools/sandbox'

const ADA = { email: 'ada@example.com' }
const identify: SegmentEvent = { type: 'identify', traits: { ...ADA, name: 'Ada Lovelace' } }
const track: SegmentEvent = { type: 'track', event: 'Signed In', context: { traits: ADA } }

let crisp: Sandbox
let runtime: Runtime

beforeEach(async () => {
  crisp = await createSandbox()
  runtime = newRuntime()
})

afterEach(async () => {
  runtime.close()
  await crisp.close()
})

function newRuntime(subscriptions?: Subscription[]): Runtime {
  const { apiKey, websiteId, port } = crisp
  return new Runtime({ settings: { apiKey, websiteId }, port, subscriptions })
}

describe('the runtime', () => {
  it('matches an event with the automatic presets and reports for each of them', async () => {
    const reports = await runtime.deliver(identify)
    expect(reports.map(({ subscription, verdict }) => [subscription.name, verdict.outcome])).toEqual([
      ['Identify User', 'delivered'],
      ['Track Event', 'not subscribed']
    ])
  })

  it('calls an event of an unknown person dropped, with a reason and without a retry', async () => {
    const [, report] = await runtime.deliver(track)
    expect(report.verdict).toMatchObject({ outcome: 'dropped', status: 404, code: 'NOT_FOUND', retry: false })
    const [batched] = await runtime.deliverBatchTo(runtime.subscriptions[1], [track])
    expect(batched.verdict).toMatchObject({ outcome: 'dropped', status: 404, retry: false })
  })

  it('says when Segment would retry', async () => {
    crisp.faults.add({ effect: { type: 'answer', status: 420, reason: 'rate_limited' } })
    const [report] = await runtime.deliver(identify)
    expect(report.verdict).toMatchObject({ outcome: 'failed', status: 429, retry: true })
  })

  it('shows the exchanges as they went over the wire, secrets redacted', async () => {
    const [report] = await runtime.deliver(identify)
    const [update, create] = report.exchanges
    expect(update).toMatchObject({
      request: {
        method: 'PATCH',
        url: `https://api.crisp.chat/v1/website/${crisp.websiteId}/people/profile/ada%40example.com`,
        headers: { authorization: '[redacted]' },
        body: { person: { nickname: 'Ada Lovelace' } }
      },
      response: { status: 404, body: { error: true, reason: 'people_not_found', data: {} } }
    })
    expect(create.response?.status).toBe(201)
    const secret = Buffer.from(crisp.apiKey).toString('base64')
    for (const part of [...crisp.apiKey.split(':'), secret]) expect(JSON.stringify(report)).not.toContain(part)
  })

  it('shows a request whose answer was lost', async () => {
    crisp.faults.add({ nth: 1, effect: { type: 'reset' } })
    const [report] = await runtime.deliver(identify)
    expect(report.exchanges).toHaveLength(1)
    expect(report.exchanges[0]).toMatchObject({ request: { method: 'PATCH' }, response: null, durationMs: null })
    expect(report.verdict).toMatchObject({ status: 502, retry: true })
  })

  it('leaves events that a subscription does not take out of its batch, and keeps the indices', async () => {
    const reports = await runtime.deliverBatchTo(runtime.subscriptions[0], [track, identify, track])
    expect(reports.map(({ verdict }) => verdict.outcome)).toEqual(['not subscribed', 'delivered', 'not subscribed'])
  })

  it('reports a subscription whose condition cannot be read', async () => {
    const [broken] = [{ partnerAction: 'trackEvent', subscribe: 'foo bar', mapping: {} }]
    runtime = newRuntime([broken])
    const [report] = await runtime.deliver(track)
    expect(report.verdict).toMatchObject({ outcome: 'failed', status: 400 })
    const [batched] = await runtime.deliverBatchTo(broken, [track])
    expect(batched.verdict).toMatchObject({
      outcome: 'failed',
      status: 400,
      reason: expect.stringContaining('foo bar')
    })
  })

  it('reports the settings that the destination refuses, for every event of a batch', async () => {
    const { websiteId, port } = crisp
    runtime = new Runtime({ settings: { apiKey: 'no-colon', websiteId }, port })
    const reports = await runtime.deliverBatchTo(runtime.subscriptions[0], [identify, identify])
    for (const { verdict } of reports) expect(verdict).toMatchObject({ outcome: 'failed', status: 401, retry: false })
  })

  it('holds its connections open and survives fifty deliveries at once', async () => {
    const people = Array.from({ length: 50 }, (_, n) => ({ ...identify, traits: { email: `p${n}@example.com` } }))
    const all = await Promise.all(people.map((event) => runtime.deliver(event)))
    expect(all.map(([report]) => report.verdict.outcome)).toEqual(people.map(() => 'delivered'))
    expect(crisp.people.all()).toHaveLength(50)
  })

  it('keeps the exchanges of deliveries that run at once apart', async () => {
    const [[first], [second]] = await Promise.all([
      runtime.deliver(identify),
      runtime.deliver({ type: 'identify', traits: { email: 'grace@example.com' } })
    ])
    expect(first.exchanges.every(({ request }) => !JSON.stringify(request).includes('grace'))).toBe(true)
    expect(second.exchanges.every(({ request }) => !JSON.stringify(request).includes('ada'))).toBe(true)
  })

  it('has no person in its cache when it is new, unless the cache is shared', async () => {
    const { apiKey, websiteId, port } = crisp
    const came: SegmentEvent = { type: 'track', event: 'Came', userId: 'u1' }
    const requests = async (of: Runtime) => (await of.deliver(came))[1].exchanges.length
    await runtime.deliver({ ...identify, userId: 'u1' })
    expect(await requests(runtime)).toBe(1)
    const sharing = new Runtime({ settings: { apiKey, websiteId }, port, cache: 'shared' })
    expect(await requests(sharing)).toBe(1)
    sharing.close()
    const fresh = newRuntime()
    expect(await requests(fresh)).toBe(3)
    fresh.close()
  })

  it('hands the abort signal over', async () => {
    const [report] = await runtime.deliver(identify, { signal: AbortSignal.abort() })
    expect(report.verdict).toMatchObject({ outcome: 'failed', status: 504, retry: true })
    expect(crisp.journal.count()).toBe(0)
  })
})

describe('the batch size of a mapping', () => {
  it.each([
    [undefined, 250],
    [{}, 250],
    [{ batch_size: { '@path': '$.size' } }, 250],
    [{ batch_size: '' }, 250],
    [{ batch_size: 'many' }, 250],
    [{ batch_size: 1 }, 1],
    [{ batch_size: '40' }, 40],
    [{ batch_size: 2.5 }, 2],
    [{ batch_size: 0 }, 1],
    [{ batch_size: 0.5 }, 1],
    [{ batch_size: -5 }, 1],
    [{ batch_size: 1_001 }, 1_000]
  ])('of %j is the whole number %d', (mapping, size) => expect(batchSizeOf(mapping)).toBe(size))
})

describe('the retry verdict', () => {
  it.each([408, 423, 429, 500, 502, 503, 504])('is yes for %d', (status) => expect(isRetried(status)).toBe(true))
  it.each([400, 401, 403, 404, 409, 420, 501])('is no for %d', (status) => expect(isRetried(status)).toBe(false))
})

describe('an event whose shape the runtime cannot read', () => {
  /** An array in an array, and so on. */
  function nest(levels: number): unknown {
    let value: unknown = 'deep'
    for (let level = 0; level < levels; level++) value = [value]
    return value
  }

  it.each([
    ['a context that is null', { context: null }],
    ['personas that are null', { context: { personas: null } }]
  ])('is delivered with %s, single and batch', async (_name, parts) => {
    const event = { ...identify, ...parts } as SegmentEvent
    const [single] = await runtime.deliver(event)
    expect(single.verdict).toMatchObject({ outcome: 'delivered' })
    const reports = await runtime.deliverBatchTo(runtime.subscriptions[0], [identify, event, identify])
    expect(reports.map(({ verdict }) => verdict.outcome)).toEqual(['delivered', 'delivered', 'delivered'])
  })

  it('fails by itself when it is nested 100,000 levels deep, and is not tried again', async () => {
    const event = { ...identify, traits: { ...ADA, deep: nest(100_000) } } as SegmentEvent
    const reports = await runtime.deliverBatchTo(runtime.subscriptions[0], [identify, event, identify])
    expect(reports[0].verdict).toMatchObject({ outcome: 'delivered' })
    expect(reports[2].verdict).toMatchObject({ outcome: 'delivered' })
    const [single] = await runtime.deliver(event)
    for (const { verdict } of [reports[1], single]) {
      expect(['delivered', 'failed']).toContain(verdict.outcome)
      if (verdict.outcome === 'failed') expect(verdict).toMatchObject({ status: 400, retry: false })
    }
  })
})
