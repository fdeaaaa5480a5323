import { PayloadValidationError } from '@segment/actions-core'
import { EVENT_COLORS, EVENT_PROPERTIES_MAX, EVENT_TEXT_MAX, EVENT_VALUE_MAX } from '../api/limits'
import type { FlatData, PersonEvent, Scalar } from '../api/types'
import { cut, flatten } from '../flatten'
import type { Payload } from './generated-types'

/** The property that tells when an event happened: Crisp stamps events on arrival and takes no time. */
const OCCURRED_AT = 'occurred_at'

/**
 * The event of a payload, within Crisp's limits: whatever exceeds them Crisp would refuse whole.
 * @throws PayloadValidationError when the event has no name
 */
export function toEvent(payload: Payload): PersonEvent {
  const text = cut(payload.eventName?.trim() ?? '', EVENT_TEXT_MAX).trim()
  if (!text) {
    throw new PayloadValidationError(
      'Event Name is empty. Map the name of the event, or a fixed text for page and screen calls.'
    )
  }
  const event: PersonEvent = { text, data: toProperties(payload) }
  if (isColor(payload.color)) event.color = payload.color
  return event
}

function toProperties({ properties, occurredAt }: Payload): FlatData {
  const data = flatten(properties ?? {}, 'index')
  const time = occurredAt?.trim()
  if (time) data.delete(OCCURRED_AT)
  const entries: [string, Scalar][] = time ? [[OCCURRED_AT, time], ...data] : [...data]
  return Object.fromEntries(
    entries
      .filter(([, value]) => value !== '')
      .slice(0, EVENT_PROPERTIES_MAX)
      .map(([key, value]) => [key, typeof value === 'string' ? cut(value, EVENT_VALUE_MAX) : value])
  )
}

function isColor(color: string | undefined): boolean {
  return EVENT_COLORS.some((known) => known === color)
}
