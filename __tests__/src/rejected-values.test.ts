import type { SegmentEvent } from '@segment/actions-core'
import isMatch from 'lodash/isMatch'
import type { FlatData, ProfileUpdate } from '../../src/api/types'
import {
  aloneAndInABatch,
  answers,
  crisp,
  crispThat,
  deliverAlone,
  deliverBatch,
  failure,
  identify,
  linesOf,
  startAfresh
} from './support'
import type { Entry, Reply, Request } from './support'

startAfresh()

const EMAIL = 'ada@example.com'
const ADA = { person: { nickname: 'Ada' } }
const LONG = 'x'.repeat(201)
const PROFILE = `PATCH /people/profile/${EMAIL}`
const DATA = `PATCH /people/data/${EMAIL}`
const SEARCH = 'GET /people/profiles/1'
const CREATE = 'POST /people/profile'

const rejects =
  (...words: string[]) =>
  (request: Request): Reply | undefined =>
    words.some((word) => JSON.stringify(request.body ?? '').includes(word))
      ? answers.invalid('phone is odd')
      : undefined

const leftOut = (...names: string[]) =>
  failure(
    400,
    'PAYLOAD_VALIDATION_FAILED',
    'Crisp rejected a value (invalid_data: phone). Fix the mapping or the source. ' +
      `Everything else was sent; left out: ${names.join(', ')}.`
  )

aloneAndInABatch((deliver) => {
  describe('a value of the profile that Crisp rejects', () => {
    it.each([
      ['phone', { phone: 'odd' }, { person: { phone: 'odd' } }, ADA],
      ['avatar', { avatar: 'odd' }, { person: { avatar: 'odd' } }, ADA],
      ['website', { website: 'odd' }, { person: { website: 'odd' } }, ADA],
      [
        'geolocation',
        { address: { city: 'odd' } },
        { person: { geolocation: { city: 'odd' } } },
        { person: { nickname: 'Ada', address: 'odd' } }
      ],
      [
        'company.url',
        { company: { name: 'Engines', website: 'odd' } },
        { company: { url: 'odd' } },
        { ...ADA, company: { name: 'Engines' } }
      ],
      [
        'company.domain',
        { company: { name: 'Engines', domain: 'odd' } },
        { company: { domain: 'odd' } },
        { ...ADA, company: { name: 'Engines' } }
      ]
    ])('is left out, and everything else is sent: %s', async (name, traits, rejected, rest) => {
      const requests = crispThat(({ body }) =>
        isMatch(Object(body) as object, rejected) ? answers.invalid() : answers.updated
      )
      const event = identify({ userId: 'u1', traits: { email: EMAIL, name: 'Ada', plan: 'pro', ...traits } })
      expect(await deliver('identifyUser', event)).toEqual(
        failure(400, 'PAYLOAD_VALIDATION_FAILED', `Everything else was sent; left out: ${name}.`)
      )
      expect(linesOf(requests)).toEqual([PROFILE, PROFILE, DATA])
      expect(requests[0].body).toMatchObject(rejected)
      expect(requests[1].body).toEqual(rest)
      expect(requests[2].body).toMatchObject({ data: { plan: 'pro', user_id: 'u1' } })
    })

    it('costs a known person nothing else: the name, the custom data and the user ID arrive', async () => {
      const requests = crisp(answers.invalid('phone is odd'), answers.updated, answers.updated)
      const traits = { email: EMAIL, name: 'Ada', phone: 'odd', plan: 'pro' }
      expect(await deliver('identifyUser', identify({ userId: 'u1', traits }))).toEqual(leftOut('phone'))
      expect(linesOf(requests)).toEqual([PROFILE, PROFILE, DATA])
      expect(requests.map(({ body }) => body)).toEqual([
        { person: { nickname: 'Ada', phone: 'odd' } },
        { person: { nickname: 'Ada' } },
        { data: { plan: 'pro', user_id: 'u1' } }
      ])
    })

    it('does not keep a new person from being added', async () => {
      const requests = crisp(
        answers.unknown,
        answers.matches(),
        answers.invalid('phone is odd'),
        answers.added('p1'),
        answers.updated
      )
      const traits = { email: EMAIL, name: 'Ada', phone: 'odd', plan: 'pro' }
      expect(await deliver('identifyUser', identify({ userId: 'u1', traits }))).toEqual(leftOut('phone'))
      expect(linesOf(requests)).toEqual([PROFILE, SEARCH, CREATE, CREATE, 'PATCH /people/data/p1'])
      expect(requests[2].body).toEqual({ email: EMAIL, person: { nickname: 'Ada', phone: 'odd' } })
      expect(requests[3].body).toEqual({ email: EMAIL, person: { nickname: 'Ada' } })
      expect(requests[4].body).toEqual({ data: { plan: 'pro', user_id: 'u1' } })
    })

    it('does not keep a person from moving to a new email', async () => {
      const requests = crisp(
        answers.unknown,
        answers.matches({ people_id: 'p1' }),
        answers.data({ user_id: 'u1' }),
        answers.invalid('phone is odd'),
        answers.updated,
        answers.updated
      )
      const traits = { email: EMAIL, phone: 'odd', plan: 'pro' }
      expect(await deliver('identifyUser', identify({ userId: 'u1', traits }))).toEqual(leftOut('phone'))
      expect(requests.slice(3).map(({ method, path, body }) => ({ line: `${method} ${path}`, body }))).toEqual([
        { line: 'PATCH /people/profile/p1', body: { person: { phone: 'odd' }, email: EMAIL } },
        { line: 'PATCH /people/profile/p1', body: { email: EMAIL } },
        { line: 'PATCH /people/data/p1', body: { data: { plan: 'pro', user_id: 'u1' } } }
      ])
    })

    it('alone leaves the email, so that it still shows whether Crisp knows the person', async () => {
      const requests = crisp(answers.invalid('phone is odd'), answers.updated)
      expect(await deliver('identifyUser', identify({ traits: { email: EMAIL, phone: 'odd' } }))).toEqual(
        leftOut('phone')
      )
      expect(requests.map(({ body }) => body)).toEqual([{ person: { phone: 'odd' } }, { email: EMAIL }])
    })

    it('is left out together with the others that may be the reason, all of them named', async () => {
      const requests = crisp(answers.invalid('phone is odd'), answers.updated)
      const traits = { email: EMAIL, name: 'Ada', phone: 'odd', website: 'https://ada.example' }
      expect(await deliver('identifyUser', identify({ traits }))).toEqual(leftOut('phone', 'website'))
      expect(requests[1].body).toEqual({ person: { nickname: 'Ada' } })
    })

    it('that cannot be left out fails the event after one request', async () => {
      const requests = crisp(answers.invalid('nickname is odd'))
      expect(await deliver('identifyUser', identify({ traits: { email: EMAIL, name: 'odd', plan: 'pro' } }))).toEqual(
        failure(
          400,
          'PAYLOAD_VALIDATION_FAILED',
          'Crisp rejected a value (invalid_data: nickname). Fix the mapping or the source.'
        )
      )
      expect(requests).toHaveLength(1)
    })

    it('is tried without once: another refusal is final, and another failure is its own', async () => {
      const traits = { email: EMAIL, name: 'odd', phone: 'odd' }
      for (const [second, status, errortype] of [
        [answers.invalid('nickname is odd'), 400, 'PAYLOAD_VALIDATION_FAILED'],
        [answers.refused(503, 'down'), 503, 'RETRYABLE_ERROR']
      ] as const) {
        const requests = crisp(answers.invalid('phone is odd'), second)
        const outcome = await deliver('identifyUser', identify({ traits }))
        expect(outcome).toMatchObject({ delivered: false, status, errortype })
        expect(outcome.message).not.toContain('left out')
        expect(requests).toHaveLength(2)
      }
    })
  })

  describe('a long text that Crisp rejects in custom data', () => {
    it('is left out, and everything else is sent', async () => {
      const requests = crisp(answers.updated, answers.invalid(), answers.updated)
      const traits = { email: EMAIL, name: 'Ada', plan: 'pro', about: LONG, short: LONG.slice(1) }
      expect(await deliver('identifyUser', identify({ userId: 'u1', traits }))).toEqual(
        failure(400, 'PAYLOAD_VALIDATION_FAILED', 'Everything else was sent; left out: about.')
      )
      expect(linesOf(requests)).toEqual([PROFILE, DATA, DATA])
      expect(requests[2].body).toEqual({ data: { plan: 'pro', short: LONG.slice(1), user_id: 'u1' } })
    })

    it('is never the user ID, which is sent', async () => {
      const userId = 'u'.repeat(230)
      const requests = crisp(answers.invalid(), answers.updated)
      const traits = { email: EMAIL, about: LONG }
      await deliver('identifyUser', identify({ userId, traits }))
      expect(requests.map(({ body }) => body)).toEqual([
        { data: { about: LONG, user_id: userId } },
        { data: { user_id: userId } }
      ])
    })

    it('is never the user ID, which fails alone', async () => {
      const userId = 'u'.repeat(230)
      const requests = crisp(answers.invalid())
      const event = identify({ userId, traits: { email: EMAIL } })
      expect(await deliver('identifyUser', event)).toMatchObject({ delivered: false, status: 400 })
      expect(requests.map(({ body }) => body)).toEqual([{ data: { user_id: userId } }])
    })

    it('is named together with the values of the profile', async () => {
      crisp(answers.invalid('phone is odd'), answers.updated, answers.invalid(), answers.updated)
      const traits = { email: EMAIL, name: 'Ada', phone: 'odd', plan: 'pro', about: LONG }
      expect(await deliver('identifyUser', identify({ traits }))).toEqual(leftOut('phone', 'about'))
    })
  })
})

/** A Crisp that stores profiles and custom data of people with an email, and rejects values that hold `odd`. */
function strictCrisp(delays = false) {
  const people = new Map<string, { profile: ProfileUpdate; data: FlatData }>()
  const requests = crispThat(async (request) => {
    const { path, body } = request
    if (delays) await new Promise((resolve) => setImmediate(resolve))
    if (rejects('odd')(request)) return answers.invalid('phone is odd')
    const [, , route, email] = decodeURIComponent(path).split('/')
    const person = people.get(email) ?? { profile: {}, data: {} }
    people.set(email, person)
    const { person: attributes } = body as ProfileUpdate
    if (route === 'profile') Object.assign((person.profile.person ??= {}), attributes)
    else Object.assign(person.data, (body as { data: FlatData }).data)
    return answers.updated
  })
  return { people, requests }
}

/** The status, the reason, and the names of what was left out. */
const summarize = ({ status, errormessage = '' }: Pick<Entry, 'status' | 'errormessage'>) => {
  const [reason, names = ''] = errormessage.split(' left out: ')
  return { status, reason, names: names.replace('.', '').split(', ') }
}

async function deliverOneByOne(events: SegmentEvent[]) {
  const outcomes: ReturnType<typeof summarize>[] = []
  for (const event of events) {
    const failed = await deliverAlone('identifyUser', event).then(
      () => undefined,
      (thrown: Error & { status: number }) => thrown
    )
    outcomes.push(summarize({ status: failed?.status ?? 200, errormessage: failed?.message }))
  }
  return outcomes
}

describe('1,000 identify calls of one person', () => {
  const thousand = (traitsOf: (index: number) => object) =>
    Array.from({ length: 1000 }, (_value, index) =>
      identify({ userId: 'u1', traits: { email: EMAIL, name: `Ada ${index}`, visits: index, ...traitsOf(index) } })
    )

  it.each([
    ['a value that cannot be left out', { description: 'odd' }, 777],
    ['a phone number', { phone: 'odd' }, 0],
    ['custom data', { plan: 'odd' }, 999],
    ['a long text', { about: `odd${LONG}` }, 500]
  ])('cost at most 50 requests when Crisp rejects one of them: %s', async (_name, traits, bad) => {
    const { people, requests } = strictCrisp()
    const events = thousand((index) => (index === bad ? traits : { [`key${index}`]: index }))
    const entries = await deliverBatch('identifyUser', events)
    expect(entries.map(({ status }) => status)).toEqual(events.map((_event, index) => (index === bad ? 400 : 200)))
    expect(requests.length).toBeLessThanOrEqual(50)

    const { profile, data } = people.get(EMAIL) ?? { profile: {}, data: {} }
    expect(profile.person?.nickname).toBe('Ada 999')
    expect(data.user_id).toBe('u1')
    expect(Object.keys(data).filter((key) => key.startsWith('key'))).toHaveLength(999)
  })

  it.each([
    ['phone number', { phone: 'odd' }, 'phone'],
    ['long text', { about: `odd${LONG}` }, 'about']
  ])('cost few requests when Crisp rejects the same %s in all of them, and each fails', async (_name, traits, name) => {
    const { people, requests } = strictCrisp()
    const entries = await deliverBatch(
      'identifyUser',
      thousand(() => traits)
    )
    expect(requests.length).toBeLessThanOrEqual(50)
    for (const { status, errortype, errormessage } of entries) {
      expect({ status, errortype }).toEqual({ status: 400, errortype: 'PAYLOAD_VALIDATION_FAILED' })
      expect(errormessage).toBe(
        `Crisp rejected a value (invalid_data: phone). Fix the mapping or the source. Everything else was sent; left out: ${name}.`
      )
    }
    expect(people.get(EMAIL)).toEqual({
      profile: { person: { nickname: 'Ada 999' } },
      data: { visits: 999, user_id: 'u1' }
    })
  })
})

describe('any identify calls of one person, some of them rejected', () => {
  it.each(Array.from({ length: 30 }, (_value, index) => index + 1))(
    'end as if delivered one by one (%i)',
    async (seed) => {
      let state = seed
      const pick = <T>(...choices: T[]): T => {
        state = (state * 1103515245 + 12345) % 2147483648
        return choices[Math.floor((state / 2147483648) * choices.length)]
      }
      const events = Array.from({ length: pick(2, 3, 5, 9, 17) }, (_value, index) =>
        identify({
          userId: pick('u1', 'u1', 'u1', null),
          traits: {
            email: EMAIL,
            [`visit${index}`]: index,
            [`trait${index}`]: pick('fine', 'fine', 'odd'),
            last: index,
            ...pick<object>({}, {}, { about: `odd${LONG}` }),
            ...pick<object>(
              {},
              { name: `Ada ${index}` },
              { phone: 'odd 1' },
              { phone: 'odd 2' },
              { [`a${index}`]: `odd${LONG}` }
            )
          }
        })
      )
      const batch = strictCrisp(true)
      const entries = await deliverBatch('identifyUser', events)
      const alone = strictCrisp()
      expect(entries.map(summarize)).toEqual(await deliverOneByOne(events))
      expect(batch.people.get(EMAIL)).toEqual(alone.people.get(EMAIL))
    }
  )
})
