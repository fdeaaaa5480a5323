import type { SegmentEvent } from '@segment/actions-core'
import { GROUPS_AT_ONCE } from '../src/batch'
import { presetSubscriptions } from '../tools/runtime'
import { bareDefinition } from './bare'
import { round } from './part'
import type { Bar, Part, Table } from './part'
import { makeTrace } from './trace'

const EVENTS = 1000
const PEOPLE = 1000
const LATENCIES = [50, 200]

/** Wall time of a batch against the ideal: as many requests in flight as there may be, all the time. */
export const wall: Part = {
  name: 'wall',
  title: 'Wall time of a 1000-event batch',
  async run(crisp) {
    const table: Table = [
      [
        'batch',
        'a request',
        'requests',
        'longest group',
        'ideal',
        'measured',
        'of the ideal',
        'bare',
        'in flight at most'
      ]
    ]
    const bars: Bar[] = []
    const figures = []
    for (const type of ['track', 'identify'] as const) {
      const events = [...makeTrace({ events: EVENTS, people: PEOPLE, identifies: type === 'identify' ? 1 : 0 })]
      const subscription = presetSubscriptions()[type === 'identify' ? 0 : 1]
      await crisp.begin(PEOPLE)
      const own = crisp.runtime()
      await own.deliverBatchTo(subscription, events)
      const noted = await crisp.takeRequests()
      const bare = crisp.runtime(bareDefinition(() => noted))
      for (const latency of LATENCIES) {
        await crisp.begin(PEOPLE, latency)
        const measured = await measureWall(() => own.deliverBatchTo(subscription, events))
        const { requests, maxInFlight } = await crisp.counts()
        const ideal = (requests * latency) / GROUPS_AT_ONCE
        const bareTime = await measureWall(() => bare.deliverBatchTo(subscription, events))
        const longest = type === 'track' ? getLongestGroup(events) : 2
        const seconds = (ms: number) => `${round(ms / 1000)} s`
        const times = [seconds(ideal), seconds(measured), `${round(measured / ideal, 3)} ×`]
        const others = [`${round(bareTime / ideal, 3)} ×`, maxInFlight]
        table.push([`${EVENTS} ${type}`, `${latency} ms`, requests, longest, ...times, ...others])
        const ratio = measured / ideal
        figures.push({ type, latency, requests, ideal, measured, ratio, bare: bareTime / ideal, maxInFlight })
        bars.push({ what: `wall time, ${type} at ${latency} ms, of the ideal`, measured: ratio, most: 1.15 })
        bars.push({ what: `requests in flight, ${type} at ${latency} ms`, measured: maxInFlight, most: GROUPS_AT_ONCE })
      }
      own.close()
      bare.close()
    }
    const notes = [
      `The ideal is requests × latency / ${GROUPS_AT_ONCE}. The bare definition sends the same requests, ${GROUPS_AT_ONCE} at a time, and does nothing else: what it takes above the ideal is the machine, the request client and the sandbox.`
    ]
    return { tables: [table], notes, bars, figures }
  }
}

async function measureWall(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await run()
  return performance.now() - startedAt
}

/** Requests of the person with the most events, one after the other. */
function getLongestGroup(events: SegmentEvent[]): number {
  const groups = new Map<unknown, number>()
  for (const { userId } of events) groups.set(userId, (groups.get(userId) ?? 0) + 1)
  return Math.max(...groups.values())
}
