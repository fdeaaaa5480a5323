import { spawn } from 'child_process'
import type { Command } from 'commander'
import { interruption, readPort, startOn } from '../command-line'
import { createTester, type RunningTester, type RunSummary } from './index'
import { readEnvironment } from './input'

interface Flags {
  /** Undefined takes the usual one or the next that is free. */
  port?: number
  open: boolean
  examples: boolean
}

const USUAL_PORT = 3000
const PORTS_TRIED = 20

const HELP = `
Events go to a sandbox of its own. They go to the live Crisp when CRISP_API_KEY (identifier:key) and CRISP_WEBSITE_ID
are set, with CRISP_TOKEN_TYPE (plugin or website) for the type of the token.

Examples:
  actions-crisp serve --examples          with example events in the sandbox
  actions-crisp serve --port 3001 --no-open`

/** `actions-crisp serve`: a page to try events on, until it is told to stop. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Serve a page to try events on, and to see what support agents will see.')
    .option('--port <port>', 'port on 127.0.0.1; 0 takes any free one (default: 3000, or the next free one)', readPort)
    .option('--no-open', 'do not open the page in a browser')
    .option('--examples', 'deliver the example events into the sandbox first', false)
    .addHelpText('after', HELP)
    .action(async (flags: Flags, command: Command) => {
      const stop = interruption()
      const tester = await start(flags, command)
      await announce(tester, flags)
      if (flags.open && isAttended()) openBrowser(tester.url)
      await stop
      await tester.close()
      process.exit(0)
    })
}

async function announce(tester: RunningTester, { port, examples }: Flags): Promise<void> {
  const { sandbox, url } = tester
  const say = (line: string) => process.stdout.write(`${line}\n`)
  if (sandbox) say(`sandbox ready at ${sandbox.url}\nwebsite ID ${sandbox.websiteId}\nkey ${sandbox.apiKey}`)
  else say('Real credentials are set: events go to the live Crisp.')
  if (sandbox && examples) say(describeExamples(await tester.deliverExamples()))
  if (port === undefined && tester.port !== USUAL_PORT) say(`Port ${USUAL_PORT} is taken: ${tester.port} is used.`)
  say(`tester ready at ${url}\nOpen this address in a browser. Press Ctrl-C to stop.`)
}

function start(flags: Flags, command: Command): Promise<RunningTester> {
  const { port, examples } = flags
  return startOn(port ?? USUAL_PORT, command, async () => {
    const live = readEnvironment(process.env)
    if (live && examples) throw new Error('--examples is for the sandbox: unset CRISP_API_KEY.')
    const isTaken = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    for (let next = port ?? USUAL_PORT; ; next++) {
      try {
        return await createTester({ port: next, live })
      } catch (error) {
        if (!isTaken(error)) throw error
        if (port !== undefined)
          throw new Error(`Port ${port} is taken. Choose another one: ${getCommand(flags)}`, { cause: error })
        if (next >= USUAL_PORT + PORTS_TRIED) throw error
      }
    }
  })
}

/** The command to type for the next port, in the form in which this one was started. */
function getCommand({ port = USUAL_PORT, examples, open }: Flags): string {
  const isNpmStart = process.env.npm_lifecycle_event === 'start'
  const flags = [
    `--port ${port + 1}`,
    ...(examples && !isNpmStart ? ['--examples'] : []),
    ...(open ? [] : ['--no-open'])
  ]
  return `${isNpmStart ? 'npm start --' : 'npx actions-crisp serve'} ${flags.join(' ')}`
}

/** What became of the example events, and that those that fail are meant to. */
export function describeExamples(runs: Pick<RunSummary, 'outcome'>[]): string {
  const counts = new Map<string, number>()
  for (const { outcome } of runs) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  const told = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
  const delivered = counts.get('delivered') ?? 0
  const others = runs.length - delivered
  const purpose = others === 0 ? '' : `\n${others} of them are not delivered on purpose, to show what that looks like.`
  return `${runs.length} example events: ${told}.${purpose}`
}

const OPENERS: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', '']
}

/** True in a terminal that is not CI: a person would see the browser. */
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
