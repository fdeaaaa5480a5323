import { toSegmentName } from '../person/segments'
import type { SegmentChanges } from '../person/segments'
import type { Payload } from './generated-types'

/**
 * The segments that a payload adds its person to or removes it from.
 * @param isMember - whether the person is in the audience that the event is about; unknown membership changes nothing
 */
export function toSegmentChanges(payload: Payload, isMember: boolean | undefined): SegmentChanges {
  const { segments = [], audienceAsSegment, computationClass, computationKey } = payload
  const changes = segments.map((segment): [string, boolean] => [toSegmentName(segment), true])
  if (audienceAsSegment && computationClass === 'audience' && computationKey && isMember !== undefined) {
    changes.push([toSegmentName(computationKey), isMember])
  }
  // For speed: most payloads name no segment.
  return changes.length === 0 ? {} : Object.fromEntries(changes.filter(([name]) => name !== ''))
}
