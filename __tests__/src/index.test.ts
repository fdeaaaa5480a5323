import { Destination } from '@segment/actions-core'
import type { ActionDefinition } from '@segment/actions-core'
import destination from '../../src'
import type { Settings } from '../../src/generated-types'
import { recall, remember } from '../../src/person/memory'
import { CRISP_API_VERSION } from '../../src/versioning-info'
import {
  answers,
  BASE64,
  crisp,
  crispThat,
  IDENTIFIER,
  KEY,
  linesOf,
  searchOf,
  settings,
  silentCrisp,
  startAfresh,
  WEBSITE
} from './support'
import type { Reply, Request } from './support'

startAfresh()

const runtime = new Destination(destination)
const actions: Record<string, ActionDefinition<Settings>> = destination.actions

describe('the definition', () => {
  it('has the names that never change', () => {
    expect(destination).toMatchObject({ name: 'Crisp', slug: 'actions-crisp', mode: 'cloud' })
    expect(Object.keys(actions)).toEqual(['identifyUser', 'trackEvent'])
    expect(CRISP_API_VERSION).toBe('v1')
  })

  it('asks for three settings', () => {
    expect(destination.authentication?.fields).toMatchObject({
      apiKey: { type: 'password', required: true },
      websiteId: { type: 'string', required: true },
      tokenType: { type: 'string', choices: [{ value: 'plugin' }, { value: 'website' }] }
    })
    expect(destination.authentication?.fields.tokenType.required).toBeFalsy()
    for (const field of Object.values(destination.authentication?.fields ?? {})) expect(field.format).toBeUndefined()
  })

  const exists = (path: string, other: string) => ({
    '@if': { exists: { '@path': path }, then: { '@path': path }, else: { '@path': other } }
  })
  const trait = (name: string) => ({ '@path': `$.traits.${name}` })

  it('maps identify calls by these fields for ever', () => {
    expect(typesAndDefaults('identifyUser')).toEqual({
      email: ['string', trait('email')],
      userId: ['string', { '@path': '$.userId' }],
      name: ['string', trait('name')],
      firstName: ['string', exists('$.traits.firstName', '$.traits.first_name')],
      lastName: ['string', exists('$.traits.lastName', '$.traits.last_name')],
      phone: ['string', trait('phone')],
      avatar: ['string', trait('avatar')],
      description: ['string', trait('description')],
      website: ['string', trait('website')],
      jobTitle: ['string', trait('title')],
      address: ['object', { whole: trait('address') }],
      company: ['object', { whole: trait('company') }],
      customData: ['object', { '@path': '$.traits' }],
      enable_batching: ['boolean', true],
      batch_size: ['number', 250]
    })
  })

  it('maps track calls by these fields for ever', () => {
    expect(typesAndDefaults('trackEvent')).toEqual({
      eventName: ['string', exists('$.event', '$.name')],
      email: ['string', exists('$.context.traits.email', '$.traits.email')],
      userId: ['string', { '@path': '$.userId' }],
      properties: ['object', { '@path': '$.properties' }],
      color: ['string', undefined],
      unknownPerson: ['string', 'drop'],
      occurredAt: ['string', undefined],
      enable_batching: ['boolean', true],
      batch_size: ['number', 250]
    })
  })

  it('lets the person choose what an event of an unknown person becomes, and its colour', () => {
    const choicesOf = (key: string) =>
      (actions.trackEvent.fields[key].choices as { value: string }[]).map(({ value }) => value)
    expect(choicesOf('unknownPerson')).toEqual(expect.arrayContaining(['drop', 'retry', 'create']))
    expect(choicesOf('color')).toEqual(
      expect.arrayContaining(['red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink', 'brown', 'grey', 'black'])
    )
  })

  it.each(Object.keys(actions))(
    'explains every field of %s, requires none and leaves formats to the code',
    (action) => {
      for (const field of Object.values(actions[action].fields)) {
        expect(field.label).not.toBe('')
        expect(field.description).toMatch(/^\S.*[.]$/s)
        expect(field.required).toBeFalsy()
        expect(field.format).toBeUndefined()
      }
      expect(actions[action].fields.batch_size).toMatchObject({ minimum: 1, maximum: 1000 })
      expect(actions[action].fields.batch_size.description).toMatch(/quota/)
      expect(actions[action].performBatch).toBeDefined()
    }
  )

  function typesAndDefaults(action: string) {
    return Object.fromEntries(
      Object.entries(actions[action].fields).map(([key, field]) => [key, [field.type, field.default]])
    )
  }
})

describe('the presets', () => {
  it('are two automatic ones and one for warehouse audiences', () => {
    expect(destination.presets).toMatchObject([
      { type: 'automatic', partnerAction: 'identifyUser', subscribe: 'type = "identify"' },
      { type: 'automatic', partnerAction: 'trackEvent', subscribe: 'type = "track"' },
      {
        type: 'specificEvent',
        partnerAction: 'identifyUser',
        eventSlug: 'warehouse_audience_membership_changed_identify'
      }
    ])
    expect(destination.presets).toHaveLength(3)
  })

  it('map every field that has a default', () => {
    for (const { mapping, partnerAction } of destination.presets ?? []) {
      const { fields } = actions[partnerAction]
      const withDefault = Object.keys(fields).filter((key) => fields[key].default !== undefined)
      expect(Object.keys(mapping ?? {}).sort()).toEqual(withDefault.sort())
    }
  })

  it("deliver identify and track calls through Segment's runtime, and nothing else", async () => {
    const requests = crispThat(() => answers.updated)
    const subscriptions = (destination.presets ?? []).flatMap((preset) =>
      preset.type === 'automatic' ? [{ ...preset, mapping: preset.mapping as never }] : []
    )
    const context = { traits: { email: 'john@segment.com' } }
    const runtimeSettings = { ...settings, subscriptions } as never
    await runtime.onEvent({ type: 'identify', traits: { email: 'john@segment.com', plan: 'pro' } }, runtimeSettings)
    await runtime.onEvent({ type: 'track', event: 'Signed Up', context }, runtimeSettings)
    await runtime.onEvent({ type: 'page', name: 'Home', context }, runtimeSettings)
    await runtime.onEvent({ type: 'group', groupId: 'g1', traits: { email: 'info@segment.com' } }, runtimeSettings)
    expect(linesOf(requests)).toEqual(['PATCH /people/data/john@segment.com', 'POST /people/events/john@segment.com'])
  })
})

describe('the test of the settings', () => {
  const STATS = 'GET /people/stats'
  const WEBSITE_ROUTE = 'GET '
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
  ])('names the other kind when the key is right: %s', async (tokenType, other, label) => {
    const requests = crispThat(({ headers }) =>
      headers['x-crisp-tier'] === other ? answers.stats : refused(401, 'invalid_session')
    )
    const message = await messageFor({ tokenType })
    expect(message).toMatch(/API Key is right/)
    expect(message).toContain(`set Token Type to "${label}"`)
    expect(linesOf(requests)).toEqual([STATS, STATS])
    expect(requests.map(({ headers }) => headers['x-crisp-tier'])).toEqual([tokenType ?? 'plugin', other])
    for (const { headers } of requests) expect(headers.authorization).toBe(`Basic ${BASE64}`)
  })

  it.each([
    ['may not read people', refused(403)],
    ['is not installed there', refused(404, 'not_subscribed')]
  ])('names the other kind also when that token %s', async (_name, reply) => {
    crispThat(({ headers }) => (headers['x-crisp-tier'] === 'website' ? reply : refused(401)))
    expect(await messageFor()).toContain('set Token Type to "Website token"')
  })

  it('says that the key is wrong when the other kind is refused too', async () => {
    const requests = crisp(refused(401, 'invalid_session'), refused(401))
    expect(await messageFor()).toMatch(/does not accept the API Key: copy/)
    expect(linesOf(requests)).toEqual([STATS, STATS])
  })

  it.each([
    ['cannot be reached', answers.reset()],
    ['is out of quota', refused(429)]
  ] as [string, Reply][])('leaves open whether key or type is wrong when the other kind %s', async (_name, reply) => {
    const requests = crisp(refused(401, 'invalid_session'), reply)
    const message = await messageFor()
    expect(message).toMatch(/does not accept the API Key with this Token Type/)
    expect(message).toContain('set Token Type to "Website token" if')
    expect(linesOf(requests)).toEqual([STATS, STATS])
  })

  it('says that the plugin is not installed', async () => {
    const requests = crispThat(() => refused(404, 'not_subscribed'))
    expect(await messageFor()).toMatch(/plugin.*not installed.*Website ID/)
    expect(linesOf(requests)[0]).toBe(STATS)
  })

  it('says that the permission for people is missing, when the website itself can be read', async () => {
    const requests = crisp(refused(403, 'not_allowed'), answers.website)
    expect(await messageFor()).toMatch(/reaches the website but not its people.*permission/)
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
    ['a server error', refused(500)],
    ['an HTML page', [503, '<html></html>', { 'content-type': 'text/html' }]],
    ['a connection reset', answers.reset()]
  ] as [string, Reply][])('blames nothing in the settings for %s', async (_name, reply) => {
    const requests = crispThat(() => reply)
    expect(await messageFor()).toMatch(/Crisp (failed to answer|could not be reached)/)
    expect(linesOf(requests)).toEqual([STATS])
  })

  it('blames nothing in the settings when Crisp cannot be reached for the explanation', async () => {
    crisp(refused(403, 'not_allowed'), answers.reset())
    expect(await messageFor()).toMatch(/could not be reached/)
  })

  it('does not pass on an HTML page', async () => {
    crispThat(() => [200, '<html>Sign in to this network</html>', { 'content-type': 'text/html' }])
    expect(await messageFor()).toMatch(/not Crisp/)
  })

  it('ends although Crisp is silent', async () => {
    const { timeouts } = silentCrisp()
    expect(await messageFor()).toMatch(/in time/)
    expect(timeouts).toEqual(expect.arrayContaining([10_000]))
  })
})

describe('the deletion of a person', () => {
  const EMAIL = 'john.doe@segment.com'
  const SEARCH = 'GET /people/profiles/1'

  async function deletion(
    userId: string | null | undefined
  ): Promise<(Error & { code?: string; status?: number }) | 'done'> {
    try {
      await runtime.onDelete?.({ type: 'delete', userId, anonymousId: 'anonId1234' }, settings as never)
      return 'done'
    } catch (thrown) {
      return thrown as Error
    }
  }

  const isSearch = ({ path }: Request) => path.startsWith('/people/profiles/')
  const idOf = ({ path }: Request) => decodeURIComponent(path.split('/')[3])

  /** A Crisp with people by their ID; their search answers a page at a time. */
  function crispWith(people: Record<string, { user_id?: string }>, perPage = 50) {
    const left = new Map(Object.entries(people))
    const requests = crispThat((request) => {
      if (isSearch(request))
        return answers.hits(...[...left.keys()].slice(0, perPage).map((people_id) => ({ people_id })))
      const person = left.get(idOf(request))
      if (!person) return answers.unknown
      if (request.method === 'DELETE') left.delete(idOf(request))
      return request.method === 'DELETE' ? answers.deleted : answers.data(person)
    })
    return { requests, left }
  }

  it('goes by e-mail when the user ID looks like one', async () => {
    const requests = crisp(answers.deleted)
    expect(await deletion('john.doe+shop@segment.com')).toBe('done')
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'DELETE /people/profile/john.doe%2Bshop%40segment.com'
    ])
    expect(requests[0].headers).toMatchObject({ authorization: `Basic ${BASE64}`, 'x-crisp-tier': 'plugin' })
    expect(requests[0].body).toBeUndefined()
  })

  it('tries the e-mail in lower case, then as sent, then the user ID', async () => {
    const requests = crisp(answers.unknown, answers.unknown, answers.hits())
    expect(await deletion(' John.Doe@Segment.com ')).toBe('done')
    expect(linesOf(requests)).toEqual([
      `DELETE /people/profile/${EMAIL}`,
      'DELETE /people/profile/John.Doe@Segment.com',
      SEARCH
    ])
  })

  it('deletes who carries an e-mail as the user ID but has another e-mail', async () => {
    const requests = crisp(
      answers.unknown,
      answers.hits({ people_id: 'p1', email: 'new@segment.com' }),
      answers.data({ user_id: EMAIL }),
      answers.deleted
    )
    expect(await deletion(EMAIL)).toBe('done')
    expect(linesOf(requests)).toEqual([
      `DELETE /people/profile/${EMAIL}`,
      SEARCH,
      'GET /people/data/p1',
      'DELETE /people/profile/p1'
    ])
  })

  it('deletes everybody who is proved to carry the user ID', async () => {
    const { requests, left } = crispWith({ p1: { user_id: 'u1' }, p2: { user_id: 'u1' }, p3: { user_id: 'u1' } })
    expect(await deletion('u1')).toBe('done')
    expect(left.size).toBe(0)
    expect(linesOf(requests)).toEqual([
      SEARCH,
      'GET /people/data/p1',
      'DELETE /people/profile/p1',
      'GET /people/data/p2',
      'DELETE /people/profile/p2',
      'GET /people/data/p3',
      'DELETE /people/profile/p3'
    ])
    expect(searchOf(requests[0])).toMatchObject({ per_page: '50' })
    expect(JSON.parse(searchOf(requests[0]).search_filter)).toMatchObject([
      { criterion: 'data.user_id', query: ['u1'] }
    ])
  })

  it('goes on where one page does not hold them all', async () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_value, index) => [`p${index}`, { user_id: 'u1' }]))
    const { requests, left } = crispWith(many)
    expect(await deletion('u1')).toBe('done')
    expect(left.size).toBe(0)
    expect(requests.filter(isSearch)).toHaveLength(2)
  })

  it('is done when the person is gone already', async () => {
    const requests = crisp(answers.hits())
    expect(await deletion('u1')).toBe('done')
    expect(linesOf(requests)).toEqual([SEARCH])
  })

  it.each([
    ['before the read', [answers.unknown]],
    ['before the deletion', [answers.data({ user_id: 'u1' }), answers.unknown]]
  ] as [string, Reply[]][])('is done when the person goes meanwhile, %s', async (_name, script) => {
    crisp(answers.hits({ people_id: 'p1' }), ...script)
    expect(await deletion('u1')).toBe('done')
  })

  it('deletes no stranger, and asks for a deletion by hand where the search returns one', async () => {
    const { requests, left } = crispWith({ stranger: { user_id: 'u2' }, nobody: {}, p1: { user_id: 'u1' } })
    expect(await deletion('u1')).toMatchObject({ code: 'DELETE_BY_HAND', status: 400 })
    expect([...left.keys()]).toEqual(['stranger', 'nobody'])
    expect(linesOf(requests)).toContain('DELETE /people/profile/p1')
  })

  it.each([
    ['400', answers.invalid('unknown criterion')],
    ['400 with an HTML page', [400, '<html></html>', { 'content-type': 'text/html' }]]
  ] as [string, Reply][])('asks for a deletion by hand when the search is refused: %s', async (_name, reply) => {
    const requests = crisp(reply)
    const error = await deletion('u1')
    expect(error).toMatchObject({ code: 'DELETE_BY_HAND', status: 400 })
    expect((error as Error).message).toMatch(/not proved.*by hand/)
    expect(requests).toHaveLength(1)
  })

  it('asks for a deletion by hand while the search is off for the website', async () => {
    const requests = crisp(answers.invalid())
    await deletion('u1')
    expect(await deletion('u2')).toMatchObject({ code: 'DELETE_BY_HAND' })
    expect(requests).toHaveLength(1)
  })

  it.each([
    ['an empty body', [200, '']],
    ['an HTML page', [200, '<html></html>', { 'content-type': 'text/html' }]],
    ['an envelope without a list', [200, { error: false, reason: 'listed', data: {} }]],
    ['an envelope without data', [200, { error: false, reason: 'listed' }]],
    ['people without an ID', [200, { error: false, reason: 'listed', data: [{ email: EMAIL }] }]],
    ['a server error', answers.refused(500, 'down')],
    ['a connection reset', answers.reset()],
    ['429', answers.refused(429, 'rate_limited')],
    ['401', answers.refused(401, 'invalid_session')],
    ['a query too long', answers.refused(400, 'search_query_too_long')]
  ] as [string, Reply][])('is not done when the search answers with %s', async (_name, reply) => {
    crisp(reply)
    const error = await deletion('u1')
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).message).not.toContain(KEY)
  })

  it.each([
    ['an empty body', [200, '']],
    ['a server error', answers.refused(500, 'down')],
    ['a connection reset', answers.reset()]
  ] as [string, Reply][])('is not done when the read-back answers with %s', async (_name, reply) => {
    const requests = crisp(answers.hits({ people_id: 'p1' }), reply)
    expect(await deletion('u1')).toBeInstanceOf(Error)
    expect(linesOf(requests)).toEqual([SEARCH, 'GET /people/data/p1'])
  })

  it.each([
    [EMAIL, [answers.refused(503, 'down')]],
    [EMAIL, [answers.refused(403, 'not_allowed')]],
    ['u1', [answers.hits({ people_id: 'p1' }), answers.data({ user_id: 'u1' }), answers.refused(403, 'not_allowed')]]
  ] as [string, Reply[]][])('of %s is not done when Crisp refuses to delete', async (userId, script) => {
    const requests = crisp(...script)
    expect(await deletion(userId)).toMatchObject({ message: expect.stringContaining('Crisp') as string })
    expect(requests).toHaveLength(script.length)
  })

  it('is not done when a whole page of people are gone and there may be more behind them', async () => {
    const gone = Array.from({ length: 50 }, (_value, index) => ({ people_id: `gone${index}` }))
    let deleted = false
    crispThat((request) => {
      if (isSearch(request)) {
        return request.path.startsWith('/people/profiles/1?')
          ? answers.hits(...gone)
          : answers.hits({ people_id: 'p1' })
      }
      if (idOf(request) !== 'p1') return answers.unknown
      if (request.method === 'DELETE') deleted = true
      return request.method === 'DELETE' ? answers.deleted : answers.data({ user_id: 'u1' })
    })
    const outcome = await deletion('u1')
    expect(outcome === 'done' && !deleted).toBe(false)
  })

  it.each([null, undefined, '', ' ', 'null', 'anonymous', '0', '[object Object]'])(
    'is refused where it names nobody: %j',
    async (userId) => {
      const requests = crisp()
      const error = await deletion(userId)
      expect(error).toMatchObject({ code: 'USER_ID_MISSING', status: 400 })
      expect(requests).toEqual([])
    }
  )

  it('forgets the person', async () => {
    remember(WEBSITE, 'u1', { peopleId: 'p1', email: EMAIL })
    crisp(answers.hits())
    await deletion('u1')
    expect(recall(WEBSITE, 'u1')).toBeUndefined()
  })

  it('names no e-mail address in its errors', async () => {
    crisp(answers.unknown, answers.invalid())
    expect((await deletion(EMAIL)) as Error).toMatchObject({
      message: expect.not.stringContaining('segment.com') as string
    })
  })
})
