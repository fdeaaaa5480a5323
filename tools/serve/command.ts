import { spawn } from 'child_process'
import type { Command } from 'commander'
import { interruption, readPort, startOn } from '../command-line'
import { createTester, type RunningTester, type RunSummary } from './index'
import { readEnvironment } from './input'

interface Flags {
  port: number
  open: boolean
  examples: boolean
}

/** `actions-crisp serve`: a page to try events on, until it is told to stop. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Serve a page to try events on, and to see what support agents will see.')
    .option('--port <port>', 'port on 127.0.0.1; 0 takes any free one', readPort, 3000)
    .option('--no-open', 'do not open the page in a browser')
    .option('--examples', 'deliver the example events into the sandbox first', false)
    .addHelpText('after', help)
    .action(async (flags: Flags, command: Command) => {
      const stop = interruption()
      const tester = await start(flags, command)
      const { sandbox, url } = tester
      if (sandbox) {
        process.stdout.write(
          `sandbox ready at ${sandbox.url}\nwebsite ID ${sandbox.websiteId}\nkey ${sandbox.apiKey}\n`
        )
        if (flags.examples) process.stdout.write(`${told(await tester.deliverExamples())}\n`)
      } else {
        process.stdout.write('Real credentials are set: events go to the live Crisp.\n')
      }
      process.stdout.write(`tester ready at ${url}\n`)
      if (flags.open && isAttended()) openBrowser(url)
      await stop
      await tester.close()
      process.exit(0)
    })
}

const help = `
Events go to a sandbox of its own. They go to the live Crisp when CRISP_API_KEY (identifier:key) and CRISP_WEBSITE_ID
are set, with CRISP_TOKEN_TYPE (plugin or website) for the kind of the token.`

function start({ port, examples }: Flags, command: Command): Promise<RunningTester> {
  return startOn(port, command, async () => {
    const live = readEnvironment(process.env)
    if (live && examples) throw new Error('--examples is for the sandbox: unset CRISP_API_KEY.')
    return createTester({ port, live })
  })
}

function told(runs: RunSummary[]): string {
  const counts = new Map<string, number>()
  for (const { outcome } of runs) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return `${runs.length} example events: ${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`
}

const OPENERS: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', '']
}

/** True where somebody sits who would see a browser. */
export function isAttended(environment: NodeJS.ProcessEnv = process.env, isTTY = process.stdout.isTTY): boolean {
  return isTTY === true && !environment.CI
}

/** Opens a page in the browser of this machine. Where there is none, nothing happens: the address is printed anyway. */
export function openBrowser(url: string): void {
  const [command, ...parameters] = OPENERS[process.platform] ?? ['xdg-open']
  // Elsewhere it must outlive this process; on Windows `start` sees to that, and detached it would open a console.
  const isWindows = process.platform === 'win32'
  const child = spawn(command, [...parameters, url], { stdio: 'ignore', windowsHide: true, detached: !isWindows })
  child.on('error', () => undefined)
  child.unref()
}
