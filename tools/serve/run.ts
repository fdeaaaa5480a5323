import chunk from 'lodash/chunk'
import type { SegmentEvent } from '@segment/actions-core'
import { batchSizeOf, recorded } from '../runtime'
import type { Exchange, Outcome as Verdict, Runtime, SubscriptionReport } from '../runtime'
import { getNextStep, readError } from '../runtime/report'
import { getTitle } from './history'
import { describeMappingFailure, getMappingFailure, match, preview } from './preview'
import type {
  Delivery,
  JsonObject,
  NextStep,
  Preview,
  RunInput,
  RunOutcome,
  SubscriptionView,
  VerdictView
} from './wire'

/** What came of an event or a batch, before it is given a number. */
export interface RunResult {
  deliveries: Delivery[]
  outcome: RunOutcome
  status: number
  exchanges: Exchange[]
  durationMs: number
}

/** How a run is watched and ended early. */
export interface RunControl {
  signal: AbortSignal
  /** Called with the number of events that are through, each time for one subscription. */
  onProgress: (events: number) => void
}

/** Exchanges kept for each subscription; the others are counted. */
const MAX_EXCHANGES = 500

/** How often a run's input goes through a subscription: the total of `onProgress`. */
export function getTotal({ event, events = [], subscriptions }: RunInput): number {
  return event ? Math.max(1, subscriptions.length) : events.length * subscriptions.length
}

/** Delivers what was asked for to each of its subscriptions. */
export async function run(runtime: Runtime, input: RunInput, control: RunControl): Promise<RunResult> {
  const { event, events = [], subscriptions } = input
  const startedAt = performance.now()
  const results =
    event?.type === 'delete'
      ? [await deletePerson(runtime, event)]
      : await Promise.all(
          subscriptions.map((subscription) =>
            event
              ? deliverEvent(runtime, subscription, event, control)
              : deliverBatch(runtime, subscription, events, control)
          )
        )
  const verdicts = results.flatMap((result) => result.verdicts)
  return {
    deliveries: results.map(({ delivery }) => delivery),
    outcome: getOutcome(verdicts),
    status: event ? getEventStatus(verdicts) : getBatchStatus(verdicts),
    exchanges: results.flatMap(({ exchanges }) => exchanges),
    durationMs: performance.now() - startedAt
  }
}

interface SubscriptionResult {
  delivery: Delivery
  verdicts: Verdict[]
  exchanges: Exchange[]
}

async function deliverEvent(
  runtime: Runtime,
  subscription: SubscriptionView,
  event: JsonObject,
  { signal, onProgress }: RunControl
): Promise<SubscriptionResult> {
  const before = preview(subscription, event)
  const failure = before.match.condition ? getMappingFailure(before) : before.match.problem
  const report =
    failure === undefined ? await runtime.deliverTo(subscription, toSegmentEvent(event), { signal }) : undefined
  const verdict = report ? toPlain(report.verdict, signal) : refuse(failure ?? '')
  const exchanges = report?.exchanges ?? []
  onProgress(1)
  const delivery: Delivery = {
    kind: 'event',
    subscription,
    preview: before,
    ...toViews(verdict),
    ...limit(exchanges),
    durationMs: report?.durationMs ?? 0
  }
  return { delivery, verdicts: [verdict], exchanges }
}

/** A deletion goes past subscriptions, to the destination itself. */
async function deletePerson(runtime: Runtime, event: JsonObject): Promise<SubscriptionResult> {
  const startedAt = performance.now()
  const { result: verdict, exchanges } = await recorded(async (): Promise<Verdict> => {
    try {
      await runtime.delete(toSegmentEvent(event))
      return { outcome: 'delivered', status: 200 }
    } catch (thrown) {
      return readError(thrown)
    }
  })
  const subscription = { id: 'deletion', name: 'Deletion', partnerAction: 'delete', subscribe: '', mapping: {} }
  const durationMs = performance.now() - startedAt
  const delivery: Delivery = { kind: 'event', subscription, ...toViews(verdict), ...limit(exchanges), durationMs }
  return { delivery, verdicts: [verdict], exchanges }
}

async function deliverBatch(
  runtime: Runtime,
  subscription: SubscriptionView,
  events: JsonObject[],
  { signal, onProgress }: RunControl
): Promise<SubscriptionResult> {
  const verdicts: Verdict[] = []
  const exchanges: Exchange[] = []
  const startedAt = performance.now()
  const failure = findFailure(preview(subscription, {}))
  for (const part of chunk(events, batchSizeOf(subscription.mapping))) {
    if (failure !== undefined) verdicts.push(...part.map((event) => refuseSubscribed(subscription, event, failure)))
    else if (signal.aborted) verdicts.push(...part.map(() => CANCELED))
    else {
      const reports = await deliverPart(runtime, subscription, part, signal)
      verdicts.push(...reports.map(({ verdict }) => toPlain(verdict, signal)))
      exchanges.push(...(isBatching(subscription) ? reports[0].exchanges : reports.flatMap((one) => one.exchanges)))
    }
    onProgress(part.length)
  }
  const rows = verdicts.map((verdict, index) => {
    const { verdict: view, next } = toViews(verdict)
    return { index, title: getTitle(events[index]), verdict: removeBodies(view), next }
  })
  const durationMs = performance.now() - startedAt
  return { delivery: { kind: 'batch', subscription, rows, ...limit(exchanges), durationMs }, verdicts, exchanges }
}

/** Why a subscription fails for every event, in words that name the trigger or the field. */
function findFailure({ match: { condition, problem }, mappingProblems }: Preview): string | undefined {
  return condition ? describeMappingFailure(mappingProblems) : problem
}

function refuseSubscribed(subscription: SubscriptionView, event: JsonObject, failure: string): Verdict {
  const { condition, matches } = match(subscription.subscribe, event)
  return !condition || matches ? refuse(failure) : { outcome: 'not subscribed' }
}

function refuse(reason: string): Verdict {
  return { outcome: 'failed', status: 400, code: 'PAYLOAD_VALIDATION_FAILED', reason, retry: false }
}

/** As when Segment's own time for a delivery is over. */
const CANCELED: Verdict = {
  outcome: 'failed',
  status: 408,
  code: 'REQUEST_TIMEOUT',
  reason: 'The run was canceled before Crisp had answered. What was sent until then stays.',
  retry: true
}

/** The framework's stack traces are for its own developers. */
function toPlain(verdict: Verdict, signal: AbortSignal): Verdict {
  if (!('reason' in verdict)) return verdict
  if (signal.aborted && verdict.status >= 408) return CANCELED
  const lines = verdict.reason.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
  return { ...verdict, reason: lines.map((line) => line.trim()).join('\n') }
}

/** Segment hands events over in groups, or one by one where batching is off. */
async function deliverPart(
  runtime: Runtime,
  subscription: SubscriptionView,
  events: JsonObject[],
  signal: AbortSignal
): Promise<SubscriptionReport[]> {
  const segmentEvents = events.map(toSegmentEvent)
  if (isBatching(subscription)) return runtime.deliverBatchTo(subscription, segmentEvents, { signal })
  const reports: SubscriptionReport[] = []
  for (const event of segmentEvents) {
    if (signal.aborted) reports.push({ subscription, verdict: CANCELED, exchanges: [], durationMs: 0 })
    else reports.push(await runtime.deliverTo(subscription, event, { signal }))
  }
  return reports
}

/** What a tester is asked to try may be anything: what the runtime makes of it is the answer. */
export function toSegmentEvent(event: JsonObject): SegmentEvent {
  return event as unknown as SegmentEvent
}

function isBatching({ mapping }: SubscriptionView): boolean {
  return mapping.enable_batching !== false && mapping.enable_batching !== 'false'
}

function limit(exchanges: Exchange[]): Pick<Delivery, 'exchanges' | 'exchangesLeftOut'> {
  const views = exchanges.slice(0, MAX_EXCHANGES)
  return { exchanges: views, exchangesLeftOut: exchanges.length - views.length }
}

function toViews(verdict: Verdict): { verdict: VerdictView; next: NextStep } {
  const next = getNextStep(verdict)
  if (!('retry' in verdict)) return { verdict: { ...verdict }, next }
  const { retry: _retry, ...view } = verdict
  return { verdict: view, next }
}

function removeBodies({ sent: _sent, body: _body, ...view }: VerdictView): VerdictView {
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
