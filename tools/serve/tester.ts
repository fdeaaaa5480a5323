import type { Settings } from '../../src/generated-types'
import type { JournalEntry, Sandbox } from '../sandbox'
import { withoutKey } from './curl'
import { getActions, getPresets, getSettingsFields } from './definition'
import { examples } from './examples'
import { FaultSwitches } from './faults'
import { getBatchTitle, getTitle, History, toSummary } from './history'
import { BadRequest, fillSettings } from './input'
import { Live } from './live'
import { PeopleView } from './people'
import { preview } from './preview'
import { JournalRows, QuotaMeter } from './requests'
import { run } from './run'
import { Runtimes } from './runtimes'
import type { Preview, Quota, Run, RunInput, RunSummary, TesterState } from './wire'

/** Where events go: to a sandbox of this process, or, without one, to live Crisp. */
export interface Target {
  settings: Settings
  sandbox?: Sandbox
}

/** Why and by whom something is run. */
export type Cause = Pick<RunSummary, 'by' | 'replayOf'>

/** Everything that the tester knows and does; the server puts it on HTTP. */
export class Tester {
  readonly history = new History()
  readonly faults?: FaultSwitches
  readonly people?: PeopleView
  readonly live: Live
  private readonly journal = new JournalRows()
  private readonly quotaMeter = new QuotaMeter()
  private readonly runtimes: Runtimes
  private lastId = 0

  constructor(readonly target: Target) {
    const { sandbox } = target
    this.runtimes = new Runtimes(sandbox?.port)
    this.faults = sandbox && new FaultSwitches(sandbox)
    this.people = sandbox && new PeopleView(sandbox)
    this.live = new Live(() => ({
      faults: this.faults?.list() ?? [],
      quota: this.quota(),
      people: this.people?.count ?? 0
    }))
  }

  /** True when events go to live Crisp. */
  get isLive(): boolean {
    return this.target.sandbox === undefined
  }

  /** What the page starts with. */
  state(): TesterState {
    const { sandbox, settings } = this.target
    return {
      mode: sandbox ? 'sandbox' : 'live',
      websiteId: settings.websiteId,
      ...(sandbox && { sandboxUrl: sandbox.url }),
      getSettingsFields: getSettingsFields(),
      actions: getActions(),
      presets: getPresets(),
      examples: examples(),
      runs: this.history.list(),
      journal: this.journal.list(),
      faults: this.faults?.list() ?? [],
      quota: this.quota(),
      people: this.people?.count ?? 0
    }
  }

  /** Takes note of a request that the sandbox has answered. */
  noteRequest(entry: JournalEntry): void {
    this.quotaMeter.count()
    this.live.request(this.journal.add(entry))
  }

  /** What would happen to an event, or to each event of a batch: the first subscription that takes it, for each. */
  preview({ event, events, subscriptions }: RunInput): { previews: Preview[]; taken?: number[] } {
    if (event) return { previews: subscriptions.map((subscription) => preview(subscription, event)) }
    const all = events ?? []
    const taken = subscriptions.map(
      (subscription) => all.filter((one) => preview(subscription, one).match.matches).length
    )
    return { previews: [], taken }
  }

  /** Delivers an event or a batch and keeps what came of it. */
  async run(input: RunInput, cause: Cause): Promise<Run> {
    const id = ++this.lastId
    const settings = fillSettings(input.settings, this.target.settings)
    const at = Date.now()
    const done = await this.runtimes.use(settings, (runtime) => run(runtime, input))
    const { deliveries, outcome, status, exchanges, durationMs } = done
    if (this.isLive) {
      this.quotaMeter.count(exchanges.length)
      for (const exchange of exchanges) this.live.request(this.journal.addExchange(exchange))
    }
    const made: Run = {
      id,
      at,
      kind: input.event ? 'event' : 'batch',
      title: input.event ? getTitle(input.event) : getBatchTitle(input.events ?? []),
      ...cause,
      events: input.event ? 1 : input.events?.length ?? 0,
      outcome,
      status,
      requests: exchanges.length,
      durationMs: Math.round(durationMs * 10) / 10,
      input: { ...input, settings: withoutKey(input.settings) },
      deliveries,
      people: this.people?.findChanges(id, exchanges) ?? []
    }
    this.history.add(made, input.settings)
    this.live.run(toSummary(made))
    return made
  }

  /** Does a run again, as it was. */
  async replay(id: number): Promise<Run> {
    const { input } = this.found(id)
    return this.run({ ...input, settings: this.history.getSettings(id) ?? {} }, { by: 'replay', replayOf: id })
  }

  /** A run of the history. Throws when it is not there, or no longer. */
  found(id: number): Run {
    const run = this.history.get(id)
    if (!run) throw new BadRequest('The history holds no such run; it may have been too long ago.', undefined, 404)
    return run
  }

  /** One event of a run, with what each subscription made of it. */
  getEvent(id: number, index: number): { event: unknown; previews: Preview[] } {
    const { event, events = [], subscriptions } = this.found(id).input
    const one = event ?? events[index]
    if (!one) throw new BadRequest('The run has no such event.', undefined, 404)
    return { event: one, previews: subscriptions.map((subscription) => preview(subscription, one)) }
  }

  /** Nobody, nothing sent, no faults: as after a start without examples. */
  reset(): void {
    this.target.sandbox?.reset()
    this.runtimes.clear()
    this.history.clear()
    this.journal.clear()
    this.quotaMeter.reset()
    this.faults?.clear()
    this.people?.clear()
    this.live.reset()
  }

  /** What is spent of the day's requests. */
  quota(): Quota {
    return this.quotaMeter.read(this.target.settings, this.faults?.isOn('quota-spent') ?? false)
  }

  /** Ends what it holds open. */
  close(): void {
    this.live.close()
    this.runtimes.clear()
  }
}
