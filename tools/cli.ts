#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { addSandboxCommand } from './sandbox/command'
import { addSendCommand } from './send/command'
import { addServeCommand } from './serve/command'
import { UserError } from './user-error'

/** The `actions-crisp` program; each subcommand brings itself in from its own file. */
function makeProgram(): Command {
  const program = new Command('actions-crisp')
    .description('The Crisp destination for Segment, and a Crisp to try it on without an account.')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
  addSandboxCommand(program)
  addSendCommand(program)
  addServeCommand(program)
  return program
}

/** Runs the program. A command line that is wrong ends with status 2 and one sentence on standard error. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await makeProgram().parseAsync(argv)
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = error instanceof UserError ? 2 : 1
  }
}

if (require.main === module) {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads may have seen enough, as `head` does, or the terminal is closed.
    if (error.code === 'EPIPE' || error.code === 'EIO') process.exit()
    throw error
  })
  // Where nobody reads progress any more, what is under way is still finished and saved.
  process.stderr.on('error', () => undefined)
  void main(process.argv)
}
