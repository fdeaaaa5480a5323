import { createSandbox, type PersonSeed, type Sandbox } from '../../../tools/sandbox'
import { clientOf, type Call } from './client'

let crisp: Sandbox
let call: Call

const people: PersonSeed[] = [
  {
    email: 'ada@example.com',
    nickname: 'Ada Lovelace',
    company: { name: 'Engines' },
    segments: ['vip'],
    data: { user_id: 'u1', seats: 3 },
    created_at: 1000,
    updated_at: 9000,
    active: 50
  },
  {
    email: 'bob+test@example.com',
    person: { nickname: 'Bob', geolocation: { city: 'Paris', country: 'FR' } },
    segments: ['vip', 'new'],
    data: { user_id: 'u2' },
    created_at: 2000,
    active: 70
  },
  { email: 'cyd@example.com', nickname: 'Cyd', data: { user_id: 'u2', seats: 3 }, created_at: 3000, active: 60 }
]

beforeAll(async () => {
  crisp = await createSandbox({ people })
  call = clientOf(crisp)
})
beforeEach(() => crisp.reset())
afterAll(() => crisp.close())

const names = (reply: { body: { data: unknown } }) =>
  (reply.body.data as { email: string }[]).map(({ email }) => email.slice(0, 3))
const list = async (query: Record<string, string> = {}, page = '') =>
  names(await call('GET', `/people/profiles${page}?${new URLSearchParams(query).toString()}`))
const where = (...conditions: [criterion: string, operator: string, ...query: unknown[]][]) => ({
  search_filter: JSON.stringify(
    conditions.map(([criterion, operator, ...query]) => ({ model: 'people', criterion, operator, query }))
  )
})
const outcome = async (query: Record<string, string>) => {
  const { status, body } = await call('GET', `/people/profiles?${new URLSearchParams(query).toString()}`)
  return `${status} ${body.reason}`
}

describe('a filter', () => {
  it('finds by email, in any case and with a plus sign', async () => {
    expect(await list(where(['email', 'eq', 'BOB+test@example.com']))).toEqual(['bob'])
    expect(await list(where(['email', 'eq', 'nobody@example.com']))).toEqual([])
  })

  it('finds by custom data, numbers as text, and follows every write', async () => {
    expect(await list(where(['data.user_id', 'eq', 'u2']))).toEqual(['cyd', 'bob'])
    expect(await list(where(['data.seats', 'eq', '3']))).toEqual(['cyd', 'ada'])
    await call('PATCH', '/people/data/ada@example.com', { data: { user_id: 'u2' } })
    await call('PUT', '/people/data/cyd@example.com', { data: {} })
    await call('DELETE', '/people/profile/bob%2Btest@example.com')
    expect(await list(where(['data.user_id', 'eq', 'u2']))).toEqual(['ada'])
    expect(await list(where(['data.user_id', 'eq', 'u1']))).toEqual([])
    await call('POST', '/people/profile', { email: 'dan@example.com', person: { nickname: 'Dan' } })
    await call('PATCH', '/people/data/dan@example.com', { data: { user_id: 'u1' } })
    expect(await list(where(['data.user_id', 'eq', 'u1']))).toEqual(['dan'])
  })

  it('knows has and neq, nested fields and several values', async () => {
    expect(await list(where(['segments', 'eq', 'new']))).toEqual(['bob'])
    expect(await list(where(['segments', 'neq', 'vip']))).toEqual(['cyd'])
    expect(await list(where(['person.nickname', 'has', 'love']))).toEqual(['ada'])
    expect(await list(where(['person.geolocation.city', 'eq', 'Paris']))).toEqual(['bob'])
    expect(await list(where(['company.name', 'eq', 'Engines', 'Other']))).toEqual(['ada'])
    expect(await list(where(['data.user_id', 'eq', 'u1', 'u2']))).toEqual(['cyd', 'bob', 'ada'])
  })

  it('joins conditions with and, or with or', async () => {
    const both = where(['data.user_id', 'eq', 'u2'], ['segments', 'eq', 'vip'])
    expect(await list(both)).toEqual(['bob'])
    expect(await list({ ...both, search_operator: 'or' })).toEqual(['cyd', 'bob', 'ada'])
  })

  it.each([
    ['that is not JSON', '['],
    ['that is no list', '{}'],
    ['of another model', '[{"model":"website","criterion":"email","operator":"eq","query":["a"]}]'],
    ['with a criterion that is not known', '[{"model":"people","criterion":"shoe","operator":"eq","query":["a"]}]'],
    ['with an operator that is not known', '[{"model":"people","criterion":"email","operator":"like","query":["a"]}]'],
    ['with a query that is no list', '[{"model":"people","criterion":"email","operator":"eq","query":"a"}]']
  ])('%s is refused with 400 invalid_data', async (_what, search_filter) => {
    expect(await outcome({ search_filter })).toBe('400 invalid_data')
  })

  it('that is too long is refused with 400 search_query_too_long', async () => {
    expect(await outcome(where(['email', 'eq', 'x'.repeat(8192)]))).toBe('400 search_query_too_long')
  })
})

describe('a list', () => {
  it('finds text in names and emails', async () => {
    expect(await list({ search_text: 'lovel' })).toEqual(['ada'])
    expect(await list({ search_text: 'EXAMPLE.com' })).toHaveLength(3)
  })

  it('sorts, newest first unless told otherwise', async () => {
    expect(await list()).toEqual(['cyd', 'bob', 'ada'])
    expect(await list({ sort_order: 'ascending' })).toEqual(['ada', 'bob', 'cyd'])
    expect(await list({ sort_field: 'active', sort_order: 'ascending' })).toEqual(['ada', 'cyd', 'bob'])
  })

  it('sorts by the names of search fields, and not by updated_at, which does not work in production', async () => {
    expect(await list({ sort_field: 'nickname', sort_order: 'ascending' })).toEqual(['ada', 'bob', 'cyd'])
    expect(await list({ sort_field: 'email', sort_order: 'descending' })).toEqual(['cyd', 'bob', 'ada'])
    expect(await list({ sort_field: 'person.geolocation.city', sort_order: 'descending' })).toEqual([
      'bob',
      'cyd',
      'ada'
    ])
    expect(await list({ sort_field: 'updated_at' })).toEqual(['cyd', 'bob', 'ada'])
    expect(await outcome({ sort_field: 'shoe_size' })).toBe('400 invalid_data')
  })

  it('keeps to dates of creation', async () => {
    const dates = { filter_date_start: '1970-01-01T00:00:01.500Z', filter_date_end: '1970-01-01T00:00:02.500Z' }
    expect(await list(dates)).toEqual(['bob'])
    expect(await outcome({ filter_date_start: 'yesterday' })).toBe('400 invalid_data')
  })

  it('comes in pages of 20, or as many as per_page says from 20 to 50', async () => {
    for (let n = 0; n < 30; n++) crisp.people.add({ email: `more${n}@example.com`, created_at: 5000 + n })
    expect(await list()).toHaveLength(20)
    expect(await list({}, '/2')).toHaveLength(13)
    expect(await list({}, '/3')).toEqual([])
    expect(await list({ per_page: '33' })).toHaveLength(33)
    for (const per_page of ['19', '51', 'x', '-1']) expect(await outcome({ per_page })).toBe('400 invalid_data')
    for (const page of ['0', '-1', 'x', '1.5']) expect((await call('GET', `/people/profiles/${page}`)).status).toBe(400)
  })

  it('counts people', async () => {
    expect((await call('GET', '/people/stats')).body.data).toEqual({ total: 3 })
  })
})
