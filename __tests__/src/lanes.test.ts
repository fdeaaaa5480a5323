import { IntegrationError, PayloadValidationError } from '@segment/actions-core'
import { failureOf } from '../../src/crisp/errors'
import { deliver as deliverIdentified } from '../../src/identifyUser/deliver'
import { cutIntoLanes, deliverAll, LANES_AT_ONCE } from '../../src/lanes'
import type { Delivery } from '../../src/lanes'
import type { Reference } from '../../src/person/reference'
import { remember } from '../../src/person/memory'
import { deliver as deliverTracked } from '../../src/trackEvent/deliver'
import {
  answers,
  clientThat,
  containing,
  crispThat,
  deliverBatch,
  gate,
  identify,
  linesOf,
  networkError,
  settle,
  startAfresh,
  track,
  trackOf,
  WEBSITE
} from './support'
import type { Reply, Request } from './support'

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
    cutIntoLanes(
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
    expect(LANES_AT_ONCE).toBe(10)
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
const trait = (email: string, traits: Record<string, string | number | boolean>, userId: string | null = null) =>
  identify({ userId, traits: { email, ...traits } })

const of404 = (person: string) => (request: Request) =>
  request.path.includes(encodeURIComponent(person)) ? answers.unknown : answers.updated

describe('a batch of identify calls', () => {
  it('merges consecutive calls of one person into one write, later values winning', async () => {
    const requests = crispThat(() => answers.updated)
    const entries = await deliverBatch('identifyUser', [
      trait('john@segment.com', { name: 'John', plan: 'free', visits: 1 }, 'u1'),
      trait('john@segment.com', { phone: '012346789', plan: 'pro' }, 'u1'),
      trait('john@segment.com', { name: 'John Doe', order_completed_last_30days: true }, 'u1')
    ])

    expect(linesOf(requests)).toEqual(['PATCH /people/profile/john@segment.com', 'PATCH /people/data/john@segment.com'])
    expect(requests[0].body).toEqual({ person: { nickname: 'John Doe', phone: '012346789' } })
    expect(requests[1].body).toEqual({
      data: { plan: 'pro', visits: 1, order_completed_last_30days: true, user_id: 'u1' }
    })
    expect(entries).toEqual([
      {
        status: 200,
        sent: { profile: { person: { nickname: 'John' } }, data: { plan: 'free', visits: 1, user_id: 'u1' } },
        body: { error: false, reason: 'updated', data: {} }
      },
      {
        status: 200,
        sent: { profile: { person: { phone: '012346789' } }, data: { plan: 'pro', user_id: 'u1' } },
        body: { error: false, reason: 'updated', data: {} }
      },
      {
        status: 200,
        sent: {
          profile: { person: { nickname: 'John Doe' } },
          data: { order_completed_last_30days: true, user_id: 'u1' }
        },
        body: { error: false, reason: 'updated', data: {} }
      }
    ])
  })

  it('keeps calls apart whose user ID differs', async () => {
    const requests = crispThat(() => answers.updated)
    await deliverBatch('identifyUser', [
      trait('john@segment.com', { plan: 'free' }, 'u1'),
      trait('john@segment.com', { plan: 'pro' }),
      trait('john@segment.com', { plan: 'max' }, 'u1')
    ])
    expect(requests.map(({ body }) => body)).toEqual([
      { data: { plan: 'free', user_id: 'u1' } },
      { data: { plan: 'pro' } },
      { data: { plan: 'max', user_id: 'u1' } }
    ])
  })

  it.each([
    ['invalid_data', answers.invalid('phone')],
    ['another reason', answers.refused(400, 'invalid_profile')],
    ['no reason', [400, '']]
  ] as [string, Reply][])(
    'delivers merged calls one by one when Crisp refuses them with 400 and %s: one bad event fails alone',
    async (_name, refusal) => {
      const isBad = ({ body }: Request) => JSON.stringify(body ?? '').includes('odd')
      const requests = crispThat((request) => (isBad(request) ? refusal : answers.updated))
      const entries = await deliverBatch('identifyUser', [
        trait('john@segment.com', { phone: '1' }),
        trait('john@segment.com', { avatar: 'odd' }),
        trait('john@segment.com', { name: 'John' })
      ])

      expect(entries.map(({ status }) => status)).toEqual([200, 400, 200])
      expect(entries[1]).toMatchObject({ sent: { profile: { person: { avatar: 'odd' } } } })
      expect(requests.map(({ body }) => body)).toEqual([
        { person: { phone: '1', avatar: 'odd', nickname: 'John' } },
        { person: { phone: '1' } },
        { person: { avatar: 'odd' } },
        { person: { nickname: 'John' } }
      ])
    }
  )

  it('creates a new person once and writes the rest to that person', async () => {
    const requests = crispThat(({ method, path }) => {
      if (method === 'POST') return answers.added('p9')
      if (path.includes('segment.com')) return answers.unknown
      return path.startsWith('/people/profiles') ? answers.hits() : answers.updated
    })
    const entries = await deliverBatch('identifyUser', [
      trait('new@segment.com', { name: 'New', plan: 'free' }, 'u1'),
      trait('new@segment.com', { plan: 'pro' }, 'u1')
    ])
    expect(linesOf(requests)).toEqual([
      'PATCH /people/profile/new@segment.com',
      'GET /people/profiles/1',
      'POST /people/profile',
      'PATCH /people/data/p9'
    ])
    expect(requests[3].body).toEqual({ data: { plan: 'pro', user_id: 'u1' } })
    expect(entries.map(({ status }) => status)).toEqual([200, 200])
  })

  it('halts the lane of a person after a failure that a retry may mend, and no other lane', async () => {
    const requests = crispThat(({ path }) =>
      path === '/people/data/john%40segment.com' ? answers.refused(503, 'down') : answers.updated
    )
    const entries = await deliverBatch('identifyUser', [
      trait('john@segment.com', { plan: 'free' }),
      trait('jane@segment.com', { plan: 'free' }),
      trait('john@segment.com', { plan: 'pro' }, 'u1'),
      trait('jane@segment.com', { plan: 'pro' }, 'u2')
    ])
    expect(entries.map(({ status }) => status)).toEqual([503, 200, 503, 200])
    expect(entries[0]).toMatchObject({
      errortype: 'RETRYABLE_ERROR',
      errorreporter: 'DESTINATION',
      sent: { data: { plan: 'free' } },
      body: { reason: 'down' }
    })
    expect(entries[2]).toMatchObject({
      errortype: 'RETRYABLE_ERROR',
      errorreporter: 'INTEGRATIONS',
      errormessage: containing('Not attempted')
    })
    expect(entries[2].sent).toBeUndefined()
    expect(entries[2].body).toBeUndefined()
    expect(requests).toHaveLength(3)
  })

  it('fails only the lane of a lookup that fails for a time', async () => {
    const requests = crispThat(({ path }) =>
      path.startsWith('/people/profiles') ? networkError('ECONNRESET') : of404('moved@segment.com')({ path } as Request)
    )
    const entries = await deliverBatch('identifyUser', [
      trait('moved@segment.com', { plan: 'pro' }, 'u1'),
      trait('jane@segment.com', { plan: 'pro' })
    ])
    expect(entries).toMatchObject([{ status: 502, errortype: 'RETRYABLE_ERROR' }, { status: 200 }])
    expect(requests).toHaveLength(3)
  })
})

describe('a batch of track calls', () => {
  it('adds the events of a person in their order', async () => {
    const requests = crispThat(() => answers.eventAdded)
    const entries = await deliverBatch(
      'trackEvent',
      ['first', 'second', 'third'].map((event) => trackOf('john@segment.com', { event }))
    )
    expect(requests.map(({ body }) => (body as { text: string }).text)).toEqual(['first', 'second', 'third'])
    expect(entries).toEqual(
      ['first', 'second', 'third'].map((text) => ({
        status: 201,
        sent: { text, data: {} },
        body: { error: false, reason: 'added', data: {} }
      }))
    )
  })

  it('looks a user ID up once', async () => {
    const requests = crispThat(({ path }) => {
      if (path.startsWith('/people/profiles')) return answers.hits({ people_id: 'p1' })
      return path.startsWith('/people/data') ? answers.data({ user_id: 'u1' }) : answers.eventAdded
    })
    const entries = await deliverBatch('trackEvent', [track({ userId: 'u1' }), track({ userId: 'u1' })])
    expect(linesOf(requests)).toEqual([
      'GET /people/profiles/1',
      'GET /people/data/p1',
      'POST /people/events/p1',
      'POST /people/events/p1'
    ])
    expect(entries.map(({ status }) => status)).toEqual([201, 201])
  })

  it('drops the further events of an unknown person unsent', async () => {
    const requests = crispThat(({ path }) => (path.startsWith('/people/profiles') ? answers.hits() : answers.unknown))
    const entries = await deliverBatch('trackEvent', [
      trackOf('nobody@segment.com', { userId: 'u1' }),
      trackOf('nobody@segment.com', { userId: 'u1' }),
      trackOf('nobody@segment.com'),
      track({ userId: 'u1' })
    ])
    expect(linesOf(requests)).toEqual(['POST /people/events/nobody@segment.com', 'GET /people/profiles/1'])
    for (const entry of entries) {
      expect(entry).toMatchObject({ status: 404, errortype: 'NOT_FOUND', errormessage: containing('dropped') })
    }
    expect(entries.slice(1).map(({ sent }) => sent)).toEqual([undefined, undefined, undefined])
  })

  it('drops nobody for an unknown neighbour', async () => {
    crispThat(of404('nobody@segment.com'))
    const entries = await deliverBatch('trackEvent', [trackOf('nobody@segment.com'), trackOf('john@segment.com')])
    expect(entries.map(({ status }) => status)).toEqual([404, 200])
  })

  it('has an entry for every event, refused ones among the others', async () => {
    crispThat(() => answers.eventAdded)
    const entries = await deliverBatch('trackEvent', [
      trackOf('a@b.c'),
      trackOf('no e-mail'),
      track({}),
      trackOf('a@b.c', { event: '' }),
      trackOf('a@b.c', { properties: 'text' as never }),
      trackOf('d@e.f')
    ])
    expect(entries.map(({ status, errortype }) => [status, errortype])).toEqual([
      [201, undefined],
      [400, 'PAYLOAD_VALIDATION_FAILED'],
      [400, 'PAYLOAD_VALIDATION_FAILED'],
      [400, 'PAYLOAD_VALIDATION_FAILED'],
      [400, 'PAYLOAD_VALIDATION_FAILED'],
      [201, undefined]
    ])
  })
})

describe('stop signals end the whole batch', () => {
  const stops: [string, Reply, number, string][] = [
    ['401', answers.refused(401, 'invalid_session'), 401, 'INVALID_AUTHENTICATION'],
    ['402', answers.refused(402, 'subscription_upgrade_required'), 402, 'PAYMENT_REQUIRED'],
    ['403', answers.refused(403, 'not_allowed'), 403, 'FORBIDDEN'],
    ['404 not_subscribed', answers.refused(404, 'not_subscribed'), 404, 'NOT_FOUND'],
    ['420', answers.refused(420, 'rate_limited'), 429, 'RETRYABLE_ERROR'],
    ['423', answers.refused(423, 'quota_limit_exceeded'), 429, 'RETRYABLE_ERROR'],
    ['429', answers.refused(429, 'rate_limited'), 429, 'RETRYABLE_ERROR']
  ]

  it.each(stops)('%s: no further request starts and every event tells', async (_name, stop, status, errortype) => {
    const requests = crispThat(() => stop)
    const people = Array.from({ length: 30 }, (_value, index) => trackOf(`p${index}@segment.com`))
    const entries = await deliverBatch('trackEvent', people)

    expect(requests).toHaveLength(10)
    expect(entries).toHaveLength(30)
    for (const [index, entry] of entries.entries()) {
      expect(entry).toMatchObject({ status, errortype })
      if (index < 10) {
        expect(entry).toMatchObject({ sent: { text: 'Completed Purchase' }, errorreporter: 'DESTINATION' })
      } else {
        expect(entry.errormessage).toMatch(/^Not attempted/)
        expect(entry.body).toBeUndefined()
      }
    }
  })

  it.each([
    ['identifyUser', (index: number) => trait(`p${index}@segment.com`, { plan: 'pro' })],
    ['trackEvent', (index: number) => trackOf(`p${index}@segment.com`)]
  ] as const)('of %s name nothing as sent that was not sent', async (action, eventOf) => {
    crispThat(() => stops[6][1])
    const entries = await deliverBatch(
      action,
      Array.from({ length: 12 }, (_value, index) => eventOf(index))
    )
    expect(entries.slice(10).map(({ sent }) => sent)).toEqual([undefined, undefined])
    expect(entries.slice(10).map(({ errorreporter }) => errorreporter)).toEqual(['INTEGRATIONS', 'INTEGRATIONS'])
  })

  it('name the profile as sent and the custom data not, when the stop came between them', async () => {
    const slow = gate<Reply>()
    const { client, calls } = clientThat(({ path }) => (path.includes('jane') ? slow.passed : stops[6][1]))
    const done = deliverIdentified(client, [
      { email: 'john@segment.com', customData: { plan: 'pro' } },
      { email: 'jane@segment.com', name: 'Jane', customData: { plan: 'pro' } }
    ])
    await settle()
    slow.open(answers.updated)

    const outcomes = await done
    expect(outcomes[1]).toMatchObject({
      delivered: false,
      error: { status: 429, message: containing('Not attempted to the end, because') }
    })
    expect(outcomes[1].sent).toEqual({ profile: { person: { nickname: 'Jane' } } })
    expect(calls).toHaveLength(2)
  })

  it('let requests that are under way end, with their own outcome', async () => {
    const slow = gate<Reply>()
    const { client, calls } = clientThat(({ path }) => (path.includes('jane') ? slow.passed : stops[6][1]))
    const done = deliverTracked(client, [
      { email: 'jane@segment.com', eventName: 'first' },
      { email: 'john@segment.com', eventName: 'first' },
      { email: 'jane@segment.com', eventName: 'second' }
    ])
    await settle()
    slow.open(answers.eventAdded)

    expect(await done).toMatchObject([
      { delivered: true, status: 201 },
      { delivered: false, error: { status: 429 } },
      { delivered: false, error: { status: 429, message: containing('Not attempted') } }
    ])
    expect(calls).toHaveLength(2)
  })
})

describe("the runtime's abort", () => {
  it('ends the batch: what was not sent says so and is retried', async () => {
    const abort = new AbortController()
    const requests = crispThat(() => {
      abort.abort()
      return answers.eventAdded
    })
    const entries = await deliverBatch(
      'trackEvent',
      ['a', 'b', 'c'].map((event) => trackOf('john@segment.com', { event })),
      { signal: abort.signal }
    )
    expect(requests).toHaveLength(1)
    expect(entries.map(({ status, errortype }) => [status, errortype])).toEqual([
      [504, 'RETRYABLE_ERROR'],
      [504, 'RETRYABLE_ERROR'],
      [504, 'RETRYABLE_ERROR']
    ])
    for (const entry of entries.slice(1)) {
      expect(entry.errormessage).toMatch(/Not attempted/)
      expect(entry.sent).toBeUndefined()
    }
  })

  it('before the start sends nothing at all', async () => {
    const abort = new AbortController()
    abort.abort()
    const requests = crispThat(() => answers.updated)
    const events = [trait('a@b.c', { plan: 'pro' }), trait('d@e.f', { plan: 'pro' })]
    const entries = await deliverBatch('identifyUser', events, { signal: abort.signal })
    expect(requests).toEqual([])
    for (const entry of entries) {
      expect(entry).toMatchObject({ status: 504, errortype: 'RETRYABLE_ERROR', errorreporter: 'INTEGRATIONS' })
      expect(entry.sent).toBeUndefined()
    }
  })
})

describe('faults of every kind', () => {
  it('leave an entry for every event and no unhandled rejection', async () => {
    const unhandled = jest.fn()
    process.on('unhandledRejection', unhandled)
    remember(WEBSITE, 'warm', { peopleId: 'p-warm', email: 'p3@segment.com' })
    const faults: Reply[] = [
      answers.unknown,
      answers.exists,
      answers.invalid('phone'),
      answers.refused(500, 'down'),
      answers.reset(),
      [200, '<html></html>'],
      [200, ''],
      [502, '<html></html>', { 'content-type': 'text/html' }],
      answers.updated
    ]
    let turn = 0
    const requests = crispThat(() => faults[turn++ % faults.length])
    const people = Array.from({ length: 60 }, (_value, index) => index % 20)
    const identified = await deliverBatch(
      'identifyUser',
      people.map((person) =>
        trait(`p${person}@segment.com`, { name: `P${person}`, plan: 'pro' }, person % 3 ? 'warm' : null)
      )
    )
    const tracked = await deliverBatch(
      'trackEvent',
      people.map((person) => (person % 2 ? trackOf(`p${person}@segment.com`) : track({ userId: `u${person}` })))
    )
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', unhandled)

    expect(requests.length).toBeGreaterThan(30)
    for (const entries of [identified, tracked]) {
      expect(entries).toHaveLength(60)
      for (const { status } of entries) expect(status).toBeGreaterThanOrEqual(200)
    }
    expect(unhandled).not.toHaveBeenCalled()
  })
})
