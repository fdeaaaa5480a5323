import Table from 'cli-table3'
import type { Colors } from 'picocolors/types'
import type { Person } from '../sandbox'

/** A person as a support agent sees them beside the chat: profile, custom data, event stream. */
export function agentView({ profile, data, events }: Person, colors: Colors): string {
  const { person, company } = profile
  const table = new Table({ style: { head: [], border: [] }, colWidths: [16, 108], wordWrap: true })
  table.push([{ colSpan: 2, content: colors.bold(`${person.nickname} <${profile.email}>`) }])
  table.push(...rows('Profile', { ...flat(person), ...flat(company, 'company ') }, ['nickname']))
  table.push(...rows('Custom data', data))
  table.push(
    ...events.map(({ text, data: properties }, index) => [
      index === 0 ? 'Events' : '',
      [colors.cyan(text), colors.dim(line(properties))].filter(Boolean).join('\n')
    ])
  )
  return table.toString()
}

function rows(title: string, values: Record<string, unknown>, hidden: string[] = []): string[][] {
  const shown = Object.entries(values).filter(([key]) => !hidden.includes(key))
  return shown.length > 0 ? [[title, shown.map(([key, value]) => `${key}: ${String(value)}`).join('\n')]] : []
}

function line(values: Record<string, unknown>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join(' · ')
}

/** Nested parts of a profile in one level, for reading only. */
function flat(part: object, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(part).flatMap(([key, value]: [string, unknown]): [string, string][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(flat(value, `${prefix}${key} `))
        : [[`${prefix}${key}`, String(value)]]
    )
  )
}
