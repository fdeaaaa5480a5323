import { Destination } from '@segment/actions-core'
import destination from '../../src'
import type { Settings } from '../../src/generated-types'
import { testAuthentication } from '../../src/testAuthentication'
import {
  answers,
  BASE64,
  crisp,
  crispThat,
  IDENTIFIER,
  KEY,
  linesOf,
  requestThat,
  settings,
  silentCrisp,
  startAfresh,
  WEBSITE
} from './support'
import type { Reply } from './support'

startAfresh()

const refusal = (status: number) => answers.refused(status, 'website_not_found')

const runtime = new Destination(destination)

describe('The test of the settings', () => {
  const STATS = 'GET /people/stats'
  const WEBSITE_ROUTE = 'GET '
  const page = (status: number): Reply => [status, '<html></html>', { 'content-type': 'text/html' }]
  const refused = (status: number, reason = 'any') => answers.refused(status, reason)

  async function messageFor(changed: Partial<Settings> = {}): Promise<string | undefined> {
    try {
      await runtime.testAuthentication({ ...settings, ...changed })
      return undefined
    } catch (thrown) {
      const { message } = thrown as Error
      for (const secret of [IDENTIFIER, KEY, BASE64]) expect(message).not.toContain(secret)
      return message
    }
  }

  it('passes with one request, which needs what the destination needs', async () => {
    const requests = crisp(answers.stats)
    expect(await messageFor()).toBeUndefined()
    expect(linesOf(requests)).toEqual([STATS])
    expect(requests[0].headers).toMatchObject({ authorization: `Basic ${BASE64}`, 'x-crisp-tier': 'plugin' })
  })

  it('ignores white space around the settings, and takes no token type for a plugin token', async () => {
    const requests = crisp(answers.stats)
    const given = { apiKey: `\n${settings.apiKey} `, websiteId: ` ${WEBSITE}\n`, tokenType: undefined }
    expect(await messageFor(given)).toBeUndefined()
    expect(requests[0].path).toBe('/people/stats')
    expect(requests[0].headers).toMatchObject({ authorization: `Basic ${BASE64}`, 'x-crisp-tier': 'plugin' })
  })

  it.each(['', 'token', 'identifier key', ':key', 'identifier:', 'a:b:c'])(
    'shows the shape of an API Key, unsent: "%s"',
    async (apiKey) => {
      const requests = crisp()
      expect(await messageFor({ apiKey })).toMatch(/identifier:key/)
      expect(requests).toEqual([])
    }
  )

  it.each(['my website', '04ed9a29'])('shows the shape of a Website ID, unsent: "%s"', async (websiteId) => {
    const requests = crisp()
    expect(await messageFor({ websiteId })).toMatch(/Website ID must be a UUID/)
    expect(requests).toEqual([])
  })

  it.each([
    ['plugin', 'website', 'Website token'],
    [undefined, 'website', 'Website token'],
    ['website', 'plugin', 'Plugin token']
  ])('names the other token type when the key is right: %s', async (tokenType, other, label) => {
    const requests = crispThat(({ headers }) =>
      headers['x-crisp-tier'] === other ? answers.stats : refused(401, 'invalid_session')
    )
    const message = await messageFor({ tokenType })
    expect(message).toContain(`Token Type does not match the API Key. Set Token Type to "${label}".`)
    expect(linesOf(requests)).toEqual([STATS, STATS])
    expect(requests.map(({ headers }) => headers['x-crisp-tier'])).toEqual([tokenType ?? 'plugin', other])
    for (const { headers } of requests) expect(headers.authorization).toBe(`Basic ${BASE64}`)
  })

  it.each([
    ['may not read people', refused(403)],
    ['is not installed there', refused(404, 'not_subscribed')]
  ])('names the other token type also when that token %s', async (_name, reply) => {
    crispThat(({ headers }) => (headers['x-crisp-tier'] === 'website' ? reply : refused(401)))
    expect(await messageFor()).toContain('Set Token Type to "Website token".')
  })

  it('says that the key is wrong when the other token type is refused too', async () => {
    const requests = crisp(refused(401, 'invalid_session'), refused(401))
    expect(await messageFor()).toMatch(/does not accept the API Key\. Copy/)
    expect(linesOf(requests)).toEqual([STATS, STATS])
  })

  it.each([
    ['cannot be reached', answers.reset()],
    ['is out of quota', refused(429)],
    ['gets a page', [403, '<html></html>', { 'content-type': 'text/html' }]]
  ] as [string, Reply][])(
    'leaves open whether key or type is wrong when the other token type %s',
    async (_name, reply) => {
      const requests = crisp(refused(401, 'invalid_session'), reply)
      const message = await messageFor()
      expect(message).toMatch(/does not accept the API Key with this Token Type/)
      expect(message).toContain('Set Token Type to "Website token" if')
      expect(linesOf(requests)).toEqual([STATS, STATS])
    }
  )

  it('says that the plugin is not installed', async () => {
    const requests = crispThat(() => refused(404, 'not_subscribed'))
    expect(await messageFor()).toMatch(/plugin is not on this website\. Install it, or correct Website ID/)
    expect(linesOf(requests)[0]).toBe(STATS)
  })

  it('says that the permission for people is missing, when the website itself can be read', async () => {
    const requests = crisp(refused(403, 'not_allowed'), answers.website)
    expect(await messageFor()).toMatch(/reaches the website but not its people.*read and write access/)
    expect(linesOf(requests)).toEqual([STATS, WEBSITE_ROUTE])
  })

  it.each([
    ['403', refused(403, 'not_allowed')],
    ['404', refused(404, 'website_not_found')]
  ])('says that the website is another one, when it cannot be read either: %s', async (_name, reply) => {
    const requests = crispThat(() => reply)
    expect(await messageFor()).toMatch(/does not reach this website.*Website ID/)
    expect(linesOf(requests)).toEqual([STATS, WEBSITE_ROUTE])
  })

  it.each([420, 423, 429])('says that the quota is spent: %i', async (status) => {
    const requests = crispThat(() => refused(status, 'quota_limit_exceeded'))
    expect(await messageFor()).toMatch(/quota/)
    expect(linesOf(requests)).toEqual([STATS])
  })

  it.each([420, 423, 429])(
    'does not blame the Website ID when the quota ends before the explanation: %i',
    async (status) => {
      crisp(refused(403, 'not_allowed'), refused(status))
      const message = await messageFor()
      expect(message).not.toMatch(/does not reach this website/)
      expect(message).toMatch(/quota/)
    }
  )

  it('says that the plan is too small', async () => {
    crispThat(() => refused(402))
    expect(await messageFor()).toMatch(/plan/)
  })

  it.each([
    ['a server error', refused(500), 'Crisp had a server error.'],
    ['an HTML page', page(503), 'Something between Segment and Crisp answered with status 503.'],
    ["a firewall's page with 401", page(401), 'Something between Segment and Crisp answered with status 401.'],
    ["a firewall's page with 403", page(403), 'Something between Segment and Crisp answered with status 403.'],
    ["a firewall's page with 404", page(404), 'Something between Segment and Crisp answered with status 404.'],
    ['a connection reset', answers.reset(), "Couldn't reach Crisp (ECONNRESET)."]
  ] as [string, Reply, string][])('blames nothing in the settings for %s', async (_name, reply, words) => {
    const requests = crispThat(() => reply)
    expect(await messageFor()).toContain(words)
    expect(linesOf(requests)).toEqual([STATS])
  })

  it('blames nothing in the settings when Crisp cannot be reached for the explanation', async () => {
    crisp(refused(403, 'not_allowed'), answers.reset())
    expect(await messageFor()).toContain("Couldn't reach Crisp (ECONNRESET).")
  })

  it('blames nothing in the settings when a page answers in place of the explanation', async () => {
    crisp(refused(403, 'not_allowed'), page(403))
    expect(await messageFor()).toContain('Something between Segment and Crisp answered with status 403.')
  })

  it('does not pass on an HTML page', async () => {
    crispThat(() => [200, '<html>Sign in to this network</html>', { 'content-type': 'text/html' }])
    const message = await messageFor()
    expect(message).toContain('Something between Segment and Crisp answered with status 200.')
    expect(message).not.toContain('Sign in')
  })

  it('ends although Crisp is silent', async () => {
    const { timeouts } = silentCrisp()
    expect(await messageFor()).toMatch(/in time/)
    expect(timeouts).toEqual(expect.arrayContaining([10_000]))
  })
})

it.each([
  ['the permission', 403, [refusal(403), answers.website], 'FORBIDDEN', 403],
  ['the website, forbidden', 403, [refusal(403), refusal(403)], 'FORBIDDEN', 403],
  ['the website, unknown', 404, [refusal(404), refusal(404)], 'FORBIDDEN', 404]
] as [string, number, Reply[], string, number][])(
  'The test of the settings has the code and the status of %s',
  async (_name, _crisp, script, code, status) => {
    const left = [...script]
    const { request } = requestThat(() => left.shift())
    await expect(testAuthentication(request, { settings })).rejects.toMatchObject({ code, status })
  }
)
