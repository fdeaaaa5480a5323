import { readFileSync } from 'fs'
import { join } from 'path'
import type { SegmentEvent } from '@segment/actions-core'
import { exampleEvents } from '../example-events'
import { packageFolder } from '../package-folder'
import type { Verdict } from '../runtime'

/** An example event and how it must end. */
export interface Example {
  event: SegmentEvent
  expected: Expectation
}

interface Expectation {
  outcome: Verdict['outcome']
  /** Requests that it costs, when one process delivers the file in order to an empty Crisp. */
  requests: number
}

/**
 * The example events of this package in the order of the file, each with its expectation.
 * @throws Error when an event has no expectation
 */
export function readExamples(): Example[] {
  const path = join(packageFolder(), 'examples', 'expected.json')
  const expected = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Expectation>
  return exampleEvents().map((event) => {
    const expectation = expected[event.messageId ?? '']
    if (!expectation) throw new Error(`examples/expected.json says nothing of ${event.messageId}.`)
    return { event, expected: expectation }
  })
}
