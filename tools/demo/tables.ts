import type { SegmentEvent } from '@segment/actions-core'
import Table from 'cli-table3'
import sum from 'lodash/sum'
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

/** How a table is drawn. */
export interface Look {
  style: Style
  /** Columns of the terminal. Longer values are cut with an ellipsis; only reasons take further lines. */
  width: number
}

/** One row for each event, with a second one below where there is more to say than the outcome. */
export function toEventsTable(rows: ExampleResult[], { style, width }: Look): string {
  const table = new Table({
    head: ['#', 'Event', 'Person', 'Outcome', 'Requests'],
    style: { head: [], border: [] },
    colWidths: toWidths(width, [4, 0.5, 0.5, 16, 10])
  })
  rows.forEach((row, index) => {
    const { event, verdict, requests } = row
    const more = tellMore(row, style)
    table.push([
      { content: String(index + 1), rowSpan: more ? 2 : 1 },
      getName(event),
      getPerson(event),
      style(STYLES[verdict.outcome], verdict.outcome),
      { content: String(requests), hAlign: 'right' }
    ])
    if (more) table.push([{ content: more, colSpan: 4, wordWrap: true }])
  })
  return table.toString()
}

/** Columns, each with its border: whole numbers are widths, and fractions are shares of what those leave. */
function toWidths(width: number, columns: number[]): number[] {
  const isFixed = (column: number) => column > 1
  const rest = width - columns.length - 1 - sum(columns.filter(isFixed))
  const widths = columns.map((column) => (isFixed(column) ? column : Math.floor(rest * column)))
  // The last of the shares takes what rounding leaves.
  widths[columns.map(isFixed).lastIndexOf(false)] += width - columns.length - 1 - sum(widths)
  return widths
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

/** Why an event did not reach a person, and what its example expected where it ended otherwise. */
function tellMore(row: ExampleResult, style: Style): string {
  const { verdict, expected, requests } = row
  const lines: string[] = []
  if ('reason' in verdict) {
    const retry = verdict.retry ? 'Segment retries' : 'no retry'
    lines.push(style('dim', `${verdict.status} ${verdict.code ?? ''}, ${retry}`), verdict.reason)
  }
  if (!isAsExpected(row)) {
    lines.push(style(['bold', 'red'], `expected: ${expected.outcome}, ${expected.requests} requests; was ${requests}`))
  }
  return lines.join('\n')
}

/** A person as a support agent sees them next to the chat: profile, custom data, event stream. */
export function toAgentView({ profile, data, events }: Person, { style, width }: Look): string {
  const { person, company, segments = [] } = profile
  const table = new Table({ style: { head: [], border: [] }, colWidths: toWidths(width, [16, 1]) })
  table.push([{ colSpan: 2, content: style('bold', `${person.nickname} <${profile.email}>`) }])
  table.push(...toRows('Profile', { ...flatten(person), ...flatten(company, 'company ') }, ['nickname']))
  if (segments.length > 0) table.push(['Segments', segments.join(', ')])
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
