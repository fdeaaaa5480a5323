import { IntegrationError, RetryableError } from '@segment/actions-core'
import {
  aloneAndInABatch,
  answers,
  BASE64,
  crisp,
  crispThat,
  deliverAlone,
  deliverBatch,
  errorOf,
  failure,
  IDENTIFIER,
  KEY,
  linesOf,
  recall,
  remember,
  searchOf,
  silentCrisp,
  startAfresh,
  track,
  trackOf
} from '../support'
import type { Reply } from '../support'

startAfresh()

const EMAIL = 'john.doe@segment.com'
const EVENT = 'POST /people/events/john.doe@segment.com'
const SEARCH = 'GET /people/profiles/1'
const CREATE = 'POST /people/profile'

const purchase = { revenue: 42.99, shippingMethod: '2-day', category: 'Conversion' }

aloneAndInABatch((deliver) => {
  describe('An event by email', () => {
    it('costs one request, to the encoded address of the person', async () => {
      const requests = crisp(answers.eventAdded)
      const event = trackOf('john.doe+shop@segment.com', { userId: 'userId123', properties: purchase })
      expect(await deliver('trackEvent', event)).toEqual({
        delivered: true,
        body: { error: false, reason: 'added', data: {} }
      })
      expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
        'POST /people/events/john.doe%2Bshop%40segment.com'
      ])
      expect(requests[0].headers).toMatchObject({
        authorization: `Basic ${BASE64}`,
        'x-crisp-tier': 'plugin',
        'content-type': 'application/json'
      })
      expect(requests[0].body).toEqual({ text: 'Completed Purchase', data: purchase })
    })

    it('finds the email in the context or in the traits', async () => {
      const requests = crisp(answers.eventAdded, answers.eventAdded, answers.eventAdded)
      await deliver('trackEvent', trackOf(EMAIL))
      await deliver('trackEvent', track({ traits: { email: EMAIL } }))
      await deliver('trackEvent', trackOf('', { traits: { email: EMAIL } }))
      expect(linesOf(requests)).toEqual([EVENT, EVENT, EVENT])
    })

    it('is tried as sent before it is dropped, when only the case differs', async () => {
      const requests = crisp(answers.unknown, answers.eventAdded)
      expect(await deliver('trackEvent', trackOf('John.Doe@Segment.com'))).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([EVENT, 'POST /people/events/John.Doe@Segment.com'])
    })

    it('goes to the person with the user ID when Crisp does not know the email', async () => {
      const requests = crisp(
        answers.unknown,
        answers.matches({ people_id: 'p1', email: 'old@segment.com' }),
        answers.data({ user_id: 'u1' }),
        answers.eventAdded
      )
      expect(await deliver('trackEvent', trackOf(EMAIL, { userId: 'u1' }))).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([EVENT, SEARCH, 'GET /people/data/p1', 'POST /people/events/p1'])
    })
  })

  describe('An event by user ID', () => {
    it('costs three requests at first and one once the person was found', async () => {
      const requests = crisp(
        answers.matches({ people_id: 'p1', email: EMAIL }),
        answers.data({ user_id: 'userId123' }),
        answers.eventAdded,
        answers.eventAdded
      )
      const event = track({ userId: 'userId123', properties: purchase })
      expect(await deliver('trackEvent', event)).toMatchObject({ delivered: true })
      expect(await deliver('trackEvent', event)).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([
        SEARCH,
        'GET /people/data/p1',
        'POST /people/events/p1',
        'POST /people/events/p1'
      ])
      expect(JSON.parse(searchOf(requests[0]).search_filter)).toEqual([
        { model: 'people', criterion: 'data.user_id', operator: 'eq', query: ['userId123'] }
      ])
    })

    it('costs one request after an identify call created the person', async () => {
      const requests = crisp(
        answers.unknown,
        answers.matches(),
        answers.added('p1'),
        answers.updated,
        answers.eventAdded
      )
      await deliver('identifyUser', track({ type: 'identify', userId: 'u1', traits: { email: EMAIL } }))
      await deliver('trackEvent', track({ userId: 'u1' }))
      expect(linesOf(requests).slice(4)).toEqual(['POST /people/events/p1'])
    })

    it('goes to no unrelated person that the search returns', async () => {
      const requests = crisp(
        answers.matches({ people_id: 'p1', updated_at: 2 }, { people_id: 'p2', updated_at: 1 }, { people_id: 'p3' }),
        answers.data({ user_id: 'u10' }),
        answers.data({ plan: 'pro' })
      )
      expect(await deliver('trackEvent', track({ userId: 'u1' }))).toEqual(failure(404, 'NOT_FOUND', 'dropped'))
      expect(linesOf(requests)).toEqual([SEARCH, 'GET /people/data/p1', 'GET /people/data/p2'])
    })

    it('is looked up again once when the cached person is gone', async () => {
      await remember('u1', { peopleId: 'gone', email: EMAIL })
      const requests = crisp(
        answers.unknown,
        answers.matches({ people_id: 'p2' }),
        answers.data({ user_id: 'u1' }),
        answers.eventAdded
      )
      expect(await deliver('trackEvent', track({ userId: 'u1' }))).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([
        'POST /people/events/gone',
        SEARCH,
        'GET /people/data/p2',
        'POST /people/events/p2'
      ])
      expect(recall('u1')).toMatchObject({ peopleId: 'p2' })
    })

    it('never goes to a cached email: another person may have it by now', async () => {
      await remember('u1', { email: EMAIL })
      const requests = crisp(answers.matches())
      expect(await deliver('trackEvent', track({ userId: 'u1' }))).toMatchObject({ delivered: false, status: 404 })
      expect(linesOf(requests)).toEqual([SEARCH])
    })

    it('says so when Crisp refuses the search, which is not asked after three times in a row', async () => {
      const requests = crispThat(() => answers.invalid('unknown criterion'))
      for (const userId of ['u1', 'u2', 'u3', 'u4', 'u5']) {
        expect(await deliver('trackEvent', track({ userId }))).toEqual(
          failure(
            400,
            'BAD_REQUEST',
            'Crisp refused to search people by user ID, so the User ID alone finds no person. Map Email as well.'
          )
        )
      }
      expect(requests).toHaveLength(3)
    })

    it('is searched with a token of the other type when Crisp refuses the search to three others in a row', async () => {
      const requests = crispThat(({ headers }) =>
        headers['x-crisp-tier'] === 'plugin' ? answers.invalid('unknown criterion') : answers.matches()
      )
      for (const userId of ['u1', 'u2', 'u3', 'u4']) await deliver('trackEvent', track({ userId }))
      expect(requests).toHaveLength(3)
      const outcome = await deliver('trackEvent', track({ userId: 'u5' }), { settings: { tokenType: 'website' } })
      expect(outcome).toMatchObject({ delivered: false, status: 404 })
      expect(requests).toHaveLength(4)
    })

    it('is searched again after a search that Crisp did not refuse', async () => {
      const [refused, empty] = [answers.invalid('unknown criterion'), answers.matches()]
      const requests = crisp(refused, refused, empty, refused, refused, empty)
      const statuses: unknown[] = []
      for (const userId of ['u1', 'u2', 'u3', 'u4', 'u5', 'u6']) {
        statuses.push((await deliver('trackEvent', track({ userId }))).status)
      }
      expect(statuses).toEqual([400, 400, 404, 400, 400, 404])
      expect(requests).toHaveLength(6)
    })

    it('is used as the email when it looks like one', async () => {
      const requests = crisp(answers.eventAdded)
      await deliver('trackEvent', track({ userId: EMAIL }))
      expect(linesOf(requests)).toEqual([EVENT])
    })
  })

  describe('An unknown person', () => {
    it('is dropped with a word on the user ID when Crisp refuses to search for it', async () => {
      const UNCHECKED = 'Crisp refused to search by User ID, so it was not checked.'
      const requests = crispThat(({ path }) =>
        path.startsWith('/people/profiles/') ? answers.invalid('unknown criterion') : answers.unknown
      )
      const dropped = await deliver('trackEvent', trackOf(EMAIL, { userId: 'u1' }))
      expect(dropped).toEqual(
        failure(
          404,
          'NOT_FOUND',
          'No Crisp person matches, so the event was dropped. Send an identify call with an email first.',
          UNCHECKED
        )
      )
      const awaited = await deliver('trackEvent', trackOf(EMAIL, { userId: 'u1' }), {
        mapping: { unknownPerson: 'retry' }
      })
      expect(awaited).toEqual(
        failure(429, 'RETRYABLE_ERROR', 'No Crisp person matches yet. The event is tried again later.', UNCHECKED)
      )
      const without = await deliver('trackEvent', trackOf(EMAIL))
      expect(without.message).not.toContain(UNCHECKED)
      expect(without.message).toMatch(/first\.$/)
      expect(requests).toHaveLength(5)
    })

    it('is dropped without a word on the search when Crisp does not refuse it', async () => {
      crisp(answers.unknown, answers.matches())
      expect((await deliver('trackEvent', trackOf(EMAIL, { userId: 'u1' }))).message).toMatch(/first\.$/)
    })

    it('is dropped with a reason, without a retry, and creates nothing', async () => {
      const requests = crisp(answers.unknown, answers.matches())
      expect(await deliver('trackEvent', trackOf(EMAIL, { userId: 'u1' }))).toEqual(
        failure(
          404,
          'NOT_FOUND',
          'No Crisp person matches, so the event was dropped. Send an identify call with an email first.'
        )
      )
      expect(linesOf(requests)).toEqual([EVENT, SEARCH])
    })

    it('is looked up again by every event: another process may just be adding that person', async () => {
      const requests = crisp(answers.matches(), answers.matches())
      await deliver('trackEvent', track({ userId: 'u1' }))
      await deliver('trackEvent', track({ userId: 'u1' }))
      expect(linesOf(requests)).toEqual([SEARCH, SEARCH])
    })

    it('is dropped by email as well when Crisp refuses the search', async () => {
      const requests = crisp(answers.unknown, answers.invalid())
      expect(await deliver('trackEvent', trackOf(EMAIL, { userId: 'u1' }))).toEqual(
        failure(404, 'NOT_FOUND', 'dropped')
      )
      expect(linesOf(requests)).toEqual([EVENT, SEARCH])
    })

    it('is tried again later where the mapping says so', async () => {
      const requests = crisp(answers.unknown)
      expect(await deliver('trackEvent', trackOf(EMAIL), { mapping: { unknownPerson: 'retry' } })).toEqual(
        failure(429, 'RETRYABLE_ERROR', 'tried again')
      )
      expect(linesOf(requests)).toEqual([EVENT])
    })

    it('is created where the mapping says so', async () => {
      const requests = crisp(
        answers.unknown,
        answers.matches(),
        answers.added('p1'),
        answers.updated,
        answers.eventAdded
      )
      const options = { mapping: { unknownPerson: 'create' } }
      expect(await deliver('trackEvent', trackOf(EMAIL, { userId: 'u1' }), options)).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([EVENT, SEARCH, CREATE, 'PATCH /people/data/p1', 'POST /people/events/p1'])
      expect(requests[2].body).toEqual({ email: EMAIL, person: { nickname: 'john.doe' } })
      expect(requests[3].body).toEqual({ data: { user_id: 'u1' } })
      expect(recall('u1')).toEqual({ peopleId: 'p1', email: EMAIL })
    })

    it('gets the event when another process wins the race to create', async () => {
      const requests = crisp(answers.unknown, answers.exists, answers.eventAdded)
      const options = { mapping: { unknownPerson: 'create' } }
      expect(await deliver('trackEvent', trackOf(EMAIL), options)).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([EVENT, CREATE, EVENT])
    })

    it.each([
      [answers.invalid('email'), 400, 'PAYLOAD_VALIDATION_FAILED'],
      [answers.refused(503, 'down'), 503, 'RETRYABLE_ERROR']
    ] as [Reply, number, string][])(
      'fails the event when Crisp does not create the person: %j',
      async (reply, status, type) => {
        const requests = crisp(answers.unknown, reply)
        const outcome = await deliver('trackEvent', trackOf(EMAIL), { mapping: { unknownPerson: 'create' } })
        expect(outcome).toMatchObject({ delivered: false, status, errortype: type })
        expect(linesOf(requests)).toEqual([EVENT, CREATE])
      }
    )

    it('is not created without an email', async () => {
      const requests = crisp(answers.matches())
      const options = { mapping: { unknownPerson: 'create' } }
      expect(await deliver('trackEvent', track({ userId: 'u1' }), options)).toEqual(
        failure(404, 'NOT_FOUND', 'dropped')
      )
      expect(linesOf(requests)).toEqual([SEARCH])
    })

    it.each([
      ['the search cannot be read', [[200, { error: false, reason: 'listed', data: {} }]]],
      ['the read-back cannot be read', [answers.matches({ people_id: 'p1' }), answers.data(null)]]
    ] as [string, Reply[]][])('is neither dropped nor created when %s', async (_name, script) => {
      const requests = crisp(answers.unknown, ...script)
      const options = { mapping: { unknownPerson: 'create' } }
      expect(await deliver('trackEvent', trackOf(EMAIL, { userId: 'u1' }), options)).toMatchObject({
        delivered: false,
        status: 502,
        errortype: 'RETRYABLE_ERROR'
      })
      expect(requests).toHaveLength(1 + script.length)
    })

    it.each(['drop', 'retry', 'create'])(
      'is not unknown while the lookup fails for a time (%s)',
      async (unknownPerson) => {
        const requests = crisp(answers.unknown, answers.reset())
        const outcome = await deliver('trackEvent', trackOf(EMAIL, { userId: 'u1' }), { mapping: { unknownPerson } })
        expect(outcome).toEqual(
          failure(502, 'RETRYABLE_ERROR', "Couldn't reach Crisp (ECONNRESET). It is tried again later.")
        )
        expect(linesOf(requests)).toEqual([EVENT, SEARCH])
      }
    )
  })

  describe('An event that names no person', () => {
    it.each([
      [{}, "missing the required field 'email'"],
      [{ userId: '' }, ''],
      [{ userId: 'undefined' }, 'Email and User ID are empty or placeholders. Map one of them.'],
      [
        { userId: '0', context: { traits: { email: 'NULL' } } },
        'Email and User ID are empty or placeholders. Map one of them.'
      ],
      [{ userId: 'u1', context: { traits: { email: 'john.doe' } } }, 'has no @']
    ])('%j is refused unsent: %s', async (event, words) => {
      const requests = crisp()
      const outcome = await deliver('trackEvent', track(event))
      expect(outcome).toEqual(failure(400, 'PAYLOAD_VALIDATION_FAILED', words))
      expect(requests).toEqual([])
    })
  })

  describe('What Crisp shows', () => {
    const bodyOf = async (event: Parameters<typeof trackOf>[1], mapping = {}) => {
      const requests = crisp(answers.eventAdded)
      expect(await deliver('trackEvent', trackOf(EMAIL, event), { mapping })).toMatchObject({ delivered: true })
      expect(requests).toHaveLength(1)
      return requests[0].body
    }

    it('keeps to the limits: 80 characters, 10 properties, 50 of a key, 120 of a value', async () => {
      const properties: Record<string, string> = {}
      for (let number = 0; number < 14; number++) properties[`property ${number} ${'k'.repeat(60)}`] = 'v'.repeat(200)
      const body = (await bodyOf({ event: `${'x'.repeat(79)}🎉 purchased`, properties })) as {
        text: string
        data: Record<string, string>
      }
      expect(body.text).toBe('x'.repeat(79))
      expect(Object.keys(body.data)).toHaveLength(10)
      for (const [key, value] of Object.entries(body.data)) {
        expect(key).toMatch(/^property_\d+_k+_[0-9a-z]{6}$/)
        expect(key).toHaveLength(50)
        expect(value).toBe('v'.repeat(120))
      }
    })

    it('takes the color of the mapping', async () => {
      expect(await bodyOf({}, { color: 'green' })).toEqual({ text: 'Completed Purchase', data: {}, color: 'green' })
    })

    it('takes the time of the event where it is mapped, before the other properties', async () => {
      const timestamp = '2026-03-01T10:00:00.000Z'
      const body = await bodyOf({ timestamp, properties: purchase }, { occurredAt: { '@path': '$.timestamp' } })
      expect(JSON.stringify((body as { data: object }).data)).toBe(
        JSON.stringify({ occurred_at: timestamp, ...purchase })
      )
    })

    it.each([undefined, ''])('takes the name of a page where there is no event: %j', async (event) => {
      expect(await bodyOf({ type: 'page', event, name: 'Pricing' })).toEqual({ text: 'Pricing', data: {} })
    })

    it('leaves out empty texts of the mapping, as if they were missing', async () => {
      expect(await bodyOf({}, { occurredAt: '' })).toEqual({ text: 'Completed Purchase', data: {} })
    })

    it.each([undefined, '', '   '])('needs a name of the event: %j', async (name) => {
      const requests = crisp()
      const outcome = await deliver('trackEvent', trackOf(EMAIL, { event: name }))
      expect(outcome).toEqual(failure(400, 'PAYLOAD_VALIDATION_FAILED', 'Event Name is empty'))
      expect(requests).toEqual([])
    })

    it('refuses a color that Crisp does not know before anything is sent', async () => {
      const requests = crisp()
      const outcome = await deliver('trackEvent', trackOf(EMAIL), { mapping: { color: 'magenta' } })
      expect(outcome).toMatchObject({ delivered: false, status: 400, errortype: 'PAYLOAD_VALIDATION_FAILED' })
      expect(requests).toEqual([])
    })
  })

  describe('An answer that is no success', () => {
    it.each([
      ['an HTML page with 200', [200, '<html></html>', { 'content-type': 'text/html' }], 502, 'RETRYABLE_ERROR'],
      ['an HTML page with 503', [503, '<html></html>', { 'content-type': 'text/html' }], 502, 'RETRYABLE_ERROR'],
      ['an empty 404', [404, ''], 502, 'RETRYABLE_ERROR'],
      ['a connection reset', answers.reset(), 502, 'RETRYABLE_ERROR'],
      ['400 invalid_data', answers.invalid('data'), 400, 'PAYLOAD_VALIDATION_FAILED'],
      ['409', answers.exists, 409, 'CONFLICT'],
      ['420', answers.refused(420, 'rate_limited'), 429, 'RETRYABLE_ERROR'],
      ['423', answers.refused(423, 'quota_limit_exceeded'), 429, 'RETRYABLE_ERROR']
    ] as [string, Reply, number, string][])(
      '%s: a clear failure after one request',
      async (_name, reply, status, type) => {
        const requests = crisp(reply)
        const outcome = await deliver('trackEvent', trackOf(EMAIL))
        expect(outcome).toMatchObject({ delivered: false, status, errortype: type })
        expect(requests).toHaveLength(1)
      }
    )

    it('404 about anything but the person does not mean that the person is unknown', async () => {
      const requests = crisp(answers.refused(404, 'route_not_found'))
      const options = { mapping: { unknownPerson: 'create' } }
      expect(await deliver('trackEvent', trackOf(EMAIL, { userId: 'u1' }), options)).toEqual(
        failure(404, 'NOT_FOUND', 'Website ID')
      )
      expect(requests).toHaveLength(1)
    })

    it('a search that answers an HTML page does not mean that the person is unknown', async () => {
      crisp([200, '<html></html>', { 'content-type': 'text/html' }])
      const outcome = await deliver('trackEvent', track({ userId: 'u1' }))
      expect(outcome).toMatchObject({ delivered: false, status: 502, errortype: 'RETRYABLE_ERROR' })
    })

    it('silence ends as a time-out that is retried', async () => {
      const { requests, timeouts } = silentCrisp()
      expect(await deliver('trackEvent', trackOf(EMAIL))).toEqual(failure(504, 'RETRYABLE_ERROR', 'in time'))
      expect(requests).toHaveLength(1)
      expect(timeouts).toEqual(expect.arrayContaining([10_000]))
    })

    it('no message holds the API key, its parts, its base64 form or an email', async () => {
      const faults: Reply[] = [400, 401, 403, 404, 409, 420, 429, 500].map((status) => answers.refused(status, 'any'))
      for (const fault of [...faults, answers.reset(), answers.unknown]) {
        crispThat(() => fault)
        const { message } = await deliver('trackEvent', trackOf(EMAIL))
        for (const secret of [IDENTIFIER, KEY, BASE64, 'john.doe', 'segment.com']) expect(message).not.toContain(secret)
      }
    })
  })
})

describe.each(['color', 'unknownPerson'])('An empty text that the event holds for %s', (key) => {
  const options = { mapping: { [key]: { '@path': '$.context.choice' } } }
  const event = trackOf(EMAIL, { context: { traits: { email: EMAIL }, choice: '' } })

  it('is none in a single event: the framework removes it', async () => {
    const requests = crisp(answers.eventAdded)
    await deliverAlone('trackEvent', event, options)
    expect(requests.map(({ body }) => body)).toEqual([{ text: 'Completed Purchase', data: {} }])
  })

  it('is refused by the framework in a batch, for that event alone', async () => {
    const requests = crisp(answers.eventAdded)
    const entries = await deliverBatch('trackEvent', [event, trackOf(EMAIL)], options)
    expect(entries).toMatchObject([{ status: 400, errortype: 'PAYLOAD_VALIDATION_FAILED' }, { status: 201 }])
    expect(linesOf(requests)).toEqual([EVENT])
  })
})

describe('A single event of an unknown person', () => {
  it('throws an error that Segment does not retry', async () => {
    crisp(answers.unknown)
    const error = await errorOf('trackEvent', trackOf(EMAIL))
    expect(error).toBeInstanceOf(IntegrationError)
    expect(error).toMatchObject({ code: 'NOT_FOUND', status: 404 })
  })

  it('throws an error that Segment retries where the mapping says so', async () => {
    crisp(answers.unknown)
    const error = await errorOf('trackEvent', trackOf(EMAIL), { mapping: { unknownPerson: 'retry' } })
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.status).toBe(429)
  })
})

describe('A batch', () => {
  it('tells of every event what was sent for it and what Crisp answered', async () => {
    crispThat(({ path }) => (path.includes('unknown') ? answers.unknown : answers.eventAdded))
    const entries = await deliverBatch('trackEvent', [
      trackOf(EMAIL, { properties: purchase }),
      trackOf('unknown@segment.com'),
      track({})
    ])
    expect(entries).toMatchObject([
      {
        status: 201,
        sent: { text: 'Completed Purchase', data: purchase },
        body: { error: false, reason: 'added', data: {} }
      },
      {
        status: 404,
        errortype: 'NOT_FOUND',
        errorreporter: 'DESTINATION',
        sent: { text: 'Completed Purchase', data: {} }
      },
      { status: 400, errortype: 'PAYLOAD_VALIDATION_FAILED', errorreporter: 'INTEGRATIONS' }
    ])
    expect(entries[2].sent).toBeUndefined()
  })

  it('creates an unknown person once where the mapping says so', async () => {
    let created = false
    const requests = crispThat(({ method, path }) => {
      if (path === '/people/profile' && method === 'POST') {
        created = true
        return answers.added('p1')
      }
      return created ? answers.eventAdded : answers.unknown
    })
    const entries = await deliverBatch('trackEvent', [trackOf(EMAIL), trackOf(EMAIL, { event: 'second' })], {
      mapping: { unknownPerson: 'create' }
    })
    expect(entries.map(({ status }) => status)).toEqual([201, 201])
    expect(linesOf(requests)).toEqual([EVENT, CREATE, 'POST /people/events/p1', EVENT])
  })

  it('delivers an event after one that is tried again later because Crisp did not know its email', async () => {
    const requests = crispThat(({ path }) => {
      if (path.startsWith('/people/profiles/')) return answers.matches({ people_id: 'p1' })
      if (path.startsWith('/people/data/')) return answers.data({ user_id: 'u1' })
      return path === '/people/events/p1' ? answers.eventAdded : answers.unknown
    })
    const entries = await deliverBatch('trackEvent', [trackOf(EMAIL), trackOf(EMAIL, { userId: 'u1' })], {
      mapping: { unknownPerson: 'retry' }
    })
    expect(entries.map(({ status }) => status)).toEqual([429, 201])
    expect(linesOf(requests)).toEqual([EVENT, SEARCH, 'GET /people/data/p1', 'POST /people/events/p1'])
  })

  it('gives the events of an unknown person the outcomes of single events', async () => {
    const unknown = () =>
      crispThat(({ path }) => (path.startsWith('/people/profiles') ? answers.matches() : answers.unknown))
    const events = [trackOf(EMAIL, { userId: 'u1' }), trackOf(EMAIL), track({ userId: 'u1' })]
    for (const unknownPerson of ['drop', 'retry']) {
      const options = { mapping: { unknownPerson } }
      unknown()
      const batched = await deliverBatch('trackEvent', events, options)
      const single: string[] = []
      for (const event of events) {
        await deliverAlone('trackEvent', event, options).catch((error: Error) => single.push(error.message))
      }
      expect(batched.map(({ errormessage }) => errormessage)).toEqual(single)
    }
  })
})
