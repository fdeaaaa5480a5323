import type { SegmentEvent } from '@segment/actions-core'
import { deliver, deliverBatch } from './support'
import type { World } from './support'

/** Delivers events to the first subscription of a world and tells what became of each. */
export type Send = (world: World, events: SegmentEvent[]) => ReturnType<typeof deliverBatch>

const sendSingly: Send = async (world, events) => {
  const results: Awaited<ReturnType<Send>> = []
  for (const event of events) results.push(await deliver(world, event))
  return results
}

const sendBatch: Send = (world, events) => deliverBatch(world, events, { subscription: world.segment.subscriptions[0] })

/** Runs the tests for events one by one and for the same events as one batch. */
export function inBothModes(tests: (send: Send, mode: 'single' | 'batch') => void): void {
  describe('events one by one', () => tests(sendSingly, 'single'))
  describe('events as a batch', () => tests(sendBatch, 'batch'))
}

/** The requests so far: method, route and decoded person, then the body of those that have one. */
export function getExchanges({ crisp }: World): (readonly [string] | readonly [string, unknown])[] {
  return crisp.journal.entries().map(({ method, path, requestBody }) => {
    const [, what] = decodeURIComponent(path.split('?')[0]).split('/people/')
    const line = `${method} ${what}`
    return method === 'GET' ? [line] : [line, requestBody]
  })
}
