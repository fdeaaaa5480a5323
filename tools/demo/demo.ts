import { readFileSync } from 'fs'
import { join } from 'path'
import type { SegmentEvent } from '@segment/actions-core'
import { exampleEvents } from '../example-events'
import { packageFolder } from '../package-folder'
import { quotaLine } from '../quota'
import { Runtime } from '../runtime'
import type { Outcome } from '../runtime'
import { createSandbox } from '../sandbox'
import { isAsExpected, toAgentView, toEventsTable } from './tables'
import type { ExampleResult, Look } from './tables'

/** An example event and how it must end. */
export interface Example {
  event: SegmentEvent
  expected: Expectation
}

interface Expectation {
  outcome: Outcome['outcome']
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

/**
 * Delivers example events, one after the other, through Segment's runtime to an embedded Crisp and prints what happened:
 * a table of the events, each person as support agents see them, and the requests spent.
 *
 * @param examples - the events and how they must end
 * @param print - takes the text, a part at a time
 * @param look - colors, and the width of the tables
 * @returns the exit status: 0 when every event ended as its example says, else 1
 */
export async function runDemo(examples: Example[], print: (text: string) => void, look: Look): Promise<number> {
  const crisp = await createSandbox()
  const runtime = new Runtime({ settings: { apiKey: crisp.apiKey, websiteId: crisp.websiteId }, port: crisp.port })
  try {
    const rows: ExampleResult[] = []
    for (const example of examples) {
      const before = crisp.journal.count()
      const reports = await runtime.deliver(example.event)
      const { verdict } = reports.find((report) => report.verdict.outcome !== 'not subscribed') ?? reports[0]
      rows.push({ ...example, verdict, requests: crisp.journal.count() - before })
    }
    const unexpected = rows.filter((row) => !isAsExpected(row)).length

    print(`${rows.length} events through Segment's runtime into a Crisp on ${crisp.url}`)
    print(toEventsTable(rows, look))
    print('\nWhat support agents see:')
    for (const person of crisp.people.all()) print(toAgentView(person, look))
    print(`\n${quotaLine(crisp.journal.count(), rows.length)}`)
    print(
      unexpected === 0
        ? 'Every event ended as its example says.'
        : `Not as their examples say: ${unexpected} of ${rows.length} events.`
    )
    return unexpected === 0 ? 0 : 1
  } finally {
    runtime.close()
    await crisp.close()
  }
}
