import { randomUUID } from 'crypto'
import type { SegmentEvent } from '@segment/actions-core'
import { createSandbox } from '../../../tools/sandbox'
import type { Sandbox } from '../../../tools/sandbox'
import { requests } from './load'
import type { FunctionSettings } from './load'

/** One sandbox for a test file, empty before every test, and the settings that open it. */
export function useSandbox(): { crisp: Sandbox; settings: FunctionSettings } {
  const shared = {} as { crisp: Sandbox; settings: FunctionSettings }
  beforeAll(async () => {
    shared.crisp = await createSandbox({ websiteId: randomUUID() })
    const { apiKey, websiteId } = shared.crisp
    shared.settings = { apiKey, websiteId }
  })
  beforeEach(() => {
    shared.crisp.reset()
    requests.length = 0
  })
  afterAll(() => shared.crisp.close())
  return shared
}

/** An event with any parts; Segment's type is narrower. */
export function toEvent(parts: Record<string, unknown>): SegmentEvent {
  return parts as unknown as SegmentEvent
}

export const IDENTIFY = toEvent({
  type: 'identify',
  userId: 'u1',
  traits: { email: 'ada@example.com', name: 'Ada', plan: 'team' }
})

export const TRACK = toEvent({
  type: 'track',
  userId: 'u1',
  event: 'Order Completed',
  properties: { total: 12 },
  context: { traits: { email: 'ada@example.com' } }
})
