import type { SegmentEvent } from '@segment/actions-core'
import Table from 'cli-table3'
import type { Outcome } from '../runtime'
import type { Person } from '../sandbox'
import type { Style } from '../style'
import type { Example } from './demo'

const STYLES: Record<Outcome['outcome'], Parameters<Style>[0]> = {
  delivered: 'green',
  dropped: 'yellow',
  failed: 'red',
  'not subscribed': 'dim'
}

/** An example that was delivered. */
export interface ExampleResult extends Example {
  verdict: Outcome
  requests: number
}

/** The verdicts in a column of their own, with the reason below the events that did not reach a person. */
export function toEventsTable(rows: ExampleResult[], style: Style): string {
  const table = new Table({
    head: ['#', 'Event', 'Person', 'Outcome', 'Requests'],
    style: { head: [], border: [] },
    colWidths: [4, 34, 28, 48, 10],
    wordWrap: true
  })
  rows.forEach((row, index) => {
    table.push([
      index + 1,
      getName(row.event),
      getPerson(row.event),
      tellOutcome(row, style),
      { content: String(row.requests), hAlign: 'right' }
    ])
  })
  return table.toString()
}

/** True when the event ended as its example says, at the cost that its example says. */
export function isAsExpected({ verdict, requests, expected }: ExampleResult): boolean {
  return verdict.outcome === expected.outcome && requests === expected.requests
}

function getName({ type, event, name }: SegmentEvent): string {
  return [type, event ?? name].filter(Boolean).join(' · ')
}

function getPerson({ userId, anonymousId, traits, context }: SegmentEvent): string {
  const email: unknown = traits?.email ?? context?.traits?.email
  const names = [userId, email].filter((name) => typeof name === 'string')
  return names.join('\n') || `anonymous ${anonymousId}`
}

function tellOutcome(row: ExampleResult, style: Style): string {
  const { verdict, expected, requests } = row
  const lines = [style(STYLES[verdict.outcome], verdict.outcome)]
  if ('reason' in verdict) {
    lines[0] += ` (${verdict.status} ${verdict.code}, ${verdict.retry ? 'Segment retries' : 'no retry'})`
    lines.push(verdict.reason)
  }
  if (!isAsExpected(row)) {
    lines.push(style(['bold', 'red'], `expected: ${expected.outcome}, ${expected.requests} requests; was ${requests}`))
  }
  return lines.join('\n')
}

/** A person as a support agent sees them beside the chat: profile, custom data, event stream. */
export function toAgentView({ profile, data, events }: Person, style: Style): string {
  const { person, company } = profile
  const table = new Table({ style: { head: [], border: [] }, colWidths: [16, 108], wordWrap: true })
  table.push([{ colSpan: 2, content: style('bold', `${person.nickname} <${profile.email}>`) }])
  table.push(...toRows('Profile', { ...flatten(person), ...flatten(company, 'company ') }, ['nickname']))
  table.push(...toRows('Custom data', data))
  table.push(
    ...events.map(({ text, data: properties }, index) => [
      index === 0 ? 'Events' : '',
      [style('cyan', text), style('dim', toLine(properties))].filter(Boolean).join('\n')
    ])
  )
  return table.toString()
}

function toRows(title: string, values: Record<string, unknown>, hidden: string[] = []): string[][] {
  const shown = Object.entries(values).filter(([key]) => !hidden.includes(key))
  return shown.length > 0 ? [[title, shown.map(([key, value]) => `${key}: ${String(value)}`).join('\n')]] : []
}

function toLine(values: Record<string, unknown>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join(' · ')
}

/** Nested parts of a profile in one level, for reading only. */
function flatten(part: object, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(part).flatMap(([key, value]: [string, unknown]): [string, string][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(flatten(value, `${prefix}${key} `))
        : [[`${prefix}${key}`, String(value)]]
    )
  )
}
