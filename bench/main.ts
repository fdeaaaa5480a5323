import { readFileSync, writeFileSync } from 'fs'
import { cpus, totalmem } from 'os'
import { join } from 'path'
import { cpu } from './cpu'
import { startCrisp } from './crisp'
import { growth } from './growth'
import { round, toMarkdown } from './part'
import type { Bar, Finding, Part, Table } from './part'
import { requests } from './requests'
import { wall } from './wall'

/** In the order in which they run. `npm run bench -- requests cpu` runs only those. */
const PARTS: Part[] = [requests, wall, cpu, growth]

/** From the root of the package, where npm runs scripts. */
const RESULTS = join('bench', 'results.json')

const say = (text: string) => process.stdout.write(`${text}\n`)

function choose(names: string[]): Part[] {
  const unknown = names.find((name) => !PARTS.some((part) => part.name === name))
  if (unknown) throw new Error(`There is no part "${unknown}"; there are ${PARTS.map(({ name }) => name).join(', ')}.`)
  return names.length === 0 ? PARTS : PARTS.filter(({ name }) => names.includes(name))
}

/** Packages need not export their package.json. */
function getVersion(name: string): string {
  const path = join('node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

/** What the figures depend on. */
function machine() {
  const [{ model }] = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  return {
    cpu: model,
    cores: cpus().length,
    memory,
    node: process.version,
    'actions-core': getVersion('@segment/actions-core')
  }
}

const isReached = ({ measured, most }: Bar) => measured <= most

function toBarTable(bars: Bar[]): Table {
  const lines = bars.map((bar) => [bar.what, round(bar.measured, 3), bar.most, isReached(bar) ? 'yes' : 'NO'])
  return [['what', 'measured', 'at most', 'reached'], ...lines]
}

async function main(names: string[]) {
  const parts = choose(names)
  const about = machine()
  say(
    Object.entries(about)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', ')
  )
  const crisp = await startCrisp()
  const figures: Record<string, Finding['figures']> = {}
  const bars: Bar[] = []
  try {
    for (const part of parts) {
      say(`\n## ${part.title}\n`)
      const finding = await part.run(crisp)
      for (const table of finding.tables) say(toMarkdown(table))
      for (const note of finding.notes ?? []) say(`\n${note}`)
      figures[part.name] = finding.figures
      bars.push(...(finding.bars ?? []))
    }
  } finally {
    await crisp.close()
  }
  say(`\n## Bars\n\n${toMarkdown(toBarTable(bars))}`)
  writeFileSync(RESULTS, `${JSON.stringify({ machine: about, bars, ...figures }, null, 2)}\n`)
  const missed = bars.filter((bar) => !isReached(bar))
  if (missed.length > 0) throw new Error(`Not reached: ${missed.map(({ what }) => what).join('; ')}.`)
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
