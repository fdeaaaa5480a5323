import type { SegmentEvent } from '@segment/actions-core'
import { subscriptionsOf } from './crisp'
import { round } from './part'
import type { Bar, Part, Table } from './part'
import { traceOf } from './trace'

const EVENTS = 1000
const PEOPLE = 1000
const LATENCIES = [50, 200]
const AT_ONCE = 10

/** Wall time of a batch against the ideal: ten requests in flight all the time. */
export const wall: Part = {
  name: 'wall',
  title: 'Wall time of a 1000-event batch',
  async run(crisp) {
    const table: Table = [
      ['batch', 'a request', 'requests', 'longest lane', 'ideal', 'measured', 'of the ideal', 'in flight at most']
    ]
    const bars: Bar[] = []
    const figures = []
    for (const type of ['track', 'identify'] as const) {
      const events = [...traceOf({ events: EVENTS, people: PEOPLE, identifies: type === 'identify' ? 1 : 0 })]
      for (const latency of LATENCIES) {
        await crisp.begin(PEOPLE, latency)
        const runtime = crisp.runtime()
        const startedAt = performance.now()
        await runtime.deliverBatchTo(subscriptionsOf(runtime)[type], events)
        const measured = performance.now() - startedAt
        runtime.close()
        const { requests, maxInFlight } = await crisp.counts()
        const ideal = (requests * latency) / AT_ONCE
        const longest = type === 'track' ? longestLane(events) : 2
        const seconds = (ms: number) => `${round(ms / 1000)} s`
        const times = [seconds(ideal), seconds(measured), `${round(measured / ideal, 3)} ×`]
        table.push([`${EVENTS} ${type}`, `${latency} ms`, requests, longest, ...times, maxInFlight])
        figures.push({ type, latency, requests, ideal, measured, ratio: measured / ideal, maxInFlight })
        const what = `wall time, ${type} at ${latency} ms, of the ideal`
        bars.push({ what, measured: measured / ideal, most: 1.15 })
        bars.push({ what: `requests in flight, ${type} at ${latency} ms`, measured: maxInFlight, most: AT_ONCE })
      }
    }
    return { tables: [table], bars, figures }
  }
}

/** Requests of the person with the most events, one after the other. */
function longestLane(events: SegmentEvent[]): number {
  const lanes = new Map<unknown, number>()
  for (const { userId } of events) lanes.set(userId, (lanes.get(userId) ?? 0) + 1)
  return Math.max(...lanes.values())
}
