import { randomUUID } from 'crypto'
import type { Settings } from '../../src/generated-types'
import type { Exchange } from '../runtime'
import type { JournalEntry, Sandbox } from '../sandbox'
import { withoutKey } from './curl'
import { getActions, getPresets, getSettingsFields } from './definition'
import { EXAMPLES } from './examples'
import { FaultSwitches } from './faults'
import { getBatchTitle, getTitle, History, toSummary } from './history'
import { BadRequest, fillSettings } from './input'
import { Live } from './live'
import { PeopleView } from './people'
import { preview } from './preview'
import { JournalRows, QuotaMeter } from './requests'
import { getTotal, run } from './run'
import type { RunControl } from './run'
import { Forecaster, Runtimes } from './runtimes'
import { LIMITS } from './wire'
import type { Forecast, JsonObject, Preview, Run, RunInput, RunningRun, RunSummary, Status, TesterState } from './wire'

/** Where events go: to a sandbox of this process, or, without one, to live Crisp. */
export interface Target {
  settings: Settings
  sandbox?: Sandbox
}

/** Why something is run, and who asked for it. */
export type Cause = Pick<RunSummary, 'by' | 'replayOf'> & Pick<RunningRun, 'tag'>

/** Everything that the tester knows and does; the server puts it on HTTP. */
export class Tester {
  readonly history = new History()
  readonly faults?: FaultSwitches
  readonly people?: PeopleView
  readonly live: Live
  private readonly journal = new JournalRows()
  private readonly quotaMeter = new QuotaMeter()
  private readonly runtimes: Runtimes
  private readonly forecaster = new Forecaster()
  private readonly serverId = randomUUID()
  private readonly running = new Map<number, { view: RunningRun; abort: AbortController }>()
  private lastId = 0

  constructor(readonly target: Target) {
    const { sandbox } = target
    this.runtimes = new Runtimes(sandbox?.port)
    this.faults = sandbox && new FaultSwitches(sandbox)
    this.people = sandbox && new PeopleView(sandbox)
    this.live = new Live(() => this.status())
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
      settingsFields: getSettingsFields(),
      actions: getActions(),
      presets: getPresets(),
      examples: EXAMPLES,
      runs: this.history.list(),
      journal: this.journal.list(),
      ...this.status()
    }
  }

  /** Takes note of a request that the sandbox has answered. */
  noteRequest(entry: JournalEntry): void {
    this.quotaMeter.count()
    this.live.request(this.journal.add(entry))
  }

  /** What would happen to an event or a batch. */
  forecast(input: RunInput): Promise<Forecast> {
    return this.forecaster.forecast(input)
  }

  /** Delivers an event or a batch and keeps what came of it. */
  async run(input: RunInput, { tag, ...cause }: Cause): Promise<Run> {
    const id = ++this.lastId
    const settings = fillSettings(input.settings, this.target.settings)
    const at = Date.now()
    const title = input.event ? getTitle(input.event) : getBatchTitle(input.events ?? [])
    const result = await this.watch({ id, at, title, done: 0, total: getTotal(input), tag }, (control) =>
      this.runtimes.use(settings, (runtime) => run(runtime, input, control))
    )
    const { deliveries, outcome, status, exchanges, durationMs } = result
    if (this.isLive) this.noteExchanges(exchanges)
    const made: Run = {
      id,
      at,
      kind: input.event ? 'event' : 'batch',
      title,
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

  /** Ends a run that has not ended yet, with what it has reached. */
  cancel(id: number): void {
    const entry = this.running.get(id)
    if (!entry) throw new BadRequest('No such run is running.', undefined, 404)
    entry.abort.abort()
  }

  /** Does a run again, as it was. */
  async replay(id: number, tag?: string): Promise<Run> {
    const { input } = this.found(id)
    return this.run({ ...input, settings: this.history.getSettings(id) ?? {} }, { by: 'replay', replayOf: id, tag })
  }

  /** A run of the history. Throws when it is not there, or no longer. */
  found(id: number): Run {
    const run = this.history.get(id)
    if (!run) throw new BadRequest(`This run is no longer kept (the last ${LIMITS.runs} are).`, undefined, 404)
    return run
  }

  /** One event of a run, with what each subscription made of it. */
  getEvent(id: number, index: number): { event: JsonObject; previews: Preview[] } {
    const { event, events = [], subscriptions } = this.found(id).input
    const one = event ?? events[index]
    if (!one) throw new BadRequest('The run has no such event.', undefined, 404)
    return { event: one, previews: subscriptions.map((subscription) => preview(subscription, one)) }
  }

  /** Empties everything: as after a start without examples. */
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

  /** What changes while the server runs. */
  private status(): Status {
    return {
      serverId: this.serverId,
      faults: this.faults?.list() ?? [],
      quota: this.quotaMeter.read(this.target.settings, this.faults?.isOn('quota-spent') ?? false),
      people: this.people?.count ?? 0,
      running: [...this.running.values()].map(({ view }) => view),
      oldestRun: this.history.oldest
    }
  }

  private async watch<T>(view: RunningRun, work: (control: RunControl) => Promise<T>): Promise<T> {
    const abort = new AbortController()
    this.running.set(view.id, { view, abort })
    this.live.soon()
    const onProgress = (events: number) => {
      view.done += events
      this.live.soon()
    }
    try {
      return await work({ signal: abort.signal, onProgress })
    } finally {
      this.running.delete(view.id)
      this.live.soon()
    }
  }

  private noteExchanges(exchanges: Exchange[]): void {
    this.quotaMeter.count(exchanges.length)
    for (const exchange of exchanges) this.live.request(this.journal.addExchange(exchange))
  }

  /** Ends what it holds open. */
  close(): void {
    this.live.close()
    this.runtimes.clear()
    this.forecaster.close()
  }
}
