import {
  aloneAndInABatch,
  answers,
  containing,
  crispThat,
  deliverBatch,
  failure,
  identify,
  linesOf,
  startAfresh,
  trackOf
} from './support'
import type { Reply, Request } from './support'

startAfresh()

const MESSAGE = 'Crisp did not add the person. Check the contact limit of your Crisp plan and what the token may do.'
const limits = [
  [402, answers.refused(402, 'subscription_upgrade_required'), 402, 'PAYMENT_REQUIRED'],
  [403, answers.refused(403, 'not_allowed'), 403, 'FORBIDDEN'],
  [423, answers.refused(423, 'quota_limit_exceeded'), 429, 'RETRYABLE_ERROR']
] as [number, Reply, number, string][]

const isCreation = ({ method, path }: Request) => method === 'POST' && path === '/people/profile'

/** A Crisp at its limit of contacts, that knows the people whose email does not begin with `new`. */
const crispAtLimit = (limit: Reply) =>
  crispThat((request) => {
    if (isCreation(request)) return limit
    return request.path.includes('/new') ? answers.unknown : answers.updated
  })

const emails = Array.from({ length: 60 }, (_value, index) => (index % 4 === 1 ? `new${index}@x.io` : `p${index}@x.io`))
const isNew = (email: string) => email.startsWith('new')
const newPeople = emails.filter(isNew)
const create = { mapping: { unknownPerson: 'create' } }

aloneAndInABatch((deliver) => {
  it.each(limits)('%i on a creation fails the event of a new person', async (_status, limit, status, errortype) => {
    for (const [action, event, options] of [
      ['identifyUser', identify({ traits: { email: 'new@x.io', plan: 'pro' } }), {}],
      ['trackEvent', trackOf('new@x.io'), create]
    ] as const) {
      const requests = crispAtLimit(limit)
      expect(await deliver(action, event, options)).toEqual(failure(status, errortype, MESSAGE))
      expect(requests).toHaveLength(2)
    }
  })

  it.each(limits)('%i on a creation is not kept for the next delivery', async (_status, limit) => {
    const event = identify({ traits: { email: 'new@x.io', plan: 'pro' } })
    crispAtLimit(limit)
    await deliver('identifyUser', event)
    const requests = crispThat((request) => {
      if (isCreation(request)) return answers.added('p-new')
      return request.path.includes('/new') ? answers.unknown : answers.updated
    })
    expect(await deliver('identifyUser', event)).toMatchObject({ delivered: true })
    expect(requests.filter(isCreation)).toHaveLength(1)
  })
})

describe.each(limits)('%i on a creation', (_status, limit, status, errortype) => {
  const eventOf = {
    identifyUser: (email: string) => identify({ traits: { email, plan: 'pro' } }),
    trackEvent: (email: string) => trackOf(email)
  }

  it.each(['identifyUser', 'trackEvent'] as const)(
    'stops creations, and nothing else: %s reaches all people that Crisp knows',
    async (action) => {
      const requests = crispAtLimit(limit)
      const options = action === 'trackEvent' ? create : {}
      const entries = await deliverBatch(action, emails.map(eventOf[action]), options)
      const failed = { status, errortype, errormessage: containing(MESSAGE) }
      expect(entries).toMatchObject(emails.map((email) => (isNew(email) ? failed : { status: 200 })))

      const creations = requests.filter(isCreation)
      expect(creations.length).toBeLessThanOrEqual(10)
      expect(requests.length - creations.length).toBe(60)
      const notSent = entries.filter(({ errormessage }) => /^Not (fully )?attempted/.test(errormessage ?? ''))
      expect(notSent).toHaveLength(newPeople.length - creations.length)
    }
  )
})

describe('other answers to a creation', () => {
  it.each([
    [401, answers.refused(401, 'invalid_session'), 401],
    [429, answers.refused(429, 'rate_limited'), 429],
    [420, answers.refused(420, 'rate_limited'), 429]
  ] as [number, Reply, number][])('end the whole batch: %i', async (_status, reply, status) => {
    crispAtLimit(reply)
    const entries = await deliverBatch(
      'identifyUser',
      emails.map((email) => identify({ traits: { email, plan: 'pro' } }))
    )
    expect(entries[emails.length - 1]).toMatchObject({ status, errormessage: containing('Not attempted') })
  })

  it.each([402, 403, 423])('do not include %i to an update, which ends the batch', async (status) => {
    const requests = crispThat(() => answers.refused(status, 'any'))
    const entries = await deliverBatch(
      'identifyUser',
      emails.map((email) => identify({ traits: { email, plan: 'pro' } }))
    )
    expect(entries[emails.length - 1]).toMatchObject({ errormessage: containing('Not attempted') })
    expect(linesOf(requests)).toHaveLength(10)
  })
})
