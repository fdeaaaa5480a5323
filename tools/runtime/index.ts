// package.json names liquidjs for this import: actions-core requires it and does not name it as its own.
import { Destination } from '@segment/actions-core'
import type { DestinationDefinition, Result, SegmentEvent, Subscription } from '@segment/actions-core'
import omit from 'lodash/omit'
import destination from '../../src'
import type { Settings } from '../../src/generated-types'
import { peopleCache } from '../../src/person/cache'
import { recorded, RuntimeAgent, toClientHooks } from './http'
import type { RequestHooks } from './http'
import { isUnreadable, readError, readNode, readResults } from './report'
import type { Outcome, SubscriptionReport } from './report'
import { isSubscribed, presetSubscriptions } from './subscriptions'

export { recorded, RuntimeAgent } from './http'
export type { AnswerHead, Exchange, RequestHooks } from './http'
export { isRetried } from './report'
export type { SubscriptionReport, Outcome } from './report'
export { batchSizeOf, defaultMapping, isSubscribed, presetSubscriptions, readSubscription } from './subscriptions'
export type { SubscriptionProblem } from './subscriptions'

/** How the runtime is set up. */
export interface RuntimeOptions {
  settings: Settings
  /** A port of this machine where a sandbox listens. Without it, events go to live Crisp. */
  port?: number
  /** As Segment stores them; the automatic presets by default. */
  subscriptions?: Subscription[]
  /** Another destination with the same settings, for comparison; the one of this package by default. */
  definition?: DestinationDefinition<Settings>
  /** Called around every request. */
  hooks?: RequestHooks
  /**
   * The cache of people: `fresh`, the default, empties it for every runtime of the process; `shared`
   * goes on with it.
   */
  cache?: 'fresh' | 'shared'
  /** False for deliveries without end: the reports then have no exchanges, which cost memory and time. */
  record?: boolean
}

/** What `onEvent` takes: any JSON. The types of settings and subscriptions are narrower. */
type Bundle = Parameters<Destination['onEvent']>[1]

/** How one delivery is carried out. */
export interface DeliverOptions {
  /** Aborts the delivery, as Segment does when its time is over. */
  signal?: AbortSignal
}

/**
 * Segment's runtime around the unchanged destination: settings, subscriptions, mapping, validation, delivery.
 *
 * The cache of people is shared by the runtimes of a process, by website. A new runtime starts empty, as a new
 * process of Segment's, and so do the others with it, unless its cache is `shared`.
 *
 * @example
 * const crisp = await createSandbox()
 * const runtime = new Runtime({ settings: { apiKey: crisp.apiKey, websiteId: crisp.websiteId }, port: crisp.port })
 * const [identified] = await runtime.deliver({ type: 'identify', userId: 'u1', traits: { email: 'ada@example.com' } })
 * runtime.close()
 */
export class Runtime {
  /** The subscriptions that events are matched with. */
  readonly subscriptions: Subscription[]
  private readonly destination: Destination<Settings>
  private readonly agent: RuntimeAgent
  private readonly settings: Settings
  private readonly record: boolean

  constructor({
    settings,
    port,
    subscriptions,
    definition = destination,
    hooks,
    cache = 'fresh',
    record = true
  }: RuntimeOptions) {
    if (cache === 'fresh') peopleCache.clear()
    this.settings = settings
    this.record = record
    this.subscriptions = subscriptions ?? presetSubscriptions()
    this.agent = new RuntimeAgent(port)
    const { extendRequest } = definition
    this.destination = new Destination<Settings>({
      ...definition,
      extendRequest: (bundle) => ({ ...extendRequest?.(bundle), ...toClientHooks(hooks), agent: this.agent })
    })
  }

  /**
   * Delivers one event to every subscription.
   * @returns a report for each subscription, in their order; failures are reported, not thrown
   */
  async deliver(event: SegmentEvent, options: DeliverOptions = {}): Promise<SubscriptionReport[]> {
    return Promise.all(this.subscriptions.map((subscription) => this.deliverTo(subscription, event, options)))
  }

  /** Delivers one event to one subscription, which need not take it. */
  async deliverTo(
    subscription: Subscription,
    event: SegmentEvent,
    options: DeliverOptions = {}
  ): Promise<SubscriptionReport> {
    const { result: verdict, ...rest } = await this.timed(async () => {
      try {
        return readResults(await this.destination.onEvent(omitNulls(event), this.bundle(subscription), options))
      } catch (thrown) {
        return readError(thrown)
      }
    })
    return { subscription, verdict, ...rest }
  }

  /**
   * Delivers a batch to one subscription, as Segment does: events that it does not take are left out beforehand.
   * @returns a report for each event, in their order; failures are reported, not thrown
   */
  async deliverBatchTo(
    subscription: Subscription,
    events: SegmentEvent[],
    options: DeliverOptions = {}
  ): Promise<SubscriptionReport[]> {
    let subscribed: SegmentEvent[] = events
    const { result: verdicts, ...rest } = await this.timed(async () => {
      try {
        subscribed = events.filter((event) => isSubscribed(subscription, event))
      } catch (thrown) {
        return subscribed.map(() => readError(thrown))
      }
      return this.sendBatch(subscription, subscribed, options)
    })
    let next = 0
    return events.map((event) => ({
      subscription,
      verdict: event === subscribed[next] ? verdicts[next++] : { outcome: 'not subscribed' },
      ...rest
    }))
  }

  /** Checks the settings against Crisp, as Segment does when a customer saves them. Throws Segment's sentence. */
  async testAuthentication(): Promise<void> {
    await this.destination.testAuthentication(this.settings)
  }

  /** Hands a deletion over, as Segment does for a user who asks to be forgotten. Throws when it is not done. */
  async delete(event: Pick<SegmentEvent, 'userId' | 'anonymousId'>): Promise<void> {
    await this.destination.onDelete?.({ type: 'delete', ...event }, { ...this.settings })
  }

  /** Closes the connections. */
  close(): void {
    this.agent.close()
  }

  /** The runtime throws before anything is sent when it cannot read one of the events: they then go in halves. */
  private async sendBatch(
    subscription: Subscription,
    events: SegmentEvent[],
    options: DeliverOptions
  ): Promise<Outcome[]> {
    if (events.length === 0) return []
    try {
      const results = await this.destination.onBatch(events.map(omitNulls), this.bundle(subscription), options)
      return getNodes(results).map(readNode)
    } catch (thrown) {
      if (!isUnreadable(thrown) || events.length === 1) return events.map(() => readError(thrown))
    }
    const middle = Math.ceil(events.length / 2)
    const first = await this.sendBatch(subscription, events.slice(0, middle), options)
    return [...first, ...(await this.sendBatch(subscription, events.slice(middle), options))]
  }

  private bundle(subscription: Subscription): Bundle {
    return { ...this.settings, subscription } as unknown as Bundle
  }

  private async timed<T>(run: () => Promise<T>) {
    const startedAt = performance.now()
    const { result, exchanges } = this.record ? await recorded(run) : { result: await run(), exchanges: [] }
    this.destination.responses.length = 0
    return { result, exchanges, durationMs: performance.now() - startedAt }
  }
}

/** An event without a `context` or `context.personas` that is null, which Segment never sends and its runtime cannot read. */
function omitNulls(event: SegmentEvent): SegmentEvent {
  const { context, ...rest } = event as SegmentEvent & { context?: { personas?: unknown } | null }
  if (context === null) return rest
  return context?.personas === null ? { ...rest, context: omit(context, 'personas') } : event
}

function getNodes(results: Result[]): NonNullable<Result['multistatus']> {
  return results.flatMap((result) => result.multistatus ?? [])
}
