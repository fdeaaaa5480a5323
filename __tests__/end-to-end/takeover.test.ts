import type { SegmentEvent } from '@segment/actions-core'
import { Runtime } from '../../tools/runtime'
import { createSandbox } from '../../tools/sandbox'
import type { Sandbox } from '../../tools/sandbox'

const EMAIL = 'ada@example.com'
const identify = (userId: string, email: string, traits = {}): SegmentEvent => ({
  type: 'identify',
  userId,
  traits: { email, ...traits }
})

let crisp: Sandbox
let runtime: Runtime

beforeEach(async () => {
  crisp = await createSandbox()
  const { apiKey, websiteId, port } = crisp
  runtime = new Runtime({ settings: { apiKey, websiteId }, port })
})

afterEach(async () => {
  runtime.close()
  await crisp.close()
})

const deliver = async (event: SegmentEvent) =>
  (await runtime.deliver(event)).find(({ verdict }) => verdict.outcome !== 'not subscribed')?.verdict

describe('a profile that another user ID took over', () => {
  beforeEach(async () => {
    await deliver(identify('u1', EMAIL, { plan: 'free' }))
    await deliver(identify('u2', EMAIL, { plan: 'pro' }))
  })

  it('gets no events of the user ID before', async () => {
    expect(await deliver({ type: 'track', userId: 'u1', event: 'Signed In' })).toMatchObject({ outcome: 'dropped' })
    expect(crisp.people.all().map(({ events }) => events)).toEqual([[]])
  })

  it('does not move with the user ID before', async () => {
    await deliver(identify('u1', 'other@example.com', { name: 'U1' }))
    expect(crisp.people.get(EMAIL)?.data).toMatchObject({ user_id: 'u2', plan: 'pro' })
    expect(crisp.people.get('other@example.com')?.data).toEqual({ user_id: 'u1' })
  })

  it('goes back to the user ID before when that identifies itself again, even without other traits', async () => {
    await deliver(identify('u1', EMAIL, { name: 'Ada' }))
    expect(crisp.people.get(EMAIL)?.data).toMatchObject({ user_id: 'u1' })
  })
})

it('a merged update that Crisp refuses for its size is delivered again in halves', async () => {
  const big = 'x'.repeat(2000)
  crisp.faults.add({
    route: 'people.data',
    when: ({ body }) => JSON.stringify(body).includes(big),
    effect: { type: 'answer', status: 413, reason: 'too_large' }
  })
  const reports = await runtime.deliverBatchTo(runtime.subscriptions[0], [
    identify('u1', EMAIL, { note: big }),
    identify('u1', EMAIL, { plan: 'pro' })
  ])
  expect(reports.map(({ verdict }) => verdict.outcome)).toEqual(['failed', 'delivered'])
  expect(crisp.people.get(EMAIL)?.data).toMatchObject({ plan: 'pro', user_id: 'u1' })
})
