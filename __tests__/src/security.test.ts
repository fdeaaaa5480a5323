import type { SegmentEvent } from '@segment/actions-core'
import { flatten } from '../../src/flatten'
import { onDelete } from '../../src/onDelete'
import { readReference } from '../../src/person/reference'
import { testAuthentication } from '../../src/testAuthentication'
import {
  aloneAndInABatch,
  answers,
  BASE64,
  crispThat,
  deliverBatch,
  HOST,
  identify,
  IDENTIFIER,
  KEY,
  networkError,
  requestThat,
  settings,
  startAfresh,
  track,
  trackOf,
  WEBSITE
} from './support'
import type { Action, Reply, Request } from './support'

startAfresh()

/** A Crisp that takes everything and knows the people given, by their `people_id`, with their custom data. */
function crispWith(people: Record<string, unknown> = {}): Request[] {
  return crispThat(({ method, path }) => {
    if (path.startsWith('/people/profiles/')) {
      return answers.matches(...Object.keys(people).map((people_id) => ({ people_id })))
    }
    const [, id] = /^\/people\/data\/(.*)$/.exec(path) ?? []
    if (method === 'GET') return answers.data(people[decodeURIComponent(id)] ?? {})
    return method === 'POST' && path === '/people/profile' ? answers.added() : answers.updated
  })
}

const both = (who: Partial<SegmentEvent>, traits: object = {}): [Action, SegmentEvent][] => [
  ['identifyUser', identify({ ...who, traits: { plan: 'pro', ...who.traits, ...traits } })],
  ['trackEvent', track(who)]
]

const TRICKS = [
  '../../admin@x.io',
  '..%2f..%2fadmin@x.io',
  'a/b|c@x.io',
  'a?token=1&b@x.io',
  'a#b@x.io',
  'a&b@x.io',
  '%00@x.io',
  '%2e%2e/@x.io',
  "o'brien{1}*!@x.io",
  '@x.io'.padStart(200, '/..'),
  'é🚀@x.io'
]

aloneAndInABatch((deliver) => {
  describe('no event leaves its path', () => {
    it.each(TRICKS)('by the email %s', async (email) => {
      for (const [action, event] of both({ context: { traits: { email } }, traits: { email } })) {
        const requests = crispWith()
        await deliver(action, event)
        expect(requests.length).toBeGreaterThan(0)
        for (const { path } of requests) {
          expect(path).toMatch(/^\/people\/(profile|data|events)\/[^/?#]+$/)
          expect(decodeURIComponent(path.split('/')[3])).toBe(email.toLowerCase())
        }
      }
    })

    it.each(['a/b\\c@x.io', 'a;b@x.io', "o'brien(1)*!@x.io"])('by the email %s, which is refused', async (email) => {
      for (const [action, event] of both({ context: { traits: { email } }, traits: { email } })) {
        const requests = crispWith()
        expect(await deliver(action, event)).toMatchObject({ delivered: false, status: 400 })
        expect(requests).toEqual([])
      }
    })

    it.each(['../../x', '..', 'a/b?c#d', '"}],"x":[{', '%22%7D', '\u0000', '&search_filter=[]&', '\ud83d'])(
      'by the user ID %j',
      async (userId) => {
        for (const [action, event] of both({ userId })) {
          const requests = crispWith({ 'people-1': { user_id: 'other' } })
          await deliver(action, event)
          expect(requests.map(({ path }) => path.split('?')[0])).toEqual([
            '/people/profiles/1',
            '/people/data/people-1'
          ])
          const query = new URL(requests[0].path, HOST).searchParams
          expect([...query.keys()]).toEqual(['per_page', 'search_filter'])
          expect(JSON.parse(query.get('search_filter') ?? '')).toEqual([
            { model: 'people', criterion: 'data.user_id', operator: 'eq', query: [userId] }
          ])
        }
      }
    )

    it.each(['.', '..', '', ' ', 'a b', 'é', '\ud83d', '\n'])('by the ID %j that a search returns', async (id) => {
      for (const [action, event] of both({ userId: 'u1' })) {
        const requests = crispWith({ [id]: { user_id: 'u1' } })
        expect((await deliver(action, event)).delivered).toBe(false)
        expect(requests.map(({ path }) => path.split('?')[0])).toEqual(['/people/profiles/1'])
      }
    })

    it.each(['../x', 'a/../../b', '?a', '#', '%2f'])('by the ID %j that a search returns, encoded', async (id) => {
      for (const [action, event] of both({ userId: 'u1' })) {
        const requests = crispWith({ [id]: { user_id: 'u1' } })
        expect((await deliver(action, event)).delivered).toBe(true)
        for (const { path } of requests.slice(1)) {
          expect(path).toBe(`/people/${path.split('/')[2]}/${encodeURIComponent(id)}`)
        }
      }
    })

    it.each(['.', '..', 7, null, {}, ['people-1']])('by the ID %j that a creation returns', async (peopleId) => {
      const requests = crispThat(({ method, path }) => {
        if (method === 'POST' && path === '/people/profile') return answers.added(peopleId as string)
        return path.startsWith('/people/data/') ? answers.updated : answers.unknown
      })
      const event = identify({ traits: { email: 'ada@example.com', name: 'Ada', plan: 'pro' } })
      expect((await deliver('identifyUser', event)).delivered).toBe(true)
      expect(requests[requests.length - 1].path).toBe('/people/data/ada%40example.com')
    })

    it.each(['../..', `${WEBSITE}/../x`, `${WEBSITE}?`, `${WEBSITE}#`, `${WEBSITE}\n/x`, `@evil.example/${WEBSITE}`])(
      'by the Website ID %j',
      async (websiteId) => {
        for (const [action, event] of both({ traits: { email: 'a@b.c' }, context: { traits: { email: 'a@b.c' } } })) {
          const requests = crispWith()
          const outcome = await deliver(action, event, { settings: { websiteId } }).catch((thrown: Error) => thrown)
          expect(outcome).toMatchObject({ message: expect.stringMatching(/^Website ID must be a UUID/) as string })
          expect(requests).toEqual([])
        }
      }
    )
  })

  describe('no event and no setting adds a header', () => {
    const breaks = 'x\r\nx-evil: 1\r\n\r\nGET / HTTP/1.1\r\n'

    it('however many line breaks its values hold', async () => {
      const headersOf = async (value: string) => {
        const requests = crispWith()
        const traits = { email: 'a@b.c', name: value, phone: value, [value]: value, plan: value }
        await deliver('identifyUser', identify({ userId: value, traits }))
        await deliver('trackEvent', track({ userId: value, event: value, properties: { [value]: value } }))
        return requests.map(({ headers: { 'content-length': _length, ...headers } }) => headers)
      }
      const usual = (await headersOf('usual'))[0]
      expect(usual).toMatchObject({ authorization: `Basic ${BASE64}`, 'x-crisp-tier': 'plugin' })
      const hostile = await headersOf(breaks)
      expect(hostile.length).toBeGreaterThan(2)
      for (const headers of hostile) expect({ 'content-type': 'application/json', ...headers }).toEqual(usual)
    })

    it.each([`id:key${breaks}`, `id${breaks}:key`, 'id:k\u0000 ey', 'id:key\u2028x'])(
      'by the API Key %j, which is refused and not shown',
      async (apiKey) => {
        const requests = crispWith()
        const outcome = await deliver('trackEvent', trackOf('a@b.c'), { settings: { apiKey } }).catch(
          (thrown: Error) => thrown
        )
        expect(outcome).toMatchObject({ message: expect.stringMatching(/^API Key must be/) as string })
        expect(JSON.stringify(outcome)).not.toContain('evil')
        expect(requests).toEqual([])
      }
    )

    it('by the Token Type', async () => {
      const requests = crispWith()
      await deliver('trackEvent', trackOf('a@b.c'), { settings: { tokenType: `website${breaks}` } })
      expect(requests.map(({ headers }) => headers['x-crisp-tier'])).toEqual(['plugin'])
      expect(requests[0].headers).not.toHaveProperty('x-evil')
    })
  })

  it('no event changes what JavaScript objects inherit', async () => {
    const hostile = (): Record<string, never> =>
      JSON.parse(
        '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1},"a":[{"__proto__":{"polluted":1}}]}'
      ) as Record<string, never>
    const before = Reflect.ownKeys(Object.prototype)
    const requests = crispWith()
    const who = { email: 'a@b.c', ...hostile() }
    const traits = { ...who, address: { ...hostile(), city: 'Oslo' }, company: { ...hostile(), name: 'Engines' } }
    const identified = await deliver('identifyUser', identify({ userId: 'u1', traits }))
    const tracked = await deliver('trackEvent', trackOf('a@b.c', { properties: hostile() }))

    expect([identified.delivered, tracked.delivered]).toEqual([true, true])
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    for (const { body } of requests.slice(-2)) {
      expect(body).toMatchObject({ data: { prototype_polluted: 1, constructor_prototype_polluted: 1 } })
    }
  })

  describe('no failure shows', () => {
    const EMAIL = 'grace.hopper@example.com'
    const USER = 'user-4711-secret'
    const shown = [EMAIL, EMAIL.toUpperCase(), encodeURIComponent(EMAIL), 'grace.hopper', USER, 'Grace Hopper']
    const secrets = [KEY, IDENTIFIER, BASE64, `${IDENTIFIER}:${KEY}`]
    const words = `Basic ${BASE64} of ${IDENTIFIER}:${KEY} may not write <${EMAIL}>`
    const replies: [string, Reply][] = [
      ...[400, 401, 402, 403, 404, 405, 408, 409, 418, 420, 423, 429, 500, 502, 503].map((status): [string, Reply] => [
        `${status}, Crisp repeating all of it`,
        answers.refused(status, words, words)
      ]),
      ['400 invalid_data', answers.invalid(words)],
      ['404 people_not_found', answers.unknown],
      ['a page in place of Crisp', [200, `<html>${words}</html>`]],
      ['a lost connection', networkError('ECONNRESET')]
    ]

    it.each(replies)('the key or the person: %s', async (_name, reply) => {
      const events: [Action, SegmentEvent][] = [
        ['identifyUser', identify({ userId: USER, traits: { email: EMAIL, name: 'Grace Hopper' } })],
        ['identifyUser', identify({ userId: USER, traits: { name: 'Grace Hopper' } })],
        ['trackEvent', trackOf(EMAIL, { userId: USER })],
        ['trackEvent', track({ userId: USER })]
      ]
      for (const [action, event] of events) {
        crispThat(() => reply)
        const outcome = await deliver(action, event)
        expect(outcome.delivered).toBe(false)
        expect(outcome.message?.length).toBeGreaterThan(10)
        for (const text of [...shown, ...secrets]) expect(outcome.message).not.toContain(text)
        for (const secret of secrets) expect(JSON.stringify(outcome)).not.toContain(secret)
      }
    })

    it.each([
      ['a malformed email', { email: `${EMAIL}@x` }, USER],
      ['a long user ID', {}, USER.repeat(20)]
    ])('the values that it refuses: %s', async (_name, who, userId) => {
      const requests = crispWith()
      for (const [action, event] of both({ userId, traits: who, context: { traits: who } })) {
        const { message } = await deliver(action, event)
        expect(message).toMatch(/^(Email|User ID) is/)
        for (const text of shown) expect(message).not.toContain(text)
      }
      expect(requests).toEqual([])
    })
  })
})

it('every entry of a batch keeps the key to itself, also where Crisp repeats it', async () => {
  const repeated = `Basic ${BASE64} ${KEY}`
  crispThat(({ path }) => (path.includes('bad') ? answers.refused(500, repeated, repeated) : answers.eventAdded))
  const entries = await deliverBatch('trackEvent', [trackOf('bad@x.io'), trackOf('good@x.io'), trackOf('bad@x.io')])
  expect(entries.map(({ status }) => status)).toEqual([500, 201, 500])
  for (const secret of [KEY, IDENTIFIER, BASE64]) expect(JSON.stringify(entries)).not.toContain(secret)
})

it('a check of the settings and a deletion keep the key to themselves, too', async () => {
  const repeated = `Basic ${BASE64} of ${IDENTIFIER}:${KEY}`
  const { request } = requestThat(() => answers.refused(418, repeated, repeated))
  const runs = [testAuthentication(request, { settings }), onDelete(request, { settings, payload: { userId: 'u1' } })]
  for (const run of runs) {
    const error: Error = await run.then(
      () => new Error('It went well.'),
      (thrown: Error) => thrown
    )
    expect(error.message).not.toBe('It went well.')
    const shown = `${error.message} ${JSON.stringify(error)}`
    for (const secret of [KEY, IDENTIFIER, BASE64]) expect(shown).not.toContain(secret)
  }
})

describe('the worst input takes time in proportion to its size', () => {
  const shapes: [string, (size: number) => object][] = [
    [
      'many keys that collide',
      (n) => Object.fromEntries(Array.from({ length: n }, (_v, i) => ['-'.repeat(i % 40) + '!', i]))
    ],
    [
      'deep objects with long keys',
      (n) => Array.from({ length: n }).reduce((inner: object) => ({ ['Key '.repeat(15)]: inner }), { end: 1 })
    ],
    ['deep arrays', (n) => ({ list: Array.from({ length: n }).reduce((inner: unknown) => [inner], 1) as object })],
    ['arrays of arrays', (n) => ({ list: Array.from({ length: n }, (_v, i) => [i, [i]]) })],
    ['wide objects in arrays', (n) => ({ list: Array.from({ length: n }, (_v, i) => ({ [`k${i}`]: { a: 1 } })) })]
  ]

  /** How often an object's parts are looked at. */
  function looksAt(source: object, arrays: 'index' | 'json'): number {
    let looks = 0
    const watched = <T>(value: T): T =>
      typeof value !== 'object' || value === null
        ? value
        : new Proxy(value, {
            get: (target, key, receiver) => {
              looks += 1
              return watched(Reflect.get(target, key, receiver))
            },
            ownKeys: (target) => {
              const keys = Reflect.ownKeys(target)
              looks += keys.length
              return keys
            }
          })
    flatten(watched(source), arrays)
    return looks
  }

  /** The person that a payload names; none where it is refused. */
  function referenceOf(who: { email?: string; userId?: string }) {
    try {
      return readReference(who)
    } catch {
      return {}
    }
  }

  it.each(shapes)('%s', (_name, shape) => {
    for (const arrays of ['index', 'json'] as const) {
      const [small, large] = [100, 400].map((size) => looksAt(shape(size), arrays))
      expect(small).toBeGreaterThan(50)
      expect(large / small).toBeLessThan(4.5)
    }
  })

  // What took time in proportion to the square of its size would not end here.
  const LONG = 150_000
  it.each(['A', 'aB', 'AB', '-', '_', '!', ' ', 'é', '@', 'a@', '\ud83d', '\t\n', '.', '😀'])('texts of %j', (part) => {
    const text = part.repeat(LONG / part.length)
    const end = `${text}x`
    for (const who of [{ email: end }, { userId: end }, { email: text, userId: text }, { email: `${end}@x.io` }]) {
      const { email, userId } = referenceOf(who)
      expect(`${email}${userId}`.length).toBeLessThan(100)
    }
    const keys = [...flatten({ [text]: end, [end]: { [end]: text } }, 'index').keys()]
    expect(keys.length).toBeLessThanOrEqual(2)
    expect(keys.every((key) => key.length > 0 && key.length <= 50)).toBe(true)
  })
})
