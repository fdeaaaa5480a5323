import { createSandbox, type FaultEffect, type Sandbox } from '../../../tools/sandbox'
import { clientOf, type Call } from './client'

let crisp: Sandbox
let call: Call

beforeAll(async () => {
  crisp = await createSandbox()
  call = clientOf(crisp)
})
beforeEach(() => {
  crisp.reset()
  crisp.people.add({ email: 'ada@example.com', people_id: '11f0b7f4-5b44-4b13-994c-0972e5de6436' })
  crisp.people.add({ email: 'bob@example.com' })
})
afterAll(() => crisp.close())

const notepad = (email = 'ada@example.com') => crisp.people.get(email)?.profile.notepad
const write = (reference = 'ada@example.com') => call('PATCH', `/people/profile/${reference}`, { notepad: 'written' })
const failure = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => new Error('answered'),
    (thrown: Error & { cause?: { code?: string } }) => thrown
  )
  return (error.cause as { code?: string } | undefined)?.code ?? error.message
}
const broken: FaultEffect = { type: 'answer', status: 503, reason: 'server_error' }

describe('what a fault does', () => {
  it('answers with a status, reason, message and headers, and does not handle the request', async () => {
    crisp.faults.add({
      effect: { type: 'answer', status: 429, reason: 'slow', message: 'later', headers: { 'Retry-After': '7' } }
    })
    const reply = await write()
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '7'])
    expect(reply.body).toEqual({ error: true, reason: 'slow', data: { message: 'later' } })
    expect(notepad()).toBe('')
  })

  it('resets the connection before the write', async () => {
    crisp.faults.add({ effect: { type: 'reset' } })
    expect(await failure(write())).toBe('ECONNRESET')
    expect(notepad()).toBe('')
    expect(crisp.journal.entries()).toMatchObject([{ status: null, fault: 'reset' }])
  })

  it('resets the connection after the write, so that only the answer is lost', async () => {
    crisp.faults.add({ effect: { type: 'reset', applied: true } })
    expect(await failure(write())).toBe('ECONNRESET')
    expect(notepad()).toBe('written')
  })

  it('never answers', async () => {
    crisp.faults.add({ effect: { type: 'hang' } })
    const abort = new AbortController()
    const pending = fetch(`${crisp.url}/v1/website/${crisp.websiteId}`, { signal: abort.signal })
    while (crisp.journal.count() === 0) await new Promise(setImmediate)
    expect(crisp.journal.entries()[0].status).toBeNull()
    abort.abort()
    await expect(pending).rejects.toThrow('aborted')
  })

  it('cuts the body, with the connection or as if it were whole', async () => {
    crisp.faults.add({ nth: 1, effect: { type: 'truncated' } })
    crisp.faults.add({ effect: { type: 'truncated', clean: true, bytes: 10 } })
    expect(await failure(write())).toBe('UND_ERR_SOCKET')
    expect(notepad()).toBe('written')
    expect((await write()).text).toBe('{"error":f')
  })

  it('sends a page of HTML, before handling unless told otherwise', async () => {
    crisp.faults.add({ nth: 1, effect: { type: 'html' } })
    crisp.faults.add({ effect: { type: 'html', status: 200, applied: true } })
    const first = await write()
    expect([first.status, first.headers.get('content-type')]).toEqual([502, 'text/html'])
    expect(first.text).toContain('<html>')
    expect(notepad()).toBe('')
    expect((await write()).status).toBe(200)
    expect(notepad()).toBe('written')
  })

  it('sends no body', async () => {
    crisp.faults.add({ effect: { type: 'empty' } })
    const { status, text } = await write()
    expect([status, text, notepad()]).toEqual([200, '', 'written'])
  })

  it('sends headers and a body that never ends', async () => {
    crisp.faults.add({ effect: { type: 'stalled' } })
    const abort = new AbortController()
    const response = await fetch(`${crisp.url}/v1/website/${crisp.websiteId}`, { signal: abort.signal })
    const body = response.text()
    abort.abort()
    await expect(body).rejects.toThrow('aborted')
  })

  it('holds a request, together with another fault', async () => {
    const wait = setTimeout
    const timers = jest.spyOn(global, 'setTimeout')
    const held: (() => void)[] = []
    timers.mockImplementation((run: () => void, ms = 0) => {
      if (ms !== 54_321) return wait(run, ms)
      held.push(run)
      return wait(run, 600_000).unref()
    })
    crisp.faults.add({ effect: { type: 'latency', ms: 54_321 } })
    crisp.faults.add({ person: 'bob@example.com', effect: broken })
    const replies = Promise.all([write(), write(), write('bob@example.com')])
    while (held.length < 3) await new Promise(setImmediate)
    expect(crisp.journal.entries().map(({ status }) => status)).toEqual([null, null, null])
    for (const run of held) run()
    expect((await replies).map(({ status }) => status)).toEqual([200, 200, 503])
    timers.mockRestore()
  })

  it('waits for a function, and counts those in flight', async () => {
    const handle = async () => {
      while (crisp.journal.count() < 3) await new Promise(setImmediate)
      return undefined
    }
    crisp.faults.add({ effect: { type: 'handler', handle } })
    await Promise.all([write(), write(), write()])
    expect(crisp.journal.maxInFlight).toBe(3)
  })

  it.each([420, 423, 429] as const)('ends a daily quota with %i until the rule goes', async (status) => {
    const id = crisp.faults.add({ effect: { type: 'quota', requests: 2, status, retryAfter: 60 } })
    const replies = [await write(), await write(), await write(), await write()]
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, status, status])
    expect(replies[3].headers.get('retry-after')).toBe('60')
    crisp.faults.remove(id)
    expect((await write()).status).toBe(200)
  })

  it('limits the rate', async () => {
    crisp.faults.add({ effect: { type: 'rateLimit', requests: 1, perMs: 60_000, status: 420 } })
    expect([(await write()).status, (await write()).status]).toEqual([200, 420])
  })

  it('asks a function, which may let the request go on', async () => {
    crisp.faults.add({
      effect: {
        type: 'handler',
        handle: ({ params }) => (params.people_id.startsWith('bob') ? { status: 418, reason: 'teapot' } : undefined)
      }
    })
    expect([(await write()).status, (await write('bob@example.com')).status]).toEqual([200, 418])
  })
})

describe('which requests a fault applies to', () => {
  it('those of a route, or of all routes below a name', async () => {
    crisp.faults.add({ route: 'people.data', effect: broken })
    crisp.faults.add({ route: 'people.profile.update', effect: { ...broken, status: 500 } })
    const data = await call('PATCH', '/people/data/ada@example.com', { data: {} })
    const read = await call('GET', '/people/profile/ada@example.com')
    expect([data.status, (await write()).status, read.status]).toEqual([503, 500, 200])
  })

  it('those about a person, whichever way the request names them', async () => {
    crisp.faults.add({ person: 'ADA@example.com', effect: broken })
    const references = ['ada@example.com', 'ada%40example.com', '11f0b7f4-5b44-4b13-994c-0972e5de6436']
    for (const reference of references) expect((await write(reference)).status).toBe(503)
    const added = await call('POST', '/people/profile', { email: 'ada@example.com', person: { nickname: 'A' } })
    expect([added.status, (await write('bob@example.com')).status]).toEqual([503, 200])
  })

  it('those of a method, of a path, or that a function picks', async () => {
    crisp.faults.add({ method: ['GET', 'HEAD'], effect: { ...broken, status: 501 } })
    crisp.faults.add({ path: /bob/, effect: { ...broken, status: 502 } })
    crisp.faults.add({ when: ({ body }) => JSON.stringify(body).includes('strike'), effect: broken })
    const strike = await call('PATCH', '/people/profile/ada@example.com', { notepad: 'strike' })
    const read = await call('GET', '/people/stats')
    expect([read.status, (await write('bob@example.com')).status, strike.status]).toEqual([501, 502, 503])
    expect((await write()).status).toBe(200)
  })

  it('the nth, or so many', async () => {
    crisp.faults.add({ nth: [1, 3], effect: broken })
    crisp.faults.add({ times: 1, effect: { ...broken, status: 500 } })
    const statuses = []
    for (let n = 0; n < 5; n++) statuses.push((await write()).status)
    expect(statuses).toEqual([503, 500, 503, 200, 200])
    expect(crisp.faults.list()).toMatchObject([{ matched: 5, struck: 2 }, { struck: 1 }])
  })

  it('by chance, and the same ones for the same seed', async () => {
    const run = async (seed: number) => {
      crisp.faults.clear()
      crisp.faults.add({ probability: 0.3, seed, effect: broken })
      const struck = []
      for (let n = 0; n < 40; n++) if ((await write()).status === 503) struck.push(n)
      return struck
    }
    const first = await run(7)
    expect(first.length).toBeGreaterThan(3)
    expect(first.length).toBeLessThan(25)
    expect(await run(7)).toEqual(first)
    expect(await run(8)).not.toEqual(first)
  })
})

describe('routes of a test’s own', () => {
  it('take the place of one by name, with the original at hand', async () => {
    crisp.route({
      name: 'people.profiles.list',
      handler: async (_request, next) => {
        const answer = await next()
        return { ...answer, data: (answer.data as unknown[]).slice(1) }
      }
    })
    expect((await call('GET', '/people/profiles')).body.data).toHaveLength(1)
    crisp.reset()
    expect((await call('GET', '/people/profiles')).body.data).toEqual([])
  })

  it('may be new, and need the same token', async () => {
    crisp.route({
      method: 'POST',
      path: '/v1/website/:website_id/echo/:word',
      handler: ({ params, body }) => ({ status: 200, reason: 'resolved', data: [params.word, body] })
    })
    expect((await call('POST', '/echo/a%2Fb', { c: 1 })).body.data).toEqual(['a/b', { c: 1 }])
    expect((await call('POST', '/echo/a', { c: 1 }, { tier: 'user' })).status).toBe(401)
  })
})

describe('routes of a test’s own outside of a website', () => {
  const ask = (method: string, path: string, apiKey: string, body?: string) =>
    fetch(crisp.url + path, {
      method,
      headers: { Authorization: `Basic ${btoa(apiKey)}`, 'X-Crisp-Tier': 'plugin' },
      body
    })

  it('run, with the default website at hand', async () => {
    crisp.route({
      method: 'POST',
      path: '/v1/plugin/:plugin_id/echo',
      handler: ({ params, body, website }) => ({
        status: 200,
        reason: 'resolved',
        data: [params.plugin_id, body, website.find('ada@example.com')?.email]
      })
    })
    const response = await ask('POST', '/v1/plugin/p1/echo', crisp.apiKey, '{"c":1}')
    expect([response.status, await response.json()]).toEqual([
      200,
      { error: false, reason: 'resolved', data: ['p1', { c: 1 }, 'ada@example.com'] }
    ])
  })

  it('take a token of any website, and need one', async () => {
    const own = await createSandbox({ tokens: [{ apiKey: 'else:where', websites: ['another'] }] })
    own.route({ method: 'GET', path: '/v1/plugin/x', handler: () => ({ status: 200, reason: 'resolved' }) })
    const statuses = await Promise.all(
      ['else:where', 'no:body'].map(async (apiKey) => {
        const headers = { Authorization: `Basic ${btoa(apiKey)}`, 'X-Crisp-Tier': 'plugin' }
        return (await fetch(`${own.url}/v1/plugin/x`, { headers })).status
      })
    )
    await own.close()
    expect(statuses).toEqual([200, 401])
  })

  it('are not there unless they were added', async () => {
    expect((await ask('GET', '/v1/plugin/x', crisp.apiKey)).status).toBe(404)
  })
})

describe('a mistake in a test’s own function', () => {
  it.each([
    ['throws', () => Promise.reject(new Error('my mistake')), 'my mistake'],
    ['answers with a status that is none', () => ({ status: 99, reason: 'x' }), 'status'],
    ['answers with a header that cannot be sent', () => ({ status: 200, reason: 'x', headers: { a: '\n' } }), 'header'],
    ['answers with data that is no JSON', () => ({ status: 200, reason: 'x', data: 1n }), 'BigInt']
  ])('that %s is answered with 500 and its message, not with silence', async (_what, handler, why) => {
    crisp.route({ name: 'people.stats', handler })
    const { status, body } = await call('GET', '/people/stats')
    expect([status, body.reason]).toEqual([500, 'internal_error'])
    expect((body.data as { message: string }).message).toContain(why)
  })
})

describe('closing', () => {
  it('waits for no hung request and no idle connection', async () => {
    const other = await createSandbox({ faults: [{ nth: 2, effect: { type: 'hang' } }] })
    const callOther = clientOf(other)
    await callOther('GET', '')
    const hung = failure(callOther('GET', ''))
    while (other.journal.count() < 2) await new Promise(setImmediate)
    await other.close()
    await other.close()
    expect(await hung).toMatch(/UND_ERR_SOCKET|ECONNRESET/)
  })
})
