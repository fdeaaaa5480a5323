import nock from 'nock'
import { deliver as deliverTracked } from '../../src/trackEvent/deliver'
import {
  aloneAndInABatch,
  answers,
  clientThat,
  crispThat,
  deliverBatch,
  failure,
  HOST,
  identify,
  linesOf,
  networkError,
  startAfresh,
  track,
  trackOf
} from './support'
import type { Reply, Request } from './support'

startAfresh()

const EMAIL = 'ada@example.com'
const SEARCH = 'GET /people/profiles/1'
const page = (status: number): Reply => [status, `<html>${status}</html>`, { 'content-type': 'text/html' }]
const notCrisp = (status: number) => ({
  delivered: false,
  status: 502,
  errortype: 'RETRYABLE_ERROR',
  message: `Something between Segment and Crisp answered with status ${status}. It is tried again later.`
})

const events = [
  ['identifyUser', identify({ traits: { email: EMAIL, name: 'Ada' } })],
  ['identifyUser', identify({ traits: { email: EMAIL, plan: 'pro' } })],
  ['identifyUser', identify({ userId: 'u1', traits: { plan: 'pro' } })],
  ['trackEvent', trackOf(EMAIL)],
  ['trackEvent', track({ userId: 'u1' })]
] as const

const isCreation = ({ method, path }: Request) => method === 'POST' && path === '/people/profile'

aloneAndInABatch((deliver) => {
  describe('an answer without the envelope of Crisp', () => {
    it.each([400, 401, 402, 403, 404, 405, 409, 420, 422, 423, 429, 500, 503])(
      'of status %i is retried, whatever the request',
      async (status) => {
        for (const [action, event] of events) {
          const requests = crispThat(() => page(status))
          expect(await deliver(action, event)).toEqual(notCrisp(status))
          expect(requests).toHaveLength(1)
        }
      }
    )

    it.each([400, 402, 403, 409, 423])('of status %i to a creation is retried', async (status) => {
      const requests = crispThat((request) => (isCreation(request) ? page(status) : answers.unknown))
      expect(await deliver('identifyUser', events[0][1])).toEqual(notCrisp(status))
      expect(linesOf(requests)).toEqual([`PATCH /people/profile/${EMAIL}`, 'POST /people/profile'])
    })
  })

  describe('a redirect', () => {
    it.each([301, 302, 303, 307, 308])('of status %i is not followed, and retried', async (status) => {
      for (const host of ['https://evil.example', 'https://eu.api.crisp.chat', 'https://api.crisp.chat']) {
        for (const [action, event] of events) {
          const requests = crispThat(() => [status, '', { location: `${host}/elsewhere` }])
          const elsewhere: string[] = []
          if (host !== HOST) {
            for (const method of ['GET', 'POST', 'PATCH']) {
              nock(host)
                .persist()
                .intercept(() => true, method)
                .reply((uri) => {
                  elsewhere.push(uri)
                  return answers.updated as [number, nock.Body]
                })
            }
          }
          expect(await deliver(action, event)).toEqual(notCrisp(status))
          expect(requests).toHaveLength(1)
          expect(elsewhere).toEqual([])
        }
      }
    })

    it('is none of Crisp, even in its envelope', async () => {
      crispThat(() => [302, { error: false, reason: 'moved', data: {} }, { location: 'https://evil.example/' }])
      expect(await deliver('trackEvent', trackOf(EMAIL))).toMatchObject({ delivered: false, status: 502 })
    })
  })

  const envelope = (data: unknown): Reply => [200, { error: false, reason: 'listed', data }]
  const afterUnknownEmail =
    (...script: Reply[]) =>
    ({ path }: Request) =>
      path.includes(encodeURIComponent(EMAIL)) ? answers.unknown : script.shift() ?? answers.added('p-new')
  const byUserId = [
    ['identifyUser', identify({ userId: 'u1', traits: { email: EMAIL, plan: 'pro' } }), {}],
    ['identifyUser', identify({ userId: 'u1', traits: { plan: 'pro' } }), {}],
    ['trackEvent', track({ userId: 'u1' }), {}],
    ['trackEvent', trackOf(EMAIL, { userId: 'u1' }), { mapping: { unknownPerson: 'create' } }]
  ] as const

  describe('a list of people that cannot be read', () => {
    it.each([
      ['a page', page(200), notCrisp(200).message],
      ['an empty body', [200, ''], notCrisp(200).message],
      ['half a JSON text', [200, '{"error":false,"rea'], notCrisp(200).message],
      ['an envelope that says error', [200, { error: true, reason: 'x', data: [] }], notCrisp(200).message],
      ['an object', envelope({}), "Crisp's list of people can't be read. It is tried again later."],
      ['null', envelope(null), "Crisp's list of people can't be read. It is tried again later."],
      ['a match without an ID', envelope([{}]), "Crisp's list of people can't be read. It is tried again later."],
      ['no match at all', envelope([null]), "Crisp's list of people can't be read. It is tried again later."],
      [
        'an ID that is no text',
        envelope([{ people_id: 'p1' }, { people_id: 7 }]),
        "Crisp's list of people can't be read. It is tried again later."
      ]
    ] as [string, Reply, string][])('(%s) is retried: nothing is created or dropped', async (_name, reply, message) => {
      for (const [action, event, options] of byUserId) {
        const requests = crispThat(afterUnknownEmail(reply))
        expect(await deliver(action, event, options)).toEqual(failure(502, 'RETRYABLE_ERROR', message))
        expect(linesOf(requests).pop()).toBe(SEARCH)
        expect(requests.filter(isCreation)).toEqual([])
      }
    })
  })

  describe('custom data that cannot be read back', () => {
    it.each([
      ['a page', page(200), notCrisp(200).message],
      ['no data', envelope({}), "Crisp's custom data can't be read. It is tried again later."],
      ['null', envelope(null), "Crisp's custom data can't be read. It is tried again later."],
      ['a list', envelope({ data: [] }), "Crisp's custom data can't be read. It is tried again later."],
      ['a text', envelope({ data: 'user_id' }), "Crisp's custom data can't be read. It is tried again later."]
    ] as [string, Reply, string][])('(%s) is retried: nothing is created or dropped', async (_name, reply, message) => {
      for (const [action, event, options] of byUserId) {
        const requests = crispThat(afterUnknownEmail(answers.matches({ people_id: 'p1' }), reply))
        expect(await deliver(action, event, options)).toEqual(failure(502, 'RETRYABLE_ERROR', message))
        expect(linesOf(requests).slice(-2)).toEqual([SEARCH, 'GET /people/data/p1'])
        expect(requests.filter(isCreation)).toEqual([])
      }
    })
  })

  describe('a person that Crisp has added and does not know at the next request', () => {
    const lagging = (request: Request) => {
      if (isCreation(request)) return answers.added('p-new')
      return request.path.startsWith('/people/profiles') ? answers.matches() : answers.unknown
    }
    const later = failure(
      503,
      'RETRYABLE_ERROR',
      'Crisp does not know the person yet that it has just added. It is tried again later.'
    )

    it('makes an identify call fail retryably, and the next one stores the user ID', async () => {
      const event = identify({ userId: 'u1', traits: { email: EMAIL, name: 'Ada' } })
      crispThat(lagging)
      expect(await deliver('identifyUser', event)).toEqual(later)

      const requests = crispThat(() => answers.updated)
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
      expect(requests[1]).toMatchObject({ method: 'PATCH', body: { data: { user_id: 'u1' } } })
    })

    it('makes a track call that creates people fail retryably', async () => {
      for (const userId of ['u1', null]) {
        const requests = crispThat(lagging)
        const options = { mapping: { unknownPerson: 'create' } }
        expect(await deliver('trackEvent', trackOf(EMAIL, { userId }), options)).toEqual(later)
        expect(requests.filter(isCreation)).toHaveLength(1)
      }
    })
  })

  describe('a search that Crisp answers with 400', () => {
    const refusing =
      (...userIds: string[]) =>
      ({ path }: Request) => {
        if (!path.startsWith('/people/profiles')) {
          return path.startsWith('/people/data') ? answers.data({ user_id: path.slice(13) }) : answers.eventAdded
        }
        const [{ query }] = JSON.parse(new URL(path, HOST).searchParams.get('search_filter') ?? '') as {
          query: string[]
        }[]
        return userIds.includes(query[0])
          ? answers.refused(400, 'invalid_filter')
          : answers.matches({ people_id: query[0] })
      }
    const deliverAll = async (...userIds: string[]) => {
      const statuses: (number | undefined)[] = []
      for (const userId of userIds) statuses.push((await deliver('trackEvent', track({ userId }))).status)
      return statuses
    }

    it('is the problem of its own user ID', async () => {
      const requests = crispThat(refusing('u1', 'u2', 'u3'))
      expect(await deliverAll('u1', 'u1', 'u1', 'u2', 'u4', 'u3', 'u1', 'u5')).toEqual([
        400,
        400,
        400,
        400,
        undefined,
        400,
        400,
        undefined
      ])
      expect(linesOf(requests).filter((line) => line === SEARCH)).toHaveLength(8)
    })

    it('three times in a row for different user IDs ends the search for ten minutes, there and nowhere else', async () => {
      const requests = crispThat(refusing('u1', 'u2', 'u3'))
      const searches = () => linesOf(requests).filter((line) => line === SEARCH).length
      const now = Date.now()
      const clock = jest.spyOn(Date, 'now').mockReturnValue(now)
      expect(await deliverAll('u1', 'u2', 'u3', 'u4')).toEqual([400, 400, 400, 400])
      expect(searches()).toBe(3)

      for (const options of [
        { settings: { tokenType: 'website' } },
        { settings: { websiteId: '8c842203-7ed8-4e29-a608-7cf78a7d2fcc' } }
      ]) {
        await deliver('trackEvent', track({ userId: 'u5' }), options)
      }
      expect(requests.filter(({ path }) => path.includes('profiles/1?'))).toHaveLength(5)

      clock.mockReturnValue(now + 10 * 60_000 - 1)
      expect(await deliverAll('u6')).toEqual([400])
      clock.mockReturnValue(now + 10 * 60_000)
      expect(await deliverAll('u6')).toEqual([undefined])
    })
  })
})

describe('one odd answer in a batch', () => {
  it.each([400, 401, 402, 403, 404, 409, 423, 429])(
    'of status %i without the envelope of Crisp costs one event',
    async (status) => {
      const emails = Array.from({ length: 30 }, (_value, index) => `p${index}@x.io`)
      for (const [action, eventOf] of [
        ['trackEvent', (email: string) => trackOf(email)],
        ['identifyUser', (email: string) => identify({ traits: { email, plan: 'pro' } })]
      ] as const) {
        const requests = crispThat(({ path }) => (path.includes('p7%40') ? page(status) : answers.updated))
        const entries = await deliverBatch(action, emails.map(eventOf))
        expect(entries.map((entry) => entry.status)).toEqual(emails.map((_email, index) => (index === 7 ? 502 : 200)))
        expect(requests).toHaveLength(30)
      }
    }
  )

  it('of 422 fails its own event, to be tried again', async () => {
    crispThat(({ path }) => (path.includes('odd') ? answers.refused(422, 'unprocessable') : answers.updated))
    const emails = ['a@x.io', 'odd@x.io', 'b@x.io']
    const entries = await deliverBatch(
      'trackEvent',
      emails.map((email) => trackOf(email))
    )
    expect(entries).toMatchObject([
      { status: 200 },
      {
        status: 503,
        errortype: 'RETRYABLE_ERROR',
        errormessage: 'Crisp could not process this now. It is tried again later. Crisp answered 422 unprocessable.'
      },
      { status: 200 }
    ])
  })
})

describe('ten requests in a row without an answer of Crisp', () => {
  const timeout = Object.assign(new Error('network timeout'), { type: 'request-timeout' })
  const people = Array.from({ length: 250 }, (_value, index) => ({ email: `p${index}@x.io`, eventName: 'Signed In' }))

  it.each([
    ['time-outs', timeout, 504],
    ['network errors', networkError('ECONNREFUSED'), 502],
    ['pages', page(503), 502]
  ] as [string, Reply, number][])('(%s) end the batch, retryably', async (_name, reply, status) => {
    const { client, calls } = clientThat(() => reply)
    const outcomes = await deliverTracked(client, people)
    // Ten are in flight when the last of ten fails.
    expect(calls.length).toBeLessThan(20)
    expect(outcomes).toHaveLength(250)
    for (const [index, outcome] of outcomes.entries()) {
      expect(outcome).toMatchObject({ delivered: false, error: { status, code: 'RETRYABLE_ERROR' } })
      const { message } = (outcome as { error: Error }).error
      if (index >= calls.length) expect(message).toMatch(/^Not attempted, because an earlier request failed: /)
      else expect(message).not.toMatch(/^Not/)
    }
  })

  it.each([
    ['is delivered', answers.updated],
    ['is unknown', answers.unknown],
    ['is rejected', answers.invalid()]
  ] as [string, Reply][])(
    'are not in a row when Crisp answers between, even that a person %s',
    async (_name, answer) => {
      let turn = 0
      const { client, calls } = clientThat(() => (++turn % 10 === 0 ? answer : networkError('ECONNRESET')))
      const outcomes = await deliverTracked(client, people)
      expect(calls).toHaveLength(250)
      for (const outcome of outcomes) {
        if (!outcome.delivered) expect(outcome.error.message).not.toMatch(/^Not/)
      }
    }
  )

  it('are those of one delivery, not of the next', async () => {
    const requests = crispThat(() => page(503))
    for (let turn = 0; turn < 12; turn++) await deliverBatch('trackEvent', [trackOf(EMAIL)])
    expect(requests).toHaveLength(12)
  })
})

describe('A search that Crisp refuses', () => {
  const refusing = () =>
    crispThat(({ path }) => (path.startsWith('/people/profiles') ? answers.invalid() : answers.unknown))

  it('is asked once for all events of a person in a batch', async () => {
    const requests = refusing()
    const events = Array.from({ length: 50 }, (_value, n) => identify({ userId: 'u1', traits: { visits: n } }))
    const entries = await deliverBatch('identifyUser', events)
    expect(entries.map(({ status }) => status)).toEqual(events.map(() => 400))
    expect(requests).toHaveLength(1)
  })

  it('is named when an identify call is dropped without it', async () => {
    refusing()
    const event = identify({ userId: 'u1', traits: { email: 'new@segment.com', plan: 'pro' } })
    const [entry] = await deliverBatch('identifyUser', [event], { mapping: { unknownPerson: 'drop' } })
    expect(entry).toMatchObject({
      status: 404,
      errormessage:
        'No Crisp person matches, so the event was dropped. Crisp refused to search by User ID, so it was not checked.'
    })
  })
})
