import type { SegmentEvent } from '@segment/actions-core'
import { People } from './people'
import {
  aloneAndInABatch,
  answers,
  crisp,
  crispThat,
  deliverBatch,
  failure,
  identify,
  linesOf,
  startAfresh,
  track,
  trackOf
} from './support'
import type { Request } from './support'

startAfresh()

const EMAIL = 'ada@example.com'
const SEARCH = 'GET /people/profiles/1'
const CREATE = 'POST /people/profile'
const NEITHER = 'Email and User ID are empty or placeholders. Map one of them.'

const dataOf = ({ body }: Request) => (body as { data: Record<string, unknown> }).data

aloneAndInABatch((deliver) => {
  /** The custom data that an identify call of a known person with these traits stores. */
  async function storedData(traits: Record<string, unknown>) {
    const requests = crispThat(() => answers.updated)
    expect(await deliver('identifyUser', identify({ traits: { email: EMAIL, ...traits } }))).toMatchObject({
      delivered: true
    })
    const request = requests.find(({ path }) => path.startsWith('/people/data/'))
    return request && dataOf(request)
  }

  /** The properties of the event that a track call with these properties adds. */
  async function addedProperties(properties: Record<string, unknown>) {
    const requests = crisp(answers.eventAdded)
    expect(
      await deliver('trackEvent', trackOf(EMAIL, { properties: properties as SegmentEvent['properties'] }))
    ).toMatchObject({
      delivered: true
    })
    return dataOf(requests[0])
  }

  describe('A placeholder does not make one person of many', () => {
    const placeholders = [
      '00000000-0000-0000-0000-000000000000',
      '000000',
      '--',
      '0-0',
      'void',
      'n/a',
      'N/A',
      ' Void ',
      'NULL',
      '[object Object]'
    ]

    it.each(placeholders)('as the only user ID, it is refused unsent: %j', async (userId) => {
      const requests = crisp()
      const refused = failure(400, 'PAYLOAD_VALIDATION_FAILED', NEITHER)
      expect(await deliver('identifyUser', identify({ userId, traits: { name: 'Ada' } }))).toEqual(refused)
      expect(await deliver('trackEvent', track({ userId }))).toEqual(refused)
      expect(requests).toEqual([])
    })

    it.each(placeholders)('as the only email, it is refused unsent: %j', async (email) => {
      const requests = crisp()
      const refused = failure(400, 'PAYLOAD_VALIDATION_FAILED', NEITHER)
      expect(await deliver('identifyUser', identify({ traits: { email, name: 'Ada' } }))).toEqual(refused)
      expect(await deliver('trackEvent', trackOf(email))).toEqual(refused)
      expect(requests).toEqual([])
    })

    it.each(placeholders)('as the user ID with an email, it is neither stored nor looked up: %j', async (userId) => {
      const people = new People()
      const requests = people.serve()
      await deliver('identifyUser', identify({ userId, traits: { email: EMAIL, plan: 'pro' } }))
      await deliver('trackEvent', trackOf('unknown@example.com', { userId }))
      expect(linesOf(requests)).not.toContain(SEARCH)
      expect(people.get(EMAIL).data).toEqual({ plan: 'pro' })
    })
  })

  describe('An email with characters that cannot be seen', () => {
    it.each([
      ['a zero-width space', 'ada@exa\u200bmple.com'],
      ['a byte-order mark', '\ufeffada@example.com'],
      ['a byte-order mark inside', 'ada\ufeff@example.com'],
      ['a soft hyphen', 'ada@exam\u00adple.com'],
      ['bidi marks', '\u202aada@example.com\u202c'],
      ['NUL', 'ada@example.com\u0000']
    ])('is that of the same person: %s', async (_name, email) => {
      const people = new People({ email: EMAIL })
      people.serve()
      expect(await deliver('identifyUser', identify({ traits: { email, plan: 'pro' } }))).toMatchObject({
        delivered: true
      })
      expect(await deliver('trackEvent', trackOf(email))).toMatchObject({ delivered: true })
      expect(people.state).toMatchObject([{ data: { plan: 'pro' }, events: ['Completed Purchase'] }])
    })

    it('is that of the same person in both Unicode forms', async () => {
      const people = new People()
      people.serve()
      for (const email of ['zo\u00eb@example.com', 'zoe\u0308@example.com']) {
        await deliver('identifyUser', identify({ traits: { email, name: 'Zoë' } }))
        await deliver('trackEvent', trackOf(email))
      }
      expect(people.state).toMatchObject([
        { email: 'zo\u00eb@example.com', events: ['Completed Purchase', 'Completed Purchase'] }
      ])
    })
  })

  it.each([
    ['<ada@example.com>', 'contains <'],
    ['mailto:ada@example.com', 'contains mailto:'],
    ['ada@example.com,', 'contains ,'],
    ['ada@example.com.', 'ends with a dot'],
    ['"ada"@example.com', 'contains "'],
    ['Ada (ada@example.com)', 'contains white space'],
    ['Ada(ada@example.com)', 'contains ('],
    ['ada@example.com bob@example.com', 'contains white space'],
    ['ada@example.com\nbob@example.com', 'contains white space'],
    ['ada@example.com;bob@example.com', 'contains ;'],
    ['ada@example.com,bob@example.com', 'contains ,'],
    ['ada@bob@example.com', 'has more than one @']
  ])('A malformed email is refused, and nothing is written even with a good user ID: %j', async (email, problem) => {
    const requests = crisp()
    const refused = failure(
      400,
      'PAYLOAD_VALIDATION_FAILED',
      `Email is malformed: it ${problem}. Correct it at its source or map another field.`
    )
    expect(await deliver('identifyUser', identify({ userId: 'u1', traits: { email, name: 'Ada' } }))).toEqual(refused)
    expect(await deliver('trackEvent', trackOf(email, { userId: 'u1' }))).toEqual(refused)
    expect(requests).toEqual([])
  })

  describe('An identify call with nothing to store', () => {
    it.each([
      ['no traits', {}],
      ['traits without a value', { name: '', phone: null, plan: null, tags: [], address: {}, company: {} }],
      ['texts that are no values', { name: 'undefined undefined', phone: 'false' }],
      ['only the user ID again', { user_id: 'u2' }]
    ])('is delivered without a request: %s', async (_name, traits) => {
      const requests = crisp()
      expect(await deliver('identifyUser', identify({ userId: 'u1', traits }))).toEqual({ delivered: true, body: {} })
      expect(requests).toEqual([])
    })

    it('but an email has something to store: it creates the person, with the user ID', async () => {
      const people = new People()
      const requests = people.serve()
      expect(await deliver('identifyUser', identify({ userId: 'u1', traits: { email: EMAIL } }))).toMatchObject({
        delivered: true
      })
      expect(linesOf(requests)).toEqual([`PATCH /people/data/${EMAIL}`, SEARCH, CREATE, 'PATCH /people/data/p1'])
      expect(people.state).toEqual([{ email: EMAIL, nickname: 'ada', data: { user_id: 'u1' }, events: [] }])
    })
  })

  describe('A known email decides', () => {
    it.each([
      ['in a process that has seen the user ID', true],
      ['in a new process', false]
    ])('%s: its profile gets the user ID', async (_name, isWarm) => {
      const people = new People({ email: EMAIL, data: isWarm ? {} : { user_id: 'u1' } }, { email: 'bob@example.com' })
      people.serve()
      if (isWarm) await deliver('identifyUser', identify({ userId: 'u1', traits: { email: EMAIL } }))
      const event = identify({ userId: 'u1', traits: { email: 'bob@example.com', plan: 'pro' } })
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
      expect(people.state).toMatchObject([
        { email: EMAIL, data: { user_id: 'u1' } },
        { email: 'bob@example.com', data: { user_id: 'u1', plan: 'pro' } }
      ])
    })
  })

  describe('Keys', () => {
    const long = 'journey_step_entered_in_the_spring_campaign_for_new_customers'

    it.each([
      ['custom data', storedData],
      ['event properties', addedProperties]
    ])('over 50 characters that differ only at their end stay two in %s', async (_name, store) => {
      const data = (await store({ [`${long}_1`]: true, [`${long}_2`]: false })) ?? {}
      expect(Object.values(data)).toEqual([true, false])
      for (const key of Object.keys(data))
        expect(key).toMatch(/^journey_step_entered_in_the_spring_campaign_[0-9a-z]{6}$/)
      expect(await store({ [`${long}_1`]: true, [`${long}_2`]: false })).toEqual(data)
    })

    it.each([
      ['custom data', storedData],
      ['event properties', addedProperties]
    ])('that are legal keep their capitals in %s', async (_name, store) => {
      const data = { AppVersionCode: 7, createdAt: '2026-03-01', 'X-Total': 1, order_completed_last_30days: true }
      expect(await store(data)).toEqual(data)
    })

    it.each([
      ['custom data', storedData],
      ['event properties', addedProperties]
    ])('in other alphabets lose no value and stay two in %s', async (_name, store) => {
      const data = (await store({ имя: 'a', 名前: 'b', 'имя 1': 'c', 'фамилия 1': 'd', 'Größe (cm)': 'e' })) ?? {}
      expect(Object.values(data)).toEqual(['a', 'b', 'c', 'd', 'e'])
      const keys = Object.keys(data)
      for (const key of keys.slice(0, 2)) expect(key).toMatch(/^key_[0-9a-z]{6}$/)
      for (const key of keys.slice(2, 4)) expect(key).toMatch(/^1_[0-9a-z]{6}$/)
      expect(keys[4]).toBe('grosse_cm')
    })
  })

  it('Empty texts take none of the ten places of an event', async () => {
    const empty = Object.fromEntries(Array.from({ length: 10 }, (_value, index) => [`empty_${index}`, '']))
    expect(await addedProperties({ ...empty, revenue: 42.99, cart: { coupon: '', id: 'c1' } })).toEqual({
      revenue: 42.99,
      cart_id: 'c1'
    })
  })

  it('Texts that are no values reach no profile', async () => {
    const requests = crispThat(() => answers.updated)
    const traits = {
      email: EMAIL,
      name: 'undefined undefined',
      phone: false,
      avatar: false,
      website: true,
      title: 'null'
    }
    expect(await deliver('identifyUser', identify({ traits: { ...traits, vip: false } }))).toMatchObject({
      delivered: true
    })
    expect(linesOf(requests)).toEqual([`PATCH /people/data/${EMAIL}`])
    expect(requests[0].body).toEqual({ data: { vip: false } })
  })

  it('A new person whose name is no value gets the local part of the email', async () => {
    const people = new People()
    people.serve()
    await deliver(
      'identifyUser',
      identify({ traits: { email: EMAIL, name: 'undefined undefined', firstName: 'null' } })
    )
    expect(people.state).toMatchObject([{ nickname: 'ada' }])
  })

  it.each([
    ['custom data', storedData],
    ['event properties', addedProperties]
  ])('Dates and large numbers are stored as they were sent in %s', async (_name, store) => {
    const data = {
      iso: '2026-03-01T10:00:00.000Z',
      local: '01/03/2026 10:00',
      seconds: 1772359200,
      milliseconds: 1772359200123,
      big_text: '9007199254740993',
      exponent: 1.5e300,
      exponent_text: '1e400',
      nan_text: 'NaN'
    }
    expect(await store(data)).toEqual(data)
  })
})

it('In a batch, an identify call with nothing to store is delivered next to others', async () => {
  const requests = crisp(answers.updated)
  const entries = await deliverBatch('identifyUser', [
    identify({ userId: 'u1', traits: {} }),
    identify({ userId: 'u2', traits: { email: EMAIL, plan: 'pro' } }),
    identify({ userId: 'u3', traits: { name: '' } })
  ])
  expect(entries.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(requests).toHaveLength(1)
})

it('In a batch, custom data that was merged has the user ID', async () => {
  const people = new People({ email: EMAIL, data: { user_id: 'u1' } })
  const requests = people.serve()
  const entries = await deliverBatch('identifyUser', [
    identify({ userId: 'u1', traits: { plan: 'free' } }),
    identify({ userId: 'u1', traits: { plan: 'pro', seats: 3 } })
  ])
  expect(entries.map(({ status }) => status)).toEqual([200, 200])
  expect(linesOf(requests)).toEqual([SEARCH, 'GET /people/data/p1', 'PATCH /people/data/p1'])
  expect(requests[2].body).toEqual({ data: { plan: 'pro', seats: 3, user_id: 'u1' } })
})
