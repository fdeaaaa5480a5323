import { randomUUID } from 'crypto'
import type { SegmentEvent, Subscription } from '@segment/actions-core'
import { defaultMapping, Runtime } from '../../tools/runtime'
import type { SubscriptionReport } from '../../tools/runtime'
import { createSandbox } from '../../tools/sandbox'
import type { Person, PersonSeed, Sandbox } from '../../tools/sandbox'
import { BAD_PHONE, DATA_MAX, POISON } from './events'

/** Segment's runtime in front of a Crisp of its own, to compare with another one. */
export interface Side {
  crisp: Sandbox
  segment: Runtime
}

/** The subscription of each type of event. */
export type Subscriptions = Record<string, Subscription>

/** Choices, colors and segments come from the events, so that odd ones are among them. */
export const SUBSCRIPTIONS_FROM_EVENTS: Subscriptions = {
  identify: {
    partnerAction: 'identifyUser',
    subscribe: 'type = "identify"',
    mapping: {
      ...defaultMapping('identifyUser'),
      segments: { '@path': '$.context.segments' },
      audienceAsSegment: true,
      unknownPerson: { '@path': '$.context.unknownPerson' },
      skipRepeats: { '@path': '$.context.skip' }
    }
  },
  track: {
    partnerAction: 'trackEvent',
    subscribe: 'type = "track"',
    mapping: {
      ...defaultMapping('trackEvent'),
      unknownPerson: { '@path': '$.context.unknownPerson' },
      color: { '@path': '$.context.color' },
      occurredAt: { '@path': '$.timestamp' }
    }
  }
}

/** Starts a side; `closeSide` ends it. */
export async function startSide(): Promise<Side> {
  // Of two people who carry one user ID, the latest updated wins. So the clock never shows the same time twice, and every
  // write is an update: a batch merges profile writes away that would count as one.
  let now = Date.parse('2026-11-22')
  const crisp = await createSandbox({
    websiteId: randomUUID(),
    now: () => ++now,
    choices: { updatedAt: 'allWrites' }
  })
  const { apiKey, websiteId, port } = crisp
  return { crisp, segment: new Runtime({ settings: { apiKey, websiteId }, port }) }
}

/** Ends a side. */
export async function closeSide({ crisp, segment }: Side): Promise<void> {
  segment.close()
  await crisp.close()
}

/** Empties Crisp, adds the people, and lets Crisp refuse some values. */
export function resetSide({ crisp }: Side, people: PersonSeed[]): void {
  crisp.reset()
  for (const person of people) crisp.people.add(person)
  // Crisp refuses values, so that some merged writes are refused. It does so only for people that it knows: a batch does
  // not even send what it knows to be an unknown person's.
  crisp.faults.add({
    when: ({ method, params, body }) =>
      method !== 'GET' &&
      isRefused(JSON.stringify(body)) &&
      (params.people_id === undefined || crisp.people.get(params.people_id) !== undefined),
    effect: { type: 'answer', status: 400, reason: 'invalid_data', message: 'data has an invalid value' }
  })
}

const TOO_LONG = new RegExp(`[xy]{${DATA_MAX + 1}}`)

function isRefused(body: string): boolean {
  return body.includes(POISON) || body.includes(BAD_PHONE) || TOO_LONG.test(body)
}

/** What Segment shows of an event. The codes are left out: a batch may only have those of the framework's list. */
function toOutcome({ verdict }: SubscriptionReport) {
  const { outcome } = verdict
  if (!('reason' in verdict)) return { outcome }
  return { outcome, status: verdict.status, reason: toReason(verdict.reason), retry: verdict.retry }
}

/** The framework removes empty texts from single events only, so that it is the one that misses the person there. */
function toReason(reason: string): string {
  return /^The root value is missing the required field 'email'/.test(reason)
    ? 'Email and User ID are empty or placeholders. Map one of them.'
    : reason
}

/** What Crisp holds of a person, without what it makes up by itself. */
function toState({ profile, data, events }: Person) {
  const { email, person, company, segments = [] } = profile
  return {
    email,
    person,
    company,
    segments: [...segments].sort(),
    data,
    events: events.map(({ text, data, color }) => ({ text, data, color }))
  }
}

/** What Crisp holds of all people, by email. */
export function getPeople({ crisp }: Side) {
  return crisp.people
    .all()
    .map(toState)
    .sort((a, b) => (a.email < b.email ? -1 : 1))
}

/** Delivers events one by one and returns their outcomes. */
export async function deliverSingly({ segment }: Side, events: SegmentEvent[], subscriptions: Subscriptions) {
  const reports: SubscriptionReport[] = []
  for (const event of events) reports.push(await segment.deliverTo(subscriptions[event.type], event))
  return reports.map(toOutcome)
}

/** Delivers batches one by one and returns the outcomes of their events. */
export async function deliverInBatches({ segment }: Side, batches: SegmentEvent[][], subscriptions: Subscriptions) {
  const reports: SubscriptionReport[] = []
  for (const batch of batches) reports.push(...(await segment.deliverBatchTo(subscriptions[batch[0].type], batch)))
  return reports.map(toOutcome)
}

/** Requests that a batch may spend above single delivery: a merged write that is refused is sent once more in parts. */
export function countRefusals({ crisp }: Side): number {
  return 2 * crisp.journal.entries().filter(({ status }) => status === 400).length
}
