import { groupByPerson } from '../../../src/person/group'
import type { Reference } from '../../../src/person/reference'

describe('groups of one person', () => {
  const cut = (...references: Reference[]) =>
    groupByPerson(
      references.map((reference, index) => ({ reference, index })),
      ({ reference }) => reference
    ).map((group) => group.map(({ index }) => index))

  it('part different people', () => {
    expect(cut({ email: 'a' }, { email: 'b' }, { userId: 'c' })).toEqual([[0], [1], [2]])
  })

  it('join payloads of one email or of one user ID, in their order', () => {
    expect(cut({ email: 'a' }, { userId: 'u' }, { email: 'a' }, { userId: 'u' }, { email: 'a' })).toEqual([
      [0, 2, 4],
      [1, 3]
    ])
  })

  it('join payloads through others, also when the link comes last', () => {
    expect(cut({ email: 'a' }, { userId: 'u' }, { email: 'b' }, { email: 'a', userId: 'u' })).toEqual([[0, 1, 3], [2]])
    const chain = cut(
      { email: 'a' },
      { email: 'b' },
      { email: 'c' },
      { email: 'c', userId: '2' },
      { email: 'b', userId: '2' },
      { email: 'b', userId: '1' },
      { email: 'a', userId: '1' }
    )
    expect(chain).toEqual([[0, 1, 2, 3, 4, 5, 6]])
  })

  it('do not mistake a user ID for an email of the same letters', () => {
    expect(cut({ email: 'a@b.c' }, { userId: 'a@b.c' })).toEqual([[0], [1]])
    expect(cut({ email: 'user x' }, { userId: 'x' }, { email: 'x' })).toEqual([[0], [1], [2]])
  })

  it('hold nothing when there is nothing', () => {
    expect(cut()).toEqual([])
  })

  it('are cut quickly from very many payloads, linked one after the other', () => {
    const links = Array.from({ length: 50_000 }, (_value, index) =>
      index % 2 ? { email: `e${index - 1}`, userId: `u${index + 1}` } : { email: `e${index}`, userId: `u${index}` }
    )
    expect(cut(...links)).toHaveLength(1)
  })
})
