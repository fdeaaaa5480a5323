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
  note: FailedNote
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
  const note = json.failed as unknown as FailedNote
  if (typeof json.text === 'string') return { note, text: json.text }
  if (!isObject(json.event)) return undefined
  const before = `{"failed":${JSON.stringify(note)},"event":`
  return { note, text: text.startsWith(before) ? text.slice(before.length, -1) : JSON.stringify(json.event) }
}

/** The subscriptions that an entry still has to reach: those that it names, if the mapping has them, else all. */
export function remaining(subscriptions: Subscription[], note: FailedNote | undefined): Subscription[] {
  const names = Array.isArray(note?.subscriptions) ? note.subscriptions : []
  const named = subscriptions.filter((subscription) => names.includes(nameOf(subscription)))
  return named.length > 0 ? named : subscriptions
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
