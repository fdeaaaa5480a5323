import type { Colors } from 'picocolors/types'
import { quotaLine } from '../quota'
import { Runtime } from '../runtime'
import { createSandbox } from '../sandbox'
import { agentView } from './agent-view'
import { eventsTable, isAsExpected } from './events-table'
import type { Delivered } from './events-table'
import type { Example } from './examples'

/**
 * Delivers example events, one after the other, through Segment's runtime to an embedded Crisp and prints what happened:
 * a table of the events, each person as support agents see them, and the requests spent.
 *
 * @param examples - the events and how they must end
 * @param print - takes the text, a part at a time
 * @param colors - picocolors, with or without colors
 * @returns the exit status: 0 when every event ended as its example says, else 1
 */
export async function demo(examples: Example[], print: (text: string) => void, colors: Colors): Promise<number> {
  const crisp = await createSandbox()
  const runtime = new Runtime({ settings: { apiKey: crisp.apiKey, websiteId: crisp.websiteId }, port: crisp.port })
  try {
    const rows: Delivered[] = []
    for (const example of examples) {
      const before = crisp.journal.count()
      const reports = await runtime.deliver(example.event)
      const { verdict } = reports.find((report) => report.verdict.outcome !== 'not subscribed') ?? reports[0]
      rows.push({ ...example, verdict, requests: crisp.journal.count() - before })
    }
    const unexpected = rows.filter((row) => !isAsExpected(row)).length

    print(`${rows.length} events through Segment's runtime into a Crisp on ${crisp.url}`)
    print(eventsTable(rows, colors))
    print('\nWhat support agents see:')
    for (const person of crisp.people.all()) print(agentView(person, colors))
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
