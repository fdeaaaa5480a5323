import nock from 'nock'
import { createTester, type Run, type RunningTester, type TesterState } from '../../../tools/serve'
import { readEnvironment } from '../../../tools/serve/input'
import { ask, john } from './client'

const settings = {
  apiKey: 'live-identifier:live-secret',
  websiteId: '8c842203-7ed8-4e29-a608-7cf78a7d2fcc',
  tokenType: 'website'
}

let tester: RunningTester

beforeEach(async () => {
  tester = await createTester({ live: settings })
})

afterEach(async () => {
  nock.cleanAll()
  await tester.close()
})

afterAll(() => nock.restore())

/** Crisp, which knows everybody; tells how often it was asked. */
function crisp() {
  const seen: (string | undefined)[] = []
  for (const method of ['GET', 'POST', 'PATCH', 'DELETE']) {
    nock('https://api.crisp.chat')
      .persist()
      .intercept(/.*/, method)
      .reply(function () {
        seen.push([this.req.headers.authorization].flat()[0])
        return [200, { error: false, reason: 'updated', data: {} }]
      })
  }
  return seen
}

it('says that events go to the live Crisp, and never shows the key', async () => {
  const { body, text } = await ask<TesterState>(tester.url, 'GET', '/api/state')
  expect(body).toMatchObject({ mode: 'live', websiteId: settings.websiteId, quota: { tokenType: 'website' } })
  expect(text).not.toContain('live-secret')
})

it('sends nothing without "live": true', async () => {
  const seen = crisp()
  for (const path of ['/api/events', '/api/history/1/replay']) {
    const { status, body } = await ask(tester.url, 'POST', path, { event: john })
    expect([status, body]).toEqual([409, { error: expect.stringContaining('"live": true') as string, field: 'live' }])
  }
  await ask(tester.url, 'POST', '/api/preview', { event: john })
  expect(seen).toEqual([])
})

it('sends when it is', async () => {
  const seen = crisp()
  const { status, body, text } = await ask<Run>(tester.url, 'POST', '/api/events', { event: john, live: true })
  expect([status, body.outcome]).toEqual([200, 'delivered'])
  expect(seen.length).toBeGreaterThan(0)
  expect(seen[0]).toBe(`Basic ${Buffer.from(settings.apiKey).toString('base64')}`)
  expect(text).not.toContain('live-secret')
})

it('has no people, faults or reset to offer', async () => {
  for (const [method, path] of [
    ['GET', '/api/people'],
    ['GET', '/api/people/x'],
    ['GET', '/api/faults'],
    ['POST', '/api/reset']
  ]) {
    expect((await ask(tester.url, method, path, method === 'POST' ? {} : undefined)).status).toBe(409)
  }
})

describe("upstream's routes", () => {
  const routes = ['/identifyUser', '/trackEvent', '/delete', '/authenticate']
  const authorization = (apiKey: string) => `Basic ${Buffer.from(apiKey).toString('base64')}`

  it('send nothing without "live": true', async () => {
    const seen = crisp()
    for (const path of routes) {
      for (const body of [undefined, { payload: john }, { payload: john, settings: { apiKey: 'other:key' } }]) {
        const { status, body: answer } = await ask(tester.url, 'POST', path, body)
        expect([status, answer]).toEqual([409, expect.objectContaining({ field: 'live' })])
      }
    }
    expect(seen).toEqual([])
  })

  it.each(routes)("%s takes the environment's credentials when it is", async (path) => {
    const seen = crisp()
    const payload = { ...john, event: 'Signed Up', context: { traits: john.traits } }
    const { status } = await ask(tester.url, 'POST', path, { payload, live: true })
    expect(status).toBe(200)
    expect(new Set(seen)).toEqual(new Set([authorization(settings.apiKey)]))
  })

  it('take credentials that the body brings, and nothing of the environment with them', async () => {
    const own = { apiKey: 'other:key', websiteId: '1b2c3d4e-7ed8-4e29-a608-7cf78a7d2fcc' }
    const reqheaders = { authorization: authorization(own.apiKey), 'x-crisp-tier': 'plugin' }
    const theirs = nock('https://api.crisp.chat', { reqheaders })
      .get((path) => path.startsWith(`/v1/website/${own.websiteId}`))
      .reply(200, { error: false, reason: 'resolved', data: {} })
    await ask(tester.url, 'POST', '/authenticate', own)
    expect(theirs.isDone()).toBe(true)
  })

  it("keep the environment's credentials from pages on the web, whatever they say", async () => {
    const seen = crisp()
    const origin = 'https://app.segment.com'
    const body = { payload: john, settings: {}, live: true }
    const web = await ask<{ requestError?: boolean }[]>(tester.url, 'POST', '/identifyUser', body, { origin })
    expect(web.body[0].requestError).toBe(true)
    expect(seen).toEqual([])
  })
})

it('takes no part of the environment without a key', () => {
  expect(readEnvironment({})).toBeUndefined()
  expect(readEnvironment({ CRISP_WEBSITE_ID: settings.websiteId })).toBeUndefined()
})

it('takes the credentials of the environment, and refuses those that cannot be', () => {
  const { apiKey: CRISP_API_KEY, websiteId: CRISP_WEBSITE_ID, tokenType: CRISP_TOKEN_TYPE } = settings
  const environment = { CRISP_API_KEY, CRISP_WEBSITE_ID, CRISP_TOKEN_TYPE }
  expect(readEnvironment(environment)).toEqual(settings)
  expect(() => readEnvironment({ CRISP_API_KEY })).toThrow('Set CRISP_WEBSITE_ID as well as CRISP_API_KEY')
  expect(() => readEnvironment({ ...environment, CRISP_API_KEY: 'key' })).toThrow('CRISP_API_KEY: ')
  expect(() => readEnvironment({ ...environment, CRISP_TOKEN_TYPE: 'Website' })).toThrow(
    'CRISP_TOKEN_TYPE must be plugin or website.'
  )
})
