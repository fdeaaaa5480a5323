import type { RequestClient } from '@segment/actions-core'
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { CrispClient } from '../../src/api/client'
import { deliver as deliverIdentify } from '../../src/identifyUser/deliver'
import { peopleCache } from '../../src/person/cache'
import { deliver as deliverTrack } from '../../src/trackEvent/deliver'
import { FaultyCrisp } from './faulty-crisp'
import type { Fault, Write } from './faulty-crisp'
import { patience, runs } from './runs'

jest.setTimeout(patience)

jest.mock('../../src/person/cache', () => {
  const actual = jest.requireActual<typeof import('../../src/person/cache')>('../../src/person/cache')
  return { ...actual, peopleCache: new actual.PeopleCache(3) }
})

/** An event, and who it is about. */
interface Event {
  userId?: string
  email?: string
  hasName: boolean
  hasData: boolean
  hasSegment: boolean
  isComputed: boolean
  skipsRepeats: boolean
  unknownPerson: string
}

interface Delivery {
  type: 'identify' | 'track'
  isBatch: boolean
  events: Event[]
}

type Step =
  | { do: 'deliver'; together: Delivery[] }
  | { do: 'change'; nth: number; email?: string; userId?: string }
  | { do: 'remove'; nth: number }
  | { do: 'add'; email: string; userId?: string }
  | { do: 'wait'; minutes: number }
  | { do: 'lag'; isLagging: boolean }

const settings = { apiKey: 'identifier:key', websiteId: '04ed9a29-1c5e-4c0b-9a0e-6f3f2f1b7d11' }
const rarely = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true))
const userId = fc.constantFrom('u1', 'u2', 'u3', 'u4', 'u5')
const email = fc.constantFrom('a@x.example', 'b@x.example', 'c@x.example', 'd@x.example')

const event: Arbitrary<Event> = fc
  .record({
    names: fc.oneof<Arbitrary<Pick<Event, 'userId' | 'email'>>[]>(
      fc.record({ userId, email }),
      fc.record({ userId }),
      fc.record({ email })
    ),
    hasName: fc.boolean(),
    hasData: fc.boolean(),
    hasSegment: rarely,
    isComputed: rarely,
    skipsRepeats: rarely,
    unknownPerson: fc.constantFrom('create', 'create', 'drop', 'retry')
  })
  .map(({ names, ...rest }) => ({ ...names, ...rest }))

const delivery: Arbitrary<Delivery> = fc.record({
  type: fc.constantFrom('identify', 'track'),
  isBatch: fc.boolean(),
  events: fc.array(event, { minLength: 1, maxLength: 4 })
})

const deliverStep: Arbitrary<Step> = fc
  .oneof({ weight: 4, arbitrary: fc.tuple(delivery) }, fc.array(delivery, { minLength: 2, maxLength: 3 }))
  .map((together) => ({ do: 'deliver', together }))

const agentStep: Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('change'), nth: fc.nat(5), email }),
  fc.record({ do: fc.constant('change'), nth: fc.nat(5), userId }),
  fc.record({ do: fc.constant('remove'), nth: fc.nat(5) }),
  fc.record({ do: fc.constant('add'), email, userId: fc.option(userId, { nil: undefined }) }),
  fc.record({ do: fc.constant('lag'), isLagging: fc.boolean() })
)

const waitStep: Arbitrary<Step> = fc.record({ do: fc.constant('wait'), minutes: fc.constantFrom(1, 6, 11) })

const fault: Arbitrary<Fault> = fc.oneof(
  { weight: 10, arbitrary: fc.constant('none') },
  { weight: 3, arbitrary: fc.constant('lost') },
  fc.constantFrom('reset', 'down', 'page', 'invalid', 'limited')
)

/** An event without more than its person. */
const plain = { hasName: false, hasData: false, hasSegment: false, isComputed: false, skipsRepeats: false }
const about = (userId: string | undefined, email: string | undefined, more: Partial<Event> = {}): Event => ({
  ...plain,
  unknownPerson: 'create',
  userId,
  email,
  ...more
})
const identifyStep = (isBatch: boolean, ...events: Event[]): Step => ({
  do: 'deliver',
  together: [{ type: 'identify', isBatch, events }]
})

const trackStep = (...events: Event[]): Step => ({
  do: 'deliver',
  together: [{ type: 'track', isBatch: false, events }]
})

/** Cases that random runs find seldom, so that every run tries them. */
const FOUND: [Step[], Fault[], number[]][] = [
  // While u3 is looked up by user ID alone, u1 takes the profile over, and both write it at once.
  [
    [
      { do: 'add', email: 'c@x.example' },
      identifyStep(false, about('u3', 'c@x.example'), about('u1', 'a@x.example')),
      identifyStep(
        true,
        about('u1', 'c@x.example', { hasName: true }),
        about('u1', 'c@x.example', { unknownPerson: 'drop' }),
        about('u3', undefined, { hasData: true }),
        about('u5', undefined, { hasName: true })
      ),
      identifyStep(false, about('u3', undefined, { hasData: true }))
    ],
    [],
    [4]
  ],
  // u1 takes over the profile that u4 has just confirmed, and the answer to it is still to come.
  [
    [
      identifyStep(false, about('u1', undefined, { hasData: true })),
      {
        do: 'deliver',
        together: [
          [about('u1', 'a@x.example'), about(undefined, 'a@x.example', { hasSegment: true })],
          [about('u4', 'b@x.example', { hasSegment: true }), about('u4', undefined, { hasName: true })],
          [
            about('u1', 'a@x.example'),
            about('u1', 'a@x.example', { hasSegment: true, unknownPerson: 'drop' }),
            about('u1', 'b@x.example')
          ]
        ].map((events) => ({ type: 'identify', isBatch: false, events }))
      }
    ],
    ['reset', 'none', 'none', 'lost'],
    [8, 2, 0, 0]
  ],
  // What is cached ends ten minutes after its verification, and use extends nothing.
  [
    [
      { do: 'add', email: 'a@x.example', userId: 'u1' },
      trackStep(about('u1', undefined)),
      { do: 'change', nth: 0, userId: 'u2' },
      { do: 'wait', minutes: 6 },
      trackStep(about('u1', undefined)),
      { do: 'wait', minutes: 6 },
      trackStep(about('u1', undefined))
    ],
    [],
    [0]
  ]
]

let crisp: FaultyCrisp

beforeEach(() => jest.spyOn(Date, 'now').mockImplementation(() => crisp.now))
afterEach(() => jest.restoreAllMocks())

/** Names the person that an event is about, in what it writes. */
const toMark = ({ userId, email }: Event) => `${userId ?? '-'} ${email ?? '-'}`

/** Delivers events through one client, as Segment does in one call of an action. */
async function deliver(request: RequestClient, type: Delivery['type'], events: Event[]): Promise<unknown[]> {
  const client = new CrispClient(request, { settings })
  const outcomes =
    type === 'track'
      ? deliverTrack(
          client,
          events.map((each) => ({ ...each, eventName: toMark(each) }))
        )
      : deliverIdentify(
          client,
          events.map((each) => ({
            userId: each.userId,
            email: each.email,
            name: each.hasName || each.hasSegment ? toMark(each) : undefined,
            customData: each.hasData ? { mark: toMark(each) } : undefined,
            segments: each.hasSegment ? ['vip'] : undefined,
            computationClass: each.isComputed ? 'audience' : undefined,
            unknownPerson: each.unknownPerson,
            skipRepeats: each.skipsRepeats
          }))
        )
  return (await outcomes).map((outcome) =>
    outcome.delivered ? 'delivered' : `${outcome.error.status} ${outcome.error.message}`
  )
}

async function deliverAll({ type, isBatch, events }: Delivery, connect: (events: Event[]) => RequestClient) {
  const calls = isBatch ? [events] : events.map((each) => [each])
  const outcomes: unknown[] = []
  for (const call of calls) outcomes.push(...(await deliver(connect(call), type, call)))
  return outcomes
}

/** True when the event may write to the profile: it has the email, or no other user ID has the profile. */
function mayWrite(event: Event, { profile, body }: Write): boolean {
  const mark = body.text ?? body.name ?? (body.data?.mark as string | undefined)
  if (mark !== undefined && mark !== toMark(event)) return false
  if (body.email !== undefined && body.email !== event.email && body.email !== profile.email) return false
  if (body.data?.user_id !== undefined && body.data.user_id !== event.userId) return false
  return event.email === profile.email || profile.userId === undefined || profile.userId === event.userId
}

/**
 * Finds writes to profiles of other user IDs. A process cannot know what happens while an update is under way, nor,
 * for ten minutes, what an agent has changed.
 */
function watch(events: Event[], wrong: string[]): (write: Write) => void {
  return (write) => {
    const { profile, body, knownAt } = write
    if (events.some((each) => mayWrite(each, write))) return
    if (profile.takenAt > knownAt || crisp.now < profile.excusedUntil) return
    wrong.push(`${JSON.stringify(body)} reached the profile of ${profile.userId} (${profile.email})`)
  }
}

function act(step: Exclude<Step, { do: 'deliver' }>): void {
  const profile = 'nth' in step ? [...crisp.profiles.values()][step.nth] : undefined
  if (step.do === 'wait') crisp.now += step.minutes * 60_000
  if (step.do === 'lag') crisp.setLagging(step.isLagging)
  if (step.do === 'add') crisp.add(step.email, step.userId)
  if (step.do === 'change' && profile) crisp.change(profile, step)
  if (step.do === 'remove' && profile) crisp.profiles.delete(profile.id)
}

describe('random deliveries with faults', () => {
  const steps = fc.array(
    fc.oneof({ weight: 6, arbitrary: deliverStep }, { weight: 2, arbitrary: agentStep }, waitStep),
    { minLength: 2, maxLength: 14, size: 'max' }
  )

  it('send no event and no update by user ID alone to a profile that carries another user ID', async () => {
    let writes = 0
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.array(fault, { maxLength: 60, size: 'max' }),
        fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }),
        async (script, faults, order) => {
          crisp = new FaultyCrisp(faults, order)
          peopleCache.clear()
          const wrong: string[] = []
          const connect = (events: Event[]) => {
            const check = watch(events, wrong)
            return crisp.connect((write) => {
              writes++
              check(write)
            })
          }
          for (const step of script) {
            if (step.do !== 'deliver') act(step)
            else await crisp.run(Promise.all(step.together.map((each) => deliverAll(each, connect))))
            expect(wrong).toEqual([])
          }
        }
      ),
      { ...runs(60), examples: FOUND }
    )
    expect(writes).toBeGreaterThan(100)
  })
})

describe('a process that knows people and one that does not', () => {
  /**
   * Delivers one event after the other. A new process starts before each. Batches are left out, because events of one
   * person whose link only Crisp knows run at once in them.
   */
  async function deliverOneByOne(deliveries: Delivery[], isCold: boolean) {
    crisp = new FaultyCrisp()
    peopleCache.clear()
    const outcomes: unknown[] = []
    for (const each of deliveries) {
      const connect = () => {
        if (isCold) peopleCache.clear()
        return crisp.connect()
      }
      outcomes.push(await crisp.run(deliverAll({ ...each, isBatch: false }, connect)))
    }
    const people = [...crisp.profiles.values()].map(
      ({ id: _id, takenAt: _takenAt, updatedAt: _updatedAt, ...rest }) => rest
    )
    return { outcomes, people, requests: crisp.requests }
  }

  it('have the same outcomes and leave the same people, with no more requests where people are known', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 8, size: 'max' }), async (deliveries) => {
        const { requests: fresh, ...expected } = await deliverOneByOne(deliveries, true)
        const { requests: cached, ...actual } = await deliverOneByOne(deliveries, false)
        expect(actual).toEqual(expected)
        expect(cached).toBeLessThanOrEqual(fresh)
      }),
      runs(30)
    )
  })
})
