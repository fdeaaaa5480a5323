import type { Subscription } from '@segment/actions-core'
import { nameOf } from './subscriptions'

/** What the failed file says of an event, beside the event itself. */
export interface FailedNote {
  reason: string
  status: number
  /** Whether sending it again could help. */
  retry: boolean
  file: string
  line: number
  /** The subscriptions that did not get the event, when others did. */
  subscriptions?: string[]
}

/** An entry of the failed file, read back. */
export interface FailedEntry {
  /** The names of the subscriptions that did not get the event; none when none did. */
  subscriptions: string[]
  /** The original text: the event, or the line that is no event. */
  text: string
}

/**
 * A line of the failed file. The event stands in it as it was, to the letter; a text that is no JSON stands as a string.
 * @param text - the original text
 * @param isJson - whether the text is JSON
 */
export function writeFailedEntry(note: FailedNote, text: string, isJson: boolean): string {
  // In JSON a line break can only stand between tokens, so that a space in its place changes nothing.
  const original = isJson ? `"event":${text.replace(/[\r\n]+/g, ' ')}` : `"text":${JSON.stringify(text)}`
  return `{"failed":${JSON.stringify(note)},${original}}\n`
}

/** Reads an entry of a failed file back; undefined for any other JSON. */
export function readFailedEntry(json: unknown, text: string): FailedEntry | undefined {
  if (!isObject(json) || !isObject(json.failed) || Object.keys(json).length !== 2) return undefined
  const subscriptions = namesIn(json.failed.subscriptions)
  if (typeof json.text === 'string') return { subscriptions, text: json.text }
  if (!isObject(json.event)) return undefined
  const before = `{"failed":${JSON.stringify(json.failed)},"event":`
  return { subscriptions, text: text.startsWith(before) ? text.slice(before.length, -1) : JSON.stringify(json.event) }
}

/** The subscriptions that an entry still has to reach: those that it names, if the mapping has them, else all. */
export function remaining(subscriptions: Subscription[], names: string[] = []): Subscription[] {
  const named = subscriptions.filter((subscription) => names.includes(nameOf(subscription)))
  return named.length > 0 ? named : subscriptions
}

function namesIn(json: unknown): string[] {
  return Array.isArray(json) ? json.filter((name) => typeof name === 'string') : []
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
