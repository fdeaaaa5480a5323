import { deliver as deliverIdentified } from '../../src/identifyUser/deliver'
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
  remember,
  settle,
  startAfresh,
  track,
  trackOf
} from './support'
import type { Reply, Request } from './support'

startAfresh()

const trait = (email: string, traits: Record<string, string | number | boolean>, userId: string | null = null) =>
  identify({ userId, traits: { email, ...traits } })

const of404 = (person: string) => (request: Request) =>
  request.path.includes(encodeURIComponent(person)) ? answers.unknown : answers.updated

describe('a batch of identify calls', () => {
  it('merges consecutive calls of one person into one write, later values winning', async () => {
    const requests = crispThat(() => answers.updated)
    const entries = await deliverBatch('identifyUser', [
      trait('john@segment.com', { name: 'John', phone: '012346789', plan: 'free', visits: 1 }, 'u1'),
      trait('john@segment.com', { plan: 'pro' }, 'u1'),
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
        sent: {
          profile: { person: { nickname: 'John', phone: '012346789' } },
          data: { plan: 'free', visits: 1, user_id: 'u1' }
        },
        body: { error: false, reason: 'updated', data: {} }
      },
      {
        status: 200,
        sent: { profile: {}, data: { plan: 'pro', user_id: 'u1' } },
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

  it('gives each its own share of what was sent: the email too where it was, no profile where none was', async () => {
    crispThat(({ method, path }) => {
      if (method === 'POST') return answers.added()
      return path.includes('new') ? answers.unknown : answers.updated
    })
    const created = await deliverBatch('identifyUser', [
      trait('new@segment.com', { name: 'New' }),
      trait('new@segment.com', { phone: '1' })
    ])
    expect(created.map(({ sent }) => sent)).toEqual([
      { profile: { email: 'new@segment.com', person: { nickname: 'New' } } },
      { profile: { email: 'new@segment.com', person: { phone: '1' } } }
    ])
    const known = await deliverBatch('identifyUser', [
      trait('john@segment.com', { plan: 'free' }),
      trait('john@segment.com', { visits: 2 })
    ])
    expect(known.map(({ sent }) => sent)).toEqual([{ data: { plan: 'free' } }, { data: { visits: 2 } }])
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
    ['another reason', answers.refused(400, 'invalid_profile')]
  ] as [string, Reply][])(
    'delivers merged calls in halves when Crisp refuses them with 400 and %s: one bad event fails alone',
    async (_name, refusal) => {
      const isBad = ({ body }: Request) => JSON.stringify(body ?? '').includes('odd')
      const requests = crispThat((request) => (isBad(request) ? refusal : answers.updated))
      const entries = await deliverBatch('identifyUser', [
        trait('john@segment.com', { phone: '1' }),
        trait('john@segment.com', { description: 'odd' }),
        trait('john@segment.com', { name: 'John' })
      ])

      expect(entries.map(({ status }) => status)).toEqual([200, 400, 200])
      expect(entries[1]).toMatchObject({ sent: { profile: { person: { description: 'odd' } } } })
      expect(requests.map(({ body }) => body)).toEqual([
        { person: { phone: '1', description: 'odd', nickname: 'John' } },
        { person: { phone: '1' } },
        { person: { description: 'odd', nickname: 'John' } },
        { person: { description: 'odd' } },
        { person: { nickname: 'John' } }
      ])
    }
  )

  it('does not take a 400 without an envelope for a refusal: the merged calls are retried, in one piece', async () => {
    const requests = crispThat(() => [400, ''])
    const entries = await deliverBatch('identifyUser', [
      trait('john@segment.com', { phone: '1' }),
      trait('john@segment.com', { avatar: 'odd' })
    ])
    expect(entries.map(({ status }) => status)).toEqual([502, 502])
    expect(requests).toHaveLength(1)
  })

  it('creates a new person once and writes the rest to that person', async () => {
    const requests = crispThat(({ method, path }) => {
      if (method === 'POST') return answers.added('p9')
      if (path.includes('segment.com')) return answers.unknown
      return path.startsWith('/people/profiles') ? answers.matches() : answers.updated
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

  it('stops the group of a person after a failure that is retried, and no other group', async () => {
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

  it('fails only the group of a lookup that fails for a time', async () => {
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
  it('adds the events of a person one by one in their order, equal ones too', async () => {
    const TEXTS = ['first', 'second', 'first', 'third']
    const requests = crispThat(() => answers.eventAdded)
    const entries = await deliverBatch(
      'trackEvent',
      TEXTS.map((event) => trackOf('john@segment.com', { event }))
    )
    expect(requests.map(({ body }) => (body as { text: string }).text)).toEqual(TEXTS)
    expect(entries).toEqual(
      TEXTS.map((text) => ({
        status: 201,
        sent: { text, data: {} },
        body: { error: false, reason: 'added', data: {} }
      }))
    )
  })

  it('drops no event because another person is unknown', async () => {
    crispThat(of404('missing@segment.com'))
    const entries = await deliverBatch('trackEvent', [trackOf('missing@segment.com'), trackOf('john@segment.com')])
    expect(entries.map(({ status }) => status)).toEqual([404, 200])
  })

  it('has an entry for every event, refused ones among the others', async () => {
    crispThat(() => answers.eventAdded)
    const entries = await deliverBatch('trackEvent', [
      trackOf('a@b.c'),
      trackOf('no email'),
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

describe('answers that stop a delivery end the whole batch', () => {
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
      error: { status: 429, message: containing('Not fully attempted, because') }
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
      expect(entry.errormessage).toMatch(/Not attempted/)
      expect(entry.sent).toBeUndefined()
    }
  })
})

describe('faults of every kind', () => {
  it('leave an entry for every event and no unhandled rejection', async () => {
    const unhandled = jest.fn()
    process.on('unhandledRejection', unhandled)
    await remember('cached', { peopleId: 'p-cached', email: 'p3@segment.com' })
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
        trait(`p${person}@segment.com`, { name: `P${person}`, plan: 'pro' }, person % 3 ? 'cached' : null)
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
