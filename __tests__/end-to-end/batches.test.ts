import type { SegmentEvent } from '@segment/actions-core'
import type { SandboxRequest } from '../../tools/sandbox'
import {
  deliver,
  deliverBatch,
  getEnding,
  getEndings,
  getEvents,
  identify,
  getPerson,
  getPreset,
  getReason,
  getRequests,
  createRuntime,
  getSent,
  setUp,
  countRequests,
  createSubscription,
  track,
  trackByEmail
} from './support'

const emailsTo = (count: number) => Array.from({ length: count }, (_, n) => `person${n}@example.com`)
const known = (count: number) => emailsTo(count).map((email) => ({ email }))
const trackEach = (count: number) => emailsTo(count).map((email) => trackByEmail(email))
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
    expect(getEndings(verdicts)).toEqual(['delivered', 'delivered', 'delivered'])
    expect(getRequests(world)).toEqual(['PATCH profile/ada@example.com', 'PATCH data/ada@example.com'])
    const { profile, data } = getPerson(world, 'ada@example.com')
    expect(profile.person).toMatchObject({
      nickname: 'Ada',
      phone: '1',
      geolocation: { city: 'London', country: 'GB' }
    })
    expect(data).toEqual({ plan: 'team', seats: 3 })
  })

  it('keeps calls apart that refer to the person differently, and their order', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    await deliverBatch(world, [
      identify({ userId: 'u1', traits: { email: 'ada@example.com', plan: 'free' } }),
      identify({ userId: 'u1', traits: { plan: 'team' } }),
      identify({ traits: { email: 'ada@example.com', plan: 'business' } }),
      identify({ userId: 'u1', traits: { email: 'new@example.com' } })
    ])
    expect(getPerson(world, 'new@example.com').data).toEqual({ user_id: 'u1', plan: 'business' })
  })
})

describe('a merged write that Crisp refuses as invalid', () => {
  const poisoned = ({ body }: SandboxRequest) => JSON.stringify(body).includes('poison')
  const refusal = (reason = 'invalid_data') =>
    ({ type: 'answer', status: 400, reason, message: 'data.motto is not valid' } as const)
  const batch = () => [
    identify({ traits: { email: 'ada@example.com', plan: 'free' } }),
    identify({ traits: { email: 'ada@example.com', seats: 3, motto: 'poison' } }),
    identify({ traits: { email: 'ada@example.com', plan: 'team' } })
  ]

  it.each(['invalid_data', 'something_else'])(
    '(%s) is delivered again in halves: one event fails, its neighbors do not',
    async (reason) => {
      const world = await setUp({ people: [{ email: 'ada@example.com' }] })
      world.crisp.faults.add({ route: 'people.data.update', when: poisoned, effect: refusal(reason) })
      const verdicts = await deliverBatch(world, batch())
      expect(getEndings(verdicts)).toEqual(['delivered', 'failed 400', 'delivered'])
      expect(world.crisp.journal.count()).toBe(1 + 2 + 2)
      expect(getPerson(world, 'ada@example.com').data).toEqual({ plan: 'team' })
      expect(getSent(verdicts[1])).toEqual({ data: { seats: 3, motto: 'poison' } })
    }
  )

  it("reports to the event that caused it Crisp's reason and the field, and what to do", async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ route: 'people.data.update', when: poisoned, effect: refusal() })
    const verdicts = await deliverBatch(world, batch())
    expect(verdicts[1]).toMatchObject({
      code: 'PAYLOAD_VALIDATION_FAILED',
      retry: false,
      body: { reason: 'invalid_data' }
    })
    expect(getReason(verdicts[1])).toBe(
      'Crisp rejected a value (invalid_data: data.motto). Fix the mapping or the source.'
    )
  })

  it('fails every event that Crisp refuses by itself as well', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ route: 'people.data.update', effect: refusal() })
    expect(getEndings(await deliverBatch(world, batch()))).toEqual(['failed 400', 'failed 400', 'failed 400'])
    expect(world.crisp.journal.count()).toBe(1 + 2 + 2)
  })

  it('of a new person leaves one person', async () => {
    const world = await setUp()
    world.crisp.faults.add({ route: 'people.data.update', when: poisoned, effect: refusal() })
    const verdicts = await deliverBatch(world, batch())
    expect(getEndings(verdicts)).toEqual(['delivered', 'failed 400', 'delivered'])
    expect(getPerson(world, 'ada@example.com').data).toEqual({ plan: 'team' })
    expect(world.crisp.people.count()).toBe(1)
  })
})

describe('values that Crisp refuses in some of many events', () => {
  const REFUSED = ['call me', 'x'.repeat(201)]
  const [BAD_PHONE, BAD_NOTE] = REFUSED
  const setUpRefusing = (isKnown: boolean) =>
    setUp({
      people: isKnown ? [{ email: 'ada@example.com' }] : [],
      faults: REFUSED.map((text, index) => ({
        when: ({ body }) => JSON.stringify(body ?? '').includes(text),
        effect: { type: 'answer', status: 400, reason: 'invalid_data', message: index ? 'data.note' : 'person.phone' }
      }))
    })

  const MANY: Record<string, string>[] = [
    { phone: BAD_PHONE },
    { phone: BAD_PHONE, website: 'https://a.example' },
    { phone: BAD_PHONE, website: 'https://b.example', note: BAD_NOTE },
    { note: BAD_NOTE, bio: 'y'.repeat(300) },
    { phone: '+1', website: 'https://c.example', bio: 'z'.repeat(300) },
    { name: 'Ada', phone: BAD_PHONE, website: 'https://a.example', bio: 'y'.repeat(300) },
    { note: BAD_NOTE }
  ]
  it.each([
    ['a known person', true, MANY],
    ['a new person', false, MANY],
    ['custom data before the profile', true, [{ note: BAD_NOTE }, { note: BAD_NOTE, phone: BAD_PHONE }]]
  ])('are left out in a batch as in single events (%s)', async (_case, isKnown, traits) => {
    const events = traits.map((each) => identify({ userId: 'u1', traits: { email: 'ada@example.com', ...each } }))
    const single = await setUpRefusing(isKnown)
    const reasons = []
    for (const event of events) reasons.push(getReason(await deliver(single, event)))
    const state = getPerson(single, 'ada@example.com')
    const batched = await setUpRefusing(isKnown)
    expect((await deliverBatch(batched, events)).map(getReason)).toEqual(reasons)
    const { profile, data } = getPerson(batched, 'ada@example.com')
    expect({ person: profile.person, data }).toEqual({ person: state.profile.person, data: state.data })
  })
})

describe('a failure that a retry may resolve', () => {
  it.each([500, 502, 503, 504, 408])(
    '(%d) halts the group: the rest is not attempted, so that no retry puts an old value over a newer one',
    async (status) => {
      const world = await setUp({ people: [{ email: 'ada@example.com' }, { email: 'bob@example.com' }] })
      world.crisp.faults.add({ person: 'ada@example.com', nth: 2, effect: { type: 'answer', status, reason: 'down' } })
      const verdicts = await deliverBatch(world, [
        trackByEmail('ada@example.com', { event: 'A' }),
        trackByEmail('bob@example.com', { event: 'B' }),
        trackByEmail('ada@example.com', { event: 'C' }),
        trackByEmail('bob@example.com', { event: 'D' }),
        trackByEmail('ada@example.com', { event: 'E' })
      ])
      const failed = `failed ${status === 408 ? 504 : status} retried`
      expect(getEndings(verdicts)).toEqual(['delivered', 'delivered', failed, 'delivered', failed])
      expect(getReason(verdicts[2])).not.toMatch(NOT_ATTEMPTED)
      expect(getReason(verdicts[4])).toMatch(NOT_ATTEMPTED)
      expect(getEvents(world, 'ada@example.com')).toEqual(['A'])
      expect(getEvents(world, 'bob@example.com')).toEqual(['B', 'D'])
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
    expect(getEndings(verdicts)).toEqual(Array(3).fill('failed 503 retried'))
    expect(verdicts.map((verdict) => NOT_ATTEMPTED.test(getReason(verdict)))).toEqual([false, false, true])
    expect(verdicts.map(getSent)).toEqual([{ data: { plan: 'free' } }, { data: { plan: 'team' } }, undefined])
  })

  it('is resolved by sending the same batch again', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ nth: 1, effect: { type: 'reset' } })
    const batch = [
      identify({ traits: { email: 'ada@example.com', plan: 'free' } }),
      identify({ userId: 'u1', traits: { email: 'ada@example.com', plan: 'team' } })
    ]
    expect(getEndings(await deliverBatch(world, batch))).toEqual(['failed 502 retried', 'failed 502 retried'])
    expect(getEndings(await deliverBatch(world, batch))).toEqual(['delivered', 'delivered'])
    expect(getPerson(world, 'ada@example.com').data).toEqual({ plan: 'team', user_id: 'u1' })
  })

  it('does not halt the group when a retry cannot resolve it', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ nth: 1, effect: { type: 'answer', status: 418, reason: 'teapot' } })
    const verdicts = await deliverBatch(world, [trackByEmail('ada@example.com'), trackByEmail('ada@example.com')])
    expect(getEndings(verdicts)).toEqual(['failed 418', 'delivered'])
  })
})

describe('unknown people', () => {
  it('have their further Tracks dropped without a request, each with its reason', async () => {
    const world = await setUp()
    const both = { userId: 'u1', context: { traits: { email: 'unknown@example.com' } } }
    const verdicts = await deliverBatch(world, [
      track(both),
      track(both),
      track({ userId: 'u1' }),
      trackByEmail('unknown@example.com')
    ])
    for (const verdict of verdicts) {
      expect(verdict).toMatchObject({ outcome: 'dropped', status: 404, code: 'NOT_FOUND' })
      expect(getReason(verdict)).toMatch(/^No Crisp person matches, so the event was dropped\./)
    }
    expect(verdicts.slice(1).map(getSent)).toEqual([undefined, undefined, undefined])
    expect(getRequests(world)).toEqual(['POST events/unknown@example.com', 'GET profiles/1'])
    expect(world.crisp.people.count()).toBe(0)
  })

  it('are not mistaken for the people who share their group', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }] })
    const verdicts = await deliverBatch(world, [
      trackByEmail('unknown@example.com', { event: 'A' }),
      trackByEmail('unknown@example.com', { event: 'B', userId: 'u1' }),
      trackByEmail('unknown@example.com', { event: 'C' }),
      track({ event: 'D', userId: 'u1' })
    ])
    expect(getEndings(verdicts)).toEqual(['dropped 404', 'delivered', 'dropped 404', 'delivered'])
    expect(getEvents(world, 'ada@example.com')).toEqual(['B', 'D'])
  })

  it('who are tried again later do not hold back the events of known people in their group', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }] })
    const subscription = getPreset('track', { unknownPerson: 'retry' })
    const batch = [trackByEmail('unknown@example.com'), trackByEmail('unknown@example.com', { userId: 'u1' })]
    const verdicts = await deliverBatch(world, batch, { subscription })
    expect(getEndings(verdicts)).toEqual(['failed 429 retried', 'delivered'])
    expect(getReason(verdicts[0])).toBe('No Crisp person matches yet. The event is tried again later.')
  })

  it('are known once an Identify of the batch has named them', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const verdicts = await deliverBatch(world, [
      identify({ userId: 'u1', traits: { plan: 'free' } }),
      identify({ userId: 'u1', traits: { email: 'ada@example.com' } }),
      identify({ userId: 'u1', traits: { plan: 'team' } })
    ])
    expect(getEndings(verdicts)).toEqual(['failed 400', 'delivered', 'delivered'])
    expect(getPerson(world, 'ada@example.com').data).toEqual({ user_id: 'u1', plan: 'team' })
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
    const batch = [...trackEach(60), ...trackEach(60)]
    expect(getEndings(await deliverBatch(world, batch))).toEqual(batch.map(() => 'delivered'))
    expect(world.crisp.journal.maxInFlight).toBe(10)
  })

  it('are ten at most where people are looked up and created', async () => {
    const world = await setUp({ latency: 1 })
    const batch = emailsTo(60).map((email, n) => identify({ userId: `u${n}`, traits: { email, name: 'X', plan: 'a' } }))
    expect(getEndings(await deliverBatch(world, batch))).toEqual(batch.map(() => 'delivered'))
    expect(world.crisp.journal.count()).toBe(4 * 60)
    expect(world.crisp.journal.maxInFlight).toBeLessThanOrEqual(10)
  })

  it('are one for one person, in order, whatever each takes', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ probability: 0.5, seed: 7, effect: { type: 'latency', ms: 4 } })
    const names = Array.from({ length: 30 }, (_, n) => `Event ${n}`)
    await deliverBatch(
      world,
      names.map((event) => trackByEmail('ada@example.com', { event }))
    )
    expect(getEvents(world, 'ada@example.com')).toEqual(names)
    expect(world.crisp.journal.maxInFlight).toBe(1)
  })

  it('of one slow person delay no other person', async () => {
    const world = await setUp({ people: known(40) })
    const [slow, ...others] = emailsTo(40)
    const othersDone = latch()
    let left = 2 * others.length
    world.crisp.route({
      name: 'people.events.add',
      handler: async ({ params }, next) => {
        if (params.people_id === slow) await othersDone.opened
        else if (--left === 0) othersDone.open()
        return next()
      }
    })
    const batch = [...trackEach(40), ...trackEach(40)]
    expect(getEndings(await deliverBatch(world, batch))).toEqual(batch.map(() => 'delivered'))
    expect(left).toBe(0)
  })
})

describe('an answer that means that nothing can succeed now', () => {
  const AT = 15
  it('ends the batch in its midst: no further request starts', async () => {
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
        return { status: 429, reason: 'rate_limited' }
      }
    })
    const batch = trackEach(100)
    const verdicts = await deliverBatch(world, batch)
    expect(verdicts).toHaveLength(100)
    const requests = world.crisp.journal.count()
    expect(requests).toBeGreaterThanOrEqual(AT)
    expect(requests).toBeLessThan(AT + 20)
    const endings = getEndings(verdicts)
    const failures = verdicts.filter((_verdict, index) => endings[index] === 'failed 429 retried')
    expect(endings.filter((each) => each === 'delivered')).toHaveLength(requests - 1)
    expect(failures).toHaveLength(100 - requests + 1)
    const notAttempted = failures.filter((verdict) => NOT_ATTEMPTED.test(getReason(verdict)))
    expect(notAttempted).toHaveLength(failures.length - 1)
  })

  it('ends the batch for the later requests of the same event too', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    world.crisp.faults.add({ nth: 1, effect: { type: 'answer', status: 429, reason: 'rate_limited' } })
    const event = identify({ traits: { email: 'ada@example.com', name: 'Ada', plan: 'team' } })
    const [verdict] = await deliverBatch(world, [event])
    expect(getEnding(verdict)).toBe('failed 429 retried')
    expect(getSent(verdict)).toEqual({ profile: { person: { nickname: 'Ada' } } })
    expect(world.crisp.journal.count()).toBe(1)
  })

  it('does not end the next batch', async () => {
    const world = await setUp({ people: known(3) })
    world.crisp.faults.add({ nth: 1, effect: { type: 'answer', status: 429, reason: 'rate_limited' } })
    await deliverBatch(world, trackEach(3))
    expect(getEndings(await deliverBatch(world, trackEach(3)))).toEqual(['delivered', 'delivered', 'delivered'])
  })

  it('of a spent quota loses no event: the retry delivers what is left', async () => {
    const world = await setUp({ people: known(50) })
    const quota = world.crisp.faults.add({ effect: { type: 'quota', requests: 20, status: 429 } })
    const batch = trackEach(50)
    const first = getEndings(await deliverBatch(world, batch))
    expect(first.filter((ending) => ending === 'delivered')).toHaveLength(20)
    world.crisp.faults.remove(quota)
    const left = batch.filter((_event, index) => first[index] !== 'delivered')
    expect(getEndings(await deliverBatch(world, left))).toEqual(left.map(() => 'delivered'))
    expect(world.crisp.people.all().map(({ events }) => events.length)).toEqual(Array(50).fill(1))
  })
})

describe('an abort by the runtime', () => {
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
        action === 'trackEvent' ? trackByEmail(email) : identify({ traits: { email, name: 'X' } })
      )
      const verdicts = await deliverBatch(world, batch, { signal: abort.signal })
      const endings = getEndings(verdicts)
      expect(endings).toHaveLength(100)
      expect(new Set(endings)).toEqual(new Set(['delivered', 'failed 504 retried']))
      expect(world.crisp.journal.count()).toBeLessThan(15 + 10)
      const notAttempted = verdicts.filter((verdict) => NOT_ATTEMPTED.test(getReason(verdict)))
      expect(notAttempted.length).toBeGreaterThanOrEqual(100 - 25)
    }
  )
})

describe('an event that was not attempted', () => {
  const batches = {
    trackEvent: trackEach(30),
    identifyUser: emailsTo(30).map((email) => identify({ userId: email, traits: { email, name: 'X', plan: 'a' } }))
  }

  it.each(['trackEvent', 'identifyUser'] as const)(
    '(%s) reports neither what was sent nor an answer',
    async (action) => {
      const world = await setUp({ people: known(30) })
      world.crisp.faults.add({ effect: { type: 'answer', status: 429, reason: 'rate_limited' } })
      const stopped = await deliverBatch(world, batches[action])
      const aborted = await deliverBatch(world, batches[action], { signal: AbortSignal.abort() })
      const notAttempted = [...stopped, ...aborted].filter((verdict) => NOT_ATTEMPTED.test(getReason(verdict)))
      expect(notAttempted.length).toBeGreaterThanOrEqual(20 + 30)
      expect(notAttempted.filter((verdict) => getSent(verdict) !== undefined).length).toBe(0)
      expect(notAttempted.filter((verdict) => 'body' in verdict && verdict.body !== undefined).length).toBe(0)
    }
  )
})

describe('the answer to a batch', () => {
  it("has an entry for every event in the order of the batch, those included that the framework's schema refuses", async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const odd = { eventName: { '@path': '$.properties.named' } }
    const verdicts = await deliverBatch(
      world,
      [
        trackByEmail('ada@example.com', { properties: { named: 'A' } }),
        trackByEmail('ada@example.com', { properties: { named: { an: 'object' } } }),
        trackByEmail('unknown@example.com', { properties: { named: 'C' } }),
        trackByEmail('malformed', { properties: { named: 'D' } }),
        trackByEmail('ada@example.com', { properties: { named: '' } }),
        trackByEmail('ada@example.com', { properties: { named: 'F' } })
      ],
      { subscription: getPreset('track', odd) }
    )
    expect(getEndings(verdicts)).toEqual([
      'delivered',
      'failed 400',
      'dropped 404',
      'failed 400',
      'failed 400',
      'delivered'
    ])
    expect(getReason(verdicts[3])).toMatch(/Email is malformed/)
    expect(getReason(verdicts[4])).toMatch(/Event Name is empty/)
    expect(getEvents(world, 'ada@example.com')).toEqual(['A', 'F'])
  })

  it('leaves events that the subscription does not take out of account', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const subscription = createSubscription('trackEvent', 'type = "track" and event = "A"')
    const batch = ['B', 'A', 'B', 'A'].map((event) => trackByEmail('ada@example.com', { event }))
    const verdicts = await deliverBatch(world, batch, { subscription })
    expect(getEndings(verdicts)).toEqual(['not subscribed', 'delivered', 'not subscribed', 'delivered'])
    expect(getEvents(world, 'ada@example.com')).toEqual(['A', 'A'])
  })

  it('shows what was sent and what Crisp answered, also when it refused', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const [delivered, dropped] = await deliverBatch(world, [
      trackByEmail('ada@example.com', { properties: { a: 1 } }),
      trackByEmail('unknown@example.com')
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
    const { segment } = { segment: createRuntime({ ...crisp, websiteId: 'no UUID' }) }
    const verdicts = await deliverBatch({ crisp, segment }, trackEach(3))
    expect(getEndings(verdicts)).toEqual(['failed 400', 'failed 400', 'failed 400'])
    expect(crisp.journal.count()).toBe(0)
  })

  it('to a batch of one is that of a single event', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }] })
    const event = trackByEmail('ada@example.com')
    expect(await countRequests(world, () => deliverBatch(world, [event]))).toBe(1)
    expect(getEnding(await deliver(world, event))).toBe('delivered')
  })
})

describe('empty strings, which the framework removes from single events only', () => {
  const mapped = {
    identify: getPreset('identify', { name: { '@path': '$.traits.name' } }),
    track: getPreset('track', {
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
    ['an Identify by user ID', identify({ userId: 'u1', traits: { ...empty, seats: 3 } })],
    ['an Identify by email', identify({ userId: '', traits: { ...empty, email: 'ada@example.com', seats: 3 } })],
    ['an Identify of a new person', identify({ userId: '', traits: { ...empty, email: 'new@example.com' } })],
    ['a Track by user ID', track({ userId: 'u1', context: { traits: { email: '' } }, properties: { a: '' } })],
    ['a Track without a name', trackByEmail('ada@example.com', { event: '' })],
    ['a Track without a time', trackByEmail('ada@example.com', { properties: { at: '' } })],
    ['a Track of an unknown person', trackByEmail('no@example.com', { properties: { at: '' } })]
  ]

  it.each(events)('give %s the same outcome, single and batch', async (_what, event) => {
    const outcomes = []
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
      outcomes.push({
        ending: getEnding(verdict),
        reason: getReason(verdict),
        people,
        requests: getRequests(world).length
      })
    }
    expect(outcomes[1]).toEqual(outcomes[0])
  })

  it.each([
    [
      'an Identify',
      identify({ userId: '', traits: empty }),
      getPreset('identify', { email: { '@path': '$.traits.email' } })
    ],
    ['a Track', trackByEmail('', { userId: '' }), getPreset('track', { email: { '@path': '$.context.traits.email' } })]
  ])(
    'fail %s without a person: in the words of the framework alone, in ours in a batch',
    async (_what, event, subscription) => {
      const world = await setUp({}, [subscription])
      const single = await deliver(world, event)
      const [batched] = await deliverBatch(world, [event], { subscription })
      expect(getEndings([single, batched])).toEqual(['failed 400', 'failed 400'])
      expect(getReason(single)).toMatch(/missing the required field 'email'/)
      expect(getReason(batched)).toBe('Email and User ID are empty or placeholders. Map one of them.')
      expect(world.crisp.journal.count()).toBe(0)
    }
  )

  it.each([
    ['color', 'Color must be one of'],
    ['unknown', 'If Person Not Found must be one of']
  ])(
    'are no choice (%s): no value in a single event, and 400 for that event alone in a batch',
    async (field, words) => {
      const world = await setUp({ people: [{ email: 'ada@example.com' }] }, [mapped.track])
      const event = trackByEmail('ada@example.com', { properties: { [field]: '' } })
      expect(getEnding(await deliver(world, event))).toBe('delivered')
      const batch = [event, trackByEmail('ada@example.com', { event: 'Second' })]
      const verdicts = await deliverBatch(world, batch, { subscription: mapped.track })
      expect(getEndings(verdicts)).toEqual(['failed 400', 'delivered'])
      expect(getReason(verdicts[0])).toContain(words)
      expect(getEvents(world, 'ada@example.com')).toEqual(['Order Completed', 'Second'])
    }
  )
})
