import type { SegmentEvent } from '@segment/actions-core'
import { getExchanges, inBothModes } from './modes'
import {
  countRequests,
  createRuntime,
  createSubscription,
  getEmails,
  getEndings,
  getPerson,
  getPreset,
  identify,
  setUp,
  track,
  trackByEmail
} from './support'
import type { EventParts, World } from './support'

const SUBSCRIPTIONS = [getPreset('identify', { skipRepeats: true })]
const ADA = { email: 'ada@example.com', people_id: 'p-ada', nickname: 'Ada', data: { user_id: 'u1' } }
const MINUTE = 60_000

afterEach(() => jest.restoreAllMocks())

/** An identify call of Ada's with both names. */
function build(traits: EventParts['traits'], parts: EventParts = {}): SegmentEvent {
  return identify({ userId: 'u1', ...parts, traits: { email: 'ada@example.com', ...traits } })
}

const A = () => build({ name: 'Ada', plan: 'free' })
const getPlan = (world: World) => getPerson(world, 'ada@example.com').data.plan

inBothModes((send) => {
  it('sends nothing for an update that was just delivered, and delivers it', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    expect(await countRequests(world, () => send(world, [A()]))).toBe(2)
    const spent = await countRequests(world, async () => {
      for (let load = 0; load < 5; load++) expect(getEndings(await send(world, [A()]))).toEqual(['delivered'])
    })
    expect(spent).toBe(0)
  })

  it.each([
    ['the email alone', identify({ traits: { email: 'ada@example.com', name: 'Ada' } })],
    ['the user ID alone', identify({ userId: 'u1', traits: { name: 'Ada', plan: 'free' } })],
    ['nothing else to store', identify({ userId: 'u1', traits: { email: 'ada@example.com' } })]
  ])('skips a repeat with %s', async (_what, event) => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    expect(await countRequests(world, () => send(world, [event]))).toBeGreaterThan(0)
    expect(await countRequests(world, () => send(world, [event]))).toBe(0)
  })

  it('skips the repeat of a creation', async () => {
    const world = await setUp({}, SUBSCRIPTIONS)
    expect(await countRequests(world, () => send(world, [A()]))).toBe(4)
    expect(await countRequests(world, () => send(world, [A()]))).toBe(0)
  })

  it('skips the repeat of a new email for a known user ID', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    const event = build({ email: 'new@example.com' })
    await send(world, [event])
    expect(await countRequests(world, () => send(world, [event]))).toBe(0)
    expect(getEmails(world)).toEqual(['new@example.com'])
  })

  it.each([
    ['both names', build({ plan: 'team' })],
    ['the user ID alone', identify({ userId: 'u1', traits: { plan: 'team' } })],
    ['the email alone', identify({ traits: { email: 'ADA@example.com', plan: 'team' } })],
    ['another user ID', build({ plan: 'team' }, { userId: 'u2' })]
  ])('ends at A after A, B, A when B comes with %s', async (_what, b) => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    await send(world, [A()])
    await send(world, [b])
    expect(getPlan(world)).toBe('team')
    await send(world, [A()])
    expect(getPlan(world)).toBe('free')
    expect(getPerson(world, 'ada@example.com').data.user_id).toBe('u1')

    await send(world, [b, A()])
    expect(getPlan(world)).toBe('free')
    await send(world, [A(), b, A()])
    expect(getPlan(world)).toBe('free')
  })

  it.each([
    ['the user ID alone', identify({ userId: 'u1', traits: { plan: 'free' } })],
    ['the email alone', identify({ traits: { email: 'ada@example.com', plan: 'free' } })]
  ])('ends at A after A, B, A when A comes with %s and B with both names', async (_what, a) => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    for (const event of [a, build({ plan: 'team' }), a]) await send(world, [event])
    expect(getPlan(world)).toBe('free')
  })

  it.each([
    ['the user ID alone', 'the email alone', { userId: 'u1' }, { traits: { email: 'ada@example.com' } }],
    ['the email alone', 'the user ID alone', { traits: { email: 'ada@example.com' } }, { userId: 'u1' }]
  ])('ends at A after A, B, A when A comes with %s and B with %s', async (_a, _b, a, b) => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    const build = (parts: EventParts, plan: string) => identify({ ...parts, traits: { ...parts.traits, plan } })
    for (const event of [build(a, 'free'), build(b, 'team'), build(a, 'free')]) await send(world, [event])
    expect(getPlan(world)).toBe('free')
  })

  it('ends with the audience that the last event reports', async () => {
    const world = await setUp({ people: [ADA] }, [
      getPreset('identify', { skipRepeats: true, audienceAsSegment: true })
    ])
    const context = { personas: { computation_class: 'audience', computation_key: 'vip' } }
    const enter = build({ vip: true }, { context })
    const leave = build({ vip: false }, { context })
    for (const event of [enter, leave, enter]) await send(world, [event])
    expect(getPerson(world, 'ada@example.com')).toMatchObject({ data: { vip: true }, profile: { segments: ['vip'] } })
    expect(await countRequests(world, () => send(world, [enter]))).toBe(0)
    await send(world, [enter, leave])
    expect(getPerson(world, 'ada@example.com')).toMatchObject({ data: { vip: false }, profile: { segments: [] } })
  })

  it('sends the update after ten minutes', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    const start = Date.now()
    const clock = jest.spyOn(Date, 'now').mockReturnValue(start)
    await send(world, [A()])
    clock.mockReturnValue(start + 10 * MINUTE - 1)
    expect(await countRequests(world, () => send(world, [A()]))).toBe(0)
    clock.mockReturnValue(start + 10 * MINUTE)
    expect(await countRequests(world, () => send(world, [A()]))).toBe(2)
  })

  it('sends the update again when another process sees it first', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    await send(world, [A()])
    const other = { ...world, segment: createRuntime(world.crisp, SUBSCRIPTIONS) }
    expect(await countRequests(other, () => send(other, [A()]))).toBe(2)
  })

  it.each([
    ['answers 500', { type: 'answer', status: 500, reason: 'error' }, 'failed 500 retried'],
    ['rejects the values', { type: 'answer', status: 400, reason: 'invalid_data' }, 'failed 400']
  ] as const)('sends the update again after Crisp %s to its second request', async (_what, effect, ending) => {
    const fault = { route: 'people.data.update', nth: 1, effect }
    const world = await setUp({ people: [ADA], faults: [fault] }, SUBSCRIPTIONS)
    expect(getEndings(await send(world, [A()]))).toEqual([ending])
    expect(getEndings(await send(world, [A()]))).toEqual(['delivered'])
    expect(getPlan(world)).toBe('free')
  })

  it('fails an event again whose value Crisp rejects, although everything else was sent', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    world.crisp.faults.add({
      when: ({ method, body }) => method === 'PATCH' && JSON.stringify(body).includes('call me'),
      effect: { type: 'answer', status: 400, reason: 'invalid_data' }
    })
    const event = build({ phone: 'call me', plan: 'free' })
    expect(getEndings(await send(world, [event, event]))).toEqual(['failed 400', 'failed 400'])
    expect(getEndings(await send(world, [event]))).toEqual(['failed 400'])
    expect(getPlan(world)).toBe('free')
  })

  it('creates the person again after a deletion of the user ID', async () => {
    const world = await setUp({}, SUBSCRIPTIONS)
    await send(world, [A()])
    await world.segment.delete({ userId: 'u1' })
    expect(getEmails(world)).toEqual([])
    await send(world, [A()])
    expect(getEmails(world)).toEqual(['ada@example.com'])
  })

  it('creates the person of an email again after a deletion of the user ID that the person had', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    const event = identify({ traits: { email: 'ada@example.com', plan: 'free' } })
    await send(world, [event])
    await world.segment.delete({ userId: 'u1' })
    expect(getEmails(world)).toEqual([])
    await send(world, [event])
    expect(getEmails(world)).toEqual(['ada@example.com'])
  })

  it.each(['drop', 'create'])(
    'sends the update again after a track call has found the person gone (%s)',
    async (unknownPerson) => {
      const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
      await send(world, [A()])
      world.crisp.reset()
      const [report] = await world.segment.deliverBatchTo(getPreset('track', { unknownPerson }), [
        trackByEmail('ada@example.com', { userId: 'u1' })
      ])
      expect(getEndings([report.verdict])).toEqual([unknownPerson === 'drop' ? 'dropped 404' : 'delivered'])
      await send(world, [A()])
      expect(getPlan(world)).toBe('free')
    }
  )

  it.each([
    ['the user ID alone', identify({ userId: 'u1', traits: { plan: 'free' } }), 'failed 400'],
    ['both names', A(), 'delivered']
  ])(
    'sends an update with %s again after a track call by the user ID has found the person gone',
    async (_what, event, ending) => {
      const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
      await send(world, [event])
      world.crisp.reset()
      const [report] = await world.segment.deliverBatchTo(getPreset('track'), [track({ userId: 'u1' })])
      expect(getEndings([report.verdict])).toEqual(['dropped 404'])
      expect(await countRequests(world, () => send(world, [event]))).toBeGreaterThan(0)
      expect(getEndings(await send(world, [event]))).toEqual([ending])
    }
  )

  it('sends the update again after an update of the person has met 404', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    await send(world, [A()])
    world.crisp.reset()
    const drop = getPreset('identify', { unknownPerson: 'drop' })
    const [report] = await world.segment.deliverBatchTo(drop, [build({ plan: 'team' })])
    expect(getEndings([report.verdict])).toEqual(['dropped 404'])
    await send(world, [A()])
    expect(getPlan(world)).toBe('free')
  })

  it('is off by default', async () => {
    const world = await setUp({ people: [ADA] }, [getPreset('identify')])
    expect(await countRequests(world, () => send(world, [A()]))).toBe(2)
    expect(await countRequests(world, () => send(world, [A()]))).toBe(2)
  })

  it('counts an update of a mapping without the choice as the last write of the person', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    await send(world, [A()])
    await world.segment.deliverBatchTo(createSubscription('identifyUser', 'type = "identify"'), [
      build({ plan: 'team' })
    ])
    await send(world, [A()])
    expect(getPlan(world)).toBe('free')
  })
})

describe('a batch', () => {
  it('of the same merged events sends nothing the second time', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    const events = [A(), build({ plan: 'team' }), build({ seats: 3 })]
    const [subscription] = SUBSCRIPTIONS
    await world.segment.deliverBatchTo(subscription, events)
    const before = getExchanges(world).length
    const reports = await world.segment.deliverBatchTo(subscription, events)
    expect(getEndings(reports.map(({ verdict }) => verdict))).toEqual(['delivered', 'delivered', 'delivered'])
    expect(getExchanges(world)).toHaveLength(before)
  })

  it('of the same merged events is sent when other events came between', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    const events = [A(), build({ plan: 'team' })]
    const [subscription] = SUBSCRIPTIONS
    await world.segment.deliverBatchTo(subscription, events)
    await world.segment.deliverBatchTo(subscription, [identify({ userId: 'u1', traits: { plan: 'free' } })])
    await world.segment.deliverBatchTo(subscription, events)
    expect(getPlan(world)).toBe('team')
  })
})
