import { SearchRefusals } from '../../../src/person/searchRefusals'

const MINUTE = 60_000
const SHOP = 'website-1 plugin'

let refusals: SearchRefusals

beforeEach(() => {
  jest.useFakeTimers()
  refusals = new SearchRefusals()
})

afterEach(() => {
  jest.useRealTimers()
})

const refuse = (...userIds: string[]) => userIds.forEach((userId) => refusals.add(SHOP, userId))

it('The search is off after three refusals in a row for different user IDs', () => {
  refuse('u1', 'u2')
  expect(refusals.isOff(SHOP)).toBe(false)
  refuse('u3')
  expect(refusals.isOff(SHOP)).toBe(true)
})

it('The search stays on however often one user ID is refused', () => {
  refuse('u1', 'u1', 'u2', 'u1', 'u2')
  expect(refusals.isOff(SHOP)).toBe(false)
})

it('The search stays on when a success comes between the refusals', () => {
  refuse('u1', 'u2')
  refusals.delete(SHOP)
  refuse('u3', 'u4')
  expect(refusals.isOff(SHOP)).toBe(false)
})

it('The search is off for ten minutes, and then again only after three refusals', () => {
  refuse('u1', 'u2', 'u3')
  jest.advanceTimersByTime(10 * MINUTE - 1)
  expect(refusals.isOff(SHOP)).toBe(true)
  jest.advanceTimersByTime(1)
  expect(refusals.isOff(SHOP)).toBe(false)
  refuse('u4', 'u5')
  expect(refusals.isOff(SHOP)).toBe(false)
  refuse('u6')
  expect(refusals.isOff(SHOP)).toBe(true)
})

it.each(['website-2 plugin', 'website-1 website'])(
  'The search stays on for another website or token type: %s',
  (other) => {
    refusals.add(other, 'u0')
    refuse('u1', 'u2', 'u3')
    expect([refusals.isOff(SHOP), refusals.isOff(other)]).toEqual([true, false])
  }
)

it('The search is on everywhere once the refusals are cleared', () => {
  refuse('u1', 'u2', 'u3')
  refusals.clear()
  expect(refusals.isOff(SHOP)).toBe(false)
})
