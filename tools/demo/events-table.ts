import type { SegmentEvent } from '@segment/actions-core'
import Table from 'cli-table3'
import type { Colors } from 'picocolors/types'
import type { Verdict } from '../runtime'
import type { Example } from './examples'

/** An example that was delivered. */
export interface Delivered extends Example {
  verdict: Verdict
  requests: number
}

/** The verdicts in a column of their own, with the reason below the events that did not reach a person. */
export function eventsTable(rows: Delivered[], colors: Colors): string {
  const table = new Table({
    head: ['#', 'Event', 'Person', 'Outcome', 'Requests'],
    style: { head: [], border: [] },
    colWidths: [4, 34, 28, 48, 10],
    wordWrap: true
  })
  rows.forEach((row, index) => {
    table.push([
      index + 1,
      nameOf(row.event),
      personOf(row.event),
      outcomeOf(row, colors),
      { content: String(row.requests), hAlign: 'right' }
    ])
  })
  return table.toString()
}

/** True when the event ended as its example says, at the cost that its example says. */
export function isAsExpected({ verdict, requests, expected }: Delivered): boolean {
  return verdict.outcome === expected.outcome && requests === expected.requests
}

function nameOf({ type, event, name }: SegmentEvent): string {
  return [type, event ?? name].filter(Boolean).join(' · ')
}

function personOf({ userId, anonymousId, traits, context }: SegmentEvent): string {
  const email: unknown = traits?.email ?? context?.traits?.email
  const names = [userId, email].filter((name) => typeof name === 'string')
  return names.join('\n') || `anonymous ${anonymousId}`
}

function outcomeOf(row: Delivered, colors: Colors): string {
  const { verdict, expected, requests } = row
  const color = {
    delivered: colors.green,
    dropped: colors.yellow,
    failed: colors.red,
    'not subscribed': colors.dim
  }[verdict.outcome]
  const lines = [color(verdict.outcome)]
  if ('reason' in verdict) {
    lines[0] += ` (${verdict.status} ${verdict.code}, ${verdict.retry ? 'Segment retries' : 'no retry'})`
    lines.push(verdict.reason)
  }
  if (!isAsExpected(row)) {
    lines.push(colors.bold(colors.red(`expected: ${expected.outcome}, ${expected.requests} requests; was ${requests}`)))
  }
  return lines.join('\n')
}
