import fc from 'fast-check'
import { groupByPerson } from '../../../src/person/group'
import type { Reference } from '../../../src/person/reference'
import { presetSubscriptions } from '../../../tools/runtime'
import { Queue } from '../../../tools/send/queue'
import type { Batch } from '../../../tools/send/queue'
import type { SelectedEvent } from '../../../tools/send/select'

const [IDENTIFY, TRACK] = presetSubscriptions()

let n = 0
beforeEach(() => (n = 0))

function item(type: 'identify' | 'track', reference?: Reference): SelectedEvent {
  n++
  const subscription = type === 'identify' ? IDENTIFY : TRACK
  return { n, file: 'f', line: n, text: '{}', event: { type }, pending: [{ subscription, reference }] }
}

function queue(...items: SelectedEvent[]): Queue {
  const made = new Queue(1_000)
  items.forEach((each) => made.add(each))
  return made
}

const numbers = (batch: Batch | undefined) => batch?.entries.map((entry) => entry.item.n)

function settle(from: Queue, batch: Batch | undefined): void {
  batch?.entries.forEach((entry) => from.remove(entry))
}

const ada: Reference = { email: 'ada@example.com' }
const bob: Reference = { email: 'bob@example.com' }

describe('taking batches', () => {
  it('takes of every person what stands at the head and goes to one subscription', () => {
    const waiting = queue(
      item('identify', ada),
      item('identify', ada),
      item('track', ada),
      item('identify', ada),
      item('track', bob),
      item('identify', bob)
    )
    const first = waiting.take(0, 10, 1)
    expect(first?.subscription).toBe(IDENTIFY)
    expect(numbers(first)).toEqual([1, 2])
    const second = waiting.take(0, 10, 1)
    expect(second?.subscription).toBe(TRACK)
    expect(numbers(second)).toEqual([5])
    expect(waiting.take(0, 10, 1)).toBeUndefined()
    settle(waiting, second)
    expect(numbers(waiting.take(0, 10, 1))).toEqual([6])
    settle(waiting, first)
    expect(numbers(waiting.take(0, 10, 1))).toEqual([3])
  })

  it('takes no more than a batch holds, the earliest first, and nothing for too few', () => {
    const waiting = queue(...Array.from({ length: 5 }, (_, index) => item('track', { userId: `u${index}` })))
    expect(waiting.take(0, 10, 6)).toBeUndefined()
    expect(numbers(waiting.take(0, 3, 1))).toEqual([1, 2, 3])
    expect(numbers(waiting.take(0, 3, 1))).toEqual([4, 5])
  })

  it('lets events that name no person go with any batch', () => {
    expect(numbers(queue(item('track'), item('track'), item('track', ada)).take(0, 10, 1))).toEqual([1, 2, 3])
  })

  it('holds a person back for a retry, and no other person', () => {
    const waiting = queue(item('track', ada), item('track', ada), item('track', bob))
    const batch = waiting.take(0, 1, 1)
    expect(numbers(batch)).toEqual([1])
    Object.assign(batch?.entries[0] ?? {}, { isInFlight: false, notBefore: 500 })
    expect(numbers(waiting.take(100, 10, 1))).toEqual([3])
    expect(waiting.getNextDue(100)).toBe(500)
    expect(numbers(waiting.take(500, 10, 1))).toEqual([1, 2])
  })

  it('lets an identify pass a track that waits for its person, but no other track', () => {
    const waiting = queue(item('track', ada), item('track', ada), item('identify', ada), item('track', ada))
    const batch = waiting.take(0, 1, 1)
    Object.assign(batch?.entries[0] ?? {}, { isInFlight: false, notBefore: 500, awaitsPerson: true })
    const passing = waiting.take(0, 10, 1)
    expect(numbers(passing)).toEqual([3])
    expect(waiting.take(0, 10, 1)).toBeUndefined()
    settle(waiting, passing)
    expect(numbers(waiting.take(500, 10, 1))).toEqual([1, 2, 4])
  })
})

describe('people with an email and a user ID', () => {
  it('are one where a later event links the two', () => {
    const waiting = queue(
      item('track', ada),
      item('identify', { userId: 'u1' }),
      item('identify', { ...ada, userId: 'u1' })
    )
    expect(numbers(waiting.take(0, 10, 1))).toEqual([1])
    expect(waiting.take(0, 10, 1)).toBeUndefined()
  })

  it('stay one after the event that linked them has left', () => {
    const waiting = queue(item('identify', { ...ada, userId: 'u1' }))
    settle(waiting, waiting.take(0, 10, 1))
    waiting.add(item('track', ada))
    waiting.add(item('track', { userId: 'u1' }))
    // The destination would run the two side by side in one batch: it does not know the link.
    const batch = waiting.take(0, 10, 1)
    expect(numbers(batch)).toEqual([2])
    expect(waiting.take(0, 10, 1)).toBeUndefined()
    settle(waiting, batch)
    expect(numbers(waiting.take(0, 10, 1))).toEqual([3])
  })

  it('stay one when the email changes', () => {
    const waiting = queue(item('identify', { ...ada, userId: 'u1' }))
    settle(waiting, waiting.take(0, 10, 1))
    waiting.add(item('track', ada))
    waiting.add(item('identify', { email: 'new@example.com', userId: 'u1' }))
    waiting.add(item('track', { email: 'new@example.com' }))
    const first = waiting.take(0, 10, 1)
    expect(waiting.take(0, 10, 1)).toBeUndefined()
    expect(numbers(first)).toHaveLength(1)
  })

  it('are held together where subscriptions name them differently', () => {
    const both: SelectedEvent = { ...item('track', ada), pending: [] }
    both.pending = [
      { subscription: TRACK, reference: ada },
      { subscription: IDENTIFY, reference: { userId: 'u1' } }
    ]
    const waiting = queue(both, item('track', { userId: 'u1' }))
    expect(numbers(waiting.take(0, 10, 1))).toEqual([1])
    expect(waiting.take(0, 10, 1)).toBeUndefined()
  })
})

it('keeps the order of events that share a name, whatever fails and however long batches take', () => {
  const reference = fc
    .record({ email: fc.option(fc.integer({ min: 0, max: 3 })), userId: fc.option(fc.integer({ min: 0, max: 3 })) })
    .map(({ email, userId }) => ({
      email: email === null ? undefined : `p${email}@example.com`,
      userId: userId === null ? undefined : `u${userId}`
    }))
  const event = fc.tuple(fc.constantFrom('identify' as const, 'track' as const), reference)
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), fc.infiniteStream(fc.nat(9)), (events, chances) => {
      n = 0
      const chance = () => chances.next().value as number
      const items = events.map(([type, whose]) => item(type, whose.email || whose.userId ? whose : undefined))
      const waiting = new Queue(1_000)
      const incoming = [...items]
      const flying: Batch[] = []
      const done: SelectedEvent[] = []
      for (let now = 0; done.length < items.length; now++) {
        expect(now).toBeLessThan(5_000)
        for (let i = chance(); i > 0 && incoming.length > 0; i--) waiting.add(incoming.shift() as SelectedEvent)
        if (flying.length < 2) {
          const batch = waiting.take(now, 5, 1)
          if (batch) flying.push(batch)
        }
        if (flying.length === 0 || chance() < 5) continue
        const [batch] = flying.splice(chance() % flying.length, 1)
        // As the destination does: of a lane, what follows a failure is not tried.
        for (const lane of groupByPerson(batch.entries, ({ item }) => item.pending[0].reference ?? {})) {
          let isHalted = false
          for (const entry of lane) {
            entry.isInFlight = false
            if (!isHalted && chance() === 0) {
              isHalted = true
              entry.notBefore = now + chance()
            } else if (!isHalted) {
              waiting.remove(entry)
              done.push(entry.item)
            }
          }
        }
      }
      done.forEach((later, index) => {
        const names = (one: SelectedEvent) =>
          Object.values<string | undefined>({ ...one.pending[0].reference }).filter(Boolean)
        for (const earlier of done.slice(0, index)) {
          if (names(later).some((name) => names(earlier).includes(name))) expect(earlier.n).toBeLessThan(later.n)
        }
      })
    }),
    { numRuns: 150 }
  )
})
