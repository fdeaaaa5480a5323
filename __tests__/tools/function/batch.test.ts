import type { SegmentEvent } from '@segment/actions-core'
import { presetSubscriptions } from '../../../tools/runtime'
import { loadFunction } from './load'
import { IDENTIFY, toEvent, TRACK, useSandbox } from './support'

const shared = useSandbox()

const deliver = (events: SegmentEvent[]) => loadFunction(shared.crisp).onBatch(events, shared.settings)
const getAda = () => shared.crisp.people.get('ada@example.com')

describe('onBatch', () => {
  it('answers each event in its order, whatever its type', async () => {
    shared.crisp.people.add({ email: 'bob@example.com' })
    const bob = { traits: { email: 'bob@example.com' } }
    expect(
      await deliver([
        toEvent({ type: 'page', userId: 'u1', name: 'Home' }),
        TRACK,
        toEvent({ type: 'track', event: 'Signed In', context: bob }),
        toEvent({ type: 'identify', traits: { name: 'Nobody' } }),
        toEvent({ type: 'identify', ...bob }),
        toEvent({ type: 'alias', userId: 'u1' })
      ])
    ).toEqual([
      { status: 400, errormessage: 'No mapping takes this page event.' },
      { status: 400, errormessage: expect.stringMatching(/^No Crisp person matches/) },
      { status: 200 },
      { status: 400, errormessage: 'Email is missing. Fix the mapping or the source.' },
      { status: 200 },
      { status: 400, errormessage: 'No mapping takes this alias event.' }
    ])
  })

  it('answers an empty batch', async () => {
    expect(await deliver([])).toEqual([])
  })

  it("keeps the order of one person's events across both actions", async () => {
    const results = await deliver([
      TRACK,
      IDENTIFY,
      toEvent({ ...TRACK, event: 'Second' }),
      toEvent({ ...IDENTIFY, traits: { email: 'ada@example.com', plan: 'free' } }),
      toEvent({ ...TRACK, event: 'Third', context: {} })
    ])
    expect(results.map(({ status }) => status)).toEqual([400, 200, 200, 200, 200])
    expect(getAda()?.events.map(({ text }) => text)).toEqual(['Second', 'Third'])
    expect(getAda()?.data).toMatchObject({ plan: 'free', user_id: 'u1' })
  })

  it('sends consecutive identify calls of one person as one', async () => {
    const count = async (events: SegmentEvent[]) => {
      shared.crisp.reset()
      await deliver(events)
      return shared.crisp.journal.count()
    }
    const traits = (plan: string) => toEvent({ ...IDENTIFY, traits: { email: 'ada@example.com', name: 'Ada', plan } })
    expect(await count([traits('a'), traits('b'), traits('c')])).toBe(await count([traits('c')]))
    expect(getAda()?.data.plan).toBe('c')
    expect(await count([traits('a'), TRACK, traits('c')])).toBeGreaterThan(await count([traits('c')]))
  })

  it('does not let a merged event fail because of another', async () => {
    shared.crisp.people.add({ email: 'ada@example.com' })
    shared.crisp.faults.add({
      when: ({ body }) => JSON.stringify(body ?? '').includes('poison'),
      effect: { type: 'answer', status: 400, reason: 'invalid_data' }
    })
    const traits = (more: object) => toEvent({ ...IDENTIFY, traits: { email: 'ada@example.com', ...more } })
    const results = await deliver([traits({ plan: 'a' }), traits({ motto: 'poison' }), traits({ seats: 3 })])
    expect(results.map(({ status }) => status)).toEqual([200, 400, 200])
    expect(getAda()?.data).toEqual({ plan: 'a', seats: 3, user_id: 'u1' })
  })

  it('does not send a value of a person again that Crisp has rejected in the batch', async () => {
    shared.crisp.people.add({ email: 'ada@example.com' })
    shared.crisp.faults.add({
      field: 'person.phone',
      effect: { type: 'answer', status: 400, reason: 'invalid_data', message: 'phone is invalid' }
    })
    const identify = (name: string) =>
      toEvent({ ...IDENTIFY, traits: { email: 'ada@example.com', name, phone: 'call me' } })
    const results = await deliver([identify('Ada'), TRACK, identify('Ada L.')])
    expect(results.map(({ status }) => status)).toEqual([400, 200, 400])
    expect(getAda()?.profile.person.nickname).toBe('Ada L.')
    expect(shared.crisp.journal.entries().filter(({ status }) => status === 400)).toHaveLength(1)
  })

  it('does not attempt later events of a person after one that is tried again', async () => {
    shared.crisp.people.add({ email: 'ada@example.com' })
    shared.crisp.people.add({ email: 'bob@example.com' })
    shared.crisp.faults.add({
      nth: 1,
      person: 'ada@example.com',
      effect: { type: 'answer', status: 500, reason: 'internal' }
    })
    const bob = toEvent({ type: 'track', event: 'Signed In', context: { traits: { email: 'bob@example.com' } } })
    const events = [TRACK, IDENTIFY, bob, toEvent({ ...TRACK, event: 'Second' })]
    const results = await deliver(events)
    expect(results.map(({ status }) => status)).toEqual([500, 500, 200, 500])
    expect(getAda()?.events).toEqual([])
    const retried = await deliver(events.filter((_event, index) => results[index].status === 500))
    expect(retried).toEqual([{ status: 200 }, { status: 200 }, { status: 200 }])
    expect(getAda()?.events.map(({ text }) => text)).toEqual(['Order Completed', 'Second'])
  })

  it('ends when Crisp says stop, and all events that are left are tried again', async () => {
    const events = Array.from({ length: 50 }, (_none, n) => {
      const email = `person${n}@example.com`
      shared.crisp.people.add({ email })
      return n % 2
        ? toEvent({ type: 'identify', traits: { email, n } })
        : toEvent({ ...TRACK, userId: '', context: { traits: { email } } })
    })
    shared.crisp.faults.add({ effect: { type: 'quota', requests: 5, status: 429 } })
    const results = await deliver(events)
    expect(results.filter(({ status }) => status === 200)).toHaveLength(5)
    expect(results.filter(({ status }) => status === 500)).toHaveLength(45)
    expect(shared.crisp.journal.count()).toBeLessThanOrEqual(15)
  })

  it('answers every event when the API key is refused after few requests', async () => {
    const { apiKey, ...settings } = shared.settings
    const events = Array.from({ length: 30 }, (_none, n) =>
      toEvent({ type: 'identify', traits: { email: `person${n}@example.com` } })
    )
    const results = await loadFunction(shared.crisp).onBatch(events, { ...settings, apiKey: `${String(apiKey)}x` })
    expect(results.map(({ status }) => status)).toEqual(events.map(() => 400))
    expect(results[0].errormessage).toMatch(/^Crisp rejected the API Key/)
    expect(shared.crisp.journal.count()).toBeLessThanOrEqual(10)
  })
})

describe('memory of the module', () => {
  it('saves requests while it lasts, and nothing changes when it is gone', async () => {
    const byUserId = toEvent({ ...TRACK, context: {} })
    const count = async (run: () => Promise<unknown>) => {
      const before = shared.crisp.journal.count()
      await run()
      return shared.crisp.journal.count() - before
    }
    const instance = loadFunction(shared.crisp)
    await instance.onIdentify(IDENTIFY, shared.settings)
    expect(await count(() => instance.onTrack(byUserId, shared.settings))).toBe(1)
    expect(await count(() => loadFunction(shared.crisp).onTrack(byUserId, shared.settings))).toBe(3)
    expect(getAda()?.events).toHaveLength(2)
  })
})

describe('an event of several subscriptions', () => {
  const [identify, track] = presetSubscriptions()
  const both = [{ ...identify, subscribe: 'type = "track"', name: 'Identify by track' }, track]

  it('goes to each of them, in their order', async () => {
    const event = toEvent({ ...TRACK, traits: { email: 'ada@example.com' } })
    await loadFunction(shared.crisp, { subscriptions: both }).onTrack(event, shared.settings)
    expect(getAda()?.events).toHaveLength(1)
  })

  it('goes to the others when one of them refuses it, and is answered with the worst result', async () => {
    shared.crisp.people.add({ email: 'ada@example.com', data: { user_id: 'u1' } })
    // The identify action finds no email and fails by its schema; the other one finds it elsewhere.
    const event = toEvent({ ...TRACK, userId: undefined, traits: { email: {} } })
    const { onBatch } = loadFunction(shared.crisp, { subscriptions: both })
    const [result] = await onBatch([event], shared.settings)
    expect(result).toEqual({ status: 400, errormessage: expect.stringMatching(/^Email must be string/) })
    expect(getAda()?.events).toHaveLength(1)
  })

  it('is tried again for all of them when one of them is', async () => {
    shared.crisp.people.add({ email: 'ada@example.com' })
    shared.crisp.faults.add({
      route: 'people.events',
      effect: { type: 'answer', status: 503, reason: 'unavailable' }
    })
    const event = toEvent({ ...TRACK, traits: { email: 'ada@example.com' } })
    const [result] = await loadFunction(shared.crisp, { subscriptions: both }).onBatch([event], shared.settings)
    expect(result.status).toBe(500)
  })
})
