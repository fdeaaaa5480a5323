import type { JSONLikeObject } from '@segment/actions-core'
import isEmpty from 'lodash/isEmpty'
import type { Answer } from './crisp/types'
import { isFailure, notAttempted, toldAsSentInPart } from './crisp/failure'
import type { CrispFailure } from './crisp/failure'
import { delivered, failed, failureOfDelivery } from './outcome'
import type { Outcome } from './outcome'
import type { Reference } from './person/reference'

/** Lanes that run at once. A lane sends one request at a time, so this bounds the requests in flight. */
export const LANES_AT_ONCE = 10

/**
 * How an action delivers its payloads. A job is a payload, read and checked; `Sent` names the bodies of the requests
 * that a job needs.
 */
export interface Delivery<Payload, Job, Sent extends object> {
  /** Reads a payload. Throws what the payload is refused for. */
  prepare(payload: Payload): Job
  /** Whose job it is. */
  referenceOf(job: Job): Reference
  /** Two consecutive jobs of a lane as one that has the same effect, or undefined when they must stay apart. */
  merge?: (earlier: Job, later: Job) => Job | undefined
  /** Opens a lane: returns what sends its jobs, with whatever the lane remembers. It notes in `sent` what it sends. */
  openLane(): (job: Job, sent: Partial<Sent>) => Promise<Answer>
  /** A job's own share of the JSON that was sent, for it alone or merged with others. */
  shareOf(job: Job, sent: Partial<Sent>, isMerged: boolean): JSONLikeObject
}

interface Member<Job> {
  index: number
  job: Job
}

/** Jobs delivered as one. */
interface Unit<Job> {
  job: Job
  members: Member<Job>[]
}

/**
 * Delivers payloads: those of one person in their order, those of different people at once.
 *
 * Payloads that share an e-mail or a user ID, directly or through others, form a lane. After a failure that a retry may
 * mend, the rest of its lane is not attempted and fails with the same status: a retry must not put an old value over a
 * newer one. A merged unit that Crisp refuses is delivered again unmerged, so that no event fails for its
 * neighbours.
 *
 * @param payloads - in the order of the events; a single event is a list of one
 * @param delivery - how the action delivers them
 * @returns an outcome for every payload, by index
 */
export async function deliverAll<Payload, Job, Sent extends object>(
  payloads: Payload[],
  delivery: Delivery<Payload, Job, Sent>
): Promise<Outcome[]> {
  const outcomes: Outcome[] = new Array<Outcome>(payloads.length)
  const members: Member<Job>[] = []
  payloads.forEach((payload, index) => {
    try {
      members.push({ index, job: delivery.prepare(payload) })
    } catch (thrown) {
      outcomes[index] = failed(failureOfDelivery(thrown))
    }
  })

  const lanes = cutIntoLanes(members, (member) => delivery.referenceOf(member.job))
  lanes.sort((a, b) => b.length - a.length)
  await atOnce(LANES_AT_ONCE, lanes, (lane) => deliverLane(lane, delivery, outcomes))
  return outcomes
}

async function deliverLane<Payload, Job, Sent extends object>(
  lane: Member<Job>[],
  delivery: Delivery<Payload, Job, Sent>,
  outcomes: Outcome[]
): Promise<void> {
  const send = delivery.openLane()
  const queue = toUnits(lane, delivery)
  let halt: CrispFailure | undefined

  for (let unit = queue.shift(); unit; unit = queue.shift()) {
    const sent: Partial<Sent> = {}
    const isMerged = unit.members.length > 1
    const shareOf = (job: Job) => delivery.shareOf(job, sent, isMerged)
    const settle = (outcomeOf: (job: Job) => Outcome) =>
      unit?.members.forEach(({ index, job }) => (outcomes[index] = outcomeOf(job)))

    if (halt) {
      const failure = notAttempted(halt)
      settle(() => failed(failure))
      continue
    }
    try {
      const answer = await send(unit.job, sent)
      settle((job) => delivered(answer, shareOf(job)))
    } catch (thrown) {
      const failure = failureOfDelivery(thrown)
      if (isFailure(failure, 'invalid', 'refused') && isMerged) {
        queue.unshift(...unit.members.map((member) => ({ job: member.job, members: [member] })))
        continue
      }
      if (isFailure(failure, 'retry', 'stop')) halt = failure
      settle((job) => (isEmpty(sent) ? failed(failure) : failed(toldAsSentInPart(failure), shareOf(job))))
    }
  }
}

function toUnits<Payload, Job, Sent extends object>(
  lane: Member<Job>[],
  { merge }: Delivery<Payload, Job, Sent>
): Unit<Job>[] {
  const units: Unit<Job>[] = []
  for (const member of lane) {
    const last = units[units.length - 1]
    const merged = last && merge?.(last.job, member.job)
    if (merged) {
      last.job = merged
      last.members.push(member)
    } else {
      units.push({ job: member.job, members: [member] })
    }
  }
  return units
}

/**
 * Cuts a list into lanes: items that share an e-mail or a user ID, directly or through others.
 * @returns lanes in the order of their first items, each in the order of the list
 */
export function cutIntoLanes<Item>(items: Item[], referenceOf: (item: Item) => Reference): Item[][] {
  const parents = items.map((_item, index) => index)
  const rootOf = (index: number): number => {
    while (parents[index] !== index) {
      parents[index] = parents[parents[index]]
      index = parents[index]
    }
    return index
  }
  const firstWith = new Map<string, number>()
  items.forEach((item, index) => {
    const { email, userId } = referenceOf(item)
    for (const key of [email && `email ${email}`, userId && `user ${userId}`]) {
      if (!key) continue
      const first = firstWith.get(key)
      if (first === undefined) firstWith.set(key, index)
      else parents[rootOf(index)] = rootOf(first)
    }
  })

  const lanes = new Map<number, Item[]>()
  items.forEach((item, index) => {
    const root = rootOf(index)
    const lane = lanes.get(root)
    if (lane) lane.push(item)
    else lanes.set(root, [item])
  })
  return [...lanes.values()]
}

async function atOnce<Item>(limit: number, items: Item[], run: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values()
  const work = async () => {
    for (const item of queue) await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work))
}
