import * as core from '@segment/actions-core'
import type { JSONObject, SegmentEvent } from '@segment/actions-core'
import destination from '../../src'
import { peopleCache } from '../../src/person/cache'
import {
  answers,
  containing,
  crisp,
  identify,
  linesOf,
  networkError,
  settings,
  startAfresh,
  track,
  trackOf
} from './support'
import type { Action, Reply, Request, ThrownError } from './support'

startAfresh()

type Core = typeof core

/** Upstream's local server loads the destination next to a second copy, so its classes are not those of `src`. */
const other = ((): Core => {
  let copy: Core | undefined
  jest.isolateModules(() => (copy = jest.requireActual<Core>('@segment/actions-core')))
  if (!copy) throw new Error('There is no second copy.')
  return copy
})()

const EMAIL = 'ada@example.com'
const create = { unknownPerson: 'create' }
const searched = answers.matches()

interface Case {
  name: string
  action: Action
  event: SegmentEvent
  mapping?: JSONObject
  script: Reply[]
  /** What becomes of the event by itself, and the requests that it takes. */
  outcome: object
  requests: string[]
}

const PROFILE = `PATCH /people/profile/${EMAIL}`
const DATA = `PATCH /people/data/${EMAIL}`
const SEARCH = 'GET /people/profiles/1'
const EVENT = `POST /people/events/${EMAIL}`
const newPerson = identify({ userId: 'u1', traits: { email: EMAIL, name: 'Ada', plan: 'pro' } })
const DROPPED = 'No Crisp person matches, so the event was dropped. Send an identify call with an email first.'

const failed = (status: number, code: string, ...words: string[]) => ({ status, code, message: containing(...words) })

const cases: Case[] = [
  {
    name: 'a new person',
    action: 'identifyUser',
    event: newPerson,
    script: [answers.unknown, searched, answers.added('p1'), answers.updated],
    outcome: { data: { error: false, reason: 'updated', data: {} } },
    requests: [PROFILE, SEARCH, 'POST /people/profile', 'PATCH /people/data/p1']
  },
  {
    name: 'a person who changed the email',
    action: 'identifyUser',
    event: newPerson,
    script: [
      answers.unknown,
      answers.matches({ people_id: 'p1' }),
      answers.data({ user_id: 'u1' }),
      answers.updated,
      answers.updated
    ],
    outcome: { data: { reason: 'updated' } },
    requests: [PROFILE, SEARCH, 'GET /people/data/p1', 'PATCH /people/profile/p1', 'PATCH /people/data/p1']
  },
  {
    name: 'a person added by another process meanwhile',
    action: 'identifyUser',
    event: identify({ traits: { email: EMAIL, plan: 'pro' } }),
    script: [answers.unknown, answers.exists, answers.updated],
    outcome: { data: { reason: 'updated' } },
    requests: [DATA, 'POST /people/profile', DATA]
  },
  {
    name: "an unknown person's track call",
    action: 'trackEvent',
    event: trackOf(EMAIL, { userId: 'u1' }),
    script: [answers.unknown, searched],
    outcome: failed(404, 'NOT_FOUND', DROPPED),
    requests: [EVENT, SEARCH]
  },
  {
    name: 'an unknown person that a track call creates',
    action: 'trackEvent',
    event: trackOf(EMAIL),
    mapping: create,
    script: [answers.unknown, answers.added('p1'), answers.eventAdded],
    outcome: { data: { reason: 'added' } },
    requests: [EVENT, 'POST /people/profile', 'POST /people/events/p1']
  },
  ...(
    [
      ['a wrong key', answers.refused(401, 'invalid_session'), failed(401, 'INVALID_AUTHENTICATION', 'API Key')],
      ['403', answers.refused(403, 'not_allowed'), failed(403, 'FORBIDDEN', 'lacks permission')],
      ['404 not_subscribed', answers.refused(404, 'not_subscribed'), failed(404, 'NOT_FOUND', 'plugin')],
      ['400', answers.invalid('text'), failed(400, 'PAYLOAD_VALIDATION_FAILED', 'rejected a value')],
      ['429', answers.refused(429, 'rate_limited'), failed(429, 'RETRYABLE_ERROR', 'rate limit')],
      ['500', answers.refused(500, 'down'), failed(500, 'RETRYABLE_ERROR', 'server error')],
      ['a page', [403, '<html></html>'], failed(502, 'RETRYABLE_ERROR', 'between Segment and Crisp', 'status 403')],
      ['a lost connection', networkError('ECONNRESET'), failed(502, 'RETRYABLE_ERROR', "Couldn't reach Crisp")]
    ] as [string, Reply, object][]
  ).map(([name, reply, outcome]) => ({
    name,
    action: 'trackEvent' as const,
    event: trackOf(EMAIL, { userId: 'u1' }),
    script: [reply],
    outcome,
    requests: [EVENT]
  })),
  {
    name: '409',
    action: 'identifyUser',
    event: identify({ traits: { email: EMAIL, name: 'Ada' } }),
    script: [answers.exists],
    outcome: failed(409, 'CONFLICT', 'belongs to another person'),
    requests: [PROFILE]
  },
  {
    name: 'an event without a person',
    action: 'trackEvent',
    event: track({ userId: 'null' }),
    script: [],
    outcome: failed(400, 'PAYLOAD_VALIDATION_FAILED', 'Email and User ID are empty or placeholders. Map one of them.'),
    requests: []
  }
]

function input({ action, mapping }: Case) {
  const { fields } = destination.actions[action]
  const defaults = core.defaultValues(fields) as JSONObject
  return { mapping: { ...defaults, ...mapping }, settings }
}

/** What becomes of an event by itself, in the runtime of a copy, and the requests that it takes. */
async function deliverAlone({ createTestIntegration }: Core, it: Case) {
  peopleCache.clear()
  const requests = crisp(...it.script)
  const runtime = createTestIntegration(destination)
  try {
    await runtime.testAction(it.action, { event: it.event, ...input(it) })
    return { requests, outcome: { data: runtime.results[runtime.results.length - 1].data } }
  } catch (thrown) {
    const { name, message, status, code } = thrown as ThrownError
    return { requests, outcome: { name, message, status, code } }
  }
}

/** The requests that the event takes in a batch, in the runtime of a copy. */
async function deliverBatch({ createTestIntegration }: Core, it: Case): Promise<Request[]> {
  peopleCache.clear()
  const requests = crisp(...it.script)
  await createTestIntegration(destination).executeBatch(it.action, { events: [it.event], ...input(it) })
  return requests
}

it('a second copy of actions-core has classes of its own', () => {
  expect(other.HTTPError).not.toBe(core.HTTPError)
  expect(other.Destination).not.toBe(core.Destination)
})

describe('next to a second copy of actions-core', () => {
  it.each(cases)('a single event ends as with one copy: $name', async (it) => {
    const one = await deliverAlone(core, it)
    expect(one.outcome).toMatchObject(it.outcome)
    expect(linesOf(one.requests)).toEqual(it.requests)
    expect(await deliverAlone(other, it)).toEqual(one)
  })

  it.each(cases)('a batch sends what it sends with one copy: $name', async (it) => {
    const one = await deliverBatch(core, it)
    expect(linesOf(one)).toEqual(it.requests)
    expect(await deliverBatch(other, it)).toEqual(one)
  })

  it.each([
    ['a wrong key', [answers.refused(401, 'invalid_session'), answers.refused(401, 'invalid_session')]],
    ['another website', [answers.refused(404, 'website_not_found'), answers.refused(404, 'website_not_found')]],
    ['a spent quota', [answers.refused(429, 'rate_limited')]]
  ] as [string, Reply[]][])('a check of the settings fails as with one copy: %s', async (_name, script) => {
    const messages: unknown[] = []
    for (const copy of [core, other]) {
      crisp(...script)
      const check = copy.createTestIntegration(destination).testAuthentication(settings)
      messages.push(await check.catch((thrown: Error) => thrown.message))
    }
    expect(messages[0]).toEqual(expect.stringMatching(/Crisp|website/))
    expect(messages[1]).toBe(messages[0])
  })

  it('a deletion finds the person gone as with one copy', async () => {
    for (const copy of [core, other]) {
      const requests = crisp(answers.unknown, searched)
      const runtime = copy.createTestIntegration(destination)
      const event = { type: 'delete', userId: EMAIL } as SegmentEvent
      expect(await runtime.onDelete?.(event, settings as unknown as JSONObject)).toEqual({ deleted: 0 })
      expect(linesOf(requests)).toEqual([`DELETE /people/profile/${EMAIL}`, SEARCH])
    }
  })
})
