import { isUtf8 } from 'buffer'
import type { SegmentEvent, Subscription } from '@segment/actions-core'
import type { Reference } from '../../src/person/reference'
import { isSubscribed } from '../runtime'
import { readFailedEntry, remaining } from './failed-entry'
import type { FailedEntry } from './failed-entry'
import type { Settlement } from './outcome'
import type { Line } from './read'
import { whoseEvent } from './whose'

/** Which events are sent. What is not given does not leave anything out. */
export interface Selection {
  /** Types of events. */
  only?: string[]
  /** Milliseconds since the epoch; events from this moment on. */
  from?: number
  /** Milliseconds since the epoch; events before this moment. */
  to?: number
}

/** A subscription that takes the event, and whose event it is there. */
export interface Target {
  subscription: Subscription
  reference?: Reference
}

/** An event on its way. */
export interface Item {
  n: number
  file: string
  line: number
  /** The original text. */
  text: string
  event: SegmentEvent
  /** What it still has to be delivered to, in order; at least one. */
  targets: Target[]
}

/** A line that is settled without being sent. */
export interface Settled extends Pick<Item, 'n' | 'file' | 'line' | 'text'> {
  settlement: Settlement
  isJson: boolean
}

/** Parses a line and decides whether and where it is sent. */
export function select(line: Line, selection: Selection, subscriptions: Subscription[]): Item | Settled {
  const text = line.bytes.toString('utf8')
  const place = { n: line.n, file: line.file, line: line.line, text }
  const broken = (reason: string, isJson = false): Settled => ({ ...place, isJson, settlement: refused(reason) })

  if (line.problem) return broken(line.problem)
  if (!isUtf8(line.bytes)) return broken('The line is not UTF-8 text.')
  let json: unknown
  let entry: FailedEntry | undefined
  try {
    json = JSON.parse(text) as unknown
    entry = readFailedEntry(json, text)
    if (entry) {
      place.text = entry.text
      json = JSON.parse(entry.text) as unknown
    }
  } catch {
    return broken('The line is not valid JSON.')
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return broken('The line is no event: it is not a JSON object.', true)
  }
  const event = json as SegmentEvent

  const leftOut = (reason: string): Settled => ({
    ...place,
    isJson: true,
    settlement: { outcome: 'not subscribed', reason }
  })
  if (selection.only && !selection.only.includes(event.type)) return leftOut('Left out by --only.')
  if (selection.from !== undefined || selection.to !== undefined) {
    const time = timeOf(event)
    if (time === undefined) return broken('The event has no readable timestamp, which --from and --to need.', true)
    if (time < (selection.from ?? -Infinity) || time >= (selection.to ?? Infinity)) {
      return leftOut('Left out by --from or --to.')
    }
  }
  const taking = subscriptions.filter((subscription) => isSubscribed(subscription, event))
  if (taking.length === 0) return leftOut('No subscription takes it.')
  const targets = remaining(taking, entry?.subscriptions).map((subscription) => ({
    subscription,
    reference: whoseEvent(subscription, event)
  }))
  return { ...place, event, targets }
}

/** True for a line that is settled without being sent. */
export function isSettled(selected: Item | Settled): selected is Settled {
  return 'settlement' in selected
}

function refused(reason: string): Settlement {
  return { outcome: 'failed', status: 400, retry: false, reason }
}

function timeOf({ timestamp, sentAt, receivedAt }: SegmentEvent): number | undefined {
  const given: unknown = timestamp ?? sentAt ?? receivedAt
  const time = typeof given === 'string' ? Date.parse(given) : NaN
  return Number.isNaN(time) ? undefined : time
}
