import {
  IntegrationError,
  InvalidAuthenticationError,
  PayloadValidationError,
  RetryableError
} from '@segment/actions-core'
import nock from 'nock'
import {
  aloneAndInABatch,
  answers,
  BASE64,
  containing,
  crisp,
  crispThat,
  deliverAlone,
  deliverBatch,
  errorOf,
  failure,
  hang,
  HOST,
  identify,
  IDENTIFIER,
  KEY,
  linesOf,
  recall,
  remember,
  searchOf,
  settings,
  silentCrisp,
  startAfresh,
  WEBSITE
} from '../support'
import type { Reply } from '../support'

startAfresh()

const john = {
  name: 'John Doe',
  email: 'john.doe@segment.com',
  phone: '012346789',
  avatar: 'https://avatars.example.com/john.png'
}
const PROFILE = 'PATCH /people/profile/john.doe@segment.com'
const DATA = 'PATCH /people/data/john.doe@segment.com'
const SEARCH = 'GET /people/profiles/1'
const CREATE = 'POST /people/profile'
const AUDIENCE = 'order_completed_last_30days'

aloneAndInABatch((deliver) => {
  describe('Requests', () => {
    it('carry the token, its type and JSON to the encoded address of the person', async () => {
      const requests = crisp(answers.updated, answers.updated)
      const event = identify({ traits: { ...john, email: 'john.doe+shop/1@segment.com', plan: 'pro' } })
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })

      expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
        'PATCH /people/profile/john.doe%2Bshop%2F1%40segment.com',
        'PATCH /people/data/john.doe%2Bshop%2F1%40segment.com'
      ])
      for (const { headers } of requests) {
        expect(headers).toMatchObject({
          authorization: `Basic ${BASE64}`,
          'x-crisp-tier': 'plugin',
          'content-type': 'application/json',
          host: 'api.crisp.chat'
        })
      }
    })

    it.each([
      ['website', 'website'],
      ['plugin', 'plugin'],
      [undefined, 'plugin']
    ])('of the token type %s say %s', async (tokenType, tier) => {
      const requests = crisp(answers.updated)
      await deliver('identifyUser', identify({ traits: { email: 'a@b.c' } }), {
        settings: { tokenType, apiKey: ` ${settings.apiKey}\n`, websiteId: ` ${WEBSITE} ` }
      })
      expect(requests[0].headers).toMatchObject({ 'x-crisp-tier': tier, authorization: `Basic ${BASE64}` })
      expect(requests[0].path).toBe('/people/profile/a%40b.c')
    })
  })

  describe('A person that Crisp knows', () => {
    it('costs two requests with a name and custom traits', async () => {
      const requests = crisp(answers.updated, answers.updated)
      const event = identify({ userId: 'userId123', traits: { ...john, plan: 'pro', seats: 3 } })
      expect(await deliver('identifyUser', event)).toEqual({
        delivered: true,
        body: { error: false, reason: 'updated', data: {} }
      })
      expect(linesOf(requests)).toEqual([PROFILE, DATA])
      expect(requests.map(({ body }) => body)).toEqual([
        { person: { nickname: 'John Doe', phone: '012346789', avatar: 'https://avatars.example.com/john.png' } },
        { data: { plan: 'pro', seats: 3, user_id: 'userId123' } }
      ])
    })

    it('costs one request with an audience flag, which keeps its key', async () => {
      const requests = crisp(answers.updated)
      const event = identify({
        userId: 'userId123',
        traits: { email: john.email, [AUDIENCE]: true },
        context: { personas: { computation_class: 'audience', computation_key: AUDIENCE } }
      })
      await deliver('identifyUser', event)
      expect(linesOf(requests)).toEqual([DATA])
      expect(requests[0].body).toEqual({ data: { order_completed_last_30days: true, user_id: 'userId123' } })
    })

    it('costs one request with a name alone', async () => {
      const requests = crisp(answers.updated)
      await deliver('identifyUser', identify({ traits: { email: john.email, name: 'John' } }))
      expect(linesOf(requests)).toEqual([PROFILE])
    })

    it('costs one request with nothing but an email: no identify call is lost', async () => {
      const requests = crisp(answers.updated)
      expect(await deliver('identifyUser', identify({ traits: { email: john.email } }))).toMatchObject({
        delivered: true
      })
      expect(linesOf(requests)).toEqual([PROFILE])
      expect(requests[0].body).toEqual({ email: john.email })
    })

    it('is given the user ID once while it is cached with that email', async () => {
      const requests = crisp(answers.updated, answers.updated, answers.updated, answers.updated)
      const event = (traits: Record<string, string>) =>
        identify({ userId: 'u1', traits: { email: john.email, ...traits } })
      await deliver('identifyUser', event({}))
      await deliver('identifyUser', event({ name: 'John' }))
      await deliver('identifyUser', event({}))
      await deliver('identifyUser', event({ plan: 'pro' }))
      expect(linesOf(requests)).toEqual([DATA, PROFILE, PROFILE, DATA])
      expect(requests.map(({ body }) => body)).toEqual([
        { data: { user_id: 'u1' } },
        { person: { nickname: 'John' } },
        { email: john.email },
        { data: { plan: 'pro', user_id: 'u1' } }
      ])
    })

    it('is deleted from the cache and looked up again when Crisp no longer knows the cached email', async () => {
      await remember('u1', { peopleId: 'stale', email: john.email })
      const requests = crisp(
        answers.unknown,
        answers.matches({ people_id: 'p1' }),
        answers.data({ user_id: 'u1' }),
        answers.updated
      )
      await deliver('identifyUser', identify({ userId: 'u1', traits: { email: john.email, name: 'John' } }))
      expect(linesOf(requests)).toEqual([PROFILE, SEARCH, 'GET /people/data/p1', 'PATCH /people/profile/p1'])
    })

    it('keeps the custom data that the event does not name: nulls are not sent', async () => {
      const requests = crisp(answers.updated)
      await deliver('identifyUser', identify({ traits: { email: john.email, plan: null, seats: 3 } }))
      expect(requests[0].body).toEqual({ data: { seats: 3 } })
    })
  })

  describe('A person that Crisp does not know', () => {
    it('costs four requests with a user ID, a name and traits', async () => {
      const requests = crisp(answers.unknown, answers.matches(), answers.added('p1'), answers.updated)
      const event = identify({ userId: 'userId123', traits: { ...john, plan: 'pro' } })
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })

      expect(linesOf(requests)).toEqual([PROFILE, SEARCH, CREATE, 'PATCH /people/data/p1'])
      expect(JSON.parse(searchOf(requests[1]).search_filter)).toEqual([
        { model: 'people', criterion: 'data.user_id', operator: 'eq', query: ['userId123'] }
      ])
      expect(requests[2].body).toEqual({
        email: john.email,
        person: { nickname: 'John Doe', phone: '012346789', avatar: 'https://avatars.example.com/john.png' }
      })
      expect(requests[3].body).toEqual({ data: { plan: 'pro', user_id: 'userId123' } })
      expect(recall('userId123')).toEqual({ peopleId: 'p1', email: john.email })
    })

    it('costs two requests with an email and a name alone', async () => {
      const requests = crisp(answers.unknown, answers.added())
      await deliver('identifyUser', identify({ traits: { email: john.email, name: 'John' } }))
      expect(linesOf(requests)).toEqual([PROFILE, CREATE])
    })

    it('is written to by the email when Crisp does not tell the ID of the new profile', async () => {
      const requests = crisp(answers.unknown, [201, { error: false, reason: 'added', data: {} }], answers.updated)
      await deliver('identifyUser', identify({ traits: { email: john.email, plan: 'pro' } }))
      expect(linesOf(requests)).toEqual([DATA, CREATE, DATA])
    })

    it.each([
      [{ name: 'John Doe', firstName: 'J' }, 'John Doe'],
      [{ firstName: 'John', lastName: 'Doe' }, 'John Doe'],
      [{ first_name: 'John', last_name: 'Doe' }, 'John Doe'],
      [{ first_name: 'John' }, 'John'],
      [{ firstName: '', first_name: 'John', lastName: '', last_name: 'Doe' }, 'John Doe'],
      [{ firstName: null, first_name: 'John' }, 'John'],
      [{ name: '  ' }, 'john.doe'],
      [{}, 'john.doe']
    ])('gets the nickname of %j: %s', async (traits, nickname) => {
      const requests = crispThat(({ method }) => (method === 'POST' ? answers.added() : answers.unknown))
      expect(await deliver('identifyUser', identify({ traits: { email: john.email, ...traits } }))).toMatchObject({
        delivered: true
      })
      const created = requests.find(({ method }) => method === 'POST')
      expect(created?.body).toEqual({ email: john.email, person: { nickname } })
      expect(JSON.stringify(created?.body)).not.toContain('undefined')
    })

    it('is updated once more when another process wins the race to create', async () => {
      const requests = crisp(answers.unknown, answers.exists, answers.updated, answers.updated)
      const event = identify({ traits: { email: john.email, name: 'John', plan: 'pro' } })
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([PROFILE, CREATE, PROFILE, DATA])
    })

    it('is found by the user ID when the process that won the race has changed the email already', async () => {
      const requests = crisp(
        answers.unknown,
        answers.matches(),
        answers.exists,
        answers.unknown,
        answers.matches({ people_id: 'p1', email: 'newer@segment.com' }),
        answers.data({ user_id: 'u1' }),
        answers.updated
      )
      const event = identify({ userId: 'u1', traits: { email: john.email, name: 'John' } })
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([
        PROFILE,
        SEARCH,
        CREATE,
        PROFILE,
        SEARCH,
        'GET /people/data/p1',
        'PATCH /people/profile/p1'
      ])
    })

    it('is refused when Crisp says both: exists and unknown', async () => {
      const requests = crispThat(({ method }) => (method === 'POST' ? answers.exists : answers.unknown))
      const outcome = await deliver('identifyUser', identify({ traits: { email: john.email, name: 'John' } }))
      expect(outcome).toEqual(failure(409, 'CONFLICT', 'belongs to another person'))
      expect(linesOf(requests)).toEqual([PROFILE, CREATE, PROFILE, CREATE])
    })

    it('is not created without an email, and nothing is written', async () => {
      const requests = crisp(answers.matches())
      const outcome = await deliver('identifyUser', identify({ userId: 'userId123', traits: { name: 'John' } }))
      expect(outcome).toEqual(
        failure(
          400,
          'PAYLOAD_VALIDATION_FAILED',
          'No Crisp person matches this User ID, and creating one requires an email. Map Email, or send an identify call with both first.'
        )
      )
      expect(linesOf(requests)).toEqual([SEARCH])
    })

    it('is created although Crisp refuses the search: the email is enough', async () => {
      const requests = crisp(answers.unknown, answers.invalid(), answers.added('p1'), answers.updated)
      const event = identify({ userId: 'u1', traits: { email: john.email, name: 'John' } })
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([PROFILE, SEARCH, CREATE, 'PATCH /people/data/p1'])
    })

    it('is not created while the search fails for a time: it may be a moved person', async () => {
      const requests = crisp(answers.unknown, answers.refused(503, 'down'))
      const event = identify({ userId: 'u1', traits: { email: john.email, name: 'John' } })
      expect(await deliver('identifyUser', event)).toEqual(
        failure(503, 'RETRYABLE_ERROR', 'Crisp had a server error. It is tried again later.')
      )
      expect(linesOf(requests)).toEqual([PROFILE, SEARCH])
    })
  })

  describe('A person is not created while it is open whether Crisp knows the user ID', () => {
    const list = (data: unknown): Reply => [200, { error: false, reason: 'listed', data }]
    const page: Reply = [200, '<html></html>', { 'content-type': 'text/html' }]

    it.each([
      ['a page', page],
      ['no list', list({})],
      ['null', list(null)],
      ['a match without an ID', list([{ email: john.email }])]
    ] as [string, Reply][])('because the search answers %s', async (_name, reply) => {
      const requests = crisp(answers.unknown, reply)
      const event = identify({ userId: 'u1', traits: { email: john.email, name: 'John' } })
      expect(await deliver('identifyUser', event)).toMatchObject({
        delivered: false,
        status: 502,
        errortype: 'RETRYABLE_ERROR'
      })
      expect(linesOf(requests)).toEqual([PROFILE, SEARCH])
    })

    it.each([
      ['a page', page],
      ['null', answers.data(null)]
    ] as [string, Reply][])('because the read-back answers %s', async (_name, reply) => {
      const requests = crisp(answers.unknown, answers.matches({ people_id: 'p1' }), reply)
      const event = identify({ userId: 'u1', traits: { email: john.email, name: 'John' } })
      expect(await deliver('identifyUser', event)).toMatchObject({
        delivered: false,
        status: 502,
        errortype: 'RETRYABLE_ERROR'
      })
      expect(linesOf(requests)).toEqual([PROFILE, SEARCH, 'GET /people/data/p1'])
    })
  })

  describe('An email with capitals', () => {
    const event = identify({ traits: { email: ' John.Doe@Segment.com ', name: 'John' } })

    it('is used in lower case', async () => {
      const requests = crisp(answers.updated)
      await deliver('identifyUser', event)
      expect(linesOf(requests)).toEqual([PROFILE])
    })

    it('is tried as sent before a person is created', async () => {
      const requests = crisp(answers.unknown, answers.updated)
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([PROFILE, 'PATCH /people/profile/John.Doe@Segment.com'])
    })

    it('is created in lower case when neither is known', async () => {
      const requests = crisp(answers.unknown, answers.unknown, answers.added())
      await deliver('identifyUser', event)
      expect(linesOf(requests)).toEqual([PROFILE, 'PATCH /people/profile/John.Doe@Segment.com', CREATE])
      expect(requests[2].body).toEqual({ email: john.email, person: { nickname: 'John' } })
    })
  })

  describe('A user ID without an email', () => {
    it('writes to the person who is verified to have it', async () => {
      const requests = crisp(
        answers.matches({ people_id: 'p1', email: john.email }),
        answers.data({ user_id: 'u1' }),
        answers.updated,
        answers.updated
      )
      await deliver('identifyUser', identify({ userId: 'u1', traits: { name: 'John', plan: 'pro' } }))
      expect(linesOf(requests)).toEqual([
        SEARCH,
        'GET /people/data/p1',
        'PATCH /people/profile/p1',
        'PATCH /people/data/p1'
      ])
      expect(requests[3].body).toEqual({ data: { plan: 'pro', user_id: 'u1' } })
    })

    it('writes to no unrelated person that the search returns', async () => {
      const requests = crisp(answers.matches({ people_id: 'p1' }), answers.data({ user_id: 'u2' }))
      const outcome = await deliver('identifyUser', identify({ userId: 'u1', traits: { name: 'John' } }))
      expect(outcome).toMatchObject({ delivered: false, status: 400 })
      expect(linesOf(requests)).toEqual([SEARCH, 'GET /people/data/p1'])
    })

    it('costs one request once the person is known, and none with nothing to write', async () => {
      await remember('u1', { peopleId: 'p1' })
      const requests = crisp(answers.updated, answers.updated, answers.updated)
      await deliver('identifyUser', identify({ userId: 'u1', traits: { plan: 'pro' } }))
      expect(await deliver('identifyUser', identify({ userId: 'u1', traits: {} }))).toEqual({
        delivered: true,
        body: {}
      })
      await deliver('identifyUser', identify({ userId: 'u1', traits: { name: 'John' } }))
      expect(linesOf(requests)).toEqual(['PATCH /people/data/p1', 'PATCH /people/profile/p1'])
      expect(requests.map(({ body }) => body)).toEqual([
        { data: { plan: 'pro', user_id: 'u1' } },
        { person: { nickname: 'John' } }
      ])
    })

    it('says so when Crisp refuses the search', async () => {
      const requests = crisp(answers.invalid('unknown criterion'))
      const outcome = await deliver('identifyUser', identify({ userId: 'u1', traits: { plan: 'pro' } }))
      expect(outcome).toEqual(
        failure(400, 'BAD_REQUEST', 'Crisp refused to search people by user ID', 'Map Email as well.')
      )
      expect(requests).toHaveLength(1)
    })

    it('is used as the email when it looks like one', async () => {
      const requests = crisp(answers.updated)
      await deliver('identifyUser', identify({ userId: 'John.Doe@segment.com', traits: { plan: 'pro' } }))
      expect(linesOf(requests)).toEqual([DATA])
      expect(requests[0].body).toEqual({ data: { plan: 'pro', user_id: 'John.Doe@segment.com' } })
    })
  })

  describe('A changed email', () => {
    const event = identify({ userId: 'u1', traits: { email: 'new@segment.com', name: 'John', plan: 'pro' } })

    it('keeps the person: the profile gets the new email', async () => {
      const requests = crisp(
        answers.unknown,
        answers.matches({ people_id: 'p1', email: john.email }),
        answers.data({ user_id: 'u1' }),
        answers.updated,
        answers.updated
      )
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([
        'PATCH /people/profile/new@segment.com',
        SEARCH,
        'GET /people/data/p1',
        'PATCH /people/profile/p1',
        'PATCH /people/data/p1'
      ])
      expect(requests[3].body).toEqual({ email: 'new@segment.com', person: { nickname: 'John' } })
      expect(recall('u1')).toEqual({ peopleId: 'p1', email: 'new@segment.com' })
    })

    it('that Crisp does not know is written to the cached person, without a lookup', async () => {
      await remember('u1', { peopleId: 'p1', email: john.email })
      const requests = crisp(answers.unknown, answers.updated, answers.updated)
      await deliver('identifyUser', event)
      expect(linesOf(requests)).toEqual([
        'PATCH /people/profile/new@segment.com',
        'PATCH /people/profile/p1',
        'PATCH /people/data/p1'
      ])
      expect(requests[1].body).toEqual({ email: 'new@segment.com', person: { nickname: 'John' } })
      expect(recall('u1')).toEqual({ peopleId: 'p1', email: 'new@segment.com' })
    })

    it.each([
      ['a process that knows the person by the user ID', { peopleId: 'p1', email: john.email }],
      ['a process that does not', undefined]
    ])('that Crisp knows decides, in %s: its profile gets the user ID', async (_name, cached) => {
      if (cached) await remember('u1', cached)
      const requests = crisp(answers.updated, answers.updated)
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual(['PATCH /people/profile/new@segment.com', 'PATCH /people/data/new@segment.com'])
      expect(requests.map(({ body }) => body)).toEqual([
        { person: { nickname: 'John' } },
        { data: { plan: 'pro', user_id: 'u1' } }
      ])
      expect(recall('u1')).toEqual({ peopleId: undefined, email: 'new@segment.com' })
    })

    it('that another person gets meanwhile decides: it is written to that person', async () => {
      const requests = crisp(
        answers.unknown,
        answers.matches({ people_id: 'p1', email: john.email }),
        answers.data({ user_id: 'u1' }),
        answers.exists,
        answers.updated,
        answers.updated
      )
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([
        'PATCH /people/profile/new@segment.com',
        SEARCH,
        'GET /people/data/p1',
        'PATCH /people/profile/p1',
        'PATCH /people/profile/new@segment.com',
        'PATCH /people/data/new@segment.com'
      ])
    })

    it('that belongs to another person although Crisp does not know it is refused with a sentence', async () => {
      await remember('u1', { peopleId: 'p1', email: john.email })
      const lookup = [answers.matches({ people_id: 'p1', email: john.email }), answers.data({ user_id: 'u1' })]
      const requests = crisp(answers.unknown, answers.exists, answers.unknown, ...lookup, answers.exists)
      expect(await deliver('identifyUser', event)).toEqual(
        failure(
          409,
          'CONFLICT',
          'The email belongs to another person in Crisp. Merge or correct the two profiles there.'
        )
      )
      expect(linesOf(requests)).toEqual([
        'PATCH /people/profile/new@segment.com',
        'PATCH /people/profile/p1',
        'PATCH /people/profile/new@segment.com',
        SEARCH,
        'GET /people/data/p1',
        'PATCH /people/profile/p1'
      ])
    })

    it('of a cached person that was deleted meanwhile goes to the one found by user ID', async () => {
      await remember('u1', { peopleId: 'gone', email: john.email })
      const requests = crisp(
        answers.unknown,
        answers.unknown,
        answers.matches({ people_id: 'p2' }),
        answers.data({ user_id: 'u1' }),
        answers.updated,
        answers.updated
      )
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([
        'PATCH /people/profile/new@segment.com',
        'PATCH /people/profile/gone',
        SEARCH,
        'GET /people/data/p2',
        'PATCH /people/profile/p2',
        'PATCH /people/data/p2'
      ])
    })

    it('of a cached person that was deleted meanwhile goes to a new profile when none is found', async () => {
      await remember('u1', { peopleId: 'gone', email: john.email })
      const requests = crisp(answers.unknown, answers.unknown, answers.matches(), answers.added('p2'), answers.updated)
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([
        'PATCH /people/profile/new@segment.com',
        'PATCH /people/profile/gone',
        SEARCH,
        CREATE,
        'PATCH /people/data/p2'
      ])
    })
  })

  describe('An event that names no person', () => {
    it.each([
      [{ userId: null, traits: { name: 'John' } }, "missing the required field 'email'"],
      [
        { userId: 'undefined', traits: { email: 'null' } },
        'Email and User ID are empty or placeholders. Map one of them.'
      ],
      [{ userId: 'anonymous', traits: { email: '' } }, 'Email and User ID are empty or placeholders. Map one of them.'],
      [{ userId: '[object Object]', traits: {} }, 'Email and User ID are empty or placeholders. Map one of them.'],
      [{ userId: 'u1', traits: { email: 'john.doe' } }, 'has no @'],
      [{ userId: 'u1', traits: { email: 'john doe@segment.com' } }, 'white space'],
      [{ userId: 'u1', traits: { email: 'a@b@c' } }, 'more than one @']
    ])('%j is refused unsent: %s', async (event, words) => {
      const requests = crisp()
      const outcome = await deliver('identifyUser', identify(event))
      expect(outcome).toEqual(failure(400, 'PAYLOAD_VALIDATION_FAILED', words))
      expect(outcome.message).not.toMatch(/john/)
      expect(requests).toEqual([])
    })

    it('a placeholder user ID with an email is neither stored nor looked up', async () => {
      const requests = crisp(answers.unknown, answers.added())
      await deliver('identifyUser', identify({ userId: 'null', traits: { email: john.email } }))
      expect(linesOf(requests)).toEqual([PROFILE, CREATE])
    })

    it('a user ID is written by no trait', async () => {
      const requests = crisp(answers.updated)
      const traits = { email: john.email, user_id: 'x', userId: 'y', 'User ID': 'z', user: { id: 'w' }, plan: 'pro' }
      await deliver('identifyUser', identify({ userId: 'u1', traits }))
      expect(requests[0].body).toEqual({ data: { plan: 'pro', userId: 'y', user_id: 'u1' } })
    })
  })

  describe('Traits of odd shapes', () => {
    it('empty texts are nothing, as if they were missing', async () => {
      const requests = crisp(answers.updated)
      const traits = { email: john.email, name: '', phone: '', avatar: '', title: '', firstName: '', plan: 'pro' }
      expect(await deliver('identifyUser', identify({ userId: '', traits }))).toMatchObject({ delivered: true })
      expect(linesOf(requests)).toEqual([DATA])
      expect(requests[0].body).toEqual({ data: { plan: 'pro' } })
    })

    it('an empty email leaves the user ID', async () => {
      await remember('u1', { peopleId: 'p1' })
      const requests = crisp(answers.updated)
      await deliver('identifyUser', identify({ userId: 'u1', traits: { email: '', plan: 'pro' } }))
      expect(linesOf(requests)).toEqual(['PATCH /people/data/p1'])
    })

    it.each([
      ['a text', '1 Main St, Paris', 'Segment', { address: '1 Main St, Paris' }, { name: 'Segment' }],
      [
        'an object',
        { street: '1 Main St', city: 'Paris', country: 'fr' },
        { name: 'Segment' },
        { address: '1 Main St, Paris, fr', geolocation: { country: 'FR', city: 'Paris' } },
        { name: 'Segment' }
      ],
      ['a number', 75002, 42, { address: '75002' }, { name: '42' }],
      ['a list', ['1 Main St'], ['Segment'], undefined, undefined],
      ['true', true, true, undefined, undefined],
      ['null', null, null, undefined, undefined]
    ])('an address and a company that are %s do not fail the event', async (_name, address, company, person, firm) => {
      const requests = crispThat(() => answers.updated)
      const outcome = await deliver('identifyUser', identify({ traits: { email: john.email, address, company } }))
      expect(outcome).toMatchObject({ delivered: true })
      const profile = requests.find(({ path }) => path.startsWith('/people/profile/'))?.body
      if (person) expect(profile).toEqual({ person, company: firm })
      else expect([undefined, { email: john.email }]).toContainEqual(profile)
    })

    it('a numeric user ID and phone are texts', async () => {
      const requests = crisp(answers.updated, answers.updated)
      const event = identify({ userId: 4711 as never, traits: { email: john.email, phone: 33612345678 } })
      await deliver('identifyUser', event)
      expect(requests.map(({ body }) => body)).toEqual([
        { person: { phone: '33612345678' } },
        { data: { user_id: '4711' } }
      ])
    })
  })

  describe('An answer that is no success', () => {
    const event = identify({ traits: { email: john.email, name: 'John', plan: 'pro' } })
    const html = (status: number): Reply => [status, '<html>Bad Gateway</html>', { 'content-type': 'text/html' }]

    it.each([
      ['an HTML page with 200', html(200), 502, 'RETRYABLE_ERROR'],
      ['an HTML page with 502', html(502), 502, 'RETRYABLE_ERROR'],
      ['an HTML page with 403', html(403), 502, 'RETRYABLE_ERROR'],
      ['an empty body with 200', [200, ''], 502, 'RETRYABLE_ERROR'],
      ['an empty body with 500', [500, ''], 502, 'RETRYABLE_ERROR'],
      ['half an envelope', [200, '{"error":false,"rea'], 502, 'RETRYABLE_ERROR'],
      ['an envelope that says error', [200, { error: true, reason: 'x', data: {} }], 502, 'RETRYABLE_ERROR'],
      ['a connection reset', answers.reset(), 502, 'RETRYABLE_ERROR'],
      ['400 invalid_data', answers.invalid('phone'), 400, 'PAYLOAD_VALIDATION_FAILED'],
      ['401', answers.refused(401, 'invalid_session'), 401, 'INVALID_AUTHENTICATION'],
      ['402', answers.refused(402, 'subscription_upgrade_required'), 402, 'PAYMENT_REQUIRED'],
      ['403', answers.refused(403, 'not_allowed'), 403, 'FORBIDDEN'],
      ['404 not_subscribed', answers.refused(404, 'not_subscribed'), 404, 'NOT_FOUND'],
      ['409 on update', answers.exists, 409, 'CONFLICT'],
      ['420', answers.refused(420, 'rate_limited'), 429, 'RETRYABLE_ERROR'],
      ['423', answers.refused(423, 'quota_limit_exceeded'), 429, 'RETRYABLE_ERROR'],
      ['429', answers.refused(429, 'rate_limited'), 429, 'RETRYABLE_ERROR'],
      ['503', answers.refused(503, 'down'), 503, 'RETRYABLE_ERROR']
    ] as [string, Reply, number, string][])(
      '%s: a clear failure after one request',
      async (_name, reply, status, type) => {
        const requests = crisp(reply)
        const outcome = await deliver('identifyUser', event)
        expect(outcome).toMatchObject({ delivered: false, status, errortype: type })
        expect(outcome.message).toMatch(/Crisp|token/)
        expect(requests).toHaveLength(1)
      }
    )

    it('a very large answer does not hang the event', async () => {
      crispThat(() => [200, { error: false, reason: 'updated', data: { text: 'x'.repeat(300_000) } }])
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
    })

    it('the profile was written and the custom data not: the event fails and can be repeated', async () => {
      const requests = crisp(answers.updated, answers.refused(500, 'down'))
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: false, status: 500 })
      expect(linesOf(requests)).toEqual([PROFILE, DATA])
    })

    it.each([
      ['without a signal', undefined],
      ['with a signal', new AbortController().signal]
    ])('silence %s ends as a time-out that is retried', async (_name, signal) => {
      const { requests, timeouts } = silentCrisp()
      expect(await deliver('identifyUser', event, { signal })).toEqual(failure(504, 'RETRYABLE_ERROR', 'in time'))
      expect(requests).toHaveLength(1)
      expect(timeouts).toEqual(expect.arrayContaining([10_000]))
    })

    it('an abort while Crisp is silent ends the event at once', async () => {
      const abort = new AbortController()
      const requests = crispThat(() => {
        abort.abort()
        return hang()
      })
      expect(await deliver('identifyUser', event, { signal: abort.signal })).toMatchObject({
        delivered: false,
        status: 504,
        errortype: 'RETRYABLE_ERROR'
      })
      expect(requests).toHaveLength(1)
    })

    it('no message holds the API key, its parts, its base64 form or an email', async () => {
      const faults: Reply[] = [400, 401, 402, 403, 404, 405, 408, 409, 420, 422, 423, 429, 500, 503].map((status) =>
        answers.refused(status, 'any')
      )
      for (const fault of [...faults, answers.reset(), html(200), html(401), answers.unknown]) {
        crispThat(() => fault)
        const { message } = await deliver('identifyUser', event)
        for (const secret of [IDENTIFIER, KEY, BASE64, 'john.doe', 'segment.com']) expect(message).not.toContain(secret)
      }
    })

    it('no message holds the API key even when the answer repeats it', async () => {
      for (const status of [400, 401, 500]) {
        crispThat(() => answers.refused(status, `bad ${BASE64}`, `bad token ${IDENTIFIER}:${KEY} (${BASE64})`))
        const { message } = await deliver('identifyUser', event)
        for (const secret of [IDENTIFIER, KEY, BASE64]) expect(message).not.toContain(secret)
      }
    })
  })
})

describe('A single event', () => {
  const event = identify({ traits: { email: john.email, plan: 'pro' } })

  it.each([
    [answers.invalid(), PayloadValidationError, 400, 'PAYLOAD_VALIDATION_FAILED'],
    [answers.refused(401, 'invalid_session'), InvalidAuthenticationError, 401, 'INVALID_AUTHENTICATION'],
    [answers.refused(403, 'not_allowed'), IntegrationError, 403, 'FORBIDDEN'],
    [answers.exists, IntegrationError, 409, 'CONFLICT'],
    [answers.refused(420, 'rate_limited'), RetryableError, 429, 'RETRYABLE_ERROR'],
    [answers.refused(502, 'down'), RetryableError, 502, 'RETRYABLE_ERROR']
  ])('throws an error that Segment understands: %j', async (reply, type, status, code) => {
    crisp(reply)
    const error = await errorOf('identifyUser', event)
    expect(error.constructor).toBe(type)
    expect(error).toMatchObject({ status, code })
  })

  it('is cut off by a connection reset and retried', async () => {
    nock(HOST)
      .patch(/.*/)
      .replyWithError({ message: `socket hang up at ${john.email}`, code: 'ECONNRESET' })
    const error = await errorOf('identifyUser', event)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error).toMatchObject({ status: 502, message: "Couldn't reach Crisp (ECONNRESET). It is tried again later." })
  })

  it.each([['identifierkey'], ['identifier: key'], [':key'], ['identifier:'], ['a:b:c'], [' ']])(
    'is not sent with the API Key "%s", whose shape is wrong',
    async (apiKey) => {
      const requests = crisp()
      const error = await errorOf('identifyUser', event, { settings: { apiKey } })
      expect(error).toBeInstanceOf(InvalidAuthenticationError)
      expect(error.message).toMatch(/identifier:key/)
      expect(requests).toEqual([])
    }
  )

  it('is not sent with a Website ID that is no UUID', async () => {
    const requests = crisp()
    const error = await errorOf('identifyUser', event, { settings: { websiteId: 'my website' } })
    expect(error).toBeInstanceOf(IntegrationError)
    expect(error).toMatchObject({ status: 400, message: containing('Website ID must be a UUID') })
    expect(requests).toEqual([])
  })

  it('keeps nothing of the answer but its JSON', async () => {
    crisp(answers.updated)
    expect(await deliverAlone('identifyUser', event)).toEqual({ error: false, reason: 'updated', data: {} })
  })
})

describe('A batch', () => {
  it('tells of every event what was sent for it and what Crisp answered', async () => {
    crisp(answers.unknown, answers.matches(), answers.added('p1'), answers.updated)
    const event = identify({ userId: 'u1', traits: { ...john, plan: 'pro' } })
    expect(await deliverBatch('identifyUser', [event])).toEqual([
      {
        status: 200,
        sent: {
          profile: {
            email: john.email,
            person: { nickname: 'John Doe', phone: '012346789', avatar: 'https://avatars.example.com/john.png' }
          },
          data: { plan: 'pro', user_id: 'u1' }
        },
        body: { error: false, reason: 'updated', data: {} }
      }
    ])
  })

  it('tells of a created person all that was sent, the nickname included', async () => {
    crisp(answers.unknown, answers.added('p1'))
    const [entry] = await deliverBatch('identifyUser', [identify({ traits: { email: john.email } })])
    expect(entry).toMatchObject({
      status: 201,
      sent: { profile: { email: john.email, person: { nickname: 'john.doe' } } }
    })
  })

  it('tells of a refused event that nothing was sent', async () => {
    const [entry] = await deliverBatch('identifyUser', [identify({ userId: 'null' })])
    expect(entry).toMatchObject({ status: 400, errorreporter: 'INTEGRATIONS' })
    expect(entry.sent).toBeUndefined()
    expect(entry.body).toBeUndefined()
  })

  it('leaves people, custom data and outcomes as single events would', async () => {
    const events = [
      identify({ userId: 'u1', traits: { email: 'a@b.c', name: 'A', plan: 'free' } }),
      identify({ userId: 'u1', traits: { email: 'a@b.c', plan: 'pro' } }),
      identify({ traits: { email: 'no email' } }),
      identify({ userId: 'u1', traits: { seats: 3 } }),
      identify({ traits: { email: 'd@e.f', name: 'D' } })
    ]
    const written = (requests: ReturnType<typeof crispThat>) => {
      const state: Record<string, object> = {}
      for (const { path, body, method } of requests) {
        if (method === 'PATCH') state[path] = Object.assign(state[path] ?? {}, (body as { data?: object }).data ?? body)
      }
      return state
    }
    const known = () =>
      crispThat(({ method, path }) => {
        if (method === 'PATCH') return answers.updated
        return path.startsWith('/people/profiles')
          ? answers.matches({ people_id: 'p1' })
          : answers.data({ user_id: 'u1' })
      })

    const batched = known()
    const entries = await deliverBatch('identifyUser', events)
    const batchedState = written(batched)
    const single = known()
    for (const event of events) await deliverAlone('identifyUser', event).catch(() => undefined)

    expect(entries.map(({ status }) => status)).toEqual([200, 200, 400, 200, 200])
    expect(batchedState).toEqual(written(single))
    expect(batched.length).toBeLessThan(single.length)
  })
})
