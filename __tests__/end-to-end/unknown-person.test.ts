import type { SegmentEvent, Subscription } from '@segment/actions-core'
import { getExchanges, inBothModes } from './modes'
import { getEmails, getEndings, getPerson, getPreset, getReason, getRequests, identify, setUp } from './support'
import type { EventParts } from './support'

const SUBSCRIPTIONS = [getPreset('identify', { unknownPerson: 'drop', segments: { '@path': '$.context.segments' } })]
const REASON = 'No Crisp person matches, so the event was dropped.'

/** An identify call of a person that Crisp does not know. */
function build(traits: EventParts['traits'] = {}, parts: EventParts = {}): SegmentEvent {
  return identify({ userId: 'u9', ...parts, traits: { email: 'new@example.com', plan: 'free', ...traits } })
}

inBothModes((send) => {
  it.each([
    ['both names', build(), ['PATCH data/new@example.com', 'GET profiles/1']],
    ['an email', build({ name: 'New' }, { userId: undefined }), ['PATCH profile/new@example.com']],
    ['a user ID', identify({ userId: 'u9', traits: { plan: 'free' } }), ['GET profiles/1']],
    ['segments', build({}, { context: { segments: ['vip'] } }), ['GET profile/new@example.com', 'GET profiles/1']]
  ])('drops the event of an unknown person with %s for good, and creates nothing', async (_what, event, requests) => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }] }, SUBSCRIPTIONS)
    const [verdict] = await send(world, [event])
    expect(verdict).toMatchObject({ outcome: 'dropped', status: 404, code: 'NOT_FOUND', retry: false })
    expect(getReason(verdict)).toBe(REASON)
    expect(getRequests(world)).toEqual(requests)
    expect(getEmails(world)).toEqual(['ada@example.com'])
  })

  it('drops an audience of an unknown person too', async () => {
    const world = await setUp({}, SUBSCRIPTIONS)
    const personas = { computation_class: 'audience', computation_key: 'vip' }
    expect(getEndings(await send(world, [build({ vip: true }, { context: { personas } })]))).toEqual(['dropped 404'])
    expect(getEmails(world)).toEqual([])
  })

  it('updates people that Crisp knows, by email and by user ID, as always', async () => {
    const people = [{ email: 'ada@example.com', people_id: 'p-ada', data: { user_id: 'u1' } }]
    const world = await setUp({ people }, SUBSCRIPTIONS)
    const events = [
      build({ email: 'ada@example.com', plan: 'team' }, { userId: 'u1' }),
      identify({ userId: 'u1', traits: { seats: 3 } }),
      build({ email: 'moved@example.com' }, { userId: 'u1' })
    ]
    expect(getEndings(await send(world, events))).toEqual(['delivered', 'delivered', 'delivered'])
    expect(getEmails(world)).toEqual(['moved@example.com'])
    expect(getPerson(world, 'p-ada').data).toEqual({ plan: 'free', seats: 3, user_id: 'u1' })
  })

  it('creates the person when the choice is "create", which is the default, or has no value', async () => {
    const mappings: Subscription['mapping'][] = [{ unknownPerson: 'create' }, {}, { unknownPerson: null }]
    for (const mapping of mappings) {
      const world = await setUp({}, [getPreset('identify', mapping)])
      expect(getEndings(await send(world, [build()]))).toEqual(['delivered'])
      expect(getEmails(world)).toEqual(['new@example.com'])
    }
  })

  it('retries an event while it is not known whether Crisp knows the person', async () => {
    const effect = { type: 'answer', status: 503, reason: 'unavailable' } as const
    const world = await setUp({ faults: [{ route: 'people.profiles.list', nth: 1, effect }] }, SUBSCRIPTIONS)
    expect(getEndings(await send(world, [build()]))).toEqual(['failed 503 retried'])
  })
})

describe('a batch', () => {
  it('spends nothing on further events of a person that was dropped', async () => {
    const world = await setUp({}, SUBSCRIPTIONS)
    const events = [
      build({ name: 'New' }),
      build({ seats: 3 }),
      build({}, { userId: undefined }),
      identify({ userId: 'u9', traits: { plan: 'team' } }),
      build({}, { context: { segments: ['vip'] } }),
      build({ plan: 'pro' })
    ]
    const reports = await world.segment.deliverBatchTo(SUBSCRIPTIONS[0], events)
    expect(reports.map(({ verdict }) => getReason(verdict))).toEqual(events.map(() => REASON))
    expect(getEndings(reports.map(({ verdict }) => verdict))).toEqual(events.map(() => 'dropped 404'))
    expect(getExchanges(world)).toEqual([
      ['PATCH profile/new@example.com', { person: { nickname: 'New' } }],
      ['GET profiles/1']
    ])
  })

  it('creates a person for an event of another choice, and updates the person from then on', async () => {
    const world = await setUp({}, [getPreset('identify', { unknownPerson: { '@path': '$.context.unknownPerson' } })])
    const events = ['drop', 'create', 'drop'].map((unknownPerson, seats) =>
      build({ seats }, { context: { unknownPerson } })
    )
    const reports = await world.segment.deliverBatchTo(world.segment.subscriptions[0], events)
    expect(getEndings(reports.map(({ verdict }) => verdict))).toEqual(['dropped 404', 'delivered', 'delivered'])
    expect(getPerson(world, 'new@example.com').data).toMatchObject({ seats: 2 })
  })
})
