import type { JsonObject } from './types'

const longest = 120

/** A few words that tell an event from its neighbours: `track “Order Completed” · u_ada`. */
export function titleOf(event: JsonObject): string {
  const name = text(event.event) ?? text(event.name)
  const who = text(inside(event.traits, 'email')) ?? text(event.userId) ?? text(event.anonymousId)
  const type = text(event.type) ?? 'event without a type'
  return cut([type, name && `“${name}”`, who && `· ${who}`].filter(Boolean).join(' '))
}

/** The same for a batch. */
export function titleOfBatch(events: JsonObject[]): string {
  return `batch of ${events.length} ${events.length === 1 ? 'event' : 'events'}`
}

function inside(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as JsonObject)[key] : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Cut on code points: half a surrogate pair is no text. */
function cut(title: string): string {
  return title.length > longest ? `${[...title.slice(0, longest * 2)].slice(0, longest).join('')}…` : title
}
