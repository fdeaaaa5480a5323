import { createSandbox } from '../tools/sandbox'
import type { Sandbox } from '../tools/sandbox'
import { getPerson } from './trace'

/** What the load asks of the process with the sandbox. */
export type Order = { order: 'begin'; people: number; latency: number } | { order: 'counts' } | { order: 'requests' }

/** The answer to every order. */
export interface Counts {
  requests: number
  maxInFlight: number
  people: number
  events: number
}

/** A request as the sandbox noted it. */
export interface RequestNote {
  method: string
  path: string
  body: unknown
}

/** The first message of the process. */
export type Address = Pick<Sandbox, 'apiKey' | 'websiteId' | 'port'>

async function main() {
  const crisp = await createSandbox({ journalSize: 5000 })
  const { apiKey, websiteId, port } = crisp
  process.on('message', (message: Order) => {
    if (message.order === 'begin') begin(crisp, message.people, message.latency)
    process.send?.(message.order === 'requests' ? takeRequests(crisp) : getCounts(crisp))
  })
  process.send?.({ apiKey, websiteId, port })
}

/** An empty journal, so many people of the trace, and no faults but a latency. */
function begin(crisp: Sandbox, people: number, latency: number) {
  crisp.reset()
  for (let n = 0; n < people; n++) {
    const { email, userId, name } = getPerson(n)
    crisp.people.add({ email, nickname: name, data: { user_id: userId } })
  }
  if (latency > 0) crisp.faults.add({ effect: { type: 'latency', ms: latency } })
}

/** The requests since this was last asked. */
function takeRequests({ journal }: Sandbox): RequestNote[] {
  const noted = journal.entries().map(({ method, path, requestBody }) => ({ method, path, body: requestBody }))
  journal.clear()
  return noted
}

function getCounts({ journal, people }: Sandbox): Counts {
  return {
    requests: journal.count(),
    maxInFlight: journal.maxInFlight,
    people: people.count(),
    events: people.all().reduce((sum, { events }) => sum + events.length, 0)
  }
}

void main()
