import fc from 'fast-check'
import { once } from 'events'
import { request as httpRequest } from 'http'
import { connect } from 'net'
import { createSandbox, type Sandbox } from '../../../tools/sandbox'
import { makeChoices } from '../../../tools/sandbox/choices'
import type { Route } from '../../../tools/sandbox/route'
import { getRoutes } from '../../../tools/sandbox/routes'
import { patience, runs } from '../../properties/runs'
import { almostFromSchema, fromSchema } from './from-schema'

jest.setTimeout(patience)

let crisp: Sandbox

beforeAll(async () => {
  crisp = await createSandbox({
    tiers: ['plugin', 'website', 'user'],
    people: [
      { email: 'ada@example.com', segments: ['vip'], data: { user_id: 'u1' }, events: [{ text: 'seen' }] },
      { email: 'bob@example.com' }
    ]
  })
})
beforeEach(() => crisp.reset())
afterAll(() => crisp.close())

interface Raw {
  status: number
  text: string
}

/** Sends a request as it is: fetch would tidy the path. Rejects when there is no answer within twenty seconds. */
function send(method: string, path: string, body?: string | Buffer, tier = 'plugin'): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port: crisp.port,
      method,
      path,
      timeout: 20_000,
      auth: crisp.apiKey,
      headers: {
        'X-Crisp-Tier': tier,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
      }
    })
    request.on('timeout', () => request.destroy(new Error('hang')))
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
      response.on('error', reject)
    })
    request.end(body)
  })
}

function envelopeOf({ status, text }: Raw): { reason: string } {
  const json = JSON.parse(text) as { error: boolean; reason: string; data: unknown }
  expect(Object.keys(json)).toEqual(['error', 'reason', 'data'])
  expect(json.error).toBe(status >= 400)
  expect(json.reason).toMatch(/^[a-z_]+$/)
  return json
}

/** What is true of every state, whatever came before. */
function expectSoundState() {
  const people = crisp.people.all()
  for (const { profile, data, events } of people) {
    expect(crisp.people.get(profile.people_id)?.profile.email).toBe(profile.email)
    expect(crisp.people.get(profile.email)?.profile.people_id).toBe(profile.people_id)
    expect(typeof profile.person).toBe('object')
    const illegal = Object.entries(data).filter(
      ([key, value]) => !/^[A-Za-z0-9_-]{1,50}$/.test(key) || !['string', 'number', 'boolean'].includes(typeof value)
    )
    expect(illegal).toEqual([])
    for (const { text, data: properties } of events) {
      expect(text.length).toBeLessThanOrEqual(80)
      expect(Object.keys(properties).length).toBeLessThanOrEqual(10)
    }
  }
  expect(new Set(people.map(({ profile }) => profile.email)).size).toBe(people.length)
  expect(crisp.people.count()).toBe(people.length)
  expect(Object.prototype).not.toHaveProperty('polluted')
}

const references = fc.oneof(
  fc.constantFrom('ada@example.com', 'ada%40example.com', 'BOB@example.com', 'cyd%2Bx@example.com', '999'),
  fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).map(encode)
)
const pages = fc.oneof(
  fc.constantFrom('1', '2'),
  fc.constantFrom('0', '-1', '1e3', '99999999999999999999', 'NaN', '%31')
)

function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, 'x'))
}

function pathOf(route: Route): fc.Arbitrary<string> {
  return fc.tuple(references, pages).map(([reference, page]) =>
    route.path
      .replace(':website_id', crisp.websiteId)
      .replace(':people_id', () => reference)
      .replace(':page_number', page)
  )
}

function queryOf(route: Route): fc.Arbitrary<string> {
  if (!route.query) return fc.constant('')
  const filters = fc.oneof(
    fc.jsonValue().map((json) => JSON.stringify(json)),
    fc
      .array(
        fc.record({
          model: fc.constantFrom('people', 'website'),
          criterion: fc.constantFrom('email', 'segments', 'data.user_id', 'data.__proto__', 'person.nickname', 'x.y'),
          operator: fc.constantFrom('eq', 'neq', 'has', 'gte'),
          query: fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 3 })
        }),
        { maxLength: 3 }
      )
      .map((json) => JSON.stringify(json))
  )
  const names = Object.keys(route.query.properties ?? {})
  return fc
    .tuple(
      fc.dictionary(fc.constantFrom(...names), fc.string({ maxLength: 20 })),
      fc.option(filters, { nil: undefined })
    )
    .map(([query, filter]) => {
      const search = new URLSearchParams(query)
      if (filter !== undefined) search.set('search_filter', filter)
      return `?${search.toString()}`
    })
}

const routes = getRoutes(makeChoices())
const documented = (route: Route) => [...Object.keys(route.answers).map(Number), 404]
const tierOf = (route: Route) => (route.tiers?.includes('plugin') === false ? 'user' : 'plugin')

it.each(routes)('$name: whatever is sent gets a documented answer and leaves a sound state', async (route) => {
  const body = route.body
    ? fc.oneof(almostFromSchema(route.body), fromSchema(route.body)).map((json) => JSON.stringify(json))
    : fc.constant(undefined)
  await fc.assert(
    fc.asyncProperty(pathOf(route), queryOf(route), body, async (path, query, text) => {
      const reply = await send(route.method, path + query, text, tierOf(route))
      expect(documented(route)).toContain(reply.status)
      if (route.method === 'HEAD') expect(reply.text).toBe('')
      else envelopeOf(reply)
    }),
    runs(50)
  )
  expectSoundState()
})

it.each(routes.filter(({ body }) => body))('$name: a body that its schema allows is never refused', async (route) => {
  await fc.assert(
    fc.asyncProperty(fromSchema(route.body ?? {}), async (json) => {
      crisp.reset()
      const path = route.path.replace(':website_id', crisp.websiteId).replace(':people_id', 'ada@example.com')
      const reply = await send(route.method, path, JSON.stringify(json), tierOf(route))
      // Only an email that is taken stands in the way.
      expect([200, 201, 202, 409]).toContain(reply.status)
    }),
    runs(25)
  )
  expectSoundState()
})

describe('hostile requests', () => {
  const base = () => `/v1/website/${crisp.websiteId}`

  it.each([
    ['a broken escape', '/people/profile/%', 400],
    ['a byte that is no UTF-8', '/people/profile/%ff', 400],
    ['an overlong escape', '/people/profile/%c0%af', 400],
    ['an escaped slash', '/people/profile/%2f', 404],
    ['an escaped way up', '/people/profile/%2e%2e%2f%2e%2e', 404],
    ['a way up', '/people/profile/../../people/stats', 404],
    ['a null byte', '/people/profile/%00', 404],
    ['an empty part', '/people//profile', 404],
    ['a slash at the end', '/people/stats/', 404],
    ['a very long part', `/people/profile/${'a'.repeat(5000)}`, 414],
    ['a part named like a prototype', '/people/profile/__proto__', 404],
    ['an escaped question mark', '/people/stats%3Fx=1', 404],
    ['a semicolon', '/people/stats;x=1', 404],
    ['capitals', '/PEOPLE/stats', 404]
  ])('with %s in the path are answered', async (_what, path, status) => {
    const reply = await send('GET', base() + path)
    expect([reply.status, envelopeOf(reply)]).toEqual([status, expect.anything() as object])
    expectSoundState()
  })

  it('with a target that is no path are answered or cut off', async () => {
    for (const target of [
      '*',
      '//',
      'http://elsewhere.example/v1/website/x',
      `/v1/website/${crisp.websiteId}#x`,
      '/?%'
    ]) {
      const { status } = await send('GET', target).catch(() => ({ status: 400 }))
      expect([400, 404, 200]).toContain(status)
    }
  })

  it.each([
    ['more than a megabyte', () => Buffer.alloc(1_100_000, 'x'), 413],
    ['a hundred thousand brackets', () => '['.repeat(100_000), 400],
    ['an object that deep', () => '{"data":'.repeat(50_000) + '1' + '}'.repeat(50_000), 400],
    ['a megabyte of one key', () => `{"data":{"${'k'.repeat(1_000_000)}":1}}`, 400],
    [
      'fifty thousand keys',
      () => JSON.stringify({ data: Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`k${n}`, n])) }),
      200
    ],
    ['bytes that are no UTF-8', () => Buffer.from('{"data":{"plan":"\xff"}}', 'latin1'), 400],
    ['UTF-16', () => Buffer.from('{"data":{}}', 'utf16le'), 400],
    ['a byte order mark', () => '\ufeff{"data":{}}', 400],
    ['two documents', () => '{"data":{}}{"data":{}}', 400],
    ['a number', () => '1e999', 400]
  ])('with a body of %s are answered', async (_what, body, status) => {
    const reply = await send('PATCH', `${base()}/people/data/ada@example.com`, body())
    expect(reply.status).toBe(status)
    envelopeOf(reply)
    expectSoundState()
  })

  it.each([
    ['a repeated name that the route does not know', '/people/profiles?search=a&search=b'],
    ['a repeated name that it knows', '/people/profiles?search_text=a&search_text=b'],
    ['a repeated name where the route knows none', '/people/stats?x=1&x=1']
  ])('with %s in the query are refused with 400 and a sentence', async (_what, path) => {
    const reply = await send('GET', base() + path)
    expect([reply.status, JSON.parse(reply.text)]).toEqual([
      400,
      {
        error: true,
        reason: 'invalid_data',
        data: { message: expect.stringMatching(/^query parameter "\w+" is given/) }
      }
    ])
  })

  const deep = '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)

  it.each([
    [
      'an event with properties',
      'POST',
      () => `${base()}/people/events/ada@example.com`,
      `{"text":"t","data":${deep}}`
    ],
    ['an event with another key', 'POST', () => `${base()}/people/events/ada@example.com`, `{"text":"t","x":${deep}}`],
    ['custom data', 'PATCH', () => `${base()}/people/data/ada@example.com`, `{"data":${deep}}`],
    ['a state', 'PUT', () => '/_sandbox/state', `[{"email":"x@y.z","events":[{"text":"t","data":${deep}}]}]`],
    [
      'a fault',
      'POST',
      () => '/_sandbox/faults',
      `{"effect":{"type":"answer","status":200,"reason":"x","data":${deep}}}`
    ]
  ])('with %s 100,000 levels deep are refused with 400 and a sentence', async (_what, method, path, body) => {
    const reply = await send(method, path(), body)
    expect([reply.status, JSON.parse(reply.text)]).toEqual([
      400,
      { error: true, reason: 'invalid_data', data: { message: 'body must not be nested more than 100 levels deep' } }
    ])
    expectSoundState()
  })

  it('with many brackets inside of a text are taken', async () => {
    const body = JSON.stringify({ data: { text: '[{'.repeat(5_000) } })
    expect((await send('PATCH', `${base()}/people/data/ada@example.com`, body)).status).toBe(200)
  })

  it('with methods of all kinds are answered', async () => {
    for (const method of ['OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH', 'PURGE', 'PATCH', 'DELETE']) {
      const reply = await send(method, `${base()}/people/stats`)
      expect([404, 405]).toContain(reply.status)
    }
  })

  it('that break off in the middle change nothing and hold nothing up', async () => {
    const before = crisp.people.all()
    const full = JSON.stringify({ notepad: 'half' })
    const head = [
      `PATCH ${base()}/people/profile/ada@example.com HTTP/1.1`,
      'Host: 127.0.0.1',
      `Authorization: Basic ${Buffer.from(crisp.apiKey).toString('base64')}`,
      'X-Crisp-Tier: plugin',
      'Content-Type: application/json',
      `Content-Length: ${full.length}`,
      '\r\n'
    ].join('\r\n')
    const message = head + full
    for (let at = 1; at < message.length; at += 23) {
      const socket = connect(crisp.port, '127.0.0.1')
      await once(socket, 'connect')
      socket.on('error', () => undefined)
      await new Promise<void>((resolve) => socket.write(message.slice(0, at), () => resolve()))
      socket.resetAndDestroy()
    }
    expect((await send('GET', `${base()}/people/stats`)).status).toBe(200)
    expect(crisp.people.all()).toEqual(before)
  })

  it('that are no HTTP are turned away, and the next one is served', async () => {
    for (const junk of [
      '\u0000\u0001\u0002\r\n\r\n',
      'GET\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`
    ]) {
      const socket = connect(crisp.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(junk)
      socket.resume()
      await once(socket, 'close')
    }
    expect((await send('GET', `${base()}/people/stats`)).status).toBe(200)
  })
})
