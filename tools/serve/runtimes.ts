import type { Settings } from '../../src/generated-types'
import { peopleCache } from '../../src/person/cache'
import { Runtime } from '../runtime'
import type { SubscriptionReport } from '../runtime'
import { getMappingFailure, preview } from './preview'
import { toSegmentEvent } from './run'
import type { Forecast, JsonObject, Preview, RunInput, SubscriptionView } from './wire'

const MAX_RUNTIMES = 8

interface RuntimeEntry {
  runtime: Runtime
  busy: number
  closing: boolean
}

/**
 * A runtime for each set of settings. The cache of people lasts from one event to the next, also when other
 * settings are tried in between: it is kept by website, as in a process of Segment's that serves many customers.
 */
export class Runtimes {
  private readonly held = new Map<string, RuntimeEntry>()

  /** @param port - where the sandbox listens; undefined means live Crisp */
  constructor(private readonly port: number | undefined) {
    peopleCache.clear()
  }

  /** Runs a function with the runtime of these settings. */
  async use<T>(settings: Settings, run: (runtime: Runtime) => Promise<T>): Promise<T> {
    const held = this.of(settings)
    held.busy++
    try {
      return await run(held.runtime)
    } finally {
      held.busy--
      if (held.closing && held.busy === 0) held.runtime.close()
    }
  }

  /** Drops all of them and empties the cache of people. */
  clear(): void {
    peopleCache.clear()
    for (const [key, held] of this.held) this.drop(key, held)
  }

  private of(settings: Settings): RuntimeEntry {
    const key = JSON.stringify(Object.entries(settings).sort())
    const found = this.held.get(key)
    if (found) return found
    const [oldest] = this.held
    if (oldest && this.held.size >= MAX_RUNTIMES) this.drop(...oldest)
    const runtime = new Runtime({ settings, port: this.port, subscriptions: [], cache: 'shared' })
    const made = { runtime, busy: 0, closing: false }
    this.held.set(key, made)
    return made
  }

  /** Closes it once it is not in use. */
  private drop(key: string, held: RuntimeEntry): void {
    this.held.delete(key)
    held.closing = true
    if (held.busy === 0) held.runtime.close()
  }
}

/** Checking ends after so many milliseconds: it must not keep the process from everything else. */
const BUDGET_MS = 400

/**
 * Says what would become of events, as far as that is known without Crisp: it runs the destination up to its first
 * request, which is not sent.
 */
export class Forecaster {
  private isRequested = false
  private turn: Promise<unknown> = Promise.resolve()
  private readonly runtime = new Runtime({
    settings: { apiKey: 'preview:preview', websiteId: '00000000-0000-4000-8000-000000000000' },
    // Never the live Crisp, whatever becomes of the hook.
    port: 1,
    subscriptions: [],
    cache: 'shared',
    record: false,
    hooks: {
      beforeRequest: async () => {
        this.isRequested = true
        throw new Error('A preview sends nothing.')
      },
      afterResponse: () => undefined
    }
  })

  /** Looks ahead, one call after the other. */
  async forecast(input: RunInput): Promise<Forecast> {
    const before = this.turn
    const work = before.then(() => this.look(input, performance.now() + BUDGET_MS))
    this.turn = work.catch(() => undefined)
    return work
  }

  close(): void {
    this.runtime.close()
  }

  private async look({ event, events, subscriptions }: RunInput, until: number): Promise<Forecast> {
    const previews: Preview[] = []
    const counts: NonNullable<Forecast['counts']> = []
    let isPartial = false
    for (const subscription of subscriptions) {
      const count = { taken: 0, failing: 0 }
      let first: Preview | undefined
      for (const one of event ? [event] : events ?? []) {
        isPartial ||= performance.now() > until
        if (isPartial) break
        const known = await this.check(subscription, one)
        if (!first || (known.match.matches && !first.match.matches)) first = known
        if (known.match.matches) count.taken++
        if (known.failure !== undefined) count.failing++
        await new Promise(setImmediate)
      }
      if (first) previews.push(first)
      counts.push(count)
    }
    return { previews, ...(!event && { counts }), isPartial }
  }

  private async check(subscription: SubscriptionView, event: JsonObject): Promise<Preview> {
    const known = preview(subscription, event)
    if (!known.match.matches) return known
    const failure = getMappingFailure(known) ?? (await this.findFailure(subscription, event))
    return failure === undefined ? known : { ...known, failure }
  }

  private async findFailure(subscription: SubscriptionView, event: JsonObject): Promise<string | undefined> {
    this.isRequested = false
    const { verdict }: SubscriptionReport = await this.runtime.deliverTo(subscription, toSegmentEvent(event))
    return !this.isRequested && 'reason' in verdict ? verdict.reason : undefined
  }
}
