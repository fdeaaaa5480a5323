import { Destination } from '@segment/actions-core'
import destination from '../../src'
import {
  answers,
  BASE64,
  crisp,
  crispThat,
  deliverAlone,
  identify,
  KEY,
  linesOf,
  recall,
  remember,
  searchOf,
  settings,
  startAfresh
} from './support'
import type { Reply, Request } from './support'

startAfresh()

const runtime = new Destination(destination)

describe('The deletion of a person', () => {
  const EMAIL = 'john.doe@segment.com'
  const SEARCH = 'GET /people/profiles/1'
  const UNVERIFIED = 'Could not verify the deletion. Delete the person manually in Crisp.'
  const page = (status: number): Reply => [status, '<html></html>', { 'content-type': 'text/html' }]
  const list = (data: unknown): Reply => [200, { error: false, reason: 'listed', data }]

  const deletePerson = async (userId: string | null | undefined): Promise<unknown> =>
    runtime.onDelete?.({ type: 'delete', userId, anonymousId: 'anonId1234' }, settings as never)

  /** What the deletion fails with. */
  async function errorFor(userId: string | null | undefined): Promise<Error & { code?: string; status?: number }> {
    try {
      await deletePerson(userId)
    } catch (thrown) {
      return thrown as Error
    }
    throw new Error('The deletion succeeded.')
  }

  const isSearch = ({ path }: Request) => path.startsWith('/people/profiles/')
  const idOf = ({ path }: Request) => decodeURIComponent(path.split('/')[3])

  /** A Crisp with people by their ID; their search answers a page at a time. */
  function crispWith(people: Record<string, { user_id?: string }>, perPage = 50) {
    const left = new Map(Object.entries(people))
    const requests = crispThat((request) => {
      if (isSearch(request))
        return answers.matches(...[...left.keys()].slice(0, perPage).map((people_id) => ({ people_id })))
      const person = left.get(idOf(request))
      if (!person) return answers.unknown
      if (request.method === 'DELETE') left.delete(idOf(request))
      return request.method === 'DELETE' ? answers.deleted : answers.data(person)
    })
    return { requests, left }
  }

  it('goes by email when the user ID looks like one', async () => {
    const requests = crisp(answers.deleted, answers.matches())
    expect(await deletePerson('john.doe+shop@segment.com')).toEqual({ deleted: 1 })
    expect(linesOf(requests)).toEqual(['DELETE /people/profile/john.doe+shop@segment.com', SEARCH])
    expect(requests[0].path).toBe('/people/profile/john.doe%2Bshop%40segment.com')
    expect(requests[0].headers).toMatchObject({ authorization: `Basic ${BASE64}`, 'x-crisp-tier': 'plugin' })
    expect(requests[0].body).toBeUndefined()
  })

  it('tries the email in lower case, then as sent, then the user ID', async () => {
    const requests = crisp(answers.unknown, answers.unknown, answers.matches())
    expect(await deletePerson(' John.Doe@Segment.com ')).toEqual({ deleted: 0 })
    expect(linesOf(requests)).toEqual([
      `DELETE /people/profile/${EMAIL}`,
      'DELETE /people/profile/John.Doe@Segment.com',
      SEARCH
    ])
  })

  it('reaches a person who has an email as the user ID but another email', async () => {
    const requests = crisp(
      answers.unknown,
      answers.matches({ people_id: 'p1', email: 'new@segment.com' }),
      answers.data({ user_id: EMAIL }),
      answers.deleted
    )
    expect(await deletePerson(EMAIL)).toEqual({ deleted: 1 })
    expect(linesOf(requests)).toEqual([
      `DELETE /people/profile/${EMAIL}`,
      SEARCH,
      'GET /people/data/p1',
      'DELETE /people/profile/p1'
    ])
  })

  it('reaches also a person who has the email as the user ID and has changed their email since', async () => {
    const requests = crisp(
      answers.deleted,
      answers.matches({ people_id: 'p1', email: 'new@segment.com' }),
      answers.data({ user_id: EMAIL }),
      answers.deleted
    )
    expect(await deletePerson(EMAIL)).toEqual({ deleted: 2 })
    expect(linesOf(requests)).toEqual([
      `DELETE /people/profile/${EMAIL}`,
      SEARCH,
      'GET /people/data/p1',
      'DELETE /people/profile/p1'
    ])
  })

  it('goes by the email in both spellings, in case Crisp tells them apart', async () => {
    const requests = crisp(answers.deleted, answers.deleted, answers.matches())
    expect(await deletePerson('John.Doe@Segment.com')).toEqual({ deleted: 2 })
    expect(linesOf(requests)).toEqual([
      `DELETE /people/profile/${EMAIL}`,
      'DELETE /people/profile/John.Doe@Segment.com',
      SEARCH
    ])
  })

  it.each([
    ['is refused', [answers.invalid('unknown criterion')]],
    ['returns an unrelated person', [answers.matches({ people_id: 'p1' }), answers.data({ user_id: 'u2' })]]
  ] as [string, Reply[]][])(
    'is done once the email has deleted a person, though the search %s',
    async (_name, script) => {
      const requests = crisp(answers.deleted, ...script)
      expect(await deletePerson(EMAIL)).toEqual({ deleted: 1 })
      expect(requests).toHaveLength(1 + script.length)
    }
  )

  it.each([
    ['cannot be asked now', answers.refused(429, 'rate_limited'), { status: 429 }],
    ['fails', answers.reset(), { status: 502 }],
    ['gives no list', answers.updated, { status: 502 }],
    ['is not allowed', answers.refused(403, 'not_allowed'), { code: 'FORBIDDEN', status: 403 }]
  ] as [string, Reply, object][])(
    'is not done though the email has deleted a person, when the search %s',
    async (_name, reply, error) => {
      crisp(answers.deleted, reply)
      expect(await errorFor(EMAIL)).toMatchObject(error)
    }
  )

  it('reaches every person who is verified to have the user ID', async () => {
    const { requests, left } = crispWith({ p1: { user_id: 'u1' }, p2: { user_id: 'u1' }, p3: { user_id: 'u1' } })
    expect(await deletePerson('u1')).toEqual({ deleted: 3 })
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

  it('goes on where one page does not hold all people', async () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_value, index) => [`p${index}`, { user_id: 'u1' }]))
    const { requests, left } = crispWith(many)
    expect(await deletePerson('u1')).toEqual({ deleted: 70 })
    expect(left.size).toBe(0)
    expect(requests.filter(isSearch)).toHaveLength(2)
  })

  it('is done when the person is gone already', async () => {
    const requests = crisp(answers.matches())
    expect(await deletePerson('u1')).toEqual({ deleted: 0 })
    expect(linesOf(requests)).toEqual([SEARCH])
  })

  it.each([
    ['before the read', [answers.unknown]],
    ['before the deletion', [answers.data({ user_id: 'u1' }), answers.unknown]]
  ] as [string, Reply[]][])('is done when the person is deleted meanwhile, %s', async (_name, script) => {
    crisp(answers.matches({ people_id: 'p1' }), ...script)
    expect(await deletePerson('u1')).toEqual({ deleted: 0 })
  })

  it('reaches no unrelated person, and asks for a manual deletion where the search returns one', async () => {
    const { requests, left } = crispWith({ unrelated: { user_id: 'u2' }, anonymous: {}, p1: { user_id: 'u1' } })
    expect(await errorFor('u1')).toMatchObject({ code: 'MANUAL_DELETE_REQUIRED', status: 400, message: UNVERIFIED })
    expect([...left.keys()]).toEqual(['unrelated', 'anonymous'])
    expect(linesOf(requests)).toContain('DELETE /people/profile/p1')
  })

  it('asks for a manual deletion when the search is refused', async () => {
    const requests = crisp(answers.invalid('unknown criterion'))
    expect(await errorFor('u1')).toMatchObject({ code: 'MANUAL_DELETE_REQUIRED', status: 400, message: UNVERIFIED })
    expect(requests).toHaveLength(1)
  })

  it('asks for a manual deletion while the search is off', async () => {
    const requests = crispThat(() => answers.invalid())
    for (const userId of ['u1', 'u2', 'u3', 'u4']) {
      expect(await errorFor(userId)).toMatchObject({ code: 'MANUAL_DELETE_REQUIRED', message: UNVERIFIED })
    }
    expect(requests).toHaveLength(3)
  })

  it.each([
    ['an empty body', [200, ''], /^Something between Segment and Crisp answered with status 200\./],
    ['an HTML page', page(200), /^Something between Segment and Crisp answered with status 200\./],
    ['an HTML page with 400', page(400), /^Something between Segment and Crisp answered with status 400\./],
    ['an envelope without a list', list({}), /^Crisp's list of people can't be read\. It is tried again later\.$/],
    ['an envelope without data', [200, { error: false, reason: 'listed' }], /^Crisp's list of people can't be read/],
    ['people without an ID', list([{ email: EMAIL }]), /^Crisp's list of people can't be read/],
    ['a server error', answers.refused(500, 'down'), /^Crisp had a server error.*500 down/],
    ['a connection reset', answers.reset(), /^Couldn't reach Crisp \(ECONNRESET\)/],
    ['429', answers.refused(429, 'rate_limited'), /rate limit or daily quota/],
    ['401', answers.refused(401, 'invalid_session'), /rejected the API Key/],
    ['a query too long', answers.refused(400, 'search_query_too_long'), /^Could not verify the deletion/]
  ] as [string, Reply, RegExp][])('is not done when the search answers with %s', async (_name, reply, words) => {
    crisp(reply)
    const error = await errorFor('u1')
    expect(error.message).toMatch(words)
    expect(error.message).not.toContain(KEY)
  })

  it.each([
    ['an empty body', [200, ''], 502],
    ['an HTML page', page(404), 502],
    ['no custom data', answers.data(null), 502],
    ['a server error', answers.refused(500, 'down'), 500],
    ['a connection reset', answers.reset(), 502]
  ] as [string, Reply, number][])('is not done when the read-back answers with %s', async (_name, reply, status) => {
    const requests = crisp(answers.matches({ people_id: 'p1' }), reply)
    expect(await errorFor('u1')).toMatchObject({ code: 'RETRYABLE_ERROR', status })
    expect(linesOf(requests)).toEqual([SEARCH, 'GET /people/data/p1'])
  })

  it.each([
    [EMAIL, [answers.refused(503, 'down')]],
    [EMAIL, [answers.refused(403, 'not_allowed')]],
    ['u1', [answers.matches({ people_id: 'p1' }), answers.data({ user_id: 'u1' }), answers.refused(403, 'not_allowed')]]
  ] as [string, Reply[]][])('of %s is not done when Crisp refuses to delete', async (userId, script) => {
    const requests = crisp(...script)
    expect(await errorFor(userId)).toMatchObject({ message: expect.stringContaining('Crisp') as string })
    expect(requests).toHaveLength(script.length)
  })

  it('is not done when a whole page of people are gone and there may be more after them', async () => {
    const gone = Array.from({ length: 50 }, (_value, index) => ({ people_id: `gone${index}` }))
    let isDeleted = false
    crispThat((request) => {
      if (isSearch(request)) {
        return request.path.startsWith('/people/profiles/1?')
          ? answers.matches(...gone)
          : answers.matches({ people_id: 'p1' })
      }
      if (idOf(request) !== 'p1') return answers.unknown
      if (request.method === 'DELETE') isDeleted = true
      return request.method === 'DELETE' ? answers.deleted : answers.data({ user_id: 'u1' })
    })
    expect(await errorFor('u1')).toMatchObject({ status: 400, message: UNVERIFIED })
    expect(isDeleted).toBe(false)
  })

  it.each([null, undefined, '', ' ', 'null', 'anonymous', '0', '[object Object]', 'n/a', '000000', '--'])(
    'is refused where it names no person: %j',
    async (userId) => {
      const requests = crisp()
      expect(await errorFor(userId)).toMatchObject({
        code: 'BAD_REQUEST',
        status: 400,
        message: 'The deletion has no user ID, or a placeholder. Crisp knows no anonymous IDs: send the user ID.'
      })
      expect(requests).toEqual([])
    }
  )

  it('deletes the person from the cache, whether it succeeds or fails', async () => {
    for (const script of [
      [answers.data({ user_id: 'u1' }), answers.deleted, answers.matches()],
      [answers.data({ user_id: 'u2' }), answers.matches()],
      [answers.reset()]
    ] as Reply[][]) {
      await remember('u1', { peopleId: 'p1', email: EMAIL })
      const requests = crisp(...script)
      await deletePerson('u1').catch(() => undefined)
      expect(requests).toHaveLength(script.length)
      expect(recall('u1')).toEqual({ peopleId: undefined, email: undefined })
    }
  })

  it('names no email in its errors', async () => {
    crisp(answers.unknown, answers.invalid())
    expect((await errorFor(EMAIL)).message).not.toContain('segment.com')
  })

  it('reaches a person that this process has just created, although the search does not show the person yet', async () => {
    crisp(answers.unknown, answers.matches(), answers.added('p1'), answers.updated)
    await deliverAlone('identifyUser', identify({ userId: 'u1', traits: { email: EMAIL, name: 'John' } }))
    const requests = crisp(answers.data({ user_id: 'u1' }), answers.deleted, answers.matches())
    expect(await deletePerson('u1')).toEqual({ deleted: 1 })
    expect(linesOf(requests)).toEqual(['GET /people/data/p1', 'DELETE /people/profile/p1', SEARCH])
  })

  it('leaves the cached profile to the user ID that it has now, and relies on the search', async () => {
    await remember('u1', { peopleId: 'p1', email: EMAIL })
    const { requests, left } = crispWith({ p1: { user_id: 'u2' } })
    expect(await errorFor('u1')).toMatchObject({ message: UNVERIFIED })
    expect([...left.keys()]).toEqual(['p1'])
    expect(linesOf(requests)).toEqual(['GET /people/data/p1', SEARCH, 'GET /people/data/p1'])
  })

  it('counts a person once who is in the cache and in an old list', async () => {
    await remember('u1', { peopleId: 'p1', email: EMAIL })
    const requests = crisp(
      answers.data({ user_id: 'u1' }),
      answers.deleted,
      answers.matches({ people_id: 'p1' }),
      answers.unknown
    )
    expect(await deletePerson('u1')).toEqual({ deleted: 1 })
    expect(requests).toHaveLength(4)
  })

  it('is done when the cached person is gone already', async () => {
    await remember('u1', { peopleId: 'p1', email: EMAIL })
    crisp(answers.unknown, answers.matches())
    expect(await deletePerson('u1')).toEqual({ deleted: 0 })
  })
})
