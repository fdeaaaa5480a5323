import { PeopleCache } from '../../../src/person/cache'
import type { Change } from '../../../src/person/entry'
import { gate, startAfresh } from '../support'

startAfresh()

const [SHOP, BLOG] = ['website-1', 'website-2']
const MINUTE = 60_000

interface Parts {
  peopleId?: string
  email?: string
}

let cache: PeopleCache

beforeEach(() => {
  jest.useFakeTimers()
  cache = new PeopleCache()
})

const toPerson = ({ peopleId, email }: Parts) => ({
  address: peopleId ?? email ?? '',
  peopleId,
  verifiedAt: peopleId === undefined ? undefined : Date.now(),
  email
})

/** What a request changes that stores the user ID. */
const toChange = (userId: string | undefined, parts: Parts, websiteId = SHOP): Change => ({
  websiteId,
  userId,
  person: toPerson(parts),
  emailAt: Date.now()
})

const confirm = () => Promise.resolve('confirmed')
const lose = () => Promise.reject(new Error('The answer was lost.'))

const set = (userId: string | undefined, parts: Parts, websiteId?: string) =>
  cache.run(toChange(userId, parts, websiteId), confirm)

const get = (userId: string, websiteId = SHOP): Parts => {
  const parts: Parts = {}
  const person = cache.getPerson(websiteId, userId)
  const email = cache.getEmail(websiteId, userId)
  if (person) parts.peopleId = person.peopleId
  if (email) parts.email = email
  return parts
}

it('A user ID has a person of its own on each website', async () => {
  await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
  expect(get('u1')).toEqual({ peopleId: 'p1', email: 'ada@example.com' })
  expect(get('u1', BLOG)).toEqual({})
  cache.delete(SHOP, 'u1')
  expect(get('u1')).toEqual({})
})

it('A cached person is addressed by the people_id, with the time of its verification', async () => {
  await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
  const verifiedAt = Date.now()
  jest.advanceTimersByTime(MINUTE)
  expect(cache.getPerson(SHOP, 'u1')).toEqual({
    address: 'p1',
    peopleId: 'p1',
    verifiedAt,
    listedEmail: 'ada@example.com'
  })
})

describe('A profile stores one user ID, so another that was cached with it is deleted', () => {
  it('by its people_id', async () => {
    await set('u1', { peopleId: 'p1' })
    await set('u2', { peopleId: 'p1' })
    expect(get('u1')).toEqual({})
    expect(get('u2')).toEqual({ peopleId: 'p1' })
  })

  it('by its email', async () => {
    await set('u1', { email: 'ada@example.com' })
    await set('u2', { peopleId: 'p2', email: 'ada@example.com' })
    expect(get('u1')).toEqual({})
    expect(get('u2')).toEqual({ peopleId: 'p2', email: 'ada@example.com' })
  })

  it('as a whole, also when only one of its parts points at the profile', async () => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    await set('u2', { email: 'ada@example.com' })
    expect(get('u1')).toEqual({})
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    await set('u3', { peopleId: 'p1' })
    expect(get('u1')).toEqual({})
  })

  it('by the email that the search shows, although the search verifies no email', async () => {
    const change = { websiteId: SHOP, userId: 'u1', person: toPerson({ peopleId: 'p1', email: 'ada@example.com' }) }
    await cache.run(change, confirm)
    expect(get('u1')).toEqual({ peopleId: 'p1' })
    await set('u2', { email: 'ada@example.com' })
    expect(get('u1')).toEqual({})
  })

  it('however often they take turns', async () => {
    for (const userId of ['u1', 'u2', 'u1']) await set(userId, { peopleId: 'p1' })
    expect(get('u1')).toEqual({ peopleId: 'p1' })
    expect(get('u2')).toEqual({})
  })

  it('also by a request that says nothing about a user ID', async () => {
    await set('u1', { email: 'ada@example.com' })
    await set('u2', { peopleId: 'p2' })
    await set(undefined, { email: 'ada@example.com' })
    await set(undefined, { peopleId: 'p2' })
    expect([get('u1'), get('u2')]).toEqual([{}, {}])
  })

  it('but not for its own sake', async () => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    await set('u1', { peopleId: 'p1' })
    expect(get('u1')).toEqual({ peopleId: 'p1', email: 'ada@example.com' })
  })

  it.each([
    ['another profile', { peopleId: 'p2', email: 'bob@example.com' }],
    ['a profile of which only the email is known', { email: 'bob@example.com' }],
    ['a profile of which nothing is known', {}]
  ])('but not for %s', async (_name, other) => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    await set('u0', {})
    await set('u2', other)
    expect(get('u1')).toEqual({ peopleId: 'p1', email: 'ada@example.com' })
    expect(get('u0')).toEqual({})
  })

  it('but not for an email that reads like a people_id, nor on another website', async () => {
    await set('u1', { peopleId: 'same' })
    await set('u2', { email: 'same' })
    await set('u3', { peopleId: 'same' }, BLOG)
    expect([get('u1'), get('u2')]).toEqual([{ peopleId: 'same' }, { email: 'same' }])
  })
})

describe('An entry of a user ID', () => {
  it.each([
    ['another profile', { peopleId: 'p2' }],
    ['another email', { email: 'bob@example.com' }],
    ['another profile, with its email', { peopleId: 'p2', email: 'ada@example.com' }],
    ['its profile, with another email', { peopleId: 'p1', email: 'bob@example.com' }]
  ])('is replaced as a whole by %s', async (_name, parts) => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    await set('u1', parts)
    expect(get('u1')).toEqual(parts)
  })

  it.each([
    ['an email', { email: 'ada@example.com' }, { peopleId: 'p2' }],
    ['a profile', { peopleId: 'p1' }, { email: 'bob@example.com' }]
  ])('that points at %s only is not completed by what may be another person', async (_name, parts, others) => {
    await set('u1', parts)
    await set('u1', others)
    expect(get('u1')).toEqual(others)
  })

  it('keeps the people_id when a later request verifies the email alone', async () => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    await set('u1', { email: 'ada@example.com' })
    expect(get('u1')).toEqual({ peopleId: 'p1', email: 'ada@example.com' })
  })

  it('no longer answers for the profile that it pointed at earlier', async () => {
    await set('u1', { peopleId: 'p1' })
    await set('u1', { peopleId: 'p2' })
    await set('u2', { peopleId: 'p1' })
    expect([get('u1'), get('u2')]).toEqual([{ peopleId: 'p2' }, { peopleId: 'p1' }])
  })

  it('gets the part that a later request verifies', async () => {
    await set('u1', { email: 'ada@example.com' })
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    expect(get('u1')).toEqual({ peopleId: 'p1', email: 'ada@example.com' })
  })
})

describe('Before a request, and whatever becomes of it,', () => {
  it.each([
    ['its email', 'u2', { email: 'ada@example.com' }],
    ['its profile', 'u2', { peopleId: 'p1' }],
    ['its email, if it has no user ID,', undefined, { email: 'ada@example.com' }],
    ['its profile, if it has no user ID,', undefined, { peopleId: 'p1' }]
  ])('other user IDs that point at %s are deleted', async (_name, userId, parts) => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    let during: Parts | undefined
    const request = () => {
      during = get('u1')
      return lose()
    }
    await expect(cache.run(toChange(userId, parts), request)).rejects.toThrow('lost')
    expect(during).toEqual({})
    expect([get('u1'), get('u2')]).toEqual([{}, {}])
  })

  it.each([
    ['another email', { email: 'bob@example.com' }],
    ['another profile', { peopleId: 'p2' }]
  ])('the entry of its own user ID is deleted if it points at %s', async (_name, parts) => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    let during: Parts | undefined
    const request = () => {
      during = get('u1')
      return lose()
    }
    await expect(cache.run(toChange('u1', parts), request)).rejects.toThrow('lost')
    expect([during, get('u1')]).toEqual([{}, {}])
  })

  it('the entry of its own user ID is kept if it points at the same person', async () => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    await expect(cache.run(toChange('u1', { email: 'ada@example.com' }), lose)).rejects.toThrow('lost')
    expect(get('u1')).toEqual({ peopleId: 'p1', email: 'ada@example.com' })
  })
})

describe('After a request', () => {
  it('nothing is set when the answer was lost', async () => {
    await expect(cache.run(toChange('u1', { peopleId: 'p1', email: 'ada@example.com' }), lose)).rejects.toThrow('lost')
    expect(get('u1')).toEqual({})
  })

  it('nothing is set when the answer does not confirm it', async () => {
    expect(
      await cache.run(
        toChange('u1', { peopleId: 'p1' }),
        () => Promise.resolve('other'),
        (it) => it === 'ok'
      )
    ).toBe('other')
    expect(get('u1')).toEqual({})
    expect(
      await cache.run(
        toChange('u1', { peopleId: 'p1' }),
        () => Promise.resolve('ok'),
        (it) => it === 'ok'
      )
    ).toBe('ok')
    expect(get('u1')).toEqual({ peopleId: 'p1' })
  })

  it('nothing is set before the answer', async () => {
    const { passed, open } = gate<string>()
    const running = cache.run(toChange('u1', { peopleId: 'p1' }), () => passed)
    expect(get('u1')).toEqual({})
    open('confirmed')
    await running
    expect(get('u1')).toEqual({ peopleId: 'p1' })
  })

  it('neither of two user IDs is kept whose requests for one email overlapped: their order in Crisp is unknown', async () => {
    const { passed, open } = gate<string>()
    const first = cache.run(toChange('u1', { email: 'ada@example.com' }), () => passed)
    await set('u2', { email: 'ada@example.com' })
    open('confirmed')
    await first
    expect([get('u1'), get('u2')]).toEqual([{}, {}])
  })

  it('nothing is set that was deleted meanwhile', async () => {
    const { passed, open } = gate<string>()
    const running = cache.run(toChange('u1', { peopleId: 'p1' }), () => passed)
    cache.delete(SHOP, 'u1')
    open('confirmed')
    await running
    expect(get('u1')).toEqual({})
  })
})

describe('Each part of an entry ends ten minutes after its own verification', () => {
  it('whether it is the people_id or the email', async () => {
    await set('u1', { peopleId: 'p1' })
    await set('u2', { email: 'ada@example.com' })
    jest.advanceTimersByTime(10 * MINUTE - 1)
    expect([get('u1'), get('u2')]).toEqual([{ peopleId: 'p1' }, { email: 'ada@example.com' }])
    jest.advanceTimersByTime(1)
    expect([get('u1'), get('u2')]).toEqual([{}, {}])
  })

  it('by itself', async () => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    jest.advanceTimersByTime(5 * MINUTE)
    await set('u1', { email: 'ada@example.com' })
    jest.advanceTimersByTime(5 * MINUTE)
    expect(get('u1')).toEqual({ email: 'ada@example.com' })
    jest.advanceTimersByTime(5 * MINUTE)
    expect(get('u1')).toEqual({})
  })

  it('and a later verification of the people_id extends no email', async () => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    jest.advanceTimersByTime(5 * MINUTE)
    await set('u1', { peopleId: 'p1' })
    jest.advanceTimersByTime(5 * MINUTE)
    expect(get('u1')).toEqual({ peopleId: 'p1' })
  })

  it('and its use extends nothing', async () => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    for (let minute = 0; minute < 9; minute++) {
      jest.advanceTimersByTime(MINUTE)
      expect(get('u1')).toEqual({ peopleId: 'p1', email: 'ada@example.com' })
    }
    jest.advanceTimersByTime(MINUTE)
    expect(get('u1')).toEqual({})
  })

  it('and a failed request extends nothing', async () => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    jest.advanceTimersByTime(9 * MINUTE)
    await expect(cache.run(toChange('u1', { peopleId: 'p1', email: 'ada@example.com' }), lose)).rejects.toThrow('lost')
    jest.advanceTimersByTime(MINUTE)
    expect(get('u1')).toEqual({})
  })

  it('and the time is that of the verification, not of the request that uses it', async () => {
    const person = toPerson({ peopleId: 'p1', email: 'ada@example.com' })
    jest.advanceTimersByTime(9 * MINUTE)
    await cache.run({ websiteId: SHOP, userId: 'u1', person, emailAt: Date.now() }, confirm)
    jest.advanceTimersByTime(MINUTE)
    expect(get('u1')).toEqual({ email: 'ada@example.com' })
  })

  it('also when the clock is set back', async () => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    jest.setSystemTime(Date.now() - MINUTE)
    expect(get('u1')).toEqual({})
  })
})

describe('A full cache', () => {
  beforeEach(() => (cache = new PeopleCache(2)))

  it('evicts the entry that was used least recently, as a whole', async () => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    await set('u2', { peopleId: 'p2', email: 'bob@example.com' })
    expect(get('u1')).toEqual({ peopleId: 'p1', email: 'ada@example.com' })
    await set('u3', { peopleId: 'p3' })
    expect([get('u1'), get('u2'), get('u3')]).toEqual([
      { peopleId: 'p1', email: 'ada@example.com' },
      {},
      { peopleId: 'p3' }
    ])
  })

  it('keeps no entry that points at a profile of which the new holder was evicted', async () => {
    await set('u1', { peopleId: 'p1', email: 'ada@example.com' })
    await set('u2', { peopleId: 'p1' })
    await set('u3', { peopleId: 'p3' })
    await set('u4', { peopleId: 'p4' })
    expect([get('u1'), get('u2')]).toEqual([{}, {}])
  })

  it('sets nothing for a request whose entry was evicted before the answer', async () => {
    const { passed, open } = gate<string>()
    const running = cache.run(toChange('u1', { peopleId: 'p1' }), () => passed)
    await set('u2', { peopleId: 'p2' })
    await set('u3', { peopleId: 'p3' })
    await set('u4', { peopleId: 'p1' })
    open('confirmed')
    await running
    expect([get('u1'), get('u4')]).toEqual([{}, {}])
  })
})

it('The cache holds 10,000 user IDs, the ones used last', async () => {
  for (let number = 0; number < 10_000; number++) await set(`u${number}`, { peopleId: `p${number}` })
  expect(get('u0')).toEqual({ peopleId: 'p0' })
  await set('one more', { peopleId: 'p' })
  expect(get('u0')).toEqual({ peopleId: 'p0' })
  expect(get('u1')).toEqual({})
  expect(get('u9999')).toEqual({ peopleId: 'p9999' })
})

it('A cleared cache is that of a new process', async () => {
  for (const userId of ['u1', 'u2', 'u3']) cache.searchRefusals.add('scope', userId)
  await set('u1', { peopleId: 'p1' })
  expect(cache.searchRefusals.isOff('scope')).toBe(true)
  cache.clear()
  expect(cache.searchRefusals.isOff('scope')).toBe(false)
  expect(get('u1')).toEqual({})
  await set('u2', { peopleId: 'p1' })
  expect(get('u2')).toEqual({ peopleId: 'p1' })
})
