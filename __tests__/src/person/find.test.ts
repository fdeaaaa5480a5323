import { CrispError } from '../../../src/api/errors'
import { PeopleCache } from '../../../src/person/cache'
import { findPerson, SearchRefusedError, searchPeople, verifyUserId } from '../../../src/person/find'
import { answers, callsOf, clientThat, networkError, startAfresh, WEBSITE } from '../support'
import type { Reply } from '../support'

startAfresh()

/** A Crisp that gives these answers in this order. */
const scripted = (...script: unknown[]) => clientThat(() => script.shift() ?? answers.refused(418, 'not_in_the_script'))

const SEARCH = 'GET /people/profiles/1'
const read = (id: string) => `GET /people/data/${id}`
const withUserId = (userId: unknown) => answers.data({ user_id: userId, plan: 'pro' })
const page: Reply = [200, '<html></html>']
const list = (data: unknown): Reply => [200, { error: false, reason: 'listed', data }]

const thrownBy = (promise: Promise<unknown>): Promise<CrispError> =>
  promise.then(
    () => {
      throw new Error('Nothing was thrown.')
    },
    (thrown) => thrown as CrispError
  )

let cache: PeopleCache

beforeEach(() => {
  cache = new PeopleCache()
})

const cachedId = (userId: string) => cache.getPerson(WEBSITE, userId)?.peopleId

describe('A person is found by user ID', () => {
  it('when the custom data of a match says so', async () => {
    const { client, calls } = scripted(
      answers.matches({ people_id: 'p1', email: 'John@Segment.com' }),
      withUserId('u1')
    )
    expect(await findPerson(client, cache, 'u1')).toMatchObject({ address: 'p1', peopleId: 'p1' })
    expect(callsOf(calls)).toEqual([SEARCH, read('p1')])
    expect(cachedId('u1')).toBe('p1')
  })

  it('but the email of the list is not taken as verified', async () => {
    const { client } = scripted(answers.matches({ people_id: 'p1', email: 'John@Segment.com' }), withUserId('u1'))
    expect(await findPerson(client, cache, 'u1')).not.toHaveProperty('email')
    expect(cache.getEmail(WEBSITE, 'u1')).toBeUndefined()
  })

  it('when the custom data holds the user ID as a number', async () => {
    const { client } = scripted(withUserId(123))
    expect(await verifyUserId(client, 'p1', '123')).toBe('verified')
  })

  it.each([
    ['another user ID', withUserId('u2')],
    ['the user ID in other letters', withUserId('U1')],
    ['no user ID', answers.data({ plan: 'pro' })],
    ['nothing', answers.data({})]
  ])('never when the custom data has %s', async (_name, reply) => {
    const { client, calls } = scripted(answers.matches({ people_id: 'p1' }), reply)
    expect(await findPerson(client, cache, 'u1')).toBeUndefined()
    expect(calls).toHaveLength(2)
    expect(cachedId('u1')).toBeUndefined()
  })

  it('among the two matches at most that were updated last: each costs a request', async () => {
    const matches = answers.matches(
      { people_id: 'old', updated_at: 1 },
      { people_id: 'latest', updated_at: 9 },
      { people_id: 'never' },
      { people_id: 'later', updated_at: 5 }
    )
    const { client, calls } = scripted(matches, withUserId('other'), withUserId('other'))
    expect(await findPerson(client, cache, 'u1')).toBeUndefined()
    expect(callsOf(calls)).toEqual([SEARCH, read('latest'), read('later')])
  })

  it('as the one updated last of several who have it', async () => {
    const { client, calls } = scripted(
      answers.matches({ people_id: 'p1', updated_at: 1 }, { people_id: 'p2', updated_at: 2 }),
      withUserId('u1')
    )
    expect(await findPerson(client, cache, 'u1')).toMatchObject({ address: 'p2' })
    expect(callsOf(calls)).toEqual([SEARCH, read('p2')])
  })

  it('as the next match when the first was deleted meanwhile', async () => {
    const { client } = scripted(
      answers.matches({ people_id: 'gone', updated_at: 2 }, { people_id: 'p2', updated_at: 1 }),
      answers.unknown,
      withUserId('u1')
    )
    expect(await findPerson(client, cache, 'u1')).toMatchObject({ address: 'p2' })
    expect(cachedId('u1')).toBe('p2')
  })

  it('by a search that is not sorted by Crisp, because sorting fails in production', async () => {
    const { client, calls } = scripted(answers.matches())
    expect(await findPerson(client, cache, 'u1')).toBeUndefined()
    expect(calls[0].path).not.toContain('sort')
  })

  it('is no person when the search answers an empty list', async () => {
    const { client, calls } = scripted(answers.matches())
    expect(await findPerson(client, cache, 'u1')).toBeUndefined()
    expect(callsOf(calls)).toEqual([SEARCH])
  })
})

describe('Whether Crisp knows a user ID stays open', () => {
  it.each([
    ['an empty body', [200, '']],
    ['a page', page],
    ['a page with 403', [403, '<html></html>']],
    ['no list', list({})],
    ['null', list(null)],
    ['no data', [200, { error: false, reason: 'listed' }]],
    ['people without an ID', list([{ email: 'a@b.c' }, null, 7, 'p1'])],
    ['a person without an ID among others', list([{ people_id: 'p1' }, { email: 'a@b.c' }])]
  ] as [string, Reply][])('when the search answers %s', async (_name, reply) => {
    const { client, calls } = scripted(reply)
    expect(await thrownBy(findPerson(client, cache, 'u1'))).toMatchObject({ kind: 'retry', status: 502 })
    expect(callsOf(calls)).toEqual([SEARCH])
  })

  it.each([
    ['null', answers.data(null)],
    ['a list', answers.data([])],
    ['no data', [200, { error: false, reason: 'resolved', data: {} }]],
    ['an empty body', [200, '']],
    ['a page', page],
    ['a page with 404', [404, '<html></html>']]
  ] as [string, Reply][])('when the read-back answers %s', async (_name, reply) => {
    const { client, calls } = scripted(answers.matches({ people_id: 'p1' }), reply)
    expect(await thrownBy(findPerson(client, cache, 'u1'))).toMatchObject({ kind: 'retry', status: 502 })
    expect(callsOf(calls)).toEqual([SEARCH, read('p1')])
    expect(cachedId('u1')).toBeUndefined()
  })

  it.each([
    ['the search', [networkError('ECONNRESET')]],
    ['the search', [answers.refused(503, 'down')]],
    ['the read-back', [answers.matches({ people_id: 'p1' }), answers.refused(500, 'down')]],
    ['the read-back', [answers.matches({ people_id: 'p1' }), networkError('ENOTFOUND')]]
  ] as [string, Reply[]][])('when %s fails for a time', async (_name, script) => {
    const { client } = scripted(...script)
    expect(await thrownBy(findPerson(client, cache, 'u1'))).toMatchObject({ kind: 'retry' })
    expect(cache.searchRefusals.isOff(client.scope.key)).toBe(false)
    expect(cachedId('u1')).toBeUndefined()
  })
})

describe('A search that Crisp refuses', () => {
  const refusal = answers.invalid('unknown criterion')

  it.each([
    ['400 invalid_data', refusal],
    ['400 with another reason', answers.refused(400, 'invalid_filter')]
  ])('with %s says what to do', async (_name, reply) => {
    const { client } = scripted(reply)
    const error = await thrownBy(findPerson(client, cache, 'u1'))
    expect(error).toBeInstanceOf(SearchRefusedError)
    expect(error).toMatchObject({ kind: 'refused', status: 400, body: { error: true } })
    expect(error.message).toBe(
      'Crisp refused to search people by user ID, so the User ID alone finds no person. Map Email as well.'
    )
  })

  it('once or twice is the problem of these events', async () => {
    const { client, calls } = scripted(refusal, refusal, answers.matches())
    for (const userId of ['u1', 'u2']) await thrownBy(searchPeople(client, cache, userId))
    expect(await searchPeople(client, cache, 'u3')).toEqual([])
    expect(calls).toHaveLength(3)
  })

  it('three times in a row for different user IDs is not asked again for ten minutes, and then again', async () => {
    jest.useFakeTimers()
    const { client, calls } = scripted(refusal, refusal, refusal, answers.matches({ people_id: 'p1' }))
    for (const userId of ['u1', 'u2', 'u3']) await thrownBy(searchPeople(client, cache, userId))
    for (const minutes of [0, 5, 4]) {
      jest.advanceTimersByTime(minutes * 60_000)
      expect(await thrownBy(searchPeople(client, cache, 'u4'))).toBeInstanceOf(SearchRefusedError)
    }
    expect(calls).toHaveLength(3)

    jest.advanceTimersByTime(60_000)
    expect(await searchPeople(client, cache, 'u4')).toEqual([{ people_id: 'p1' }])
    expect(calls).toHaveLength(4)
  })

  it('three times with a success between them is asked again', async () => {
    const { client, calls } = scripted(refusal, refusal, answers.matches(), refusal, answers.matches())
    for (const userId of ['u1', 'u2']) await thrownBy(searchPeople(client, cache, userId))
    await searchPeople(client, cache, 'u3')
    await thrownBy(searchPeople(client, cache, 'u4'))
    expect(await searchPeople(client, cache, 'u5')).toEqual([])
    expect(calls).toHaveLength(5)
  })

  it('only because it is too long is the problem of one event, however often', async () => {
    const tooLong = answers.refused(400, 'search_query_too_long')
    const { client, calls } = scripted(tooLong, tooLong, tooLong, answers.matches())
    for (const start of ['a', 'b', 'c']) {
      const error = await thrownBy(searchPeople(client, cache, start.padEnd(254, 'u')))
      expect(error).toBeInstanceOf(SearchRefusedError)
      expect(error.status).toBe(400)
    }
    expect(await searchPeople(client, cache, 'u1')).toEqual([])
    expect(calls).toHaveLength(4)
  })

  it.each([401, 403, 409, 418, 429, 500, 502])('is not one that failed with %i', async (status) => {
    const { client } = clientThat(() => answers.refused(status, 'any'))
    for (const userId of ['u1', 'u2', 'u3']) {
      expect(await thrownBy(searchPeople(client, cache, userId))).not.toBeInstanceOf(SearchRefusedError)
    }
    expect(cache.searchRefusals.isOff(client.scope.key)).toBe(false)
  })

  it('is not one that a page answered with 400', async () => {
    const { client } = clientThat(() => [400, '<html></html>'])
    for (const userId of ['u1', 'u2', 'u3']) {
      expect(await thrownBy(searchPeople(client, cache, userId))).toMatchObject({ kind: 'retry', status: 502 })
    }
    expect(cache.searchRefusals.isOff(client.scope.key)).toBe(false)
  })
})

describe('The verification of a match', () => {
  it('fails where the person has no user ID', async () => {
    const { client } = scripted(answers.data({}), answers.data({}))
    expect(await verifyUserId(client, 'p1', 'u1')).toBe('other')
    expect(await verifyUserId(client, 'p1', 'undefined')).toBe('other')
  })

  it('tells that the person is gone', async () => {
    const { client } = scripted(answers.unknown)
    expect(await verifyUserId(client, 'p1', 'u1')).toBe('gone')
  })

  it('deletes from the cache who pointed at the profile before', async () => {
    const { client } = scripted(
      answers.matches({ people_id: 'p1' }),
      withUserId('u1'),
      answers.matches({ people_id: 'p1' }),
      withUserId('u2')
    )
    await findPerson(client, cache, 'u1')
    await findPerson(client, cache, 'u2')
    expect([cachedId('u1'), cachedId('u2')]).toEqual([undefined, 'p1'])
  })
})

it.each([
  ['no email', {}, true],
  ['null as email', { email: null }, true],
  ['an email', { email: 'ada@example.com' }, true],
  ['something else as email', { email: { of: 'Ada' } }, false],
  ['something else as ID', { people_id: 7 }, false],
  ['an ID that leaves the path', { people_id: '..' }, false],
  ['an email as ID', { people_id: 'ada@example.com' }, false],
  ['an empty ID', { people_id: '' }, false]
])('A search reads a match with %s, or says that it cannot', async (_name, parts, isReadable) => {
  const match = { people_id: 'p1', ...parts }
  const { client } = scripted(list([match]))
  if (isReadable) return expect(await searchPeople(client, cache, 'u1')).toEqual([match])
  expect(await thrownBy(searchPeople(client, cache, 'u1'))).toMatchObject({
    kind: 'retry',
    status: 502,
    message: "Crisp's list of people can't be read. It is tried again later."
  })
})
