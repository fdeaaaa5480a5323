import type { SegmentEvent } from '@segment/actions-core'
import type { SandboxRequest } from '../../tools/sandbox'
import {
  deliver,
  deliverBatch,
  endingOf,
  endingsOf,
  eventsOf,
  identify,
  personOf,
  presetOf,
  reasonOf,
  requestsOf,
  runtimeOf,
  sentOf,
  setUp,
  spent,
  subscriptionTo,
  track,
  trackOf
} from './support'

const emailsTo = (count: number) => Array.from({ length: count }, (_, n) => `person${n}@example.com`)
const known = (count: number) => emailsTo(count).map((email) => ({ email }))
const tracksOf = (count: number) => emailsTo(count).map((email) => trackOf(email))
const NOT_ATTEMPTED = /not attempted/i

/** `opened` resolves once `open` has been called. */
function latch() {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

describe('merging', () => {
  it('writes consecutive identify calls of one person as one, later values winning', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const verdicts = await deliverBatch(world, [
      identify({ traits: { email: 'ada@example.com', name: 'A', plan: 'free', address: { city: 'London' } } }),
      identify({ traits: { email: 'ada@example.com', phone: '1', plan: 'team', address: { country: 'GB' } } }),
      identify({ traits: { email: 'ada@example.com', name: 'Ada', seats: 3 } })
    ])
    expect(endingsOf(verdicts)).toEqual(['delivered', 'delivered', 'delivered'])
    expect(requestsOf(world)).toEqual(['PATCH profile/ada@example.com', 'PATCH data/ada@example.com'])
    const { profile, data } = personOf(world, 'ada@example.com')
    expect(profile.person).toMatchObject({
      nickname: 'Ada',
      phone: '1',
      geolocation: { city: 'London', country: 'GB' }
    })
    expect(data).toEqual({ plan: 'team', seats: 3 })
  })

  it("tells each event its own share of what was sent, and Crisp's answer", async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const verdicts = await deliverBatch(world, [
      identify({ userId: 'u1', traits: { email: 'ada@example.com', name: 'Ada', plan: 'free' } }),
      identify({ userId: 'u1', traits: { email: 'ada@example.com', plan: 'team' } })
    ])
    expect(verdicts).toEqual([
      {
        outcome: 'delivered',
        status: 200,
        sent: { profile: { person: { nickname: 'Ada' } }, data: { plan: 'free', user_id: 'u1' } },
        body: { error: false, reason: 'updated', data: {} }
      },
      {
        outcome: 'delivered',
        status: 200,
        sent: { profile: {}, data: { plan: 'team', user_id: 'u1' } },
        body: { error: false, reason: 'updated', data: {} }
      }
    ])
  })

  it('keeps calls apart that refer to the person differently, and their order', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    await deliverBatch(world, [
      identify({ userId: 'u1', traits: { email: 'ada@example.com', plan: 'free' } }),
      identify({ userId: 'u1', traits: { plan: 'team' } }),
      identify({ traits: { email: 'ada@example.com', plan: 'business' } }),
      identify({ userId: 'u1', traits: { email: 'new@example.com' } })
    ])
    expect(personOf(world, 'new@example.com').data).toEqual({ user_id: 'u1', plan: 'business' })
  })

  it('never merges Tracks: each is an event of its own, in order', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const names = ['A', 'B', 'A', 'C']
    await deliverBatch(
      world,
      names.map((event) => trackOf('ada@example.com', { event }))
    )
    expect(eventsOf(world, 'ada@example.com')).toEqual(names)
  })
})

describe('a merged write that Crisp refuses as invalid', () => {
  const poisoned = ({ body }: SandboxRequest) => JSON.stringify(body).includes('poison')
  const refusal = (reason = 'invalid_data') =>
    ({ type: 'answer', status: 400, reason, message: 'data is not valid' } as const)
  const batch = () => [
    identify({ traits: { email: 'ada@example.com', plan: 'free' } }),
    identify({ traits: { email: 'ada@example.com', seats: 3, motto: 'poison' } }),
    identify({ traits: { email: 'ada@example.com', plan: 'team' } })
  ]

  it.each(['invalid_data', 'something_else'])(
    '(%s) is delivered again unmerged: one event fails, its neighbours do not',
    async (reason) => {
      const world = await setUp({ people: [{ email: 'ada@example.com' }] })
      world.crisp.faults.add({ route: 'people.data.update', when: poisoned, effect: refusal(reason) })
      const verdicts = await deliverBatch(world, batch())
      expect(endingsOf(verdicts)).toEqual(['delivered', 'failed 400', 'delivered'])
      expect(world.crisp.journal.count()).toBe(1 + 3)
      expect(personOf(world, 'ada@example.com').data).toEqual({ plan: 'team' })
      expect(sentOf(verdicts[1])).toEqual({ data: { seats: 3, motto: 'poison' } })
    }
  )

  it("says Crisp's own words to the event that caused it", async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ route: 'people.data.update', when: poisoned, effect: refusal() })
    const verdicts = await deliverBatch(world, batch())
    expect(verdicts[1]).toMatchObject({
      code: 'PAYLOAD_VALIDATION_FAILED',
      retry: false,
      body: { reason: 'invalid_data' }
    })
    expect(reasonOf(verdicts[1])).toContain('data is not valid')
  })

  it('fails every event that Crisp refuses by itself as well', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ route: 'people.data.update', effect: refusal() })
    expect(endingsOf(await deliverBatch(world, batch()))).toEqual(['failed 400', 'failed 400', 'failed 400'])
    expect(world.crisp.journal.count()).toBe(1 + 3)
  })

  it('of a new person leaves one person', async () => {
    const world = await setUp()
    world.crisp.faults.add({ route: 'people.data.update', when: poisoned, effect: refusal() })
    const verdicts = await deliverBatch(world, batch())
    expect(endingsOf(verdicts)).toEqual(['delivered', 'failed 400', 'delivered'])
    expect(personOf(world, 'ada@example.com').data).toEqual({ plan: 'team' })
    expect(world.crisp.people.count()).toBe(1)
  })
})

describe('a failure that a retry may mend', () => {
  it.each([500, 502, 503, 504, 408])(
    '(%d) halts the lane: the rest is not attempted, so that no retry puts an old value over a newer one',
    async (status) => {
      const world = await setUp({ people: [{ email: 'ada@example.com' }, { email: 'bob@example.com' }] })
      world.crisp.faults.add({ person: 'ada@example.com', nth: 2, effect: { type: 'answer', status, reason: 'down' } })
      const verdicts = await deliverBatch(world, [
        trackOf('ada@example.com', { event: 'A' }),
        trackOf('bob@example.com', { event: 'B' }),
        trackOf('ada@example.com', { event: 'C' }),
        trackOf('bob@example.com', { event: 'D' }),
        trackOf('ada@example.com', { event: 'E' })
      ])
      const failed = `failed ${status === 408 ? 504 : status} retried`
      expect(endingsOf(verdicts)).toEqual(['delivered', 'delivered', failed, 'delivered', failed])
      expect(reasonOf(verdicts[2])).not.toMatch(NOT_ATTEMPTED)
      expect(reasonOf(verdicts[4])).toMatch(NOT_ATTEMPTED)
      expect(eventsOf(world, 'ada@example.com')).toEqual(['A'])
      expect(eventsOf(world, 'bob@example.com')).toEqual(['B', 'D'])
      expect(world.crisp.journal.count()).toBe(4)
    }
  )

  it('is the outcome of every event of a merged write', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ route: 'people.data', effect: { type: 'answer', status: 503, reason: 'down' } })
    const verdicts = await deliverBatch(world, [
      identify({ traits: { email: 'ada@example.com', plan: 'free' } }),
      identify({ traits: { email: 'ada@example.com', plan: 'team' } }),
      identify({ userId: 'u1', traits: { email: 'ada@example.com', plan: 'business' } })
    ])
    expect(endingsOf(verdicts)).toEqual(Array(3).fill('failed 503 retried'))
    expect(verdicts.map((verdict) => NOT_ATTEMPTED.test(reasonOf(verdict)))).toEqual([false, false, true])
    expect(verdicts.map(sentOf)).toEqual([{ data: { plan: 'free' } }, { data: { plan: 'team' } }, undefined])
  })

  it('is mended by sending the same batch again', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ nth: 1, effect: { type: 'reset' } })
    const batch = [
      identify({ traits: { email: 'ada@example.com', plan: 'free' } }),
      identify({ userId: 'u1', traits: { email: 'ada@example.com', plan: 'team' } })
    ]
    expect(endingsOf(await deliverBatch(world, batch))).toEqual(['failed 502 retried', 'failed 502 retried'])
    expect(endingsOf(await deliverBatch(world, batch))).toEqual(['delivered', 'delivered'])
    expect(personOf(world, 'ada@example.com').data).toEqual({ plan: 'team', user_id: 'u1' })
  })

  it('does not halt the lane when a retry cannot mend it', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ nth: 1, effect: { type: 'answer', status: 418, reason: 'teapot' } })
    const verdicts = await deliverBatch(world, [trackOf('ada@example.com'), trackOf('ada@example.com')])
    expect(endingsOf(verdicts)).toEqual(['failed 418', 'delivered'])
  })
})

describe('unknown people', () => {
  it('have their further Tracks dropped unsent, each with its reason', async () => {
    const world = await setUp()
    const both = { userId: 'u1', context: { traits: { email: 'nobody@example.com' } } }
    const verdicts = await deliverBatch(world, [track(both), track({ userId: 'u1' }), trackOf('nobody@example.com')])
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['dropped', 'dropped', 'dropped'])
    expect(verdicts.map(reasonOf)).toEqual(Array(3).fill(expect.stringMatching(/Crisp knows nobody/)))
    expect(verdicts.slice(1).map(sentOf)).toEqual([undefined, undefined])
    expect(world.crisp.journal.count()).toBe(2)
    expect(world.crisp.people.count()).toBe(0)
  })

  it('are not mistaken for those whom they share a lane with', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }] })
    const verdicts = await deliverBatch(world, [
      trackOf('nobody@example.com', { event: 'A' }),
      trackOf('nobody@example.com', { event: 'B', userId: 'u1' }),
      trackOf('nobody@example.com', { event: 'C' }),
      track({ event: 'D', userId: 'u1' })
    ])
    expect(endingsOf(verdicts)).toEqual(['dropped 404', 'delivered', 'dropped 404', 'delivered'])
    expect(eventsOf(world, 'ada@example.com')).toEqual(['B', 'D'])
  })

  it('who are looked up in vain are known once an Identify of the batch has named them', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const verdicts = await deliverBatch(world, [
      identify({ userId: 'u1', traits: { plan: 'free' } }),
      identify({ userId: 'u1', traits: { email: 'ada@example.com' } }),
      identify({ userId: 'u1', traits: { plan: 'team' } })
    ])
    expect(endingsOf(verdicts)).toEqual(['failed 400', 'delivered', 'delivered'])
    expect(personOf(world, 'ada@example.com').data).toEqual({ user_id: 'u1', plan: 'team' })
  })
})

describe('requests in flight', () => {
  it('are ten at most and ten at best', async () => {
    const world = await setUp({ people: known(60), latency: 1 })
    const ten = latch()
    let arrived = 0
    world.crisp.route({
      name: 'people.events.add',
      handler: async (_request, next) => {
        if (++arrived === 10) ten.open()
        await ten.opened
        return next()
      }
    })
    const batch = [...tracksOf(60), ...tracksOf(60)]
    expect(endingsOf(await deliverBatch(world, batch))).toEqual(batch.map(() => 'delivered'))
    expect(world.crisp.journal.maxInFlight).toBe(10)
  })

  it('are ten at most where people are looked up and created', async () => {
    const world = await setUp({ latency: 1 })
    const batch = emailsTo(60).map((email, n) => identify({ userId: `u${n}`, traits: { email, name: 'X', plan: 'a' } }))
    expect(endingsOf(await deliverBatch(world, batch))).toEqual(batch.map(() => 'delivered'))
    expect(world.crisp.journal.count()).toBe(4 * 60)
    expect(world.crisp.journal.maxInFlight).toBeLessThanOrEqual(10)
  })

  it('are one for one person, in order, whatever each takes', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ probability: 0.5, seed: 7, effect: { type: 'latency', ms: 4 } })
    const names = Array.from({ length: 30 }, (_, n) => `Event ${n}`)
    await deliverBatch(
      world,
      names.map((event) => trackOf('ada@example.com', { event }))
    )
    expect(eventsOf(world, 'ada@example.com')).toEqual(names)
    expect(world.crisp.journal.maxInFlight).toBe(1)
  })

  it('of one slow person delay nobody else', async () => {
    const world = await setUp({ people: known(40) })
    const [slow, ...others] = emailsTo(40)
    const everybodyElse = latch()
    let left = 2 * others.length
    world.crisp.route({
      name: 'people.events.add',
      handler: async ({ params }, next) => {
        if (params.people_id === slow) await everybodyElse.opened
        else if (--left === 0) everybodyElse.open()
        return next()
      }
    })
    const batch = [...tracksOf(40), ...tracksOf(40)]
    expect(endingsOf(await deliverBatch(world, batch))).toEqual(batch.map(() => 'delivered'))
    expect(left).toBe(0)
  })
})

describe('an answer that means that nothing can succeed now', () => {
  const AT = 15
  it.each([
    [420, 'enhance_your_calm', 'failed 429 retried'],
    [423, 'quota_limit_exceeded', 'failed 429 retried'],
    [429, 'rate_limited', 'failed 429 retried'],
    [401, 'invalid_session', 'failed 401'],
    [402, 'subscription_upgrade_required', 'failed 402'],
    [403, 'not_allowed', 'failed 403'],
    [404, 'not_subscribed', 'failed 404']
  ])('(%d %s) ends the batch: no further request starts', async (status, reason, ending) => {
    const world = await setUp({ people: known(100) })
    const stopped = latch()
    let arrived = 0
    world.crisp.route({
      name: 'people.events.add',
      handler: async (_request, next) => {
        arrived += 1
        // Requests that came after it wait for it, so that what follows is their doing.
        if (arrived > AT) await stopped.opened
        if (arrived !== AT) return next()
        queueMicrotask(stopped.open)
        return { status, reason }
      }
    })
    const batch = tracksOf(100)
    const verdicts = await deliverBatch(world, batch)
    expect(verdicts).toHaveLength(100)
    const requests = world.crisp.journal.count()
    expect(requests).toBeGreaterThanOrEqual(AT)
    expect(requests).toBeLessThan(AT + 20)
    const endings = endingsOf(verdicts)
    const failures = verdicts.filter((_verdict, index) => endings[index] === ending)
    expect(endings.filter((each) => each === 'delivered')).toHaveLength(requests - 1)
    expect(failures).toHaveLength(100 - requests + 1)
    const unsent = failures.filter((verdict) => NOT_ATTEMPTED.test(reasonOf(verdict)))
    expect(unsent).toHaveLength(failures.length - 1)
  })

  it('ends the batch for the later requests of the same event too', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ nth: 1, effect: { type: 'answer', status: 429, reason: 'rate_limited' } })
    const event = identify({ traits: { email: 'ada@example.com', name: 'Ada', plan: 'team' } })
    const [verdict] = await deliverBatch(world, [event])
    expect(endingOf(verdict)).toBe('failed 429 retried')
    expect(sentOf(verdict)).toEqual({ profile: { person: { nickname: 'Ada' } } })
    expect(world.crisp.journal.count()).toBe(1)
  })

  it('does not end the next batch', async () => {
    const world = await setUp({ people: known(3) })
    world.crisp.faults.add({ nth: 1, effect: { type: 'answer', status: 429, reason: 'rate_limited' } })
    await deliverBatch(world, tracksOf(3))
    expect(endingsOf(await deliverBatch(world, tracksOf(3)))).toEqual(['delivered', 'delivered', 'delivered'])
  })

  it('of a spent quota loses no event: the retry delivers what is left', async () => {
    const world = await setUp({ people: known(50) })
    const quota = world.crisp.faults.add({ effect: { type: 'quota', requests: 20, status: 429 } })
    const batch = tracksOf(50)
    const first = endingsOf(await deliverBatch(world, batch))
    expect(first.filter((ending) => ending === 'delivered')).toHaveLength(20)
    world.crisp.faults.remove(quota)
    const left = batch.filter((_event, index) => first[index] !== 'delivered')
    expect(endingsOf(await deliverBatch(world, left))).toEqual(left.map(() => 'delivered'))
    expect(world.crisp.people.all().map(({ events }) => events.length)).toEqual(Array(50).fill(1))
  })
})

describe('an abort by the runtime', () => {
  it('before the delivery sends nothing', async () => {
    const world = await setUp({ people: known(5) })
    const verdicts = await deliverBatch(world, tracksOf(5), { signal: AbortSignal.abort() })
    expect(endingsOf(verdicts)).toEqual(Array(5).fill('failed 504 retried'))
    expect(verdicts.map(reasonOf)).toEqual(Array(5).fill(expect.stringMatching(NOT_ATTEMPTED)))
    expect(world.crisp.journal.count()).toBe(0)
  })

  it.each(['trackEvent', 'identifyUser'])(
    'in the middle ends the batch of %s: no further request starts',
    async (action) => {
      const world = await setUp({ people: known(100) })
      const abort = new AbortController()
      let arrived = 0
      const never = new Promise<never>(() => undefined)
      const route = action === 'trackEvent' ? 'people.events.add' : 'people.profile.update'
      world.crisp.route({
        name: route,
        handler: (_request, next) => {
          arrived += 1
          if (arrived === 15) abort.abort()
          return arrived < 15 ? next() : never
        }
      })
      const batch = emailsTo(100).map((email) =>
        action === 'trackEvent' ? trackOf(email) : identify({ traits: { email, name: 'X' } })
      )
      const verdicts = await deliverBatch(world, batch, { signal: abort.signal })
      const endings = endingsOf(verdicts)
      expect(endings).toHaveLength(100)
      expect(new Set(endings)).toEqual(new Set(['delivered', 'failed 504 retried']))
      expect(world.crisp.journal.count()).toBeLessThan(15 + 10)
      const unsent = verdicts.filter((verdict) => NOT_ATTEMPTED.test(reasonOf(verdict)))
      expect(unsent.length).toBeGreaterThanOrEqual(100 - 25)
    }
  )
})

describe('an event that was not attempted', () => {
  const batches = {
    trackEvent: tracksOf(30),
    identifyUser: emailsTo(30).map((email) => identify({ userId: email, traits: { email, name: 'X', plan: 'a' } }))
  }

  it.each(['trackEvent', 'identifyUser'] as const)('(%s) tells neither what was sent nor an answer', async (action) => {
    const world = await setUp({ people: known(30) })
    world.crisp.faults.add({ effect: { type: 'answer', status: 429, reason: 'rate_limited' } })
    const stopped = await deliverBatch(world, batches[action])
    const aborted = await deliverBatch(world, batches[action], { signal: AbortSignal.abort() })
    const unsent = [...stopped, ...aborted].filter((verdict) => NOT_ATTEMPTED.test(reasonOf(verdict)))
    expect(unsent.length).toBeGreaterThanOrEqual(20 + 30)
    expect(unsent.filter((verdict) => sentOf(verdict) !== undefined).length).toBe(0)
    expect(unsent.filter((verdict) => 'body' in verdict && verdict.body !== undefined).length).toBe(0)
  })
})

describe('the answer to a batch', () => {
  it("has an entry for every event in the order of the batch, those included that the framework's schema refuses", async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const odd = { eventName: { '@path': '$.properties.named' } }
    const verdicts = await deliverBatch(
      world,
      [
        trackOf('ada@example.com', { properties: { named: 'A' } }),
        trackOf('ada@example.com', { properties: { named: { an: 'object' } } }),
        trackOf('nobody@example.com', { properties: { named: 'C' } }),
        trackOf('malformed', { properties: { named: 'D' } }),
        trackOf('ada@example.com', { properties: { named: '' } }),
        trackOf('ada@example.com', { properties: { named: 'F' } })
      ],
      { subscription: presetOf('track', odd) }
    )
    expect(endingsOf(verdicts)).toEqual([
      'delivered',
      'failed 400',
      'dropped 404',
      'failed 400',
      'failed 400',
      'delivered'
    ])
    expect(reasonOf(verdicts[3])).toMatch(/Email is malformed/)
    expect(reasonOf(verdicts[4])).toMatch(/Event Name is empty/)
    expect(eventsOf(world, 'ada@example.com')).toEqual(['A', 'F'])
  })

  it('leaves events that the subscription does not take out of account', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const subscription = subscriptionTo('trackEvent', 'type = "track" and event = "A"')
    const batch = ['B', 'A', 'B', 'A'].map((event) => trackOf('ada@example.com', { event }))
    const verdicts = await deliverBatch(world, batch, { subscription })
    expect(endingsOf(verdicts)).toEqual(['not subscribed', 'delivered', 'not subscribed', 'delivered'])
    expect(eventsOf(world, 'ada@example.com')).toEqual(['A', 'A'])
  })

  it('shows what was sent and what Crisp answered, also when it refused', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const [delivered, dropped] = await deliverBatch(world, [
      trackOf('ada@example.com', { properties: { a: 1 } }),
      trackOf('nobody@example.com')
    ])
    expect(delivered).toEqual({
      outcome: 'delivered',
      status: 201,
      sent: { text: 'Order Completed', data: { a: 1 } },
      body: { error: false, reason: 'added', data: {} }
    })
    expect(dropped).toMatchObject({ outcome: 'dropped', status: 404, sent: { text: 'Order Completed', data: {} } })
  })

  it('to a batch that cannot even start is the same error for every event', async () => {
    const { crisp } = await setUp()
    const { segment } = { segment: runtimeOf({ ...crisp, websiteId: 'no UUID' }) }
    const verdicts = await deliverBatch({ crisp, segment }, tracksOf(3))
    expect(endingsOf(verdicts)).toEqual(['failed 400', 'failed 400', 'failed 400'])
    expect(crisp.journal.count()).toBe(0)
  })

  it('to a batch of one is that of a single event', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const event = trackOf('ada@example.com')
    expect(await spent(world, () => deliverBatch(world, [event]))).toBe(1)
    expect(endingOf(await deliver(world, event))).toBe('delivered')
  })
})

describe('empty strings, which the framework removes from single events only', () => {
  const mapped = {
    identify: presetOf('identify', { name: { '@path': '$.traits.name' } }),
    track: presetOf('track', {
      color: { '@path': '$.properties.color' },
      unknownPerson: { '@path': '$.properties.unknown' },
      occurredAt: { '@path': '$.properties.at' }
    })
  }
  const empty = {
    email: '',
    name: '',
    firstName: '',
    phone: '',
    avatar: '',
    title: '',
    address: '',
    company: '',
    plan: ''
  }
  const events: [string, SegmentEvent][] = [
    ['an Identify that names nobody', identify({ userId: '', traits: empty })],
    ['an Identify by user ID', identify({ userId: 'u1', traits: { ...empty, seats: 3 } })],
    ['an Identify by e-mail', identify({ userId: '', traits: { ...empty, email: 'ada@example.com', seats: 3 } })],
    ['an Identify of a new person', identify({ userId: '', traits: { ...empty, email: 'new@example.com' } })],
    ['a Track that names nobody', track({ userId: '', context: { traits: { email: '' } } })],
    ['a Track by user ID', track({ userId: 'u1', context: { traits: { email: '' } }, properties: { a: '' } })],
    ['a Track without a name', trackOf('ada@example.com', { event: '' })],
    ['a Track with empty choices', trackOf('ada@example.com', { properties: { color: '', unknown: '', at: '' } })],
    ['a Track of somebody unknown', trackOf('no@example.com', { properties: { color: '', unknown: '', at: '' } })]
  ]

  it.each(events)('give %s the same end, single and batch', async (_what, event) => {
    const ends = []
    for (const mode of ['single', 'batch']) {
      const subscription = mapped[event.type === 'identify' ? 'identify' : 'track']
      const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }] }, [subscription])
      const [verdict] =
        mode === 'single' ? [await deliver(world, event)] : await deliverBatch(world, [event], { subscription })
      const people = world.crisp.people.all().map(({ profile, data, events }) => ({
        email: profile.email,
        person: profile.person,
        company: profile.company,
        data,
        events: events.map(({ text, data, color }) => ({ text, data, color }))
      }))
      ends.push({ ending: endingOf(verdict), reason: reasonOf(verdict), people, requests: requestsOf(world).length })
    }
    expect(ends[1]).toEqual(ends[0])
  })
})
