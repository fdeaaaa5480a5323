import type { Command } from 'commander'
import { getStyle } from '../style'
import { readExamples, runDemo } from './demo'

/** Columns of a terminal that does not say how many it has. */
const LEAST_WIDTH = 80

/** `actions-crisp demo`: the example events, delivered to an embedded Crisp, shown and checked. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('Deliver the example events to an embedded Crisp, and show what became of each.')
    .addHelpText('after', '\nExample:\n  npx actions-crisp demo')
    .action(async () => {
      const print = (text: string) => void process.stdout.write(`${text}\n`)
      const look = { style: getStyle(process.stdout), width: Math.max(process.stdout.columns ?? 0, LEAST_WIDTH) }
      process.exitCode = await runDemo(readExamples(), print, look)
    })
}
