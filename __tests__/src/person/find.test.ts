import { withPerson } from '../../../src/person/find'
import type { Misses } from '../../../src/person/find'
import { isSearchRefused, recall, remember } from '../../../src/person/cache'
import { isSearchRefusal, prove, search } from '../../../src/person/find'
import { failureOf } from '../../../src/api/errors'
import { CrispError } from '../../../src/api/failure'
import { answers, callsOf, clientThat, networkError, startAfresh, WEBSITE } from '../support'
import type { Reply } from '../support'

startAfresh()

/** A Crisp that gives these answers in this order. */
const scripted = (...script: unknown[]) => clientThat(() => script.shift() ?? answers.refused(418, 'not_in_the_script'))

const SEARCH = 'GET /people/profiles/1'
const read = (id: string) => `GET /people/data/${id}`
const carries = (userId: unknown) => answers.data({ user_id: userId, plan: 'pro' })
const unknown = failureOf(404, { error: true, reason: 'people_not_found' })
const exists = failureOf(409, { error: true, reason: 'people_exists' })

const thrownBy = (promise: Promise<unknown>): Promise<CrispError> =>
  promise.then(
    () => {
      throw new Error('Nothing was thrown.')
    },
    (thrown) => thrown as CrispError
  )

describe('a person is found by user ID', () => {
  it('when the custom data of a hit says so', async () => {
    const { client, calls } = scripted(answers.hits({ people_id: 'p1', email: 'John@Segment.com' }), carries('u1'))
    const use = jest.fn((id: string) => Promise.resolve(`wrote ${id}`))

    expect(await withPerson(client, 'u1', new Set(), use)).toBe('wrote p1')
    expect(callsOf(calls)).toEqual([SEARCH, read('p1')])
    expect(use.mock.calls).toEqual([['p1']])
    expect(recall(WEBSITE, 'u1')).toEqual({ peopleId: 'p1', email: 'john@segment.com' })
  })

  it('when the custom data holds the user ID as a number', async () => {
    const { client } = scripted(carries(123))
    expect(await prove(client, 'p1', '123')).toBe('proved')
  })

  it.each([
    ['another user ID', carries('u2')],
    ['the user ID in other letters', carries('U1')],
    ['no user ID', answers.data({ plan: 'pro' })],
    ['no custom data', answers.data({})],
    ['an odd answer', answers.data(null)],
    ['an empty body', [200, '']]
  ] as [string, Reply][])('never when the custom data has %s', async (_name, reply) => {
    const { client, calls } = scripted(answers.hits({ people_id: 'p1' }), reply)
    const use = jest.fn()
    expect(await withPerson(client, 'u1', new Set(), use)).toBeUndefined()
    expect(use).not.toHaveBeenCalled()
    expect(calls).toHaveLength(2)
    expect(recall(WEBSITE, 'u1')).toBeUndefined()
  })

  it('among the two latest updated hits at most: each costs a request', async () => {
    const hits = answers.hits(
      { people_id: 'old', updated_at: 1 },
      { people_id: 'latest', updated_at: 9 },
      { people_id: 'never' },
      { people_id: 'later', updated_at: 5 }
    )
    const { client, calls } = scripted(hits, carries('other'), carries('other'))
    expect(await withPerson(client, 'u1', new Set(), jest.fn())).toBeUndefined()
    expect(callsOf(calls)).toEqual([SEARCH, read('latest'), read('later')])
  })

  it('as the latest updated of several who carry it', async () => {
    const { client, calls } = scripted(
      answers.hits({ people_id: 'p1', updated_at: 1 }, { people_id: 'p2', updated_at: 2 }),
      carries('u1')
    )
    expect(await withPerson(client, 'u1', new Set(), (id) => Promise.resolve(id))).toBe('p2')
    expect(callsOf(calls)).toEqual([SEARCH, read('p2')])
  })

  it('as the next hit when the first was deleted meanwhile', async () => {
    const { client } = scripted(
      answers.hits({ people_id: 'gone', updated_at: 2 }, { people_id: 'p2', updated_at: 1 }),
      answers.unknown,
      carries('u1')
    )
    expect(await withPerson(client, 'u1', new Set(), (id) => Promise.resolve(id))).toBe('p2')
  })

  it.each([
    ['nobody', answers.hits()],
    ['an empty body', [200, '']],
    ['no list', [200, { error: false, reason: 'listed', data: {} }]],
    ['null', [200, { error: false, reason: 'listed', data: null }]],
    ['people without an ID', [200, { error: false, reason: 'listed', data: [{ email: 'a@b.c' }, null, 7, 'p1'] }]]
  ] as [string, Reply][])('is nobody when the search answers %s', async (_name, reply) => {
    const { client, calls } = scripted(reply)
    expect(await withPerson(client, 'u1', new Set(), jest.fn())).toBeUndefined()
    expect(callsOf(calls)).toEqual([SEARCH])
  })

  it('is nobody when the person is deleted before the write', async () => {
    const { client, calls } = scripted(answers.hits({ people_id: 'p1' }), carries('u1'))
    expect(await withPerson(client, 'u1', new Set(), () => Promise.reject(unknown))).toBeUndefined()
    expect(calls).toHaveLength(2)
    expect(recall(WEBSITE, 'u1')).toBeUndefined()
  })

  it.each([
    ['the search', [networkError('ECONNRESET')]],
    ['the search', [answers.refused(503, 'down')]],
    ['the read-back', [answers.hits({ people_id: 'p1' }), answers.refused(500, 'down')]],
    ['the read-back', [answers.hits({ people_id: 'p1' }), networkError('ENOTFOUND')]]
  ] as [string, Reply[]][])('stays open when %s fails for a time', async (_name, script) => {
    const misses: Misses = new Set()
    const { client } = scripted(...script)
    expect(await thrownBy(withPerson(client, 'u1', misses, jest.fn()))).toMatchObject({ kind: 'retry' })
    expect(misses.size).toBe(0)
    expect(isSearchRefused(WEBSITE)).toBe(false)
  })
})

describe('a person who was found', () => {
  it('is not looked up again', async () => {
    remember(WEBSITE, 'u1', { peopleId: 'p1' })
    const { client, calls } = scripted()
    expect(await withPerson(client, 'u1', new Set(), (id) => Promise.resolve(id))).toBe('p1')
    expect(calls).toEqual([])
  })

  it('is looked up when only the e-mail is remembered: it may be somebody else by now', async () => {
    remember(WEBSITE, 'u1', { email: 'a@b.c' })
    const { client, calls } = scripted(answers.hits({ people_id: 'p1' }), carries('u1'))
    expect(await withPerson(client, 'u1', new Set(), (id) => Promise.resolve(id))).toBe('p1')
    expect(callsOf(calls)).toEqual([SEARCH, read('p1')])
  })

  it.each([
    ['is gone', unknown],
    ['clashes with another', exists]
  ])('is forgotten and looked up again once when that person %s', async (_name, failure) => {
    remember(WEBSITE, 'u1', { peopleId: 'stale' })
    const { client, calls } = scripted(answers.hits({ people_id: 'p1' }), carries('u1'))
    const use = jest.fn((id: string) => (id === 'stale' ? Promise.reject(failure) : Promise.resolve(id)))

    expect(await withPerson(client, 'u1', new Set(), use)).toBe('p1')
    expect(use.mock.calls).toEqual([['stale'], ['p1']])
    expect(callsOf(calls)).toEqual([SEARCH, read('p1')])
    expect(recall(WEBSITE, 'u1')).toEqual({ peopleId: 'p1', email: undefined })
  })

  it('is given up when the second write clashes too', async () => {
    remember(WEBSITE, 'u1', { peopleId: 'p1' })
    const { client } = scripted(answers.hits({ people_id: 'p1' }), carries('u1'))
    expect(await thrownBy(withPerson(client, 'u1', new Set(), () => Promise.reject(exists)))).toBe(exists)
  })

  it('is kept when the write fails for a time', async () => {
    remember(WEBSITE, 'u1', { peopleId: 'p1' })
    const { client, calls } = scripted()
    const down = failureOf(503, undefined)
    expect(await thrownBy(withPerson(client, 'u1', new Set(), () => Promise.reject(down)))).toBe(down)
    expect(calls).toEqual([])
    expect(recall(WEBSITE, 'u1')).toEqual({ peopleId: 'p1' })
  })

  it('is that of one website', async () => {
    remember('c0ffee00-0000-4000-8000-000000000000', 'u1', { peopleId: 'elsewhere' })
    const { client, calls } = scripted(answers.hits())
    expect(await withPerson(client, 'u1', new Set(), jest.fn())).toBeUndefined()
    expect(callsOf(calls)).toEqual([SEARCH])
  })

  it('is remembered among 10,000 at most, the ones used last', () => {
    for (let number = 0; number < 10_000; number++) remember(WEBSITE, `u${number}`, { peopleId: `p${number}` })
    recall(WEBSITE, 'u0')
    remember(WEBSITE, 'one more', { peopleId: 'p' })
    expect(recall(WEBSITE, 'u0')).toEqual({ peopleId: 'p0' })
    expect(recall(WEBSITE, 'u1')).toBeUndefined()
    expect(recall(WEBSITE, 'u9999')).toEqual({ peopleId: 'p9999' })
  })
})

describe('a person who was not found', () => {
  it('is not looked up again in the same delivery', async () => {
    const misses: Misses = new Set()
    const { client, calls } = scripted(answers.hits())
    await withPerson(client, 'u1', misses, jest.fn())
    await withPerson(client, 'u1', misses, jest.fn())
    expect(calls).toHaveLength(1)
  })

  it('is looked up in the next: another process may just be adding that person', async () => {
    const { client, calls } = scripted(answers.hits(), answers.hits({ people_id: 'p1' }), carries('u1'))
    expect(await withPerson(client, 'u1', new Set(), jest.fn())).toBeUndefined()
    expect(await withPerson(client, 'u1', new Set(), (id) => Promise.resolve(id))).toBe('p1')
    expect(calls).toHaveLength(3)
  })
})

describe('a search that Crisp refuses', () => {
  const refusal = answers.invalid('unknown criterion')

  it.each([
    ['400 invalid_data', refusal],
    ['400 with another reason', answers.refused(400, 'invalid_filter')],
    ['400 with an HTML page', [400, '<html></html>'] as Reply]
  ])('with %s says what to do', async (_name, reply) => {
    const { client } = scripted(reply)
    const failure = await thrownBy(withPerson(client, 'u1', new Set(), jest.fn()))
    expect(isSearchRefusal(failure)).toBe(true)
    expect(failure).toMatchObject({ kind: 'refused', error: { status: 400, code: 'USER_ID_SEARCH_REFUSED' } })
    expect(failure.error.message).toMatch(/search.*User ID.*Map Email.*hour/)
  })

  it('does not keep a remembered person from being addressed', async () => {
    remember(WEBSITE, 'u2', { peopleId: 'p2' })
    const { client } = scripted(refusal)
    await thrownBy(withPerson(client, 'u1', new Set(), jest.fn()))
    expect(await withPerson(client, 'u2', new Set(), (id) => Promise.resolve(id))).toBe('p2')
  })

  it('only because it is too long is the problem of one event', async () => {
    const { client, calls } = scripted(answers.refused(400, 'search_query_too_long'), answers.hits())
    const failure = await thrownBy(search(client, 'u'.repeat(254)))
    expect(isSearchRefusal(failure)).toBe(false)
    expect(failure.error.status).toBe(400)
    expect(await search(client, 'u1')).toEqual({ hits: [], isWhole: true })
    expect(calls).toHaveLength(2)
  })

  it.each([401, 403, 409, 429, 500, 502])('is not one that failed with %i', async (status) => {
    const { client } = scripted(answers.refused(status, 'any'))
    expect(isSearchRefusal(await thrownBy(search(client, 'u1')))).toBe(false)
    expect(isSearchRefused(WEBSITE)).toBe(false)
  })
})

describe('the proof of a hit', () => {
  it('is none where the person carries no user ID', async () => {
    const { client } = scripted(answers.data({}), answers.data({}))
    expect(await prove(client, 'p1', 'u1')).toBe('other')
    expect(await prove(client, 'p1', 'undefined')).toBe('other')
  })

  it('tells who is gone', async () => {
    const { client } = scripted(answers.unknown)
    expect(await prove(client, 'p1', 'u1')).toBe('gone')
  })
})

it.each([
  ['no e-mail', {}, true],
  ['null as e-mail', { email: null }, true],
  ['an e-mail', { email: 'ada@example.com' }, true],
  ['something else as e-mail', { email: { of: 'Ada' } }, false],
  ['something else as ID', { people_id: 7 }, false]
])('a search reads a hit with %s, or says that it cannot', async (_name, parts, isReadable) => {
  const hit = { people_id: 'p1', ...parts }
  const { client } = scripted([200, { error: false, reason: 'listed', data: [hit] }])
  expect(await search(client, 'u1')).toEqual({ hits: isReadable ? [hit] : [], isWhole: isReadable })
})

it('a refusal of something else is no refusal of the search', () => {
  expect(isSearchRefusal(failureOf(418, { error: true, reason: 'any' }))).toBe(false)
})
