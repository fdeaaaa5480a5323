import { join } from 'path'
import { Command, CommanderError } from 'commander'
import { readJsonFile } from './json-file'
import { packageFolder } from './package-folder'
import { addContractCommand } from './contract/command'
import { addDemoCommand } from './demo/command'
import { addFunctionCommand } from './function/command'
import { addSandboxCommand } from './sandbox/command'
import { addSendCommand } from './send/command'
import { addServeCommand } from './serve/command'
import { UserError } from './user-error'

/** The `actions-crisp` program; each subcommand brings itself in from its own file. */
function buildProgram(): Command {
  const { version } = readJsonFile(join(packageFolder(), 'package.json')) as { version: string }
  const program = new Command('actions-crisp')
    .description('The Crisp destination for Segment, and a Crisp to try it on without an account.')
    .version(version)
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
  addSandboxCommand(program)
  addSendCommand(program)
  addServeCommand(program)
  addFunctionCommand(program)
  addDemoCommand(program)
  addContractCommand(program)
  return program
}

const EXAMPLES = `
Examples:
  actions-crisp serve --examples          a page to try mappings on, with events to begin with
  actions-crisp send events.ndjson        deliver a file of events to a sandbox of its own
  actions-crisp sandbox --port 3100       a Crisp for other programs on this machine`

/** Runs the program. A command line that is wrong ends with status 2 and one sentence on standard error. */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    await buildProgram().parseAsync(argv)
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = error instanceof UserError ? error.exitStatus : 1
  }
}
