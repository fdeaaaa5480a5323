#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { addContractCommand } from './contract/command'
import { addDemoCommand } from './demo/command'
import { addSandboxCommand } from './sandbox/command'
import { addSendCommand } from './send/command'
import { addServeCommand } from './serve/command'

/** The `actions-crisp` program; each subcommand brings itself in from its own file. */
function makeProgram(): Command {
  const program = new Command('actions-crisp')
    .description('The Crisp destination for Segment, and a Crisp to try it on without an account.')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
  addSandboxCommand(program)
  addSendCommand(program)
  addServeCommand(program)
  addDemoCommand(program)
  addContractCommand(program)
  return program
}

/** Runs the program. A command line that is wrong ends with status 2 and one sentence on standard error. */
export async function main(argv: readonly string[]): Promise<void> {
  const { run } = await import('./program')
  await run(argv)
}

if (require.main === module) {
  catchEarlySignals()
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads may have seen enough, as `head` does, or the terminal is closed.
    if (error.code === 'EPIPE' || error.code === 'EIO') process.exit()
    process.stderr.write(`${toFileError(error, 'Standard output', 'written').message}\n`)
    process.exit(2)
  })
  // Where nobody reads progress any more, what is under way is still finished and saved.
  process.stderr.on('error', () => undefined)
  void main(process.argv)
}
