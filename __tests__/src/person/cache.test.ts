import { forget, forgetAll, isSearchRefused, recall, refuseSearch, remember } from '../../../src/person/cache'

const [SHOP, BLOG] = ['website-1', 'website-2']

beforeEach(() => forgetAll())

it('remembers the person of a user ID on each website', () => {
  remember(SHOP, 'u1', { peopleId: 'p1', email: 'ada@example.com' })
  expect(recall(SHOP, 'u1')).toEqual({ peopleId: 'p1', email: 'ada@example.com' })
  expect(recall(BLOG, 'u1')).toBeUndefined()
  forget(SHOP, 'u1')
  expect(recall(SHOP, 'u1')).toBeUndefined()
})

describe('a profile stores one user ID, so another that was remembered with it is forgotten', () => {
  it('by its people_id', () => {
    remember(SHOP, 'u1', { peopleId: 'p1' })
    remember(SHOP, 'u2', { peopleId: 'p1' })
    expect(recall(SHOP, 'u1')).toBeUndefined()
    expect(recall(SHOP, 'u2')).toEqual({ peopleId: 'p1' })
  })

  it('by its e-mail', () => {
    remember(SHOP, 'u1', { email: 'ada@example.com' })
    remember(SHOP, 'u2', { peopleId: 'p2', email: 'ada@example.com' })
    expect(recall(SHOP, 'u1')).toBeUndefined()
    expect(recall(SHOP, 'u2')).toEqual({ peopleId: 'p2', email: 'ada@example.com' })
  })

  it('however often they take turns', () => {
    for (const userId of ['u1', 'u2', 'u1']) remember(SHOP, userId, { peopleId: 'p1' })
    expect(recall(SHOP, 'u1')).toEqual({ peopleId: 'p1' })
    expect(recall(SHOP, 'u2')).toBeUndefined()
  })

  it('but not for its own sake', () => {
    remember(SHOP, 'u1', { peopleId: 'p1', email: 'ada@example.com' })
    remember(SHOP, 'u1', { peopleId: 'p1' })
    expect(recall(SHOP, 'u1')).toEqual({ peopleId: 'p1' })
  })

  it.each([
    ['another profile', { peopleId: 'p2', email: 'bob@example.com' }],
    ['a profile of which only the e-mail is known', { email: 'bob@example.com' }],
    ['a profile of which nothing is known', {}]
  ])('but not for %s', (_name, other) => {
    remember(SHOP, 'u1', { peopleId: 'p1', email: 'ada@example.com' })
    remember(SHOP, 'u0', {})
    remember(SHOP, 'u2', other)
    expect(recall(SHOP, 'u1')).toEqual({ peopleId: 'p1', email: 'ada@example.com' })
    expect(recall(SHOP, 'u0')).toEqual({})
  })

  it('but not for an e-mail that reads like a people_id, nor on another website', () => {
    remember(SHOP, 'u1', { peopleId: 'same' })
    remember(SHOP, 'u2', { email: 'same' })
    remember(BLOG, 'u3', { peopleId: 'same' })
    expect([recall(SHOP, 'u1'), recall(SHOP, 'u2')]).toEqual([{ peopleId: 'same' }, { email: 'same' }])
  })
})

it('keeps the refusal of the search by website, and forgets everything at once', () => {
  refuseSearch(SHOP)
  remember(SHOP, 'u1', { peopleId: 'p1' })
  expect([isSearchRefused(SHOP), isSearchRefused(BLOG)]).toEqual([true, false])
  forgetAll()
  expect(isSearchRefused(SHOP)).toBe(false)
  expect(recall(SHOP, 'u1')).toBeUndefined()
  remember(SHOP, 'u2', { peopleId: 'p1' })
  expect(recall(SHOP, 'u2')).toEqual({ peopleId: 'p1' })
})
