import type { SegmentEvent } from '@segment/actions-core'
import type { Runtime } from '../tools/runtime'
import { bareDefinition } from './bare'
import type { CrispProcess } from './crisp'
import type { RequestNote } from './crisp-process'
import { getSubscriptions } from './crisp'
import { median, round } from './part'
import type { Bar, Part, Table } from './part'
import { makeTrace } from './trace'

const EVENTS = 1000
const PEOPLE = 1000
const WARM_UP = 4
/** The median ratio has a standard deviation of 0.02 after 60 turns, 0.01 after 240. Identify in batches is next to its bar. */
const TURNS = { batch: 240, single: 60 }

type Type = 'identify' | 'track'
type Mode = 'batch' | 'single'

/** CPU time of the load per request, of the destination and of a definition that only sends the same requests. */
export const cpu: Part = {
  name: 'cpu',
  title: 'CPU time a request',
  async run(crisp) {
    const table: Table = [['events', 'requests', 'bare', 'destination', 'of the bare one']]
    const bars: Bar[] = []
    const figures = []
    for (const [mode, type] of [
      ['batch', 'track'],
      ['batch', 'identify'],
      ['single', 'track'],
      ['single', 'identify']
    ] as const) {
      const { requests, ours, bare, ratio } = await compare(crisp, mode, type)
      const name = `${EVENTS} ${type}, ${mode}`
      const micros = (value: number) => `${Math.round(value)} µs`
      table.push([name, requests, micros(bare), micros(ours), `${round(ratio, 3)} ×`])
      figures.push({ mode, type, requests, ours, bare, ratio })
      bars.push({ what: `CPU a request, ${type}, ${mode}, of the bare one`, measured: ratio, most: 1.15 })
    }
    return { tables: [table], bars, figures }
  }
}

/** Both by turns, in one process; the middle of the ratios of neighboring turns. */
async function compare(crisp: CrispProcess, mode: Mode, type: Type) {
  const events = [...makeTrace({ events: EVENTS, people: PEOPLE, identifies: type === 'identify' ? 1 : 0 })]
  await crisp.begin(PEOPLE)
  const recorded = await record(crisp, mode, type, events)
  const total = recorded.flat().length

  let at = 0
  const bareRuntime = crisp.runtime(bareDefinition(() => recorded[at++ % recorded.length]))
  const ownRuntime = crisp.runtime()
  const runs = {
    ours: () => deliver(ownRuntime, mode, type, events),
    bare: () => deliver(bareRuntime, mode, type, events)
  }
  const figures: Record<keyof typeof runs, number[]> = { ours: [], bare: [] }
  // The first to run changes, so that neither always finds the other's garbage.
  const orders = [['ours', 'bare'] as const, ['bare', 'ours'] as const]
  await runs.ours()
  for (let turn = 0; turn < WARM_UP + TURNS[mode]; turn++) {
    for (const run of orders[turn % 2]) {
      await crisp.begin(PEOPLE)
      const startedAt = process.cpuUsage()
      await runs[run]()
      const { user, system } = process.cpuUsage(startedAt)
      const { requests } = await crisp.counts()
      if (requests !== total) throw new Error(`${run}: ${requests} requests in place of ${total}.`)
      if (turn >= WARM_UP) figures[run].push((user + system) / total)
    }
  }
  ownRuntime.close()
  bareRuntime.close()
  const ratio = median(figures.ours.map((ours, turn) => ours / figures.bare[turn]))
  return { requests: total, ours: median(figures.ours), bare: median(figures.bare), ratio }
}

/**
 * The requests of each delivery, once the destination has met the people. They are taken from the sandbox: a recording in
 * this process would turn hooks on that slow every promise down, in what is measured later too.
 */
async function record(crisp: CrispProcess, mode: Mode, type: Type, events: SegmentEvent[]): Promise<RequestNote[][]> {
  const runtime = crisp.runtime()
  await deliver(runtime, mode, type, events)
  await crisp.takeRequests()
  const recorded: RequestNote[][] = []
  for (const delivery of mode === 'batch' ? [events] : events.map((event) => [event])) {
    await deliver(runtime, mode, type, delivery)
    recorded.push(await crisp.takeRequests())
  }
  runtime.close()
  return recorded
}

async function deliver(runtime: Runtime, mode: Mode, type: Type, events: SegmentEvent[]): Promise<void> {
  const subscription = getSubscriptions(runtime)[type]
  if (mode === 'batch') await runtime.deliverBatchTo(subscription, events)
  else for (const event of events) await runtime.deliverTo(subscription, event)
}
