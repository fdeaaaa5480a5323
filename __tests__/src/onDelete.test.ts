import { Destination } from '@segment/actions-core'
import destination from '../../src'
import { recall, remember } from '../../src/person/cache'
import { answers, BASE64, crisp, crispThat, KEY, linesOf, searchOf, settings, startAfresh, WEBSITE } from './support'
import type { Reply, Request } from './support'

startAfresh()

const runtime = new Destination(destination)

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
    const requests = crisp(answers.deleted, answers.hits())
    expect(await deletion('john.doe+shop@segment.com')).toBe('done')
    expect(linesOf(requests)).toEqual(['DELETE /people/profile/john.doe+shop@segment.com', SEARCH])
    expect(requests[0].path).toBe('/people/profile/john.doe%2Bshop%40segment.com')
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

  it('deletes also who carries the e-mail as the user ID since they changed theirs', async () => {
    const requests = crisp(
      answers.deleted,
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

  it('deletes the e-mail in both spellings, where Crisp minds the case', async () => {
    const requests = crisp(answers.deleted, answers.deleted, answers.hits())
    expect(await deletion('John.Doe@Segment.com')).toBe('done')
    expect(linesOf(requests)).toEqual([
      `DELETE /people/profile/${EMAIL}`,
      'DELETE /people/profile/John.Doe@Segment.com',
      SEARCH
    ])
  })

  it.each([
    ['is refused', [answers.invalid('unknown criterion')]],
    ['returns a stranger', [answers.hits({ people_id: 'p1' }), answers.data({ user_id: 'u2' })]],
    ['gives no list', [answers.updated]]
  ] as [string, Reply[]][])(
    'is done once the e-mail has deleted somebody, though the search %s',
    async (_name, script) => {
      const requests = crisp(answers.deleted, ...script)
      expect(await deletion(EMAIL)).toBe('done')
      expect(requests).toHaveLength(1 + script.length)
    }
  )

  it.each([
    ['cannot be asked now', answers.refused(429, 'rate_limited'), { status: 429 }],
    ['fails', answers.reset(), { status: 502 }],
    ['is not allowed', answers.refused(403, 'not_allowed'), { code: 'NOT_ALLOWED', status: 403 }]
  ] as [string, Reply, object][])(
    'is not done though the e-mail has deleted somebody, when the search %s',
    async (_name, reply, error) => {
      crisp(answers.deleted, reply)
      expect(await deletion(EMAIL)).toMatchObject(error)
    }
  )

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
    expect(await deletion('u1')).toMatchObject({
      code: 'DELETE_BY_HAND',
      status: 400,
      message:
        'Crisp found people who do not carry this user ID, so the deletion is not proved. Delete the person by hand in Crisp.'
    })
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
    expect((error as Error).message).toMatch(/^Crisp refuses to search people by user ID, so/)
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
    ['an empty body', [200, ''], /gave no list of people.*by hand/],
    ['an HTML page', [200, '<html></html>', { 'content-type': 'text/html' }], /not Crisp/],
    [
      'an envelope without a list',
      [200, { error: false, reason: 'listed', data: {} }],
      /gave no list of people.*by hand/
    ],
    ['an envelope without data', [200, { error: false, reason: 'listed' }], /gave no list of people.*by hand/],
    [
      'people without an ID',
      [200, { error: false, reason: 'listed', data: [{ email: EMAIL }] }],
      /gave no list of people/
    ],
    ['a server error', answers.refused(500, 'down'), /failed to answer.*500 down/],
    ['a connection reset', answers.reset(), /could not be reached/],
    ['429', answers.refused(429, 'rate_limited'), /no more requests now/],
    ['401', answers.refused(401, 'invalid_session'), /refused the API Key/],
    ['a query too long', answers.refused(400, 'search_query_too_long'), /refused the request/]
  ] as [string, Reply, RegExp][])('is not done when the search answers with %s', async (_name, reply, words) => {
    crisp(reply)
    const error = await deletion('u1')
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).message).toMatch(words)
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
    expect(deleted).toBe(false)
    expect(outcome).toMatchObject({
      message: expect.stringMatching(/gone already, and maybe more behind them/) as string
    })
  })

  it.each([null, undefined, '', ' ', 'null', 'anonymous', '0', '[object Object]'])(
    'is refused where it names nobody: %j',
    async (userId) => {
      const requests = crisp()
      const error = await deletion(userId)
      expect(error).toMatchObject({ code: 'USER_ID_MISSING', status: 400 })
      expect((error as Error).message).toMatch(/names nobody/)
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
