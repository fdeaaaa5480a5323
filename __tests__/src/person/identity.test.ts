import type { SegmentEvent } from '@segment/actions-core'
import { PeopleCache, peopleCache } from '../../../src/person/cache'
import { PersonSession } from '../../../src/person/session'
import { upsertPerson } from '../../../src/person/upsert'
import { People } from '../people'
import { aloneAndInABatch, callsOf, clientThat, deliverBatch, identify, linesOf, startAfresh, track } from '../support'
import type { Action } from '../support'

startAfresh()

const [ADA, BOB, OLD, NEW] = ['ada@example.com', 'bob@example.com', 'old@example.com', 'new@example.com']
const MINUTE = 60_000
const SEARCH = 'GET /people/profiles/1'

const identifyAs = (userId: string | undefined, email?: string, traits: object = {}) =>
  identify({ userId, traits: { ...(email && { email }), ...traits } })

aloneAndInABatch((deliver) => {
  const identifies = (...parts: Parameters<typeof identifyAs>) => deliver('identifyUser', identifyAs(...parts))
  const tracks = (userId: string) => deliver('trackEvent', track({ userId }))

  describe('A user ID alone reaches no profile that has another user ID', () => {
    it.each([
      ['the only request', {}],
      ['the second request', { name: 'Ada' }]
    ])('when the answer to %s of the write that changed it was lost', async (_name, traits) => {
      const people = new People()
      people.serve()
      expect(await identifies('u1', ADA)).toMatchObject({ delivered: true })
      people.faults.isAnswerLost = ({ method, path }) => method === 'PATCH' && path.startsWith('/people/data/')
      expect(await identifies('u2', ADA, traits)).toMatchObject({ delivered: false, status: 502 })
      people.faults = {}
      expect(people.get(ADA).data).toEqual({ user_id: 'u2' })

      expect(await tracks('u1')).toMatchObject({ delivered: false, status: 404 })
      expect(await identifies('u1', undefined, { plan: 'pro' })).toMatchObject({ delivered: false, status: 400 })
      expect(people.state).toMatchObject([{ data: { user_id: 'u2' }, events: [] }])
    })

    it('when the person was found by a lookup, and the answer to the write that changed it was lost', async () => {
      const people = new People({ email: ADA, data: { user_id: 'u1' } })
      people.serve()
      expect(await tracks('u1')).toMatchObject({ delivered: true })
      people.faults.isAnswerLost = ({ method }) => method === 'PATCH'
      expect(await identifies('u2', ADA)).toMatchObject({ delivered: false, status: 502 })
      people.faults = {}

      expect(await tracks('u1')).toMatchObject({ delivered: false, status: 404 })
      expect(people.get(ADA)).toMatchObject({ data: { user_id: 'u2' }, events: ['Completed Purchase'] })
    })

    it('when the answer to a changed email was lost', async () => {
      const people = new People({ email: OLD, data: { user_id: 'u1' } })
      people.serve()
      await tracks('u1')
      people.faults.isAnswerLost = ({ method, path }) => method === 'PATCH' && path === '/people/profile/p1'
      expect(await identifies('u1', NEW, { name: 'Ada' })).toMatchObject({ delivered: false, status: 502 })
      people.faults = {}
      expect(await identifies('u2', NEW)).toMatchObject({ delivered: true })

      expect(await tracks('u1')).toMatchObject({ delivered: false, status: 404 })
      expect(people.get(NEW)).toMatchObject({ data: { user_id: 'u2' }, events: ['Completed Purchase'] })
    })

    it('when the user IDs take turns', async () => {
      const people = new People()
      people.serve()
      for (const userId of ['u1', 'u2', 'u1']) await identifies(userId, ADA)
      expect(await tracks('u2')).toMatchObject({ delivered: false, status: 404 })
      expect(await tracks('u1')).toMatchObject({ delivered: true })
      expect(people.get(ADA).events).toHaveLength(1)
    })
  })

  it.each([
    ['the creation', '/people/profile'],
    ['the write of the user ID', '/people/data/p1']
  ])('A person is looked up when the answer to %s was lost', async (_name, lostPath) => {
    const people = new People()
    const requests = people.serve()
    people.faults.isAnswerLost = ({ path }) => path === lostPath
    expect(await identifies('u1', ADA)).toMatchObject({ delivered: false, status: 502 })
    people.faults = {}
    requests.length = 0
    await tracks('u1')
    expect(linesOf(requests)[0]).toBe(SEARCH)
  })

  describe('A process that has created a person', () => {
    it('knows the user ID while the search does not show it yet, but another process does not', async () => {
      const people = new People()
      const requests = people.serve()
      people.faults.isIndexBehind = true
      await identifies('u1', ADA)
      requests.length = 0
      expect(await tracks('u1')).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual(['POST /people/events/p1'])
      peopleCache.clear()
      expect(await tracks('u1')).toMatchObject({ delivered: false, status: 404 })
    })
  })

  describe('An event has the same outcome in a process that remembers the person and in one that does not', () => {
    type Step = [Action, SegmentEvent] | ((people: People) => void)
    const identifyStep = (...parts: Parameters<typeof identifyAs>): Step => ['identifyUser', identifyAs(...parts)]
    const trackStep = (userId: string): Step => ['trackEvent', track({ userId })]
    const moveAda: Step = (people) => (people.get(ADA).email = NEW)
    const deleteAda: Step = (people) => people.delete(ADA)

    it.each([
      ['an email changes to one that Crisp knows', [identifyStep('u1', ADA)], identifyStep('u1', BOB, { plan: 'pro' })],
      ['an email changes to one that Crisp does not know', [identifyStep('u1', ADA)], identifyStep('u1', NEW)],
      [
        'an email changes and changes back',
        [identifyStep('u1', ADA), identifyStep('u1', NEW)],
        identifyStep('u1', ADA)
      ],
      ['a user ID was replaced, for an event', [identifyStep('u1', ADA), identifyStep('u2', ADA)], trackStep('u1')],
      [
        'a user ID was replaced, for an update',
        [identifyStep('u1', ADA), identifyStep('u2', ADA)],
        identifyStep('u1', undefined, { plan: 'pro' })
      ],
      ['a person was found before', [trackStep('known')], identifyStep('known', NEW, { name: 'Bob' })],
      ['a person was found before, and the email is known', [trackStep('known')], identifyStep('known', BOB)],
      ['an agent has changed the email', [identifyStep('u1', ADA), moveAda], identifyStep('u1', ADA, { plan: 'pro' })],
      ['an agent has changed the email, for an event', [identifyStep('u1', ADA), moveAda], trackStep('u1')],
      [
        'an agent has deleted the person',
        [identifyStep('u1', ADA), deleteAda],
        identifyStep('u1', ADA, { plan: 'pro' })
      ],
      ['an agent has deleted the person, for an event', [identifyStep('u1', ADA), deleteAda], trackStep('u1')],
      [
        'an agent has deleted the person, who was added again by email alone',
        [identifyStep('u1', ADA), deleteAda, identifyStep(undefined, ADA, { name: 'Ada' })],
        identifyStep('u1', ADA, { name: 'Ada' })
      ],
      ['the user ID is all there is to say', [identifyStep('u1', ADA, { name: 'Ada' })], identifyStep('u1', ADA)],
      [
        'an agent has deleted the person, and the user ID is all there is to say',
        [identifyStep('u1', ADA, { name: 'Ada' }), deleteAda],
        identifyStep('u1', ADA)
      ]
    ] as [string, Step[], Step][])('when %s', async (_name, before, last) => {
      const run = async (isWarm: boolean) => {
        peopleCache.clear()
        const people = new People({ email: BOB, data: { user_id: 'known' } })
        people.serve()
        let outcome: unknown
        for (const step of [...before, last]) {
          if (step === last && !isWarm) peopleCache.clear()
          if (typeof step === 'function') step(people)
          else outcome = await deliver(...step)
        }
        const { delivered, status, message } = outcome as Awaited<ReturnType<typeof deliver>>
        return { delivered, status, message, state: people.state }
      }
      expect(await run(true)).toEqual(await run(false))
    })
  })
})

it('In a batch, events of user IDs that take turns on one email go to the last one', async () => {
  const people = new People()
  people.serve()
  const entries = await deliverBatch('identifyUser', [
    identifyAs('u1', ADA),
    identifyAs('u2', ADA),
    identifyAs('u1', undefined, { plan: 'wrong person' }),
    identifyAs('u2', undefined, { plan: 'right person' })
  ])
  expect(entries.map(({ status }) => status)).toEqual([200, 200, 400, 200])
  expect(people.get(ADA).data).toEqual({ user_id: 'u2', plan: 'right person' })
})

it('In a batch, nothing follows a write of a user ID whose answer was lost', async () => {
  const people = new People({ email: ADA, data: { user_id: 'u1' } })
  const requests = people.serve()
  people.faults.isAnswerLost = ({ method }) => method === 'PATCH'
  const entries = await deliverBatch('identifyUser', [
    identifyAs('u2', ADA),
    identifyAs('u1', ADA, { plan: 'pro' }),
    identifyAs('u1', undefined, { plan: 'pro' })
  ])
  expect(entries.map(({ status }) => status)).toEqual([502, 502, 502])
  expect(requests).toHaveLength(1)
})

/** A process whose cache holds three people, and whose time is moved manually. */
function newProcess(people: People) {
  const cache = new PeopleCache(3)
  const { client, calls } = clientThat(({ method, path, options }) =>
    people.answer({ method, path, body: options.json })
  )
  return {
    calls,
    identify: (userId: string, email: string, data = {}) => {
      const update = { reference: { userId, email }, profile: {}, data, segments: {} }
      return upsertPerson(update, new PersonSession(client, cache))
    },
    /** Returns whether Crisp knows a person with the user ID. */
    track: async (userId: string, text: string) => {
      const session = new PersonSession(client, cache)
      return !!(await session.tryUserId(userId, (person) => session.addEvent(person, { text, data: {} })))
    }
  }
}

describe('A cache of three people', () => {
  it('sends no event to a profile whose new user ID was evicted', async () => {
    const people = new People()
    const { identify, track } = newProcess(people)
    await identify('u1', ADA)
    await identify('u2', ADA)
    for (const userId of ['u3', 'u4', 'u5']) await identify(userId, `${userId}@example.com`)
    expect(await track('u1', 'wrong person')).toBe(false)
    expect(people.get(ADA)).toMatchObject({ data: { user_id: 'u2' }, events: [] })
  })

  it('sends no event to a profile that got its new user ID by an evicted email', async () => {
    const people = new People({ email: ADA, data: { user_id: 'u1' } })
    const { identify, track } = newProcess(people)
    expect(await track('u1', 'right person')).toBe(true)
    await identify('u2', ADA)
    for (const userId of ['u3', 'u4', 'u5']) await identify(userId, `${userId}@example.com`)
    expect(await track('u1', 'wrong person')).toBe(false)
    expect(people.get(ADA).events).toEqual(['right person'])
  })

  it('looks an evicted person up again', async () => {
    const people = new People()
    const { calls, identify, track } = newProcess(people)
    for (const userId of ['u1', 'u2', 'u3', 'u4']) await identify(userId, `${userId}@example.com`)
    calls.length = 0
    expect(await track('u4', 'cached')).toBe(true)
    expect(callsOf(calls)).toEqual([`POST /people/events/${people.get('u4@example.com').id}`])
    calls.length = 0
    expect(await track('u1', 'evicted')).toBe(true)
    expect(callsOf(calls)[0]).toBe(SEARCH)
  })
})

describe('A cached person ends ten minutes after the verification', () => {
  it('also when writes by email go on: the email may be that of another profile by now', async () => {
    jest.useFakeTimers()
    const people = new People({ email: OLD, data: { user_id: 'u1' } })
    const { calls, identify, track } = newProcess(people)
    await track('u1', 'first')
    people.get(OLD).email = NEW
    people.answer({ method: 'POST', path: '/people/profile', body: { email: OLD, person: { nickname: 'Other' } } })
    jest.advanceTimersByTime(9 * MINUTE)
    await identify('u1', OLD, { plan: 'pro' })
    jest.advanceTimersByTime(MINUTE)
    calls.length = 0
    expect(await track('u1', 'second')).toBe(true)
    expect(callsOf(calls)[0]).toBe(SEARCH)
    expect(people.get(NEW).events).toEqual(['first'])
    expect(people.get(OLD).events).toEqual(['second'])
  })

  it('also when events go on', async () => {
    jest.useFakeTimers()
    const people = new People({ email: ADA, data: { user_id: 'u1' } })
    const { calls, track } = newProcess(people)
    for (let minute = 0; minute <= 10; minute++) {
      await track('u1', `minute ${minute}`)
      jest.advanceTimersByTime(MINUTE)
    }
    expect(
      callsOf(calls)
        .map((call) => call === SEARCH)
        .lastIndexOf(true)
    ).toBe(calls.length - 3)
    expect(callsOf(calls).filter((call) => call === SEARCH)).toHaveLength(2)
  })
})
