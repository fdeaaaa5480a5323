import type { Command } from 'commander'
import { getStyle } from '../style'
import { readExamples, runDemo } from './demo'

/** `actions-crisp demo`: the example events, delivered to an embedded Crisp, told and checked. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('Deliver the example events to an embedded Crisp, and show what became of each.')
    .action(async () => {
      const print = (text: string) => void process.stdout.write(`${text}\n`)
      process.exitCode = await runDemo(readExamples(), print, getStyle(process.stdout))
    })
}
