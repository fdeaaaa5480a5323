import chunk from 'lodash/chunk'
import type { SegmentEvent } from '@segment/actions-core'
import { batchSizeOf } from '../runtime'
import type { Exchange, Runtime, SubscriptionReport, Verdict } from '../runtime'
import { preview } from './preview'
import { getTitle } from './history'
import type { Delivery, JsonObject, NextStep, RunInput, RunOutcome, SubscriptionView, VerdictView } from './wire'

/** What came of an event or a batch, before it is given a number. */
export interface RunResult {
  deliveries: Delivery[]
  outcome: RunOutcome
  status: number
  exchanges: Exchange[]
  durationMs: number
}

/** Exchanges kept for each subscription; the others are counted. */
const mostExchanges = 500

/** Delivers what was asked for to each of its subscriptions. */
export async function run(runtime: Runtime, { event, events, subscriptions }: RunInput): Promise<RunResult> {
  const startedAt = performance.now()
  const done = await Promise.all(
    subscriptions.map((subscription) =>
      event === undefined ? batchTo(runtime, subscription, events ?? []) : eventTo(runtime, subscription, event)
    )
  )
  const verdicts = done.flatMap(({ verdicts }) => verdicts)
  return {
    deliveries: done.map(({ delivery }) => delivery),
    outcome: getOutcome(verdicts),
    status: event === undefined ? getBatchStatus(verdicts) : getEventStatus(verdicts),
    exchanges: done.flatMap(({ exchanges }) => exchanges),
    durationMs: performance.now() - startedAt
  }
}

interface SubscriptionResult {
  delivery: Delivery
  verdicts: Verdict[]
  exchanges: Exchange[]
}

async function eventTo(
  runtime: Runtime,
  subscription: SubscriptionView,
  event: JsonObject
): Promise<SubscriptionResult> {
  const before = preview(subscription, event)
  const { verdict, exchanges, durationMs } = await runtime.deliverTo(subscription, toSegmentEvent(event))
  const delivery = { ...before, verdict: viewOf(verdict), next: getNextStep(verdict), ...kept(exchanges), durationMs }
  return { delivery, verdicts: [verdict], exchanges }
}

async function batchTo(
  runtime: Runtime,
  subscription: SubscriptionView,
  events: JsonObject[]
): Promise<SubscriptionResult> {
  const reports: SubscriptionReport[] = []
  const exchanges: Exchange[] = []
  const startedAt = performance.now()
  for (const part of chunk(events, batchSizeOf(subscription.mapping))) {
    const done = await partTo(runtime, subscription, part)
    reports.push(...done)
    exchanges.push(...(isBatching(subscription) ? done[0].exchanges : done.flatMap((report) => report.exchanges)))
  }
  const verdicts = reports.map(({ verdict }) => verdict)
  const rows = verdicts.map((verdict, index) => ({
    index,
    title: getTitle(events[index]),
    verdict: removeBodies(verdict),
    next: getNextStep(verdict)
  }))
  const durationMs = performance.now() - startedAt
  return { delivery: { subscription, rows, ...kept(exchanges), durationMs }, verdicts, exchanges }
}

/** Segment hands events over in groups, or one by one where batching is off. */
async function partTo(
  runtime: Runtime,
  subscription: SubscriptionView,
  events: JsonObject[]
): Promise<SubscriptionReport[]> {
  const segmentEvents = events.map(toSegmentEvent)
  if (isBatching(subscription)) return runtime.deliverBatchTo(subscription, segmentEvents)
  const reports: SubscriptionReport[] = []
  for (const event of segmentEvents) reports.push(await runtime.deliverTo(subscription, event))
  return reports
}

/** What a tester is asked to try may be anything: what the runtime makes of it is the answer. */
function toSegmentEvent(event: JsonObject): SegmentEvent {
  return event as unknown as SegmentEvent
}

function isBatching({ mapping }: SubscriptionView): boolean {
  return mapping.enable_batching !== false && mapping.enable_batching !== 'false'
}

function kept(exchanges: Exchange[]): Pick<Delivery, 'exchanges' | 'exchangesLeftOut'> {
  const views = exchanges.slice(0, mostExchanges)
  return { exchanges: views, exchangesLeftOut: exchanges.length - views.length }
}

function viewOf(verdict: Verdict): VerdictView {
  if (verdict.outcome === 'not subscribed' || verdict.outcome === 'delivered') return { ...verdict }
  const { retry: _retry, ...view } = verdict
  return view
}

function removeBodies(verdict: Verdict): VerdictView {
  const { sent: _sent, body: _body, ...view } = viewOf(verdict)
  return view
}

function getOutcome(verdicts: Verdict[]): RunOutcome {
  const names = new Set(verdicts.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'not subscribed'))
  if (names.size === 0) return 'not subscribed'
  return names.size === 1 ? [...names][0] : 'mixed'
}

function getFailureStatuses(verdicts: Verdict[]): number[] {
  return verdicts.flatMap((verdict) =>
    verdict.outcome === 'dropped' || verdict.outcome === 'failed' ? [verdict.status] : []
  )
}

/** Of one event: the worst that became of it. */
function getEventStatus(verdicts: Verdict[]): number {
  const worst = Math.max(200, ...getFailureStatuses(verdicts))
  return worst > 599 ? 500 : worst
}

/** Of a batch: 207 says that the body tells more than one story. */
function getBatchStatus(verdicts: Verdict[]): number {
  return getFailureStatuses(verdicts).length === 0 ? 200 : 207
}

/** What Segment would do next with an event that met this verdict, and why. */
export function getNextStep(verdict: Verdict): NextStep {
  switch (verdict.outcome) {
    case 'delivered':
      return { retry: false, sentence: 'Segment is done with this event.' }
    case 'not subscribed':
      return { retry: false, sentence: 'Segment does not send this event: its condition does not take it.' }
    default:
      return verdict.retry ? again(verdict.status) : never(verdict.status)
  }
}

function again(status: number): NextStep {
  return {
    retry: true,
    sentence: `Segment sends this event again later, because ${status} means trouble that passes.`
  }
}

function never(status: number): NextStep {
  return {
    retry: false,
    sentence: `Segment does not send this event again, because ${status} would come back every time.`
  }
}
