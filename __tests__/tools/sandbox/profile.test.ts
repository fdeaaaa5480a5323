import { createSandbox, type Sandbox } from '../../../tools/sandbox'
import { clientOf, type Call } from './client'

let crisp: Sandbox
let call: Call

beforeAll(async () => {
  crisp = await createSandbox()
  call = clientOf(crisp)
})
beforeEach(() => crisp.reset())
afterAll(() => crisp.close())

const ada = { email: 'ada@example.com', person: { nickname: 'Ada' } }

describe('adding a profile', () => {
  it('answers 201 with a people_id, under which the person can be read', async () => {
    const { status, body } = await call('POST', '/people/profile', ada)
    expect([status, body.error, body.reason]).toEqual([201, false, 'added'])
    const { people_id } = body.data as { people_id: string }
    const read = await call('GET', `/people/profile/${people_id}`)
    expect(read.body).toEqual({
      error: false,
      reason: 'resolved',
      data: {
        email: 'ada@example.com',
        company: {},
        created_at: expect.any(Number) as number,
        notepad: '',
        people_id,
        person: { nickname: 'Ada' },
        updated_at: expect.any(Number) as number,
        active: { now: false }
      }
    })
  })

  it('refuses an email that is taken, in whatever case, with 409 people_exists', async () => {
    await call('POST', '/people/profile', ada)
    const again = await call('POST', '/people/profile', { ...ada, email: 'ADA@example.com' })
    expect(again.status).toBe(409)
    expect(again.body).toEqual({ error: true, reason: 'people_exists', data: {} })
    expect(crisp.people.all()).toHaveLength(1)
  })

  it.each([
    ['no email', { person: { nickname: 'Ada' } }, 'body must have required property'],
    ['no person', { email: 'ada@example.com' }, 'body must have required property'],
    ['no nickname', { email: 'ada@example.com', person: {} }, 'nickname'],
    ['an empty nickname', { email: 'ada@example.com', person: { nickname: '' } }, 'body/person/nickname'],
    ['an email that is none', { email: 'ada', person: { nickname: 'Ada' } }, 'body/email'],
    ['a phone that is a number', { ...ada, person: { nickname: 'Ada', phone: 1 } }, 'body/person/phone'],
    ['a null', { ...ada, notepad: null }, 'body/notepad'],
    ['JSON that is not JSON', '{"email":', 'body must be JSON'],
    ['an empty body', '', 'body must be object']
  ])('refuses %s with 400 invalid_data and says why', async (_what, sent, why) => {
    const { status, body } = await call('POST', '/people/profile', sent)
    expect([status, body.reason]).toEqual([400, 'invalid_data'])
    expect((body.data as { message: string }).message).toContain(why)
    expect(crisp.people.all()).toEqual([])
  })

  it('stores its segments, and refuses a list that has one twice with 400, as an update does', async () => {
    expect((await call('POST', '/people/profile', { ...ada, segments: ['vip', 'vip'] })).status).toBe(400)
    expect(crisp.people.all()).toEqual([])
    expect((await call('POST', '/people/profile', { ...ada, segments: ['vip', 'new'] })).status).toBe(201)
    const again = await call('PATCH', '/people/profile/ada@example.com', { segments: ['a', 'b', 'a'], notepad: 'x' })
    expect([again.status, again.body.reason]).toEqual([400, 'invalid_data'])
    expect(crisp.people.get('ada@example.com')?.profile).toMatchObject({ segments: ['vip', 'new'], notepad: '' })
    await call('PATCH', '/people/profile/ada@example.com', { segments: ['new'] })
    expect(crisp.people.get('ada@example.com')?.profile.segments).toEqual(['new'])
  })

  it('ignores keys that the reference does not list, so custom data in a profile is lost', async () => {
    await call('POST', '/people/profile', { ...ada, data: { plan: 'pro' }, user_id: 'u1' })
    expect(crisp.people.get('ada@example.com')).toMatchObject({ data: {}, profile: ada })
    expect(crisp.people.get('ada@example.com')?.profile).not.toHaveProperty('user_id')
  })
})

describe('updating a profile', () => {
  it('keeps what is not sent, merges nested objects and replaces arrays', async () => {
    crisp.people.add({
      email: 'ada@example.com',
      person: { nickname: 'Ada', phone: '+1', geolocation: { country: 'GB', city: 'London' } },
      company: { name: 'Engines', tags: ['a', 'b'] },
      segments: ['one', 'two'],
      notepad: 'kept'
    })
    const { status, body } = await call('PATCH', '/people/profile/ada@example.com', {
      person: { phone: '+2', geolocation: { city: 'Paris' } },
      company: { tags: ['c'] },
      segments: ['three']
    })
    expect([status, body]).toEqual([200, { error: false, reason: 'updated', data: {} }])
    expect(crisp.people.get('ada@example.com')?.profile).toMatchObject({
      person: { nickname: 'Ada', phone: '+2', geolocation: { country: 'GB', city: 'Paris' } },
      company: { name: 'Engines', tags: ['c'] },
      segments: ['three'],
      notepad: 'kept'
    })
  })

  it('shows segments as [] after an update, and leaves them out before', async () => {
    crisp.people.add({ email: 'ada@example.com' })
    expect(crisp.people.get('ada@example.com')?.profile).not.toHaveProperty('segments')
    await call('PATCH', '/people/profile/ada@example.com', { notepad: 'x' })
    expect(crisp.people.get('ada@example.com')?.profile.segments).toEqual([])
  })

  it('moves a person to a new email, under which alone they answer from then on', async () => {
    const { people_id } = crisp.people.add({ email: 'ada@example.com' }).profile
    await call('PATCH', '/people/profile/ada@example.com', { email: 'ada@lovelace.example' })
    expect((await call('GET', '/people/profile/ada@example.com')).status).toBe(404)
    expect(crisp.people.get('ada@lovelace.example')?.profile.people_id).toBe(people_id)
  })

  it('refuses an email that belongs to another person with 409 and changes nothing', async () => {
    crisp.people.add({ email: 'ada@example.com' })
    crisp.people.add({ email: 'bob@example.com' })
    const sent = { email: 'Bob@example.com', notepad: 'x' }
    const { status, body } = await call('PATCH', '/people/profile/ada@example.com', sent)
    expect([status, body.reason]).toEqual([409, 'people_email_exists'])
    expect(crisp.people.get('ada@example.com')?.profile.notepad).toBe('')
  })

  it('never creates: 404 people_not_found', async () => {
    for (const method of ['PATCH', 'PUT']) {
      const { status, body } = await call(method, '/people/profile/ada@example.com', ada)
      expect([status, body]).toEqual([404, { error: true, reason: 'people_not_found', data: {} }])
    }
    expect(crisp.people.all()).toEqual([])
  })

  it('drops with PUT what is not sent', async () => {
    crisp.people.add({ email: 'ada@example.com', person: { nickname: 'Ada', phone: '+1' }, notepad: 'gone' })
    const { status } = await call('PUT', '/people/profile/ada@example.com', ada)
    expect(status).toBe(200)
    expect(crisp.people.get('ada@example.com')?.profile).toMatchObject({ person: { nickname: 'Ada' }, notepad: '' })
    expect(crisp.people.get('ada@example.com')?.profile.person).not.toHaveProperty('phone')
  })

  it('keeps the last activity as a time', async () => {
    crisp.people.add({ email: 'ada@example.com' })
    await call('PATCH', '/people/profile/ada@example.com', { active: 1638980640335 })
    expect(crisp.people.get('ada@example.com')?.profile.active).toEqual({ now: false, last: 1638980640335 })
  })
})

describe('referring to a person', () => {
  it.each([
    ['raw', 'ada+test@example.com'],
    ['percent-encoded', encodeURIComponent('ada+test@example.com')],
    ['in capitals', 'ADA+Test@Example.com']
  ])('works by email, %s', async (_how, reference) => {
    crisp.people.add({ email: 'ada+test@example.com' })
    expect((await call('GET', `/people/profile/${reference}`)).status).toBe(200)
  })

  it('takes a percent-encoded slash, percent sign and non-ASCII letters as part of the reference', async () => {
    for (const email of ['a/b@example.com', 'a%40b@example.com', 'zoë@exämple.com']) {
      crisp.people.add({ email })
      expect((await call('GET', `/people/profile/${encodeURIComponent(email)}`)).body.data).toMatchObject({ email })
    }
  })
})

describe('checking and removing', () => {
  it('answers HEAD without a body', async () => {
    crisp.people.add({ email: 'ada@example.com' })
    const [there, missing] = [
      await call('HEAD', '/people/profile/ada@example.com'),
      await call('HEAD', '/people/profile/bob@example.com')
    ]
    expect([there.status, there.text, missing.status, missing.text]).toEqual([200, '', 404, ''])
  })

  it('removes once, then answers 404, and frees the email', async () => {
    crisp.people.add({ email: 'ada@example.com', data: { plan: 'pro' } })
    const first = await call('DELETE', '/people/profile/ada@example.com')
    expect([first.status, first.body.reason]).toEqual([200, 'deleted'])
    expect((await call('DELETE', '/people/profile/ada@example.com')).body.reason).toBe('people_not_found')
    expect((await call('POST', '/people/profile', ada)).status).toBe(201)
    expect(crisp.people.get('ada@example.com')?.data).toEqual({})
  })
})
