import { getExchanges, inBothModes } from './modes'
import { countRequests, getEmails, getEndings, getPerson, getPreset, getReason, identify, setUp } from './support'
import type { EventParts, World } from './support'

const ADA = {
  email: 'ada@example.com',
  people_id: 'p-ada',
  nickname: 'Ada',
  segments: ['trial', 'beta'],
  data: { user_id: 'u1' }
}
const AUDIENCES = [getPreset('identify', { audienceAsSegment: true })]
const LISTS = [getPreset('identify', { segments: { '@path': '$.context.segments' } })]
const BOTH = [getPreset('identify', { audienceAsSegment: true, segments: { '@path': '$.context.segments' } })]

/** What Engage sends when the person enters or leaves an audience. */
function compute(
  traits: EventParts['traits'],
  computationClass: string | null = 'audience',
  computationKey = 'big_spender'
) {
  const personas = { computation_class: computationClass, computation_key: computationKey }
  return identify({ userId: 'u1', traits: { email: 'ada@example.com', ...traits }, context: { personas } })
}

/** An identify call with segments in its mapping. */
function list(segments: unknown, parts: EventParts = {}) {
  return identify({ ...parts, traits: { email: 'ada@example.com', ...parts.traits }, context: { segments } })
}

const getSegments = (world: World, email = 'ada@example.com') => getPerson(world, email).profile.segments

inBothModes((send, mode) => {
  describe('an audience as a segment', () => {
    it('is added to the list that Crisp has, in the same PATCH as the profile, and stays a trait', async () => {
      const world = await setUp({ people: [ADA] }, AUDIENCES)
      const verdicts = await send(world, [compute({ name: 'Ada Lovelace', big_spender: true })])
      expect(getEndings(verdicts)).toEqual(['delivered'])
      expect(getExchanges(world)).toEqual([
        ['GET profile/ada@example.com'],
        [
          'PATCH profile/ada@example.com',
          { person: { nickname: 'Ada Lovelace' }, segments: ['trial', 'beta', 'big_spender'] }
        ],
        ['PATCH data/ada@example.com', { data: { big_spender: true, user_id: 'u1' } }]
      ])
    })

    it('is removed from the list when the person leaves the audience', async () => {
      const world = await setUp({ people: [{ ...ADA, segments: ['trial', 'big_spender', 'beta'] }] }, AUDIENCES)
      await send(world, [compute({ big_spender: false })])
      expect(getExchanges(world)).toEqual([
        ['GET profile/ada@example.com'],
        ['PATCH profile/ada@example.com', { segments: ['trial', 'beta'] }],
        ['PATCH data/ada@example.com', { data: { big_spender: false, user_id: 'u1' } }]
      ])
    })

    it('empties the list when it was the only segment', async () => {
      const world = await setUp({ people: [{ ...ADA, segments: ['big_spender'] }] }, AUDIENCES)
      await send(world, [compute({ big_spender: false })])
      expect(getExchanges(world)[1]).toEqual(['PATCH profile/ada@example.com', { segments: [] }])
      expect(getSegments(world)).toEqual([])
    })

    it.each([
      [true, ['trial', 'big_spender']],
      [false, ['trial']]
    ])('costs one request more and no write of the list when membership %s is in place', async (member, segments) => {
      const world = await setUp({ people: [{ ...ADA, segments }] }, AUDIENCES)
      await send(world, [compute({ big_spender: member })])
      expect(getExchanges(world)).toEqual([
        ['GET profile/ada@example.com'],
        ['PATCH data/ada@example.com', { data: { big_spender: member, user_id: 'u1' } }]
      ])
    })

    it.each([
      ['a text', { big_spender: 'false' }],
      ['null', { big_spender: null }],
      ['missing', { plan: 'team' }]
    ])('removes and adds nothing when the membership is %s', async (_what, traits) => {
      const world = await setUp({ people: [{ ...ADA, segments: ['big_spender'] }] }, AUDIENCES)
      await send(world, [compute(traits)])
      expect(getExchanges(world).map(([line]) => line)).toEqual(['PATCH data/ada@example.com'])
      expect(getSegments(world)).toEqual(['big_spender'])
    })

    it.each(['trait', 'computed_trait', 'journey_step', null])(
      'is never made of an event of the class %s',
      async (computationClass) => {
        const world = await setUp({ people: [{ ...ADA, segments: ['big_spender'] }] }, AUDIENCES)
        await send(world, [
          compute({ big_spender: false }, computationClass),
          compute({ vip: true }, computationClass, 'vip')
        ])
        expect(getExchanges(world).map(([line]) => line)).not.toContain('GET profile/ada@example.com')
        expect(getSegments(world)).toEqual(['big_spender'])
        expect(getPerson(world, 'ada@example.com').data).toEqual({ big_spender: false, vip: true, user_id: 'u1' })
      }
    )

    it('is off by default: an audience is a trait, at the cost of one request', async () => {
      const world = await setUp({ people: [ADA] }, [getPreset('identify')])
      await send(world, [compute({ big_spender: true })])
      expect(getExchanges(world)).toEqual([
        ['PATCH data/ada@example.com', { data: { big_spender: true, user_id: 'u1' } }]
      ])
    })

    it('belongs to its own event when another event of the batch is refused by the schema', async () => {
      const world = await setUp({ people: [ADA] }, AUDIENCES)
      const refused = identify({ userId: 'u9', traits: { email: 'x@example.com', phone: { home: '1' } } })
      const verdicts = await send(world, [refused, compute({ big_spender: true })])
      expect(getEndings(verdicts)).toEqual(['failed 400', 'delivered'])
      expect(getSegments(world)).toEqual(['trial', 'beta', 'big_spender'])
    })

    it('is kept through entering, leaving and entering again', async () => {
      const world = await setUp({ people: [ADA] }, AUDIENCES)
      await send(
        world,
        [true, false, true].map((member) => compute({ big_spender: member }))
      )
      expect(getSegments(world)).toEqual(['trial', 'beta', 'big_spender'])
      await send(
        world,
        [true, false].map((member) => compute({ big_spender: member }))
      )
      expect(getSegments(world)).toEqual(['trial', 'beta'])
    })
  })

  describe('segments of the mapping', () => {
    it('are trimmed, unique, and get "-" in place of spaces, "|" and ","', async () => {
      const world = await setUp({ people: [ADA] }, LISTS)
      await send(world, [list([' Big spender ', 'a|b,c', 'beta', 'Big spender', 'new', '  ', ''])])
      expect(getExchanges(world)).toEqual([
        ['GET profile/ada@example.com'],
        ['PATCH profile/ada@example.com', { segments: ['trial', 'beta', 'Big-spender', 'a-b-c', 'new'] }]
      ])
    })

    it.each([
      ['an empty list', []],
      ['blank names', ['', ' ']],
      ['nothing', undefined],
      ['null', null]
    ])('that are %s cost nothing', async (_what, segments) => {
      const world = await setUp({ people: [ADA] }, LISTS)
      const spent = await countRequests(world, () => send(world, [list(segments, { traits: { plan: 'team' } })]))
      expect(spent).toBe(1)
    })

    it('can be one text', async () => {
      const world = await setUp({ people: [ADA] }, LISTS)
      expect(getEndings(await send(world, [list('vip')]))).toEqual(['delivered'])
      expect(getSegments(world)).toEqual(['trial', 'beta', 'vip'])
    })

    it('reach a person of a profile that never had any', async () => {
      const world = await setUp({ people: [{ email: 'ada@example.com' }] }, LISTS)
      await send(world, [list(['vip'])])
      expect(getSegments(world)).toEqual(['vip'])
    })

    it('reach a person that only the user ID names', async () => {
      const world = await setUp({ people: [ADA] }, LISTS)
      const event = identify({ userId: 'u1', traits: {}, context: { segments: ['vip'] } })
      expect(getEndings(await send(world, [event]))).toEqual(['delivered'])
      expect(getExchanges(world)).toEqual([
        ['GET profiles/1'],
        ['GET data/p-ada'],
        ['GET profile/p-ada'],
        ['PATCH profile/p-ada', { segments: ['trial', 'beta', 'vip'] }]
      ])
    })

    it('go into the same PATCH as a new email', async () => {
      const world = await setUp({ people: [ADA] }, LISTS)
      const event = list(['vip'], { userId: 'u1', traits: { email: 'new@example.com' } })
      expect(getEndings(await send(world, [event]))).toEqual(['delivered'])
      expect(getExchanges(world)).toEqual([
        ['GET profile/new@example.com'],
        ['GET profiles/1'],
        ['GET data/p-ada'],
        ['GET profile/p-ada'],
        ['PATCH profile/p-ada', { email: 'new@example.com', segments: ['trial', 'beta', 'vip'] }]
      ])
    })

    it('are joined with an audience of the same event', async () => {
      const world = await setUp({ people: [{ ...ADA, segments: ['big_spender'] }] }, BOTH)
      const event = compute({ big_spender: false })
      await send(world, [{ ...event, context: { ...event.context, segments: ['vip'] } }])
      expect(getSegments(world)).toEqual(['vip'])
    })
  })

  describe('a new person', () => {
    it('gets the segments with the profile, in POST; the 404 of the GET is not asked again', async () => {
      const world = await setUp({}, BOTH)
      const event = compute({ name: 'Ada', big_spender: true })
      await send(world, [{ ...event, context: { ...event.context, segments: ['vip', 'vip '] } }])
      const [{ profile }] = world.crisp.people.all()
      expect(getExchanges(world)).toEqual([
        ['GET profile/ada@example.com'],
        ['GET profiles/1'],
        ['POST profile', { email: 'ada@example.com', person: { nickname: 'Ada' }, segments: ['vip', 'big_spender'] }],
        [`PATCH data/${profile.people_id}`, { data: { big_spender: true, user_id: 'u1' } }]
      ])
    })

    it('gets no segment of an audience that it is not in', async () => {
      const world = await setUp({}, AUDIENCES)
      await send(world, [compute({ big_spender: false })])
      expect(getExchanges(world)[2]).toEqual([
        'POST profile',
        { email: 'ada@example.com', person: { nickname: 'ada' } }
      ])
    })
  })

  describe('failures', () => {
    it('of the read are retried and write nothing', async () => {
      const effect = { type: 'answer', status: 503, reason: 'unavailable' } as const
      const world = await setUp(
        { people: [ADA], faults: [{ route: 'people.profile.read', nth: 1, effect }] },
        AUDIENCES
      )
      const event = compute({ big_spender: true })
      expect(getEndings(await send(world, [event]))).toEqual(['failed 503 retried'])
      expect(getExchanges(world)).toEqual([['GET profile/ada@example.com']])
      expect(getEndings(await send(world, [event]))).toEqual(['delivered'])
      expect(getSegments(world)).toEqual(['trial', 'beta', 'big_spender'])
    })

    it('of the write do not make the list count as written', async () => {
      const effect = { type: 'answer', status: 400, reason: 'invalid_data' } as const
      const world = await setUp({ people: [ADA], faults: [{ route: 'people.profile.update', nth: 1, effect }] }, LISTS)
      const events = [list(['vip'], { userId: 'u1' }), list(['vip'])]
      expect(getEndings(await send(world, events))).toEqual(['failed 400', 'delivered'])
      expect(getSegments(world)).toEqual(['trial', 'beta', 'vip'])
    })

    it('of a phone number do not cost the segment', async () => {
      const world = await setUp({ people: [ADA] }, LISTS)
      world.crisp.faults.add({
        when: ({ method, body }) => method === 'PATCH' && JSON.stringify(body).includes('call me'),
        effect: { type: 'answer', status: 400, reason: 'invalid_data' }
      })
      const verdicts = await send(world, [list(['vip'], { traits: { phone: 'call me' } })])
      expect(getEndings(verdicts)).toEqual(['failed 400'])
      expect(getReason(verdicts[0])).toMatch(/Everything else was sent; left out: phone\.$/)
      expect(getSegments(world)).toEqual(['trial', 'beta', 'vip'])
    })

    it('end with the list that the events ask for when merged events are sent again in halves', async () => {
      const world = await setUp({ people: [ADA] }, LISTS)
      world.crisp.faults.add({
        when: ({ method, body }) => method === 'PATCH' && JSON.stringify(body).includes('poison'),
        effect: { type: 'answer', status: 400, reason: 'invalid_data' }
      })
      const refused = { description: 'poison' }
      const events = [0, 1, 2, 3].map((n) => list([`s${n}`], { traits: n === 2 ? refused : { phone: `${n}` } }))
      expect(getEndings(await send(world, events))).toEqual(['delivered', 'delivered', 'failed 400', 'delivered'])
      expect(getSegments(world)).toEqual(['trial', 'beta', 's0', 's1', 's3'])
      const reads = getExchanges(world).filter(([line]) => line === 'GET profile/ada@example.com')
      expect(reads).toHaveLength(mode === 'batch' ? 1 : 4)
    })
  })

  it('does not take the list of an earlier profile for that of a person who has its former email', async () => {
    const world = await setUp({ people: [ADA] }, LISTS)
    const events = [
      list(['vip'], { userId: 'u1' }),
      list([], { userId: 'u1', traits: { email: 'new@example.com' } }),
      list(['vip'])
    ]
    expect(getEndings(await send(world, events))).toEqual(['delivered', 'delivered', 'delivered'])
    expect(getEmails(world)).toEqual(['new@example.com', 'ada@example.com'])
    expect(getSegments(world)).toEqual(['vip'])
  })
})

describe('a batch', () => {
  it("reads and writes a person's segments once, whatever number of events change them", async () => {
    const world = await setUp({ people: [ADA] }, BOTH)
    const events = [
      compute({ big_spender: true }),
      list(['vip'], { userId: 'u1' }),
      compute({ big_spender: false }),
      compute({ churning: true }, 'audience', 'churning'),
      list(['vip', 'gold'], { userId: 'u1', traits: { name: 'Ada Lovelace' } })
    ]
    await inBatch(world, events)
    expect(getExchanges(world)).toEqual([
      ['GET profile/ada@example.com'],
      [
        'PATCH profile/ada@example.com',
        { person: { nickname: 'Ada Lovelace' }, segments: ['trial', 'beta', 'vip', 'churning', 'gold'] }
      ],
      ['PATCH data/ada@example.com', { data: { big_spender: false, churning: true, user_id: 'u1' } }]
    ])
  })

  it('does not read again for events that name the person by the email alone', async () => {
    const world = await setUp({ people: [ADA] }, LISTS)
    await inBatch(world, [list(['vip'], { userId: 'u1' }), list(['gold'])])
    expect(getExchanges(world)).toEqual([
      ['GET profile/ada@example.com'],
      ['PATCH profile/ada@example.com', { segments: ['trial', 'beta', 'vip'] }],
      ['PATCH data/ada@example.com', { data: { user_id: 'u1' } }],
      ['PATCH profile/ada@example.com', { segments: ['trial', 'beta', 'vip', 'gold'] }]
    ])
  })

  it('costs one read for each person whose segments are touched and none for the others', async () => {
    const people = ['a', 'b', 'c'].map((name) => ({ email: `${name}@example.com`, segments: ['vip'] }))
    const world = await setUp({ people }, LISTS)
    const events = people.flatMap(({ email }, n) => [
      list(n === 2 ? [] : ['vip'], { traits: { email, plan: 'team' } }),
      list(n === 2 ? [] : ['vip'], { traits: { email, plan: 'pro' } })
    ])
    await inBatch(world, events)
    expect(
      getExchanges(world)
        .map(([line]) => line)
        .sort()
    ).toEqual([
      'GET profile/a@example.com',
      'GET profile/b@example.com',
      'PATCH data/a@example.com',
      'PATCH data/b@example.com',
      'PATCH data/c@example.com'
    ])
  })
})

async function inBatch(world: World, events: ReturnType<typeof identify>[]) {
  const reports = await world.segment.deliverBatchTo(world.segment.subscriptions[0], events)
  expect(getEndings(reports.map(({ verdict }) => verdict))).toEqual(events.map(() => 'delivered'))
}
