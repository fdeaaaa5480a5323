import { LRUCache } from 'lru-cache'
import type { Person, Reference } from '../../../src/person/reference'
import { Repeats } from '../../../src/person/repeats'
import { gate } from '../support'

const WEBSITE = 'website'
const MINUTE = 60_000
const ADA: Reference = { email: 'ada@example.com', userId: 'u1' }
const BY_EMAIL: Person = { address: 'ada@example.com', email: 'ada@example.com' }
const PROFILE: Person = { address: 'p1', peopleId: 'p1', listedEmail: 'ada@example.com' }
const UPDATE = { profile: { person: { nickname: 'Ada' } }, data: { plan: 'free' }, segments: {}, keepsEmail: false }

/** Repeats that hold the update as the last write of Ada. */
function remember(reference = ADA, person = BY_EMAIL) {
  const repeats = new Repeats()
  repeats.set(WEBSITE, reference, person, UPDATE)
  return repeats
}

afterEach(() => jest.restoreAllMocks())

it('an update that was not written is no repeat', () => {
  expect(new Repeats().has(WEBSITE, ADA, UPDATE)).toBe(false)
})

it('the same update is a repeat', () => {
  expect(remember().has(WEBSITE, { ...ADA }, { ...UPDATE })).toBe(true)
})

it.each([
  ['another value', ADA, { ...UPDATE, data: { plan: 'team' } }],
  ['a value of another type', ADA, { ...UPDATE, data: { plan: true } }],
  ['a value more', ADA, { ...UPDATE, data: { plan: 'free', seats: 3 } }],
  ['a value less', ADA, { ...UPDATE, data: {} }],
  ['another profile', ADA, { ...UPDATE, profile: {} }],
  ['another segment', ADA, { ...UPDATE, segments: { vip: true } }],
  ['another rule for its email', ADA, { ...UPDATE, keepsEmail: true }],
  ['the user ID alone', { userId: 'u1' }, UPDATE],
  ['the email alone', { email: 'ada@example.com' }, UPDATE],
  ['another email', { ...ADA, email: 'new@example.com' }, UPDATE],
  ['another user ID', { ...ADA, userId: 'u2' }, UPDATE]
])('an update with %s is no repeat', (_what, reference, update) => {
  expect(remember().has(WEBSITE, reference, update)).toBe(false)
})

it('an update of another website is no repeat, and its writes change nothing', () => {
  const repeats = remember()
  expect(repeats.has('other', ADA, UPDATE)).toBe(false)
  repeats.delete('other', ADA, BY_EMAIL)
  expect(repeats.has(WEBSITE, ADA, UPDATE)).toBe(true)
})

it('the last update counts', () => {
  const repeats = remember()
  const other = { ...UPDATE, data: { plan: 'team' } }
  repeats.set(WEBSITE, ADA, BY_EMAIL, other)
  expect(repeats.has(WEBSITE, ADA, UPDATE)).toBe(false)
  expect(repeats.has(WEBSITE, ADA, other)).toBe(true)
})

it('an update with another name of the person makes the earlier one no repeat', () => {
  const repeats = remember(ADA, PROFILE)
  repeats.set(WEBSITE, { email: 'ada@example.com' }, BY_EMAIL, UPDATE)
  expect(repeats.has(WEBSITE, ADA, UPDATE)).toBe(false)
  expect(repeats.has(WEBSITE, { email: 'ada@example.com' }, UPDATE)).toBe(true)
})

describe.each([
  ['both names', ADA, BY_EMAIL],
  ['both names and the profile', ADA, PROFILE],
  ['the user ID alone', { userId: 'u1' }, PROFILE],
  ['the email alone', { email: 'ada@example.com' }, BY_EMAIL]
])('an update by %s', (_what, reference, person) => {
  it.each([
    ['the same names', reference, undefined],
    ['an email in the list of Crisp', { userId: 'u2' }, { address: 'p2', listedEmail: 'ada@example.com' }],
    ['an email that it writes to', { userId: 'u2' }, BY_EMAIL]
  ])('is no repeat after a write by %s', (_other, other, otherPerson) => {
    const repeats = remember(reference, person)
    repeats.delete(WEBSITE, other, otherPerson)
    expect(repeats.has(WEBSITE, reference, UPDATE)).toBe(false)
  })

  it('is a repeat after a write of another person', () => {
    const repeats = remember(reference, person)
    const other = { address: 'p2', peopleId: 'p2', email: 'bob@example.com' }
    repeats.delete(WEBSITE, { email: 'bob@example.com', userId: 'u2' }, other)
    expect(repeats.has(WEBSITE, reference, UPDATE)).toBe(true)
  })
})

it('an update of a profile is no repeat after a write of that profile under other names', () => {
  const repeats = remember({ userId: 'u1' }, { address: 'p1', peopleId: 'p1' })
  repeats.delete(WEBSITE, { userId: 'u2' }, { address: 'p1', peopleId: 'p1' })
  expect(repeats.has(WEBSITE, { userId: 'u1' }, UPDATE)).toBe(false)
})

it('an update is a repeat for ten minutes from its write, however often it is asked for', () => {
  const clock = jest.spyOn(Date, 'now').mockReturnValue(MINUTE)
  const repeats = remember()
  for (const [time, isRepeat] of [
    [MINUTE, true],
    [10 * MINUTE, true],
    [11 * MINUTE - 1, true],
    [11 * MINUTE, false],
    [0, false]
  ] as const) {
    clock.mockReturnValue(time)
    expect(repeats.has(WEBSITE, ADA, UPDATE)).toBe(isRepeat)
  }
})

it('no value of an update is kept, only a hash', () => {
  const kept = jest.spyOn(LRUCache.prototype, 'set')
  new Repeats().set(WEBSITE, ADA, BY_EMAIL, {
    profile: { person: { phone: '+331234' } },
    data: { diagnosis: 'sensitive' },
    segments: { debtor: true }
  })
  const content = JSON.stringify(kept.mock.calls)
  expect(content).toContain('website user u1')
  expect(content).not.toMatch(/\+331234|phone|diagnosis|sensitive|debtor/)
})

it('the updates of the people that were written longest ago go when there are too many', () => {
  const repeats = new Repeats()
  const name = (n: number): Reference => ({ userId: `u${n}`, email: `u${n}@example.com` })
  for (let n = 0; n < 10_001; n++) {
    repeats.set(WEBSITE, name(n), { address: `u${n}@example.com`, email: `u${n}@example.com` }, UPDATE)
  }
  expect([0, 1, 10_000].map((n) => repeats.has(WEBSITE, name(n), UPDATE))).toEqual([false, true, true])
})

it('nothing is left after clear', () => {
  const repeats = remember()
  repeats.clear()
  expect(repeats.has(WEBSITE, ADA, UPDATE)).toBe(false)
})

describe('updates of one person that overlap', () => {
  const BY_PROFILE: Person = { address: 'p1', peopleId: 'p1', listedEmail: 'ada@example.com' }
  const NOTE: Parameters<Repeats['set']> = [WEBSITE, ADA, BY_EMAIL, UPDATE]

  /** Starts an update that has written as the person, and ends when it is told to. */
  function startUpdate(repeats: Repeats, reference: Reference, person: Person, skipsRepeat = true) {
    const owner = {}
    const { passed, open } = gate<void>()
    const done = repeats.run(owner, skipsRepeat, async () => {
      repeats.delete(WEBSITE, reference, person, owner)
      await passed
      return NOTE
    })
    return async () => {
      open()
      await done
    }
  }

  it('leave no note, because their order at Crisp is not known', async () => {
    for (const skipsRepeat of [true, false]) {
      const repeats = new Repeats()
      const endFirst = startUpdate(repeats, ADA, BY_EMAIL)
      const endSecond = startUpdate(repeats, { userId: 'u9' }, BY_PROFILE, skipsRepeat)
      await endSecond()
      await endFirst()
      expect(repeats.has(WEBSITE, ADA, UPDATE)).toBe(false)
    }
  })

  it('leave a note when they are of different people', async () => {
    const repeats = new Repeats()
    const endFirst = startUpdate(repeats, ADA, BY_EMAIL)
    const endSecond = startUpdate(repeats, { userId: 'u2' }, { address: 'p2', peopleId: 'p2' }, false)
    await endFirst()
    await endSecond()
    expect(repeats.has(WEBSITE, ADA, UPDATE)).toBe(true)
  })
})
