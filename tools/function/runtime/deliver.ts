import type { SegmentEvent } from '@segment/actions-core'
import { resolveAudienceMembership } from 'function-libraries'
import { CrispClient } from '../../../src/api/client'
import { deliverAll } from '../../../src/batch'
import type { Delivery } from '../../../src/batch'
import { delivery as identifyDelivery } from '../../../src/identifyUser/deliver'
import type { UpsertJob } from '../../../src/identifyUser/deliver'
import type { Payload as IdentifyPayload } from '../../../src/identifyUser/generated-types'
import { isRetryable } from '../../../src/outcome'
import type { Outcome } from '../../../src/outcome'
import { delivery as trackDelivery } from '../../../src/trackEvent/deliver'
import type { EventJob } from '../../../src/trackEvent/deliver'
import type { Payload as TrackPayload } from '../../../src/trackEvent/generated-types'
import { toPayload } from './payload'
import type { Matcher } from './payload'
import { createRequestClient, Deadline } from './request'
import { FunctionSettings } from './settings'

/** What became of an event, in the words of Segment's Functions: 200 done, 400 discarded, 500 tried again. */
export interface Result {
  status: 200 | 400 | 500
  errormessage?: string
  /** True when no mapping takes the event. */
  isNotSupported?: boolean
}

/** A payload of either action. */
type Item =
  | { action: 'identifyUser'; payload: IdentifyPayload; isMember?: boolean }
  | { action: 'trackEvent'; payload: TrackPayload }

type ItsJob = (UpsertJob & { action: 'identifyUser' }) | (EventJob & { action: 'trackEvent' })

/** Both actions in one delivery, so that one person's events keep their order across them. */
const delivery: Delivery<Item, ItsJob> = {
  read: (item) =>
    item.action === 'identifyUser'
      ? { ...identifyDelivery.read(item), action: item.action }
      : { ...trackDelivery.read(item.payload), action: item.action },
  send: (job, session) =>
    job.action === 'identifyUser' ? identifyDelivery.send(job, session) : trackDelivery.send(job, session),
  getShare: () => undefined,
  canMerge: (one, other) =>
    one.action === 'identifyUser' && other.action === 'identifyUser' && !!identifyDelivery.canMerge?.(one, other),
  merge: (one, other) =>
    one.action === 'identifyUser' && other.action === 'identifyUser' && identifyDelivery.merge
      ? { ...identifyDelivery.merge(one, other), action: one.action }
      : one,
  omitRejected: (job, session) =>
    job.action === 'identifyUser' && identifyDelivery.omitRejected
      ? { ...identifyDelivery.omitRejected(job, session), action: job.action }
      : job
}

/**
 * Delivers events to every subscription that takes them.
 * @returns a result for every event, in their order
 */
export async function deliver(
  events: SegmentEvent[],
  given: Record<string, unknown> | undefined,
  matchers: Matcher[]
): Promise<Result[]> {
  const settings = new FunctionSettings(given)
  const client = createClient(settings)
  const results = events.map((): Result[] => [])
  const items: Item[] = []
  const owners: number[] = []
  events.forEach((event, index) => {
    for (const { matches, subscription } of matchers) {
      try {
        if (!matches(event)) continue
        items.push(toItem(event, subscription, settings))
        owners.push(index)
      } catch (thrown) {
        results[index].push({ status: 400, errormessage: toSentence(thrown as Error) })
      }
    }
  })
  const outcomes = await deliverAll(client, items, delivery)
  outcomes.forEach((outcome, at) => results[owners[at]].push(toResult(outcome)))
  return results.map((itsResults, index) => findWorst(itsResults) ?? toNotSupported(events[index]))
}

/** Segment's code throws its own words for an event that is no object, or that is nested too deeply. */
function toSentence(error: Error): string {
  const isUnreadable = error instanceof TypeError || error instanceof RangeError
  return isUnreadable ? "The event's shape can't be read. Correct it at its source." : error.message
}

function createClient({ destination }: FunctionSettings): CrispClient {
  const deadline = new Deadline()
  return new CrispClient(createRequestClient(destination, deadline), { settings: destination, signal: deadline })
}

function toItem(event: SegmentEvent, subscription: Matcher['subscription'], settings: FunctionSettings): Item {
  const payload = toPayload(event, subscription, settings)
  return subscription.partnerAction === 'identifyUser'
    ? {
        action: 'identifyUser',
        payload: payload as IdentifyPayload,
        isMember: resolveAudienceMembership(event as never)
      }
    : { action: 'trackEvent', payload: payload as TrackPayload }
}

function toResult(outcome: Outcome): Result {
  if (outcome.delivered) return { status: 200 }
  const { status = 500, message } = outcome.error
  return { status: isRetryable(status) ? 500 : 400, errormessage: message }
}

/** An event that is tried again for one subscription goes to all of them again. */
function findWorst(results: Result[]): Result | undefined {
  return [...results].sort((one, other) => other.status - one.status)[0]
}

function toNotSupported(event: SegmentEvent): Result {
  return { status: 400, isNotSupported: true, errormessage: `No mapping takes this ${event.type} event.` }
}
