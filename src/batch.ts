import type { JSONLikeObject } from '@segment/actions-core'
import type { CrispClient } from './api/client'
import { CrispError, isCrispError, toNotAttempted } from './api/errors'
import type { Answer } from './api/types'
import { isRetryable, toDelivered, toDeliveryError, toFailed } from './outcome'
import type { Outcome } from './outcome'
import { peopleCache } from './person/cache'
import { Lookups } from './person/find'
import { groupByPerson } from './person/group'
import type { Reference } from './person/reference'
import { joinReasons } from './person/rejected'
import type { LeftOut } from './person/rejected'
import { PersonSession } from './person/session'
import type { Sent } from './person/session'

/** Groups that run at once. A group sends one request at a time, so this bounds the requests in flight. */
export const GROUPS_AT_ONCE = 10

/** A payload, read and checked. */
export interface Job {
  reference: Reference
  /** Why values of it were left out: it fails for this although the rest arrives. */
  leftOut?: LeftOut
}

/** How an action delivers its payloads. */
export interface Delivery<Payload, ItsJob extends Job> {
  /** Reads a payload. Throws why the payload is refused. */
  read(payload: Payload): ItsJob
  /** Sends a job. Returns Crisp's last answer, undefined when there was nothing to send. */
  send(job: ItsJob, session: PersonSession): Promise<Answer | undefined>
  /** A job's own share of what was sent, for it alone or merged with others. */
  getShare(job: ItsJob, sent: Sent, isMerged: boolean): JSONLikeObject | undefined
  /** True when two consecutive jobs of one person can go out as one. */
  canMerge?(earlier: ItsJob, later: ItsJob): boolean
  /** Two such jobs as one that has the same effect. */
  merge?(earlier: ItsJob, later: ItsJob): ItsJob
  /** A job without what Crisp has already rejected for the person. */
  omitRejected?(job: ItsJob, session: PersonSession): ItsJob
}

interface Member<ItsJob> {
  index: number
  job: ItsJob
}

/**
 * Delivers payloads: those of one person in their order, those of different people at once.
 *
 * Payloads that share an email or a user ID, directly or through others, form a group. After a failure that is retried,
 * the rest of its group is not attempted and fails with the same status: a retry must not put an old value over a newer
 * one. An event that the action itself wants tried again stops no other. Merged jobs that Crisp refuses are delivered
 * again in halves, so that no event fails because of another.
 *
 * @param payloads - in the order of the events; a single event is a list of one
 * @returns an outcome for every payload, by index
 */
export async function deliverAll<Payload, ItsJob extends Job>(
  client: CrispClient,
  payloads: Payload[],
  delivery: Delivery<Payload, ItsJob>,
  cache = peopleCache
): Promise<Outcome[]> {
  const outcomes: Outcome[] = new Array<Outcome>(payloads.length)
  const members: Member<ItsJob>[] = []
  payloads.forEach((payload, index) => {
    try {
      members.push({ index, job: delivery.read(payload) })
    } catch (thrown) {
      outcomes[index] = toFailed(toDeliveryError(thrown))
    }
  })

  const groups = groupByPerson(members, ({ job }) => job.reference).sort((a, b) => b.length - a.length)
  const lookups = new Lookups(client, cache)
  await runAtOnce(GROUPS_AT_ONCE, groups, (group) =>
    deliverGroup(group, delivery, new PersonSession(client, cache, lookups), outcomes)
  )
  return outcomes
}

async function deliverGroup<ItsJob extends Job>(
  group: Member<ItsJob>[],
  delivery: Delivery<never, ItsJob>,
  session: PersonSession,
  outcomes: Outcome[]
): Promise<void> {
  const units = toUnits(group, delivery)
  let halt: CrispError | undefined
  for (let unit = units.shift(); unit; unit = units.shift()) {
    const isMerged = unit.length > 1
    const jobs = unit.map(({ job }) => delivery.omitRejected?.(job, session) ?? job)
    session.begin(isMerged)
    let answer: Answer | undefined
    let failure = halt
    try {
      if (!failure)
        answer = await delivery.send(
          jobs.reduce((a, b) => delivery.merge?.(a, b) ?? a),
          session
        )
    } catch (thrown) {
      failure = toDeliveryError(thrown)
      if (isMerged && isCrispError(failure, 'invalid', 'refused')) {
        units.unshift(unit.slice(0, unit.length / 2), unit.slice(unit.length / 2))
        continue
      }
      const isPassing = failure.kind !== 'refused' && isRetryable(failure.status)
      if (failure.kind === 'stop' || isPassing) halt = toNotAttempted(failure)
    }
    const { sent, rejected } = session
    unit.forEach(({ index }, at) => {
      const share = delivery.getShare(jobs[at], sent, isMerged)
      const error = failure ?? joinReasons(jobs[at].leftOut, rejected.leftOut)
      outcomes[index] = error ? toFailed(error, share) : toDelivered(answer, share)
    })
  }
}

/** Cuts a group into runs of members that go out as one. */
function toUnits<ItsJob extends Job>(group: Member<ItsJob>[], delivery: Delivery<never, ItsJob>): Member<ItsJob>[][] {
  const units: Member<ItsJob>[][] = []
  for (const member of group) {
    const unit = units[units.length - 1]
    if (unit && delivery.canMerge?.(unit[0].job, member.job)) unit.push(member)
    else units.push([member])
  }
  return units
}

async function runAtOnce<Item>(limit: number, items: Item[], run: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values()
  const work = async () => {
    for (const item of queue) await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work))
}
