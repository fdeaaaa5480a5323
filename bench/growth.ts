import type { CrispProcess } from './crisp'
import { getSubscriptions } from './crisp'
import { heap } from './heap'
import { round } from './part'
import type { Part, Table } from './part'
import { toBatches, makeTrace } from './trace'

const BATCH = 1000
const SIZES = [
  { events: 1_000, people: 1_000 },
  { events: 10_000, people: 1_000 },
  { events: 100_000, people: 1_000 },
  { events: 20_000, people: 10 },
  { events: 20_000, people: 1_000 },
  { events: 20_000, people: 100_000 }
]

/** Time and memory as events and people grow. */
export const growth: Part = {
  name: 'growth',
  title: 'Growth',
  async run(crisp) {
    const table: Table = [
      ['events', 'people', 'requests', 'time', 'events a second', 'heap at most', 'heap afterwards']
    ]
    const figures = []
    await measure(crisp, SIZES[0])
    for (const size of SIZES) {
      const figure = await measure(crisp, size)
      const { events, people, requests, ms, peak, kept } = figure
      const megabytes = (bytes: number) => `${round(bytes / 2 ** 20, 1)} MB`
      const speed = Math.round(events / (ms / 1000))
      const times = [requests, `${round(ms / 1000, 1)} s`, speed, megabytes(peak), megabytes(kept)]
      table.push([events.toLocaleString('en'), people.toLocaleString('en'), ...times])
      figures.push(figure)
    }
    return {
      tables: [table],
      notes: [
        'Known people, tracks with an email, batches of up to 1000. Heap of the load process, after a collection, at the end of each batch and of the run: above its heap at the start.'
      ],
      figures
    }
  }
}

async function measure(crisp: CrispProcess, { events, people }: (typeof SIZES)[number]) {
  await crisp.begin(people)
  const runtime = crisp.runtime()
  const subscriptions = getSubscriptions(runtime)
  const start = heap()
  let peak = start
  let ms = 0
  for (const batch of toBatches(makeTrace({ events, people }), BATCH)) {
    const startedAt = performance.now()
    await runtime.deliverBatchTo(subscriptions[batch[0].type as 'identify' | 'track'], batch)
    ms += performance.now() - startedAt
    peak = Math.max(peak, heap())
  }
  runtime.close()
  const { requests } = await crisp.counts()
  return { events, people, requests, ms, peak: peak - start, kept: heap() - start }
}
