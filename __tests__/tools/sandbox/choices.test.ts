import { readFileSync } from 'fs'
import { createSandbox, type Choices, type Person } from '../../../tools/sandbox'
import { CHOICES } from '../../../tools/sandbox/choices'
import { clientOf, type Call } from './client'

const ada = {
  email: 'ada@example.com',
  person: { nickname: 'Ada', phone: '+1' },
  segments: ['one'],
  data: { plan: 'pro', seats: 3 }
}
const profile = '/people/profile/ada@example.com'
const data = '/people/data/ada@example.com'
const events = '/people/events/ada@example.com'

/** What a choice changes: the outcome of `act` and something of the person afterwards. */
interface Case {
  [value: string]: unknown
  act: (call: Call) => Promise<unknown>
  see?: (person: Person | undefined) => unknown
}

const filter = (criterion: string, operator = 'eq') =>
  `/people/profiles?search_filter=${encodeURIComponent(
    JSON.stringify([{ model: 'people', criterion, operator, query: ['nothing'] }])
  )}`
const outcome = async (reply: ReturnType<Call>) => {
  const { status, body } = await reply
  return `${status} ${body.reason}`
}
const listLength = async (call: Call, path: string) => {
  const { status, body } = await call('GET', path)
  return status === 200 ? (body.data as unknown[]).length : `${status} ${body.reason}`
}

const cases: Record<keyof Choices, Case> = {
  emailCase: {
    act: (call) => outcome(call('GET', '/people/profile/ADA@example.com')),
    insensitive: ['200 resolved'],
    sensitive: ['404 people_not_found']
  },
  emailFormat: {
    act: (call) => outcome(call('POST', '/people/profile', { email: 'bob', person: { nickname: 'B' } })),
    checked: ['400 invalid_data'],
    any: ['201 added']
  },
  unknownKeys: {
    act: (call) => outcome(call('PATCH', profile, { person: { shoe: 1 } })),
    see: (person) => person?.profile.person,
    ignored: ['200 updated', { nickname: 'Ada', phone: '+1' }],
    refused: ['400 invalid_data', { nickname: 'Ada', phone: '+1' }]
  },
  nullValues: {
    act: async (call) => [
      await outcome(call('PATCH', profile, { person: { phone: null } })),
      await outcome(call('PATCH', data, { data: { plan: null } }))
    ],
    see: (person) => [person?.profile.person.phone, person?.data],
    refused: [
      ['400 invalid_data', '400 invalid_data'],
      ['+1', { plan: 'pro', seats: 3 }]
    ],
    ignored: [
      ['200 updated', '200 updated'],
      ['+1', { plan: 'pro', seats: 3 }]
    ],
    clears: [
      ['200 updated', '200 updated'],
      [undefined, { seats: 3 }]
    ]
  },
  nestedData: {
    act: (call) => outcome(call('PATCH', data, { data: { a: { b: 1 }, c: [1], seats: 4 } })),
    see: (person) => person?.data,
    refused: ['400 invalid_data', { plan: 'pro', seats: 3 }],
    ignored: ['200 updated', { plan: 'pro', seats: 4 }]
  },
  dataKeys: {
    act: (call) => outcome(call('PATCH', data, { data: { 'a b': 1 } })),
    checked: ['400 invalid_data'],
    any: ['200 updated']
  },
  emptyNickname: {
    act: (call) => outcome(call('PATCH', profile, { person: { nickname: '' } })),
    refused: ['400 invalid_data'],
    accepted: ['200 updated']
  },
  arrayMerge: {
    act: (call) => outcome(call('PATCH', profile, { segments: ['two', 'one'] })),
    see: (person) => person?.profile.segments,
    replaced: ['200 updated', ['two', 'one']],
    united: ['200 updated', ['one', 'two']]
  },
  putMissing: {
    act: async (call) => {
      const path = '/people/profile/bob@example.com'
      const put = await outcome(call('PUT', path, { email: 'bob@example.com', person: { nickname: 'B' } }))
      return [put, await outcome(call('GET', path))]
    },
    notFound: [['404 people_not_found', '404 people_not_found']],
    creates: [['200 updated', '200 resolved']]
  },
  updatedAt: {
    act: (call) => outcome(call('PATCH', data, { data: {} })),
    see: (person) => (person?.profile.updated_at ?? 0) > 1,
    profileWrites: ['200 updated', false],
    allWrites: ['200 updated', true]
  },
  dataSearch: {
    act: (call) => listLength(call, filter('data.plan')),
    supported: [0],
    refused: ['400 invalid_data'],
    ignored: [1]
  },
  unknownFilter: {
    act: (call) => listLength(call, filter('person.shoe', 'gte')),
    refused: ['400 invalid_data'],
    ignored: [1]
  },
  updatedAtSort: {
    act: async (call) => {
      await call('POST', '/people/profile', { email: 'bob@example.com', person: { nickname: 'B' } })
      await call('PATCH', profile, { notepad: 'changed last' })
      const { body } = await call('GET', '/people/profiles?sort_field=updated_at')
      return (body.data as { email: string }[]).map(({ email }) => email)
    },
    ignored: [['bob@example.com', 'ada@example.com']],
    sorted: [['ada@example.com', 'bob@example.com']]
  },
  perPage: {
    act: (call) => listLength(call, '/people/profiles?per_page=500'),
    refused: ['400 invalid_data'],
    clamped: [1]
  },
  listStatus: {
    act: async (call) => {
      for (let n = 0; n < 20; n++) {
        await call('POST', '/people/profile', { email: `${n}@example.com`, person: { nickname: 'N' } })
      }
      return outcome(call('GET', '/people/profiles/1'))
    },
    '200': ['200 listed'],
    '206': ['206 listed']
  },
  eventOrder: {
    act: async (call) => {
      for (const text of ['first', 'second']) await call('POST', events, { text })
      return ((await call('GET', `${events}/list/1`)).body.data as { text: string }[])[0].text
    },
    newestFirst: ['second'],
    oldestFirst: ['first']
  },
  eventTimestamp: {
    act: (call) => outcome(call('POST', events, { text: 't', timestamp: 1 })),
    ignored: ['201 added'],
    refused: ['400 invalid_data']
  },
  eventColor: {
    act: (call) => outcome(call('POST', events, { text: 't' })),
    see: (person) => person?.events[0].color,
    none: ['201 added', undefined],
    blue: ['201 added', 'blue']
  },
  textUnits: {
    act: (call) => outcome(call('POST', events, { text: '😀'.repeat(80) })),
    utf16: ['400 invalid_data'],
    codePoints: ['201 added']
  },
  missingTier: {
    act: (call) => outcome(call('GET', '', undefined, { tier: null })),
    user: ['401 invalid_session'],
    any: ['200 resolved']
  },
  foreignWebsite: {
    act: (call) =>
      outcome(call('GET', '', undefined, { tier: 'website', websiteId: '8c842203-7ed8-4e29-a608-7cf78a7d2fcc' })),
    notAllowed: ['403 not_allowed'],
    notFound: ['404 website_not_found']
  },
  restrictedTier: {
    act: (call) => outcome(call('POST', '/people/export/profiles', {})),
    '403': ['403 restricted_route_tier'],
    '401': ['401 restricted_route_tier']
  },
  contentType: {
    act: (call) => outcome(call('PATCH', profile, { notepad: 'x' }, { headers: { 'Content-Type': 'text/plain' } })),
    any: ['200 updated'],
    json: ['400 invalid_data']
  },
  subscription: {
    act: async (call) => (await call('GET', '/people/subscription/ada@example.com')).body.data,
    on: [{ email: true }],
    off: [{ email: false }]
  }
}

const rows = Object.entries(CHOICES).flatMap(([name, { values }]) =>
  values.map((value, at) => ({ name: name as keyof Choices, value, isDefault: at === 0 }))
)

it.each(rows)('$name = $value does what it says', async ({ name, value, isDefault }) => {
  const choices = isDefault ? {} : { [name]: value }
  let clock = 1_700_000_000_000
  const crisp = await createSandbox({ people: [{ ...ada, created_at: 1 }], choices, now: () => clock++ })
  try {
    const { act, see, [value]: expected } = cases[name]
    const [answer, seen] = expected as [unknown, unknown?]
    expect(await act(clientOf(crisp))).toEqual(answer)
    if (see) expect(see(crisp.people.get('ada@example.com'))).toEqual(seen)
  } finally {
    await crisp.close()
  }
})

it('refuses a choice that does not exist, or a value of it', async () => {
  await expect(createSandbox({ choices: { nope: 'x' } as Partial<Choices> })).rejects.toThrow('no choice named "nope"')
  await expect(createSandbox({ choices: { emailCase: 'x' } as unknown as Partial<Choices> })).rejects.toThrow(
    'insensitive, sensitive'
  )
})

it('is documented: every choice with its values, the default first, and what it does', () => {
  const page = readFileSync('docs/sandbox.md', 'utf8').replace(/ +/g, ' ')
  for (const [name, { values, about }] of Object.entries(CHOICES)) {
    const shown = values.map((value) => `\`${value}\``).join(', ')
    expect(page).toContain(`| \`${name}\` | ${shown} | ${about.replace('<', '\\<')} |`)
  }
})
