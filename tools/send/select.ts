import { isUtf8 } from 'buffer'
import { transform } from '@segment/actions-core'
import type { SegmentEvent, Subscription } from '@segment/actions-core'
import pick from 'lodash/pick'
import { readReference } from '../../src/person/reference'
import type { Reference } from '../../src/person/reference'
import { isSubscribed } from '../runtime'
import { readFailedEntry } from './failed-file'
import type { FailedEntry } from './failed-file'
import type { Line } from './reader'
import type { Outcome } from './stats'
import { getName } from './subscriptions'

/** The types of events that Segment knows (Segment docs, "Spec"). */
export const EVENT_TYPES = ['identify', 'track', 'page', 'screen', 'group', 'alias', 'delete']

/** Characters of an unknown type that a message quotes. */
const MAX_QUOTE = 40

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
export interface PendingSubscription {
  subscription: Subscription
  reference?: Reference
}

/** Where a line stands, and its original text. */
export interface LineText {
  n: number
  file: string
  line: number
  text: string
}

/** An event to be sent. */
export interface SelectedEvent extends LineText {
  event: SegmentEvent
  /** What it still has to be delivered to, in order; at least one. */
  pending: PendingSubscription[]
}

/** A line that has its outcome without being sent. */
export interface UnsentLine extends LineText {
  outcome: Outcome
  isJson: boolean
}

/** Parses a line and decides whether and where it is sent. */
export function select(line: Line, selection: Selection, subscriptions: Subscription[]): SelectedEvent | UnsentLine {
  const text = line.bytes.toString('utf8')
  const place = { n: line.n, file: line.file, line: line.line, text }
  const fail = (reason: string, isJson = false): UnsentLine => ({ ...place, isJson, outcome: buildFailure(reason) })

  if (line.problem) return fail(line.problem)
  if (!isUtf8(line.bytes)) return fail('The line is not UTF-8 text.')
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
    return fail('The line is not valid JSON.')
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return fail('The line is no event: it is not a JSON object.', true)
  }
  const event = json as SegmentEvent
  const typeProblem = findTypeProblem(event.type)
  if (typeProblem !== undefined) return fail(typeProblem, true)

  const leaveOut = (reason: string): UnsentLine => ({
    ...place,
    isJson: true,
    outcome: { name: 'not subscribed', reason }
  })
  if (selection.only && !selection.only.includes(event.type)) return leaveOut('Left out by --only.')
  if (selection.from !== undefined || selection.to !== undefined) {
    const time = getTime(event)
    if (time === undefined) return fail('The event has no readable timestamp, which --from and --to need.', true)
    if (time < (selection.from ?? -Infinity) || time >= (selection.to ?? Infinity)) {
      return leaveOut('Left out by --from or --to.')
    }
  }
  const taking = subscriptions.filter((subscription) => isSubscribed(subscription, event))
  if (taking.length === 0) return leaveOut('No subscription takes it.')
  const pending = getRemaining(taking, entry?.subscriptions).map((subscription) => ({
    subscription,
    reference: getReference(subscription, event)
  }))
  return { ...place, event, pending }
}

/** True for a line that has its outcome without being sent. */
export function isUnsent(selected: SelectedEvent | UnsentLine): selected is UnsentLine {
  return 'outcome' in selected
}

function findTypeProblem(type: unknown): string | undefined {
  if (type === undefined || type === null || type === '') return 'type is missing.'
  if (typeof type === 'string' && EVENT_TYPES.includes(type)) return undefined
  const text = typeof type === 'string' ? type : JSON.stringify(type)
  return `${text.slice(0, MAX_QUOTE)} is not a type that Segment knows.`
}

function buildFailure(reason: string): Outcome {
  return { name: 'failed', status: 400, retry: false, reason }
}

function getTime({ timestamp, sentAt, receivedAt }: SegmentEvent): number | undefined {
  const given: unknown = timestamp ?? sentAt ?? receivedAt
  const time = typeof given === 'string' ? Date.parse(given) : NaN
  return Number.isNaN(time) ? undefined : time
}

/** The subscriptions that an entry of a failed file still has to reach: those that it names, if there are any, else all. */
function getRemaining(subscriptions: Subscription[], names: string[] = []): Subscription[] {
  const named = subscriptions.filter((subscription) => names.includes(getName(subscription)))
  return named.length > 0 ? named : subscriptions
}

/**
 * Whose event it is in a subscription, by its mapping, as the destination sees it.
 * @returns undefined when the event names no person; the destination then refuses it without a request
 */
function getReference({ mapping }: Subscription, event: SegmentEvent): Reference | undefined {
  try {
    const { email, userId } = transform(pick(mapping, ['email', 'userId']), event as unknown as TransformInput)
    return readReference({ email: toText(email), userId: toText(userId) })
  } catch {
    return undefined
  }
}

type TransformInput = Parameters<typeof transform>[1]

/** Turns scalars into text, as the schema validation of the runtime does. */
function toText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined
}
