import { getAdded, SegmentList, toSegmentName } from '../../../src/person/segments'
import { answers, callsOf, clientThat } from '../support'
import type { Reply } from '../support'

const profile = (data: unknown): Reply => [200, { error: false, reason: 'resolved', data }]

/** A list before a Crisp that gives these answers in this order. */
function createList(...script: Reply[]) {
  const { client, calls } = clientThat(() => script.shift())
  return { list: new SegmentList(client), calls }
}

describe('the name of a segment', () => {
  it.each([
    ['vip', 'vip'],
    ['  vip\n', 'vip'],
    ['Big spender', 'Big-spender'],
    ['a|b', 'a-b'],
    ['a,b', 'a-b'],
    ['a, b | c', 'a-b-c'],
    ['a\u00a0b\tc', 'a-b-c'],
    ['order_completed_last_30days', 'order_completed_last_30days'],
    ['clients-équipe', 'clients-équipe'],
    ['', ''],
    [' ', '']
  ])('%j is sent as %j', (text, name) => {
    expect(toSegmentName(text)).toBe(name)
  })
})

it('only segments with the value true are those that a person is added to', () => {
  expect(getAdded({ vip: true, trial: false, beta: true })).toEqual(['vip', 'beta'])
  expect(getAdded({})).toEqual([])
})

describe("a person's list of segments", () => {
  it('is read once for one address', async () => {
    const { list, calls } = createList(profile({ segments: ['trial'] }))
    expect(await list.change('ada@example.com', { vip: true })).toEqual(['trial', 'vip'])
    expect(await list.change('ada@example.com', { trial: false })).toEqual([])
    expect(callsOf(calls)).toEqual(['GET /people/profile/ada@example.com'])
  })

  it('is read again for another address, and for the first one after it', async () => {
    const { list, calls } = createList(
      profile({ segments: ['a'] }),
      profile({ segments: ['b'] }),
      profile({ segments: [] })
    )
    expect(await list.change('ada@example.com', { vip: true })).toEqual(['a', 'vip'])
    expect(await list.change('p1', { vip: true })).toEqual(['b', 'vip'])
    expect(await list.change('ada@example.com', { vip: true })).toEqual(['vip'])
    expect(calls).toHaveLength(3)
  })

  it.each([
    ['has what is added', ['vip', 'trial'], { vip: true }],
    ['lacks what is removed', ['trial'], { vip: false }],
    ['is empty and nothing is added', [], { vip: false }]
  ])('is right already when it %s', async (_what, segments, changes) => {
    const { list } = createList(profile({ segments }))
    expect(await list.change('p1', changes)).toBeUndefined()
  })

  it('keeps its order, gets new names at the end, and loses duplicates, which Crisp refuses', async () => {
    const { list } = createList(profile({ segments: ['b', 'a', 'b', 'c'] }))
    expect(await list.change('p1', { z: true, a: false, b: true, y: true })).toEqual(['b', 'c', 'z', 'y'])
  })

  it.each(['constructor', '__proto__', 'toString'])('takes %s for a name like others', async (name) => {
    const { list } = createList(profile({ segments: [name, 'vip'] }))
    expect(await list.change('p1', { vip: false })).toEqual([name])
    expect(await list.change('p1', Object.fromEntries([[name, false]]))).toEqual(['vip'])
  })

  it('is empty for a profile that has no list', async () => {
    const { list } = createList(profile({ email: 'ada@example.com' }))
    expect(await list.change('p1', { vip: true })).toEqual(['vip'])
  })

  it.each([
    ['null', { segments: null }],
    ['a text', { segments: 'vip' }],
    ['a list of numbers', { segments: [1] }]
  ])('that is %s is retried and never replaced', async (_what, data) => {
    const { list } = createList(profile(data))
    const failure: unknown = await list.change('p1', { vip: true }).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ kind: 'retry', status: 502 })
    expect(String(failure)).toContain("Crisp's list of segments can't be read. It is tried again later.")
  })

  it('of a person that Crisp does not know is that failure', async () => {
    const { list } = createList(answers.unknown)
    await expect(list.change('p1', { vip: true })).rejects.toMatchObject({ kind: 'unknown', status: 404 })
  })

  it('counts as changed only once Crisp has stored it', async () => {
    const { list, calls } = createList(profile({ segments: [] }))
    expect(await list.change('p1', { vip: true })).toEqual(['vip'])
    expect(await list.change('p1', { vip: true })).toEqual(['vip'])
    list.set('p1', { segments: ['vip'] })
    expect(await list.change('p1', { vip: true })).toBeUndefined()
    list.set('p1', { person: { nickname: 'Ada' } })
    expect(await list.change('p1', { vip: true })).toBeUndefined()
    expect(calls).toHaveLength(1)
  })

  it('is known without a read after it was stored', async () => {
    const { list, calls } = createList()
    list.set('p1', { segments: ['vip'] })
    expect(await list.change('p1', { vip: true })).toBeUndefined()
    expect(calls).toEqual([])
  })

  it('is read again after an email was stored: the address may be the email of another person', async () => {
    const { list, calls } = createList(profile({ segments: ['vip'] }), answers.unknown)
    expect(await list.change('ada@example.com', { vip: true })).toBeUndefined()
    list.set('p1', { email: 'new@example.com' })
    await expect(list.change('ada@example.com', { vip: true })).rejects.toMatchObject({ kind: 'unknown' })
    expect(calls).toHaveLength(2)
  })
})
