import { IntegrationError, PayloadValidationError } from '@segment/actions-core'
import { readAnswer } from '../../src/api/errors'
import { deliverAll, GROUPS_AT_ONCE } from '../../src/batch'
import type { Delivery, Job } from '../../src/batch'
import { isSameReference } from '../../src/person/reference'
import type { Reference } from '../../src/person/reference'
import { clientThat, containing, gate, settle, startAfresh } from './support'

startAfresh()

/** A payload of these tests: the person's reference, and its name. */
interface Item extends Reference {
  name: string
}

interface ItemJob extends Job {
  name: string
}

const failureOf = (status: number, reason: string) => readAnswer(status, { error: true, reason, data: {} })

/** A delivery whose requests are answered by a function of the name; `log` tells what was sent, in order. */
function deliveryThat(answer: (name: string) => Promise<void> | void, merges = false) {
  const log: string[] = []
  const delivery: Delivery<Item, ItemJob> = {
    read: ({ name, ...reference }) => {
      if (name.startsWith('bad')) throw new PayloadValidationError(`${name} is bad`)
      return { name, reference }
    },
    send: async ({ name }, session) => {
      log.push(name)
      session.sent = { event: { text: name, data: {} } }
      await answer(name)
      return { status: 200, body: { error: false, reason: name, data: {} } }
    },
    getShare: ({ name }, sent) => (sent.event ? { name } : undefined)
  }
  if (merges) {
    delivery.canMerge = (earlier, later) => isSameReference(earlier.reference, later.reference)
    delivery.merge = (earlier, later) => ({ ...earlier, name: `${earlier.name}+${later.name}` })
  }
  const { client } = clientThat(() => {
    throw new Error('These deliveries send nothing.')
  })
  return { deliver: (items: Item[]) => deliverAll(client, items, delivery), log }
}

const of = (email: string, name: string): Item => ({ email, name })

describe('the order of delivery', () => {
  it('is that of the events within a person', async () => {
    const { deliver, log } = deliveryThat(() => settle())
    await deliver([of('a', 'a1'), of('b', 'b1'), of('a', 'a2'), of('b', 'b2'), of('a', 'a3')])
    expect(log.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2', 'a3'])
    expect(log.filter((name) => name.startsWith('b'))).toEqual(['b1', 'b2'])
  })

  it('starts the next event of a person only when the one before has ended', async () => {
    const first = gate<void>()
    const { deliver, log } = deliveryThat((name) => (name === 'a1' ? first.passed : undefined))
    const done = deliver([of('a', 'a1'), of('a', 'a2')])
    await settle()
    expect(log).toEqual(['a1'])
    first.open()
    await done
    expect(log).toEqual(['a1', 'a2'])
  })

  it('lets one slow person delay no other', async () => {
    const slow = gate<void>()
    const { deliver, log } = deliveryThat((name) => (name === 'slow1' ? slow.passed : undefined))
    const others = Array.from({ length: 100 }, (_value, index) => of(`p${index}`, `p${index}`))
    const done = deliver([of('slow', 'slow1'), of('slow', 'slow2'), ...others])
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
    const { deliver } = deliveryThat(async () => {
      inFlight += 1
      most = Math.max(most, inFlight)
      const { passed, open } = gate<void>()
      gates.push(open)
      await passed
      inFlight -= 1
    })
    const items = Array.from({ length: 200 }, (_value, index) => of(`p${index % 50}`, `e${index}`))
    const done = deliver(items)
    for (let turn = 0; turn < 200; turn++) {
      await settle()
      expect(inFlight).toBe(Math.min(10, inFlight))
      gates.shift()?.()
    }
    expect(await done).toHaveLength(200)
    expect(most).toBe(10)
  })

  it('starts with the people who have most events, who take longest', async () => {
    const { deliver, log } = deliveryThat(() => settle())
    const single = Array.from({ length: 20 }, (_value, index) => of(`p${index}`, `p${index}`))
    await deliver([...single, of('many', 'many1'), of('many', 'many2'), of('many', 'many3')])
    expect(log.indexOf('many1')).toBe(0)
  })
})

describe('the outcomes', () => {
  it('are one for every event, by index', async () => {
    const { deliver } = deliveryThat((name) => {
      if (name === 'gone') throw failureOf(404, 'people_not_found')
      if (name === 'own') throw new IntegrationError('our own', 'OWN', 404)
    })
    const outcomes = await deliver([
      of('a', 'fine'),
      of('b', 'bad one'),
      of('c', 'gone'),
      of('a', 'own'),
      of('d', 'fine too')
    ])
    expect(outcomes).toMatchObject([
      { delivered: true, status: 200, sent: { name: 'fine' }, body: { reason: 'fine' } },
      { delivered: false, error: { status: 400, message: 'bad one is bad' }, sent: undefined },
      {
        delivered: false,
        error: { status: 404 },
        sent: { name: 'gone' },
        body: { error: true, reason: 'people_not_found' }
      },
      { delivered: false, error: { code: 'NOT_FOUND', status: 404, message: 'our own' } },
      { delivered: true, sent: { name: 'fine too' } }
    ])
  })

  it('are none of no events', async () => {
    expect(await deliveryThat(() => undefined).deliver([])).toEqual([])
  })

  it.each([400, 404, 409, 413])('leave the rest of the group alone after %i', async (status) => {
    const { deliver, log } = deliveryThat((name) => {
      if (name === 'a1') throw failureOf(status, 'any')
    })
    const outcomes = await deliver([of('a', 'a1'), of('a', 'a2')])
    expect(outcomes.map(({ delivered }) => delivered)).toEqual([false, true])
    expect(log).toEqual(['a1', 'a2'])
  })

  it.each([
    [500, 500],
    [502, 502],
    [503, 503],
    [408, 504],
    [422, 503],
    [429, 429],
    [401, 401]
  ])('of a group after %i share its status, unsent: a retry must not put old over new', async (status, shared) => {
    const { deliver, log } = deliveryThat((name) => {
      if (name === 'a2') throw failureOf(status, 'any')
    })
    const outcomes = await deliver([of('a', 'a1'), of('a', 'a2'), of('a', 'a3'), of('b', 'b1'), of('a', 'a4')])
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
    const { deliver, log } = deliveryThat(() => undefined, true)
    const outcomes = await deliver([of('a', 'a1'), of('b', 'b1'), of('a', 'a2'), of('a', 'a3')])
    expect(log.sort()).toEqual(['a1+a2+a3', 'b1'])
    expect(outcomes.map(({ sent }) => sent)).toEqual([{ name: 'a1' }, { name: 'b1' }, { name: 'a2' }, { name: 'a3' }])
  })

  it('keeps events apart that another of the same group parts', async () => {
    const { deliver, log } = deliveryThat(() => undefined, true)
    await deliver([of('a', '1'), { email: 'a', userId: 'u', name: '2' }, of('a', '3'), of('a', '4')])
    expect(log).toEqual(['1', '2', '3+4'])
  })

  it('is undone in halves when Crisp refuses the values, in place and in order', async () => {
    const { deliver, log } = deliveryThat((name) => {
      if (name.includes('a2')) throw failureOf(400, 'invalid_data')
    }, true)
    const outcomes = await deliver([
      of('a', 'a1'),
      of('a', 'a2'),
      of('a', 'a3'),
      { email: 'a', userId: 'u', name: 'last' }
    ])
    expect(log).toEqual(['a1+a2+a3', 'a1', 'a2+a3', 'a2', 'a3', 'last'])
    expect(outcomes.map(({ delivered }) => delivered)).toEqual([true, false, true, true])
  })

  it('is undone whatever Crisp refuses it for', async () => {
    const { deliver, log } = deliveryThat((name) => {
      if (name.includes('+')) throw failureOf(413, 'too_large')
    }, true)
    const outcomes = await deliver([of('a', 'a1'), of('a', 'a2')])
    expect(log).toEqual(['a1+a2', 'a1', 'a2'])
    expect(outcomes.map(({ delivered }) => delivered)).toEqual([true, true])
  })

  it('is not undone for other failures: they are those of every merged event', async () => {
    const { deliver, log } = deliveryThat(() => {
      throw failureOf(409, 'people_exists')
    }, true)
    const outcomes = await deliver([of('a', 'a1'), of('a', 'a2')])
    expect(log).toEqual(['a1+a2'])
    expect(outcomes).toMatchObject([{ error: { status: 409 } }, { error: { status: 409 } }])
  })
})

describe('a mistake of the program', () => {
  it('is thrown, not taken for an outcome', async () => {
    const { deliver } = deliveryThat(() => {
      throw new TypeError('a mistake')
    })
    await expect(deliver([of('a', 'a1')])).rejects.toThrow('a mistake')
  })
})
