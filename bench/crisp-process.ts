import { createSandbox } from '../tools/sandbox'
import type { Sandbox } from '../tools/sandbox'
import { personOf } from './trace'

/** What the load asks of the process with the sandbox. */
export type Order = { order: 'begin'; people: number; latency: number } | { order: 'counts' }

/** The answer to every order. */
export interface Counts {
  requests: number
  maxInFlight: number
  people: number
  events: number
}

/** The first message of the process. */
export type Address = Pick<Sandbox, 'apiKey' | 'websiteId' | 'port'>

async function main() {
  const crisp = await createSandbox({ journalSize: 100 })
  const { apiKey, websiteId, port } = crisp
  process.on('message', (message: Order) => {
    if (message.order === 'begin') begin(crisp, message.people, message.latency)
    process.send?.(countsOf(crisp))
  })
  process.send?.({ apiKey, websiteId, port })
}

/** An empty journal, so many people of the trace, and no faults but a latency. */
function begin(crisp: Sandbox, people: number, latency: number) {
  crisp.reset()
  for (let n = 0; n < people; n++) {
    const { email, userId, name } = personOf(n)
    crisp.people.add({ email, nickname: name, data: { user_id: userId } })
  }
  if (latency > 0) crisp.faults.add({ effect: { type: 'latency', ms: latency } })
}

function countsOf({ journal, people }: Sandbox): Counts {
  return {
    requests: journal.count(),
    maxInFlight: journal.maxInFlight,
    people: people.count(),
    events: people.all().reduce((sum, { events }) => sum + events.length, 0)
  }
}

void main()
