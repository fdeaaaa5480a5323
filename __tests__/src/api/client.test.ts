import { RetryableError } from '@segment/actions-core'
import { CrispClient, extendRequest } from '../../../src/api/client'
import { getAuthHeaders } from '../../../src/api/credentials'
import type { CrispError } from '../../../src/api/errors'
import type { Settings } from '../../../src/generated-types'
import { toSegmentError } from '../../../src/outcome'
import { answers, clientThat, gate, HOST, networkError, requestThat, searchOf, settings, WEBSITE } from '../support'
import type { Call, Reply } from '../support'

afterEach(() => jest.useRealTimers())

const failureOf = (promise: Promise<unknown>): Promise<CrispError> =>
  promise.then(
    () => {
      throw new Error('The request succeeded.')
    },
    (thrown) => thrown as CrispError
  )

describe('every route', () => {
  const event = { text: 'order:created', data: { total: 42.99 } }
  const routes: [string, (client: CrispClient) => Promise<unknown>, Partial<Call> & { json?: unknown }][] = [
    ['reads the website', (c) => c.readWebsite(), { method: 'GET', path: '' }],
    ['counts the people', (c) => c.countPeople(), { method: 'GET', path: '/people/stats' }],
    [
      'adds a profile',
      (c) => c.createProfile({ email: 'a@b.c', person: { nickname: 'a' } }),
      { method: 'POST', path: '/people/profile', json: { email: 'a@b.c', person: { nickname: 'a' } } }
    ],
    [
      'updates a profile',
      (c) => c.updateProfile('a@b.c', { person: { phone: '1' } }),
      { method: 'PATCH', path: '/people/profile/a%40b.c', json: { person: { phone: '1' } } }
    ],
    ['deletes a profile', (c) => c.deleteProfile('p1'), { method: 'DELETE', path: '/people/profile/p1' }],
    ['reads custom data', (c) => c.readData('p1'), { method: 'GET', path: '/people/data/p1' }],
    [
      'updates custom data, wrapped as Crisp wants it',
      (c) => c.updateData('a@b.c', { plan: 'pro' }),
      { method: 'PATCH', path: '/people/data/a%40b.c', json: { data: { plan: 'pro' } } }
    ],
    [
      'adds an event',
      (c) => c.addEvent('a@b.c', event),
      { method: 'POST', path: '/people/events/a%40b.c', json: event }
    ]
  ]

  it.each(routes)('%s', async (_name, use, { method, path, json }) => {
    const { client, calls } = clientThat(() => answers.updated)
    await use(client)
    expect(calls.map((call) => [call.method, call.path, call.options.json])).toEqual([[method, path, json]])
  })

  it.each([
    ['john.doe+shop@segment.com', 'john.doe%2Bshop%40segment.com'],
    ['a/../b?c#d@e.f', 'a%2F..%2Fb%3Fc%23d%40e.f'],
    ['100%@e.f', '100%25%40e.f'],
    ['jürgen@bücher.de', 'j%C3%BCrgen%40b%C3%BCcher.de']
  ])('percent-encodes the person %s', async (person, encoded) => {
    const { client, calls } = clientThat(() => answers.updated)
    await client.updateProfile(person, {})
    await client.deleteProfile(person)
    await client.readData(person)
    await client.updateData(person, {})
    await client.addEvent(person, event)
    expect(calls.map(({ path }) => path)).toEqual([
      `/people/profile/${encoded}`,
      `/people/profile/${encoded}`,
      `/people/data/${encoded}`,
      `/people/data/${encoded}`,
      `/people/events/${encoded}`
    ])
  })

  it('lies under the website of the settings', async () => {
    const urls: string[] = []
    const request = ((url: string) => {
      urls.push(url)
      return Promise.resolve({ status: 200, data: { error: false, reason: 'resolved', data: {} } })
    }) as never
    await new CrispClient(request, { settings: { ...settings, websiteId: ` ${WEBSITE}\n` } }).countPeople()
    expect(urls).toEqual([`${HOST}/v1/website/${WEBSITE}/people/stats`])
  })
})

describe('the search by custom data', () => {
  const searched = async (value: string, perPage?: number) => {
    const { client, calls } = clientThat(() => answers.matches())
    await client.searchByData('user_id', value, perPage)
    expect(calls).toHaveLength(1)
    const { method, path } = calls[0]
    return { method, path, query: searchOf({ method, path, headers: {}, body: undefined }) }
  }

  it('asks the people list in no order: sorting by `updated_at` does not work', async () => {
    const { method, path, query } = await searched('u1')
    expect(method).toBe('GET')
    expect(path).toMatch(/^\/people\/profiles\/1\?/)
    expect(query).toEqual({
      per_page: '20',
      search_filter: '[{"model":"people","criterion":"data.user_id","operator":"eq","query":["u1"]}]'
    })
    expect((await searched('u1', 50)).query.per_page).toBe('50')
  })

  it.each(['a+b', 'a b', '100%', 'a&per_page=9', '"quoted"', 'ü/#?', '日本'])(
    'carries the user ID %s unharmed',
    async (id) => {
      const { path, query } = await searched(id)
      expect(path).not.toMatch(/[ "#]/)
      expect(Object.keys(query)).toHaveLength(2)
      expect(JSON.parse(query.search_filter)).toMatchObject([{ query: [id] }])
    }
  )

  it('writes a plus as %2B, which Crisp would read as a blank', async () => {
    expect((await searched('a+b')).path).toContain('a%2Bb')
  })
})

describe('settings', () => {
  it.each(['', ' ', 'crisp', '123', `${WEBSITE}0`, `${WEBSITE}/people`, WEBSITE.replace(/-/g, '')])(
    'with the Website ID "%s" are refused before anything is sent',
    (websiteId) => {
      const { request, calls } = requestThat(() => answers.updated)
      expect(() => new CrispClient(request, { settings: { ...settings, websiteId } })).toThrow(
        /Website ID must be a UUID/
      )
      expect(calls).toEqual([])
    }
  )

  it('that are missing are refused with the shape they should have', () => {
    const { request } = requestThat(() => answers.updated)
    expect(() => new CrispClient(request, { settings: {} as Settings })).toThrow(/Website ID must be a UUID/)
    expect(() => getAuthHeaders({} as Settings)).toThrow(/identifier:key/)
  })

  it('may give the headers of a request', async () => {
    const { client, calls } = clientThat(() => answers.stats)
    await client.countPeople({ 'x-crisp-tier': 'website' })
    expect(calls[0].options.headers).toEqual({ 'x-crisp-tier': 'website' })
  })
})

describe('an answer', () => {
  it('comes with its status and envelope', async () => {
    const { client } = clientThat(() => answers.added('p1'))
    expect(await client.createProfile({ email: 'a@b.c', person: { nickname: 'a' } })).toEqual({
      status: 201,
      body: { error: false, reason: 'added', data: { people_id: 'p1' } }
    })
  })

  it.each([
    ['an HTML page', [200, '<html>maintenance</html>']],
    ['an empty body', [200, '']],
    ['data alone', [200, { data: {} }]],
    ['half an envelope', [200, '{"error":false,"rea']],
    ['an envelope that says error', [200, { error: true, reason: 'invalid_data', data: {} }]]
  ] as [string, Reply][])('of 200 with %s is no success', async (_name, reply) => {
    const { client } = clientThat(() => reply)
    const failure = await failureOf(client.updateData('p1', { a: 1 }))
    expect(failure).toMatchObject({
      kind: 'retry',
      status: 502,
      message: 'Something between Segment and Crisp answered with status 200. It is tried again later.',
      body: undefined
    })
  })

  it.each([
    ['404 people_not_found', answers.unknown, 'unknown'],
    ['409', answers.exists, 'exists'],
    ['400 invalid_data', answers.invalid('phone'), 'invalid'],
    ['500', answers.refused(500, 'server_error'), 'retry'],
    ['a connection reset', networkError('ECONNRESET'), 'retry']
  ] as [string, Reply, string][])('of %s leaves the client working', async (_name, reply, kind) => {
    const script = [reply, answers.updated]
    const { client, calls } = clientThat(() => script.shift())
    expect(await failureOf(client.updateData('p1', {}))).toMatchObject({ kind, isAttempted: true })
    await client.updateData('p1', {})
    expect(calls).toHaveLength(2)
  })
})

describe('answers that stop a delivery', () => {
  const stops: [string, Reply, number][] = [
    ['401', answers.refused(401, 'invalid_session'), 401],
    ['402', answers.refused(402, 'subscription_upgrade_required'), 402],
    ['403', answers.refused(403, 'not_allowed'), 403],
    ['404 not_subscribed', answers.refused(404, 'not_subscribed'), 404],
    ['420', answers.refused(420, 'rate_limited'), 429],
    ['423', answers.refused(423, 'quota_limit_exceeded'), 429],
    ['429', answers.refused(429, 'rate_limited'), 429]
  ]

  it.each(stops)('%s: nothing is sent any more, on any route', async (_name, reply, status) => {
    const { client, calls } = clientThat(() => reply)
    expect(await failureOf(client.updateProfile('p1', {}))).toMatchObject({ kind: 'stop', isAttempted: true })

    const later = [
      client.readWebsite(),
      client.countPeople(),
      client.searchByData('user_id', 'u1'),
      client.createProfile({ email: 'a@b.c', person: { nickname: 'a' } }),
      client.updateProfile('p2', {}),
      client.deleteProfile('p2'),
      client.readData('p2'),
      client.updateData('p2', {}),
      client.addEvent('p2', { text: 'a', data: {} })
    ]
    for (const failure of await Promise.all(later.map(failureOf))) {
      expect(failure).toMatchObject({ kind: 'stop', isAttempted: false, status })
      expect(failure.message).toMatch(/^Not attempted/)
    }
    expect(calls).toHaveLength(1)
  })

  it('let requests that are under way end', async () => {
    const slow = gate<Reply>()
    const { client } = clientThat(({ path }) => (path.includes('slow') ? slow.passed : stops[6][1]))
    const underWay = client.updateData('slow', {})
    await failureOf(client.updateData('other', {}))
    slow.open(answers.updated)
    expect(await underWay).toMatchObject({ status: 200 })
  })

  it('are those of one delivery, not of the next', async () => {
    const { request, calls } = requestThat(() => stops[6][1])
    await failureOf(new CrispClient(request, { settings }).countPeople())
    await failureOf(new CrispClient(request, { settings }).countPeople())
    expect(calls).toHaveLength(2)
  })
})

describe("the runtime's abort", () => {
  it('keeps requests from starting', async () => {
    const abort = new AbortController()
    const { client, calls } = clientThat(() => answers.updated, abort.signal)
    await client.updateData('p1', {})
    abort.abort()

    const failure = await failureOf(client.updateData('p1', {}))
    expect(failure).toMatchObject({ kind: 'stop', isAttempted: false, status: 504, body: undefined })
    expect(failure.message).toBe("Not attempted: Segment's time for it is over.")
    expect(toSegmentError(failure)).toBeInstanceOf(RetryableError)
    expect(calls).toHaveLength(1)
  })
})

describe('every request', () => {
  const options = extendRequest({ settings } as never)

  it('has ten seconds', () => {
    expect(options.timeout).toBe(10_000)
  })

  it('follows no redirect: another host must not get the key or a person', () => {
    expect(options.redirect).toBe('manual')
  })
})
