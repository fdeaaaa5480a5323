import { fork } from 'child_process'
import { once } from 'events'
import type { DestinationDefinition, Subscription } from '@segment/actions-core'
import type { Settings } from '../src/generated-types'
import { Runtime } from '../tools/runtime'
import type { Address, Counts, RequestNote, Order } from './crisp-process'

/** A sandbox in a process of its own, so that its work is not counted as the destination's. */
export interface CrispProcess {
  /** Starts over: so many people of the trace, a latency in milliseconds, an empty journal. */
  begin(people: number, latency?: number): Promise<void>
  counts(): Promise<Counts>
  /** The requests since this was last asked, up to 5,000; the counts start at 0 again. */
  takeRequests(): Promise<RequestNote[]>
  /** A runtime before this Crisp that remembers no one. Close it. */
  runtime(definition?: DestinationDefinition<Settings>): Runtime
  close(): Promise<void>
}

/** Starts the process with the sandbox. */
export async function startCrisp(): Promise<CrispProcess> {
  const child = fork(require.resolve('./crisp-process'))
  const [{ apiKey, websiteId, port }] = (await once(child, 'message')) as [Address]
  const ask = async <Answer>(order: Order): Promise<Answer> => {
    const answer = once(child, 'message') as Promise<[Answer]>
    child.send(order)
    return (await answer)[0]
  }
  return {
    begin: async (people, latency = 0) => {
      await ask<Counts>({ order: 'begin', people, latency })
    },
    counts: () => ask<Counts>({ order: 'counts' }),
    takeRequests: () => ask<RequestNote[]>({ order: 'requests' }),
    runtime: (definition) => new Runtime({ settings: { apiKey, websiteId }, port, definition, record: false }),
    close: async () => {
      const gone = once(child, 'exit')
      child.kill()
      await gone
    }
  }
}

/** The runtime's subscriptions by the type of event that they take. */
export function getSubscriptions(runtime: Runtime): { identify: Subscription; track: Subscription } {
  const [identify, track] = runtime.subscriptions
  return { identify, track }
}
