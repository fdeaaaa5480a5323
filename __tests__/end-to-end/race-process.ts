import type { SegmentEvent } from '@segment/actions-core'
import { presetSubscriptions, Runtime } from '../../tools/runtime'

/** What a process of the race test is told to deliver: for each person, events one after the other. */
export interface Task {
  crisp: { apiKey: string; websiteId: string; port: number }
  mode: 'single' | 'batch'
  /** All first events at once, then all second events, and so on. */
  rounds: SegmentEvent[][]
}

/** What it answers: the reasons of the events that were not delivered. */
export interface Done {
  failures: string[]
}

/** A process keeps its cache of a website's people from one task to the next. */
const runtimes = new Map<string, Runtime>()

async function deliver({ crisp, mode, rounds }: Task): Promise<Done> {
  const { apiKey, websiteId, port } = crisp
  const segment = runtimes.get(websiteId) ?? new Runtime({ settings: { apiKey, websiteId }, port })
  runtimes.set(websiteId, segment)
  const failures: string[] = []
  for (const events of rounds) {
    const [identify, track] = presetSubscriptions()
    const subscription = events[0].type === 'identify' ? identify : track
    const reports =
      mode === 'batch'
        ? await segment.deliverBatchTo(subscription, events)
        : await Promise.all(events.map((event) => segment.deliverTo(subscription, event)))
    for (const { verdict } of reports) if ('reason' in verdict) failures.push(`${verdict.status} ${verdict.reason}`)
  }
  return { failures }
}

process.on('message', (task: Task) => {
  void deliver(task).then((done) => process.send?.(done))
})
process.send?.('ready')
