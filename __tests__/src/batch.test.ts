import { IntegrationError, PayloadValidationError } from '@segment/actions-core'
import { failureOf } from '../../src/api/errors'
import { groupByPerson, deliverAll, GROUPS_AT_ONCE } from '../../src/batch'
import type { Delivery } from '../../src/batch'
import type { Reference } from '../../src/person/reference'
import { containing, gate, settle, startAfresh } from './support'

startAfresh()

/** A payload of these tests: whose it is, its name, and whether it merges with its like. */
interface Item extends Reference {
  name: string
}

interface Sent {
  request: string
}

/** A delivery whose requests are answered by a function of the name; `log` tells what was sent, in order. */
function deliveryThat(answer: (name: string) => Promise<void> | void, merges = false) {
  const log: string[] = []
  const lanes: string[][] = []
  const delivery: Delivery<Item, Item, Sent> = {
    prepare: (item) => {
      if (item.name.startsWith('bad')) throw new PayloadValidationError(`${item.name} is bad`)
      return item
    },
    referenceOf: ({ email, userId }) => ({ email, userId }),
    openLane: () => {
      const lane: string[] = []
      lanes.push(lane)
      return async ({ name }, sent) => {
        log.push(name)
        lane.push(name)
        sent.request = name
        await answer(name)
        return { status: 200, body: { reason: name } }
      }
    },
    shareOf: ({ name }) => ({ name })
  }
  if (merges) {
    delivery.merge = (earlier, later) =>
      earlier.email === later.email && earlier.userId === later.userId
        ? { ...earlier, name: `${earlier.name}+${later.name}` }
        : undefined
  }
  return { delivery, log, lanes }
}

const of = (email: string, name: string): Item => ({ email, name })

describe('lanes', () => {
  const cut = (...references: Reference[]) =>
    groupByPerson(
      references.map((reference, index) => ({ reference, index })),
      ({ reference }) => reference
    ).map((lane) => lane.map(({ index }) => index))

  it('part different people', () => {
    expect(cut({ email: 'a' }, { email: 'b' }, { userId: 'c' })).toEqual([[0], [1], [2]])
  })

  it('join payloads of one e-mail or of one user ID, in their order', () => {
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

  it('do not mistake a user ID for an e-mail of the same letters', () => {
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

describe('the order of delivery', () => {
  it('is that of the events within a person', async () => {
    const { delivery, log } = deliveryThat(() => settle())
    await deliverAll([of('a', 'a1'), of('b', 'b1'), of('a', 'a2'), of('b', 'b2'), of('a', 'a3')], delivery)
    expect(log.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2', 'a3'])
    expect(log.filter((name) => name.startsWith('b'))).toEqual(['b1', 'b2'])
  })

  it('starts the next event of a person only when the one before has ended', async () => {
    const first = gate<void>()
    const { delivery, log } = deliveryThat((name) => (name === 'a1' ? first.passed : undefined))
    const done = deliverAll([of('a', 'a1'), of('a', 'a2')], delivery)
    await settle()
    expect(log).toEqual(['a1'])
    first.open()
    await done
    expect(log).toEqual(['a1', 'a2'])
  })

  it('lets one slow person delay nobody', async () => {
    const slow = gate<void>()
    const { delivery, log } = deliveryThat((name) => (name === 'slow1' ? slow.passed : undefined))
    const others = Array.from({ length: 100 }, (_value, index) => of(`p${index}`, `p${index}`))
    const done = deliverAll([of('slow', 'slow1'), of('slow', 'slow2'), ...others], delivery)
    await settle()
    expect(log).toHaveLength(101)
    expect(log).not.toContain('slow2')
    slow.open()
    expect(await done).toHaveLength(102)
  })

  it('has at most ten requests in flight, and ten where there are as many people', async () => {
    expect(GROUPS_AT_ONCE).toBe(10)
    let inFlight = 0
    let most = 0
    const gates: (() => void)[] = []
    const { delivery } = deliveryThat(async () => {
      inFlight += 1
      most = Math.max(most, inFlight)
      const { passed, open } = gate<void>()
      gates.push(open)
      await passed
      inFlight -= 1
    })
    const items = Array.from({ length: 200 }, (_value, index) => of(`p${index % 50}`, `e${index}`))
    const done = deliverAll(items, delivery)
    for (let turn = 0; turn < 200; turn++) {
      await settle()
      expect(inFlight).toBe(Math.min(10, inFlight))
      gates.shift()?.()
    }
    expect(await done).toHaveLength(200)
    expect(most).toBe(10)
  })

  it('starts with the people who have most events, who take longest', async () => {
    const { delivery, log } = deliveryThat(() => settle())
    const single = Array.from({ length: 20 }, (_value, index) => of(`p${index}`, `p${index}`))
    await deliverAll([...single, of('many', 'many1'), of('many', 'many2'), of('many', 'many3')], delivery)
    expect(log.indexOf('many1')).toBe(0)
  })
})

describe('the outcomes', () => {
  it('are one for every event, by index', async () => {
    const { delivery } = deliveryThat((name) => {
      if (name === 'gone') throw failureOf(404, { error: true, reason: 'people_not_found' })
      if (name === 'own') throw new IntegrationError('our own', 'OWN', 404)
    })
    const outcomes = await deliverAll(
      [of('a', 'fine'), of('b', 'bad one'), of('c', 'gone'), of('a', 'own'), of('d', 'fine too')],
      delivery
    )
    expect(outcomes).toMatchObject([
      { delivered: true, status: 200, sent: { name: 'fine' }, body: { reason: 'fine' } },
      { delivered: false, error: { status: 400, message: 'bad one is bad' }, sent: undefined },
      {
        delivered: false,
        error: { status: 404 },
        sent: { name: 'gone' },
        body: { error: true, reason: 'people_not_found' }
      },
      { delivered: false, error: { code: 'OWN' } },
      { delivered: true, sent: { name: 'fine too' } }
    ])
  })

  it('are none of no events', async () => {
    expect(await deliverAll([], deliveryThat(() => undefined).delivery)).toEqual([])
  })

  it.each([400, 404, 409, 422])('leave the rest of the lane alone after %i', async (status) => {
    const { delivery, log } = deliveryThat((name) => {
      if (name === 'a1') throw failureOf(status, { error: true, reason: 'any' })
    })
    const outcomes = await deliverAll([of('a', 'a1'), of('a', 'a2')], delivery)
    expect(outcomes.map(({ delivered }) => delivered)).toEqual([false, true])
    expect(log).toEqual(['a1', 'a2'])
  })

  it.each([
    [500, 500],
    [502, 502],
    [503, 503],
    [408, 504],
    [429, 429],
    [401, 401]
  ])('of a lane after %i share its status, unsent: a retry must not put old over new', async (status, shared) => {
    const { delivery, log } = deliveryThat((name) => {
      if (name === 'a2') throw failureOf(status, { error: true, reason: 'any' })
    })
    const outcomes = await deliverAll(
      [of('a', 'a1'), of('a', 'a2'), of('a', 'a3'), of('b', 'b1'), of('a', 'a4')],
      delivery
    )
    expect(outcomes).toMatchObject([
      { delivered: true },
      { delivered: false, error: { status: shared }, sent: { name: 'a2' }, body: { reason: 'any' } },
      { delivered: false, error: { status: shared, message: containing('Not attempted') } },
      { delivered: true },
      { delivered: false, error: { status: shared, message: containing('Not attempted') } }
    ])
    for (const index of [2, 4]) {
      expect(outcomes[index].sent).toBeUndefined()
      expect(outcomes[index].body).toBeUndefined()
    }
    expect(log.sort()).toEqual(['a1', 'a2', 'b1'])
  })
})

describe('merging', () => {
  it('joins consecutive events of one reference, and each gets its own share', async () => {
    const { delivery, log } = deliveryThat(() => undefined, true)
    const outcomes = await deliverAll([of('a', 'a1'), of('b', 'b1'), of('a', 'a2'), of('a', 'a3')], delivery)
    expect(log.sort()).toEqual(['a1+a2+a3', 'b1'])
    expect(outcomes.map(({ sent }) => sent)).toEqual([{ name: 'a1' }, { name: 'b1' }, { name: 'a2' }, { name: 'a3' }])
  })

  it('keeps events apart that another of the same lane parts', async () => {
    const { delivery, log } = deliveryThat(() => undefined, true)
    await deliverAll([of('a', '1'), { email: 'a', userId: 'u', name: '2' }, of('a', '3'), of('a', '4')], delivery)
    expect(log).toEqual(['1', '2', '3+4'])
  })

  it('is undone when Crisp refuses the values, in place and in order', async () => {
    const { delivery, log } = deliveryThat((name) => {
      if (name.includes('a2')) throw failureOf(400, { error: true, reason: 'invalid_data' })
    }, true)
    const outcomes = await deliverAll(
      [of('a', 'a1'), of('a', 'a2'), of('a', 'a3'), { email: 'a', userId: 'u', name: 'last' }],
      delivery
    )
    expect(log).toEqual(['a1+a2+a3', 'a1', 'a2', 'a3', 'last'])
    expect(outcomes.map(({ delivered }) => delivered)).toEqual([true, false, true, true])
  })

  it('is undone whatever Crisp refuses it for', async () => {
    const { delivery, log } = deliveryThat((name) => {
      if (name.includes('+')) throw failureOf(413, { error: true, reason: 'too_large' })
    }, true)
    const outcomes = await deliverAll([of('a', 'a1'), of('a', 'a2')], delivery)
    expect(log).toEqual(['a1+a2', 'a1', 'a2'])
    expect(outcomes.map(({ delivered }) => delivered)).toEqual([true, true])
  })

  it('is not undone for other failures: they are those of every merged event', async () => {
    const { delivery, log } = deliveryThat(() => {
      throw failureOf(409, { error: true, reason: 'people_exists' })
    }, true)
    const outcomes = await deliverAll([of('a', 'a1'), of('a', 'a2')], delivery)
    expect(log).toEqual(['a1+a2'])
    expect(outcomes).toMatchObject([{ error: { status: 409 } }, { error: { status: 409 } }])
  })
})

describe('a mistake of the program', () => {
  it('is thrown, not taken for an outcome', async () => {
    const { delivery } = deliveryThat(() => {
      throw new TypeError('a mistake')
    })
    await expect(deliverAll([of('a', 'a1')], delivery)).rejects.toThrow('a mistake')
  })
})

/** An identify call with one plain trait. */
