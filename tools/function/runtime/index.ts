import type { SegmentEvent, Subscription } from '@segment/actions-core'
import { onDelete as deletePerson } from '../../../src/onDelete'
import { isRetryable } from '../../../src/outcome'
import { deliver } from './deliver'
import type { Result } from './deliver'
import { toMatcher } from './payload'
import { createRequestClient, Deadline } from './request'
import { FunctionSettings } from './settings'

type Given = Record<string, unknown> | undefined
type ErrorClass = new (message: string) => Error

/** What Segment's Functions provide. */
declare const EventNotSupported: ErrorClass
declare const RetryError: ErrorClass
declare const ValidationError: ErrorClass
/** The mappings, at the top of the script. */
declare const SUBSCRIPTIONS: Subscription[]

const matchers = SUBSCRIPTIONS.map(toMatcher)

/** Delivers one event. Throws the error class that makes Segment discard the event or try it again. */
export async function onEvent(event: SegmentEvent, settings: Given): Promise<void> {
  const [result] = await deliverOrFail([event], settings)
  throwFailure(result)
}

/** Delivers events of any type. Returns a result for each of them, in their order. */
export async function onBatch(events: SegmentEvent[], settings: Given): Promise<Omit<Result, 'isNotSupported'>[]> {
  const results = await deliverOrFail(events, settings)
  return results.map(({ status, errormessage }) => ({ status, ...(errormessage && { errormessage }) }))
}

/** Deletes a person. */
export async function onDelete(event: SegmentEvent, settings: Given): Promise<void> {
  const { destination } = new FunctionSettings(settings)
  try {
    const signal = new Deadline()
    const bundle = { settings: destination, payload: { userId: event.userId }, signal }
    await deletePerson(createRequestClient(destination, signal), bundle)
  } catch (thrown) {
    throwFailure(toFailure(thrown))
  }
}

/** Settings that cannot be used fail every event with the same sentence. */
async function deliverOrFail(events: SegmentEvent[], settings: Given): Promise<Result[]> {
  try {
    return await deliver(events, settings, matchers)
  } catch (thrown) {
    return events.map(() => toFailure(thrown))
  }
}

/** What is no error of a delivery is tried again, as Segment does with a destination. */
function toFailure(thrown: unknown): Result {
  const { status = 500, message } = Object(thrown) as { status?: number; message?: string }
  return { status: isRetryable(status) ? 500 : 400, errormessage: message }
}

function throwFailure({ status, errormessage = '', isNotSupported }: Result): void {
  if (status === 200) return
  if (isNotSupported) throw new EventNotSupported(errormessage)
  throw status === 500 ? new RetryError(errormessage) : new ValidationError(errormessage)
}
