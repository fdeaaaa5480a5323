import { readAnswer } from '../../../src/api/errors'
import { PeopleCache } from '../../../src/person/cache'
import type { Person } from '../../../src/person/reference'
import { PersonSession } from '../../../src/person/session'
import { answers, callsOf, clientThat, startAfresh, WEBSITE } from '../support'

startAfresh()

const SEARCH = 'GET /people/profiles/1'
const read = (id: string) => `GET /people/data/${id}`
const unknown = readAnswer(404, { error: true, reason: 'people_not_found', data: {} })
const exists = readAnswer(409, { error: true, reason: 'people_exists', data: {} })
const down = readAnswer(503, { error: true, reason: 'down', data: {} })
const ada: Person = { address: 'ada@example.com', email: 'ada@example.com' }
const profile = { person: { nickname: 'Ada' } }

let cache: PeopleCache

beforeEach(() => {
  cache = new PeopleCache()
})

/** The session of a person in a Crisp that gives these answers in this order. */
function newSession(...script: unknown[]) {
  const { client, calls } = clientThat(() => script.shift() ?? answers.refused(418, 'not_in_the_script'))
  return { session: new PersonSession(client, cache), client, calls }
}

/** Caches a person as verified now. */
async function setPerson(userId: string, parts: { peopleId?: string; email?: string }, websiteId = WEBSITE) {
  const person = { address: parts.peopleId ?? '', ...parts, verifiedAt: Date.now() }
  await cache.run({ websiteId, userId, person, emailAt: Date.now() }, () => Promise.resolve())
}

const getParts = (userId: string) => ({
  peopleId: cache.getPerson(WEBSITE, userId)?.peopleId,
  email: cache.getEmail(WEBSITE, userId)
})

const toAddress = ({ address }: Person) => Promise.resolve(address)

describe('What was sent', () => {
  it('is noted, and the answer is returned', async () => {
    const { session } = newSession(answers.updated)
    expect(await session.updateProfile(ada, profile)).toMatchObject({ status: 200, body: { reason: 'updated' } })
    expect(session.sent).toEqual({ profile })
  })

  it('is noted also when it was sent in vain', async () => {
    const { session } = newSession(answers.refused(500, 'down'))
    await expect(session.updateProfile(ada, profile)).rejects.toThrow('server error')
    expect(session.sent).toEqual({ profile })
  })

  it('is noted only when the request was attempted', async () => {
    const { session } = newSession(answers.updated, answers.refused(429, 'rate_limited'))
    await session.updateData(ada, { plan: 'pro' })
    await expect(session.client.countPeople()).rejects.toThrow('rate limit')
    await expect(session.updateProfile(ada, profile)).rejects.toThrow('Not attempted')
    expect(session.sent).toEqual({ data: { plan: 'pro' } })
    expect('profile' in session.sent).toBe(false)
  })

  it('stays noted when a later request in its place was not attempted', async () => {
    const { session } = newSession(answers.updated, answers.refused(429, 'rate_limited'))
    await session.updateProfile(ada, profile)
    await expect(session.client.countPeople()).rejects.toThrow('rate limit')
    await expect(session.updateProfile(ada, { person: { nickname: 'later' } })).rejects.toThrow('Not attempted')
    expect(session.sent).toEqual({ profile })
  })

  it('is that of one event: the next one starts empty', async () => {
    const { session } = newSession(answers.updated)
    await session.updateProfile(ada, profile)
    const { sent } = session
    session.begin(false)
    expect(session.sent).toEqual({})
    expect(sent).toEqual({ profile })
  })
})

describe('A cached person', () => {
  it('is not looked up again', async () => {
    await setPerson('u1', { peopleId: 'p1' })
    const { session, calls } = newSession()
    expect(await session.tryUserId('u1', toAddress)).toBe('p1')
    expect(calls).toEqual([])
  })

  it('is looked up when only the email is cached: another person may have it by now', async () => {
    await setPerson('u1', { email: 'a@b.c' })
    const { session, calls } = newSession(answers.matches({ people_id: 'p1' }), answers.data({ user_id: 'u1' }))
    expect(await session.tryUserId('u1', toAddress)).toBe('p1')
    expect(callsOf(calls)).toEqual([SEARCH, read('p1')])
  })

  it('is deleted from the cache and looked up again once when that person is gone', async () => {
    await setPerson('u1', { peopleId: 'stale' })
    const { session, calls } = newSession(answers.matches({ people_id: 'p1' }), answers.data({ user_id: 'u1' }))
    const use = jest.fn((person: Person) => (person.address === 'stale' ? Promise.reject(unknown) : toAddress(person)))

    expect(await session.tryUserId('u1', use)).toBe('p1')
    expect(use.mock.calls.map(([{ address }]) => address)).toEqual(['stale', 'p1'])
    expect(callsOf(calls)).toEqual([SEARCH, read('p1')])
    expect(getParts('u1')).toEqual({ peopleId: 'p1', email: undefined })
  })

  it.each([
    ['clashes with another person', exists],
    ['fails for a time', down]
  ])('is kept when the write %s', async (_name, error) => {
    await setPerson('u1', { peopleId: 'p1' })
    const { session, calls } = newSession()
    await expect(session.tryUserId('u1', () => Promise.reject(error))).rejects.toBe(error)
    expect(calls).toEqual([])
    expect(getParts('u1')).toEqual({ peopleId: 'p1', email: undefined })
  })

  it('is that of one website', async () => {
    await setPerson('u1', { peopleId: 'elsewhere' }, 'c0ffee00-0000-4000-8000-000000000000')
    const { session, calls } = newSession(answers.matches())
    expect(await session.tryUserId('u1', jest.fn())).toBeUndefined()
    expect(callsOf(calls)).toEqual([SEARCH])
  })

  it('is addressed although Crisp refuses to search', async () => {
    await setPerson('u2', { peopleId: 'p2' })
    const { session } = newSession(answers.invalid('unknown criterion'))
    await expect(session.tryUserId('u1', jest.fn())).rejects.toThrow('refused to search')
    expect(await session.tryUserId('u2', toAddress)).toBe('p2')
  })
})

describe('A person who was looked up', () => {
  it('is not used when the read-back shows another user ID', async () => {
    const { session } = newSession(answers.matches({ people_id: 'p1' }), answers.data({ user_id: 'u2' }))
    const use = jest.fn()
    expect(await session.tryUserId('u1', use)).toBeUndefined()
    expect(use).not.toHaveBeenCalled()
  })

  it('is unknown when the person is deleted before the write', async () => {
    const { session, calls } = newSession(answers.matches({ people_id: 'p1' }), answers.data({ user_id: 'u1' }))
    expect(await session.tryUserId('u1', () => Promise.reject(unknown))).toBeUndefined()
    expect(calls).toHaveLength(2)
    expect(getParts('u1')).toEqual({ peopleId: undefined, email: undefined })
  })

  it('is not looked up again in the same delivery when not found', async () => {
    const { session, calls } = newSession(answers.matches())
    await session.tryUserId('u1', jest.fn())
    await session.tryUserId('u1', jest.fn())
    expect(calls).toHaveLength(1)
  })

  it('is looked up again in the same delivery when the lookup failed', async () => {
    const { session, calls } = newSession(answers.refused(503, 'down'), answers.matches())
    await expect(session.tryUserId('u1', jest.fn())).rejects.toThrow('server error')
    expect(await session.tryUserId('u1', jest.fn())).toBeUndefined()
    expect(calls).toHaveLength(2)
  })

  it('is looked up again in the next delivery: another process may just be adding that person', async () => {
    const { client, calls } = newSession(
      answers.matches(),
      answers.matches({ people_id: 'p1' }),
      answers.data({ user_id: 'u1' })
    )
    expect(await new PersonSession(client, cache).tryUserId('u1', jest.fn())).toBeUndefined()
    expect(await new PersonSession(client, cache).tryUserId('u1', toAddress)).toBe('p1')
    expect(calls).toHaveLength(3)
  })

  it('is looked up again once another process has added the person meanwhile', async () => {
    const { session, calls } = newSession(
      answers.matches(),
      answers.matches({ people_id: 'p1' }),
      answers.data({ user_id: 'u1' })
    )
    await session.tryUserId('u1', jest.fn())
    session.deleteUnknown({ userId: 'u1' })
    expect(await session.tryUserId('u1', toAddress)).toBe('p1')
    expect(calls).toHaveLength(3)
  })
})

describe('An email that Crisp does not know', () => {
  const reference = { email: 'ada@example.com', emailAsSent: 'Ada@Example.com', userId: 'u1' }

  it('is tried as sent, and then not again in the same delivery', async () => {
    const { session } = newSession()
    const use = jest.fn((person: Person) => Promise.reject(person ? unknown : down))
    expect(await session.tryEmails(reference, use)).toBeUndefined()
    expect(await session.tryEmails(reference, use)).toBeUndefined()
    expect(use.mock.calls.map(([{ address, email }]) => [address, email])).toEqual([
      ['ada@example.com', 'ada@example.com'],
      ['Ada@Example.com', 'ada@example.com']
    ])
  })

  it('is tried again once another process has added the person meanwhile', async () => {
    const { session } = newSession()
    await session.tryEmails(reference, () => Promise.reject(unknown))
    session.deleteUnknown(reference)
    expect(await session.tryEmails(reference, toAddress)).toBe('ada@example.com')
  })

  it('is deleted from the cache with the user ID that was stored with it', async () => {
    await setPerson('u1', { peopleId: 'p1', email: 'ada@example.com' })
    const { session } = newSession()
    expect(session.isUserIdStored(reference)).toBe(true)
    await session.tryEmails(reference, () => Promise.reject(unknown))
    expect(session.isUserIdStored(reference)).toBe(false)
    expect(getParts('u1')).toEqual({ peopleId: undefined, email: undefined })
  })

  it('deletes nothing from the cache about a user ID that was stored with another email', async () => {
    await setPerson('u1', { peopleId: 'p1', email: 'old@example.com' })
    const { session } = newSession()
    await session.tryEmails(reference, () => Promise.reject(unknown))
    expect(getParts('u1')).toEqual({ peopleId: 'p1', email: 'old@example.com' })
  })
})
