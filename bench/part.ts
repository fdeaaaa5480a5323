import type { CrispProcess } from './crisp'

/** A table: a line of headings, then lines of as many cells. */
export type Table = [string[], ...(string | number)[][]]

/** What a part of the bench found. */
export interface Finding {
  tables: Table[]
  /** Sentences below the tables. */
  notes?: string[]
  /** Numbers to reach, each with what was measured. */
  bars?: Bar[]
  /** All figures, for the JSON file. */
  figures: unknown
}

/** A number to reach. */
export interface Bar {
  what: string
  measured: number
  most: number
}

/** A part of the bench. Its name is what `npm run bench -- NAME` takes. */
export interface Part {
  name: string
  title: string
  /** Measures. The Crisp given runs in another process; a part that needs none leaves it alone. */
  run(crisp: CrispProcess): Promise<Finding>
}

/** A number as people read it. */
export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}

/** The middle value. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

/** A table in Markdown, with columns that line up. */
export function toMarkdown([head, ...lines]: Table): string {
  const rows = [head, ...lines.map((line) => line.map(String))]
  const widths = head.map((_cell, column) => Math.max(...rows.map((row) => row[column].length)))
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  const [first, ...rest] = rows
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n')
}
