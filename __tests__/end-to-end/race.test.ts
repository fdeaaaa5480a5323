import { fork } from 'child_process'
import type { ChildProcess } from 'child_process'
import { randomUUID } from 'crypto'
import { once } from 'events'
import type { SegmentEvent } from '@segment/actions-core'
import type { Sandbox } from '../../tools/sandbox'
import { getBundle } from '../program'
import type { Done, Task } from './race-process'
import { deliver, deliverBatch, getEmails, getEnding, getEndings, getEvents, identify, setUp, track } from './support'

jest.setTimeout(60_000)

const PROCESSES = 4
const PEOPLE = 8

/** A person of the race, with an email that changes halfway. */
const crowd = Array.from({ length: PEOPLE }, (_, n) => ({
  userId: `u${n}`,
  old: `old${n}@example.com`,
  current: `new${n}@example.com`
}))
const strangers = Array.from({ length: 5 }, (_, n) => ({ email: `stranger${n}@example.com` }))

const identifiedBy = (email: 'old' | 'current', plan: string) =>
  crowd.map((person) => identify({ userId: person.userId, traits: { email: person[email], name: 'X', plan } }))
const tracked = () => crowd.map(({ userId }) => track({ userId, event: `Event of ${userId}` }))

/**
 * All processes create the same people at once. Only then do they move them at once, while calls with the old email are
 * still under way: Crisp has no way to create a person only if no other has their user ID, so a creation that takes longer
 * than another process needs to create and move the same person cannot be told from a new one.
 */
const CREATION = (): SegmentEvent[][] => [identifiedBy('old', 'free'), tracked()]
const MOVE = (): SegmentEvent[][] => [
  identifiedBy('old', 'free'),
  tracked(),
  identifiedBy('current', 'team'),
  tracked(),
  identifiedBy('current', 'team')
]
const TRACKS = PROCESSES * 3

describe('four processes of Segment with the same events at once', () => {
  let processes: ChildProcess[] = []

  beforeAll(async () => {
    processes = Array.from({ length: PROCESSES }, () => fork(getBundle('race')))
    await Promise.all(processes.map((process) => once(process, 'message')))
  })
  afterAll(() =>
    Promise.all(
      processes.map((process) => {
        const gone = once(process, 'exit')
        process.kill()
        return gone
      })
    )
  )

  async function race({ apiKey, websiteId, port }: Sandbox, mode: Task['mode'], rounds: SegmentEvent[][]) {
    const task: Task = { crisp: { apiKey, websiteId, port }, mode, rounds }
    const answers = processes.map((process) => once(process, 'message') as Promise<[Done]>)
    for (const process of processes) process.send(task)
    return (await Promise.all(answers)).flatMap(([{ failures }]) => failures)
  }

  it.each([
    ['one by one', 'single'],
    ['in batches', 'batch']
  ] as const)(
    '(%s) leave one profile each with the newest email, fail no event, touch no stranger',
    async (_how, mode) => {
      const { crisp } = await setUp({ websiteId: randomUUID(), people: strangers })
      crisp.faults.add({ probability: 0.2, seed: 5, effect: { type: 'latency', ms: 1 } })
      expect(await race(crisp, mode, CREATION())).toEqual([])
      expect(crisp.people.count()).toBe(strangers.length + PEOPLE)
      expect(await race(crisp, mode, MOVE())).toEqual([])

      const people = crisp.people.all().slice(strangers.length)
      expect(people.map(({ profile }) => profile.email).sort()).toEqual(crowd.map(({ current }) => current).sort())
      for (const { profile, data, events } of people) {
        const userId = `u${/\d+/.exec(profile.email)?.[0]}`
        expect(data).toEqual({ user_id: userId, plan: 'team' })
        expect(events.map(({ text }) => text)).toEqual(Array(TRACKS).fill(`Event of ${userId}`))
      }
      for (const { data, events } of crisp.people.all().slice(0, strangers.length)) {
        expect({ data, events }).toEqual({ data: {}, events: [] })
      }
    }
  )
})

describe('another process that is faster', () => {
  const ada = identify({ userId: 'u1', traits: { email: 'ada@example.com', name: 'Ada', plan: 'team' } })

  it.each(['single', 'batch'])('and creates the person meanwhile leaves one person to update (%s)', async (mode) => {
    const world = await setUp()
    world.crisp.route({
      name: 'people.profile.add',
      handler: (_request, next) => {
        world.crisp.people.add({ email: 'ada@example.com', data: { user_id: 'u1', seats: 3 } })
        return next()
      }
    })
    const endings =
      mode === 'single' ? [getEnding(await deliver(world, ada))] : getEndings(await deliverBatch(world, [ada]))
    expect(endings).toEqual(['delivered'])
    expect(world.crisp.people.all().map(({ data }) => data)).toEqual([{ user_id: 'u1', seats: 3, plan: 'team' }])
  })

  it('and creates and moves the person meanwhile leaves one person, with the email that came last', async () => {
    const world = await setUp()
    world.crisp.route({
      name: 'people.profile.add',
      handler: () => {
        world.crisp.people.add({ email: 'new@example.com', data: { user_id: 'u1' } })
        return { status: 409, reason: 'people_exists' }
      }
    })
    expect(getEnding(await deliver(world, ada))).toBe('delivered')
    expect(getEmails(world)).toEqual(['ada@example.com'])
  })

  it('and moves the person between the two writes of an update leaves one person', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }] })
    world.crisp.route({
      name: 'people.profile.update',
      handler: async ({ body, websiteId, website }, next) => {
        const answer = await next()
        const person = website.find('ada@example.com')
        if (person && !(body as { email?: string }).email) website.patch(person, { email: 'new@example.com' })
        expect(websiteId).toBe(world.crisp.websiteId)
        return answer
      }
    })
    expect(getEnding(await deliver(world, ada))).toBe('delivered')
    expect(world.crisp.people.all().map(({ data }) => data)).toEqual([{ user_id: 'u1', plan: 'team' }])
    await deliver(world, track({ userId: 'u1' }))
    expect(getEvents(world, getEmails(world)[0])).toEqual(['Order Completed'])
  })
})
