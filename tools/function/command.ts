import { existsSync, realpathSync, writeFileSync } from 'fs'
import type { Command } from 'commander'
import { presetSubscriptions } from '../runtime'
import { readSubscriptions } from '../send/subscriptions'
import { toFileError, UserError } from '../user-error'
import { assertNoLiquid, toScript } from './script'

interface Flags {
  mapping?: string
  output?: string
}

/** `actions-crisp function`: prints the code of a Segment destination Function. */
export function addFunctionCommand(program: Command): void {
  program
    .command('function')
    .description('Print the code of a Segment destination Function that does what the destination does.')
    .option('--mapping <file>', 'your own subscriptions, in the format of send --mapping')
    .option('--output <file>', 'write the code to a file')
    .addHelpText('after', EXAMPLES)
    .action(({ mapping, output }: Flags) => {
      const subscriptions = mapping === undefined ? presetSubscriptions() : readSubscriptions(mapping)
      assertNoLiquid(subscriptions)
      if (output !== undefined && mapping !== undefined) assertOtherFile(output, mapping)
      const script = toScript(subscriptions)
      if (output === undefined) process.stdout.write(script)
      else writeScript(output, script)
      process.stderr.write(`The code has ${Math.ceil(Buffer.byteLength(script) / 1000)} kB.\n`)
    })
}

const EXAMPLES = `
Examples:
  actions-crisp function --output crisp.js         code to paste into Segment
  actions-crisp function --mapping my.json         the same with your own mappings`

function assertOtherFile(output: string, mapping: string): void {
  if (existsSync(output) && realpathSync(output) === realpathSync(mapping)) {
    throw new UserError(`--output ${output} is the mapping itself. Name another file.`)
  }
}

function writeScript(path: string, script: string): void {
  try {
    writeFileSync(path, script)
  } catch (error) {
    throw toFileError(error, path, 'written')
  }
}
