import type { SegmentEvent } from '@segment/actions-core'
import { GROUPS_AT_ONCE } from '../src/batch'
import { DAILY_QUOTA } from '../tools/quota'
import type { Runtime } from '../tools/runtime'
import type { CrispProcess } from './crisp'
import { getSubscriptions } from './crisp'
import { round } from './part'
import type { Part, Table } from './part'
import { plain } from './plain'
import { getFloor, makePageLoads, makeTrace, toBatches } from './trace'
import type { TraceOptions } from './trace'

const EVENTS = 10_000
const PEOPLE = 1000
const BATCH = 1000

/** Web traffic, for which the choice `skipRepeats` is made. */
const WEB = { people: 200, loads: 6, batch: 250 }

interface Trace {
  name: string
  /** People that Crisp knows beforehand. */
  known: number
  options: Partial<TraceOptions>
}

const TRACES: Trace[] = [
  { name: 'known people, tracks with an email', known: PEOPLE, options: {} },
  { name: 'known people, tracks by user ID alone', known: PEOPLE, options: { tracksWithEmail: 0 } },
  { name: 'new people, tracks by user ID alone', known: 0, options: { signUpFirst: true, tracksWithEmail: 0 } }
]

/** Requests per event on a mixed trace, in four ways of sending it. */
export const requests: Part = {
  name: 'requests',
  title: 'Requests per event',
  async run(crisp) {
    const table: Table = [
      ['trace', 'way', 'requests', 'per event', 'of the floor', 'events a day, website token', 'plugin token']
    ]
    const figures = []
    for (const trace of TRACES) {
      const events = [...makeTrace({ events: EVENTS, people: PEOPLE, ...trace.options })]
      const batches = [...toBatches(events, BATCH)]
      const floor = batches.reduce((sum, batch) => sum + getFloor(batch), 0)
      const ways: Record<string, number> = {
        single: await spent(crisp, trace, events, crisp.runtime(), deliverSingly),
        batched: await spent(crisp, trace, events, crisp.runtime(), (runtime) => deliverInBatches(runtime, batches)),
        floor,
        plain: await spent(crisp, trace, events, crisp.runtime(plain), deliverSingly)
      }
      for (const [way, count] of Object.entries(ways)) {
        const perEvent = count / EVENTS
        const aDay = (quota: number) => Math.floor(quota / perEvent).toLocaleString('en')
        const cells = [round(perEvent, 3), `${round(count / floor, 3)} ×`]
        table.push([trace.name, way, count, ...cells, aDay(DAILY_QUOTA.website), aDay(DAILY_QUOTA.plugin)])
      }
      figures.push({ trace: trace.name, ...ways, perFloor: ways.batched / floor })
    }
    const [headline] = figures
    const web = await compareSkipping(crisp)
    return {
      tables: [table],
      bars: [
        { what: `mixed trace in batches, of the floor (${headline.trace})`, measured: headline.perFloor, most: 1.05 },
        { what: 'web traffic with skipRepeats, of the requests without', measured: web.ratio, most: 0.35 }
      ],
      figures: [...figures, web]
    }
  }
}

/** Page loads that identify again, with and without `skipRepeats`. */
async function compareSkipping(crisp: CrispProcess) {
  const batches = [...toBatches(makePageLoads(WEB.people, WEB.loads), WEB.batch)]
  const count = async (skipRepeats: boolean) => {
    await crisp.begin(WEB.people)
    const runtime = crisp.runtime()
    const { identify } = getSubscriptions(runtime)
    const subscription = { ...identify, mapping: { ...identify.mapping, skipRepeats } }
    for (const batch of batches) await runtime.deliverBatchTo(subscription, batch)
    runtime.close()
    return (await crisp.counts()).requests
  }
  const [without, withSkipping] = [await count(false), await count(true)]
  return { trace: 'web traffic', without, withSkipping, ratio: withSkipping / without }
}

type Deliver = (runtime: Runtime, events: SegmentEvent[]) => Promise<void>

async function spent(
  crisp: CrispProcess,
  { known }: Trace,
  events: SegmentEvent[],
  runtime: Runtime,
  deliver: Deliver
): Promise<number> {
  await crisp.begin(known)
  await deliver(runtime, events)
  runtime.close()
  const counts = await crisp.counts()
  const tracks = events.filter(({ type }) => type === 'track').length
  if (counts.events !== tracks) throw new Error(`${tracks} tracks were sent, ${counts.events} arrived.`)
  return counts.requests
}

/** Event by event; different people at once, as Segment's workers would. */
async function deliverSingly(runtime: Runtime, events: SegmentEvent[]): Promise<void> {
  const subscriptions = getSubscriptions(runtime)
  const groups = Array.from({ length: GROUPS_AT_ONCE }, (): SegmentEvent[] => [])
  for (const event of events) groups[Number(event.userId?.split('-')[1]) % GROUPS_AT_ONCE].push(event)
  await Promise.all(
    groups.map(async (group) => {
      for (const event of group) {
        const { verdict } = await runtime.deliverTo(subscriptions[event.type as 'identify' | 'track'], event)
        if ('reason' in verdict) throw new Error(verdict.reason)
      }
    })
  )
}

async function deliverInBatches(runtime: Runtime, batches: SegmentEvent[][]): Promise<void> {
  const subscriptions = getSubscriptions(runtime)
  for (const batch of batches) {
    const reports = await runtime.deliverBatchTo(subscriptions[batch[0].type as 'identify' | 'track'], batch)
    for (const { verdict } of reports) if ('reason' in verdict) throw new Error(verdict.reason)
  }
}
