import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import kebabCase from 'lodash/kebabCase'
import { systemClock } from '../clock'
import { wholeNumber } from '../command-line'
import { VARIABLES } from '../credentials'
import { commandLine } from '../shell'
import { getExitStatus, onInterruption } from '../signals'
import { UserError } from '../user-error'
import { send } from './index'
import { STDIN } from './inputs'
import { EVENT_TYPES } from './select'
import { toText } from './summary'
import type { TargetFlags } from './target'

interface Flags extends TargetFlags {
  mapping?: string
  only?: string[]
  from?: number
  to?: number
  limit?: number
  quota?: number
  rate?: number
  batchSize?: number
  failed?: string
  state?: string
  json?: boolean
  progress: boolean
  [keyFlag: string]: unknown
}

/** Where people would look for the key's option. A key there would stand in the process list. */
const KEY_OPTIONS = ['key', 'api-key', 'apiKey', 'apikey', 'token'].map((flag) =>
  new Option(`--${flag} [key]`).hideHelp()
)

/** The largest limit, quota or rate. */
const MOST = 1_000_000_000

/** `actions-crisp send`: deliver files of events. */
export function addSendCommand(program: Command): void {
  const command = program
    .command('send')
    .description("Deliver files of Segment events through Segment's runtime: to a sandbox, or to Crisp.")
    .argument('[files...]', 'NDJSON, JSON array, plain or gzip; paths, globs, or - for standard input')
    .option('--sandbox', 'deliver to an embedded sandbox (the default without credentials)')
    .option('--endpoint <url>', 'deliver to a sandbox that already runs: http://127.0.0.1:PORT')
    .option(
      '--website-id <uuid>',
      `deliver to this website in Crisp; the key comes from ${VARIABLES.apiKey} or a prompt`
    )
    .addOption(
      new Option('--token-type <type>', `type of the token (default: ${VARIABLES.tokenType}, else plugin)`).choices([
        'plugin',
        'website'
      ])
    )
    .option('--mapping <file>', 'JSON file of subscriptions as Segment stores them (default: the presets)')
    .option('--only <types>', 'types of events to send, for example identify,track', readTypes)
    .option('--from <time>', 'send events from this time on, for example 2025-01-31 or 2025-01-31T12:00Z', readTime)
    .option('--to <time>', 'send events before this time', readTime)
    .option('--limit <number>', 'send this many events at most', wholeNumber(1, MOST))
    .option('--dry-run', 'count the requests that would be made; send nothing, touch no network')
    .option('--quota <number>', 'requests a day; stops at its end and goes on with --state', wholeNumber(1, MOST))
    .option('--rate <number>', 'requests a second', wholeNumber(1, MOST))
    .option('--batch-size <number>', 'events delivered together (default: 250)', wholeNumber(1, 1_000))
    .option('--failed <file>', 'file for events that were not delivered (default: one is named when it is needed)')
    .option('--state <file>', 'where the run stands, to go on from there (default: a file named after the input)')
    .option('--json', 'JSON: the summary on standard output, progress and notices on standard error')
    .option('--no-progress', 'show no progress')
    .addHelpText('after', HELP)
    .configureOutput({ outputError: (text, write) => write(hideValue(text.replace(/^error: /, ''))) })
  for (const option of KEY_OPTIONS) command.addOption(option)
  command.action(async (files: string[], flags: Flags) => {
    try {
      process.exitCode = await carryOut(files, flags)
    } finally {
      // A pipe that stays open must not keep the process.
      process.stdin.destroy()
    }
  })
}

const HELP = `
Exit status: 0 all delivered or deliberately left out, 1 some failed, 2 invalid usage, 3 stopped by the quota or by
15 minutes of rate-limit responses, 130 interrupted. Ctrl-C once finishes what is in flight and saves; twice stops at once.

Examples:
  actions-crisp send events.ndjson                      to a sandbox of its own: nothing leaves this machine
  actions-crisp send 'logs/*.gz' --dry-run              how many requests, how many days of quota
  actions-crisp send 'logs/*.gz' --website-id <uuid>    to Crisp; the same command again goes on where it stopped`

async function carryOut(files: string[], flags: Flags): Promise<number> {
  const { only, from, to, limit, json = false, progress, ...rest } = flags
  if (KEY_OPTIONS.some((option) => flags[option.attributeName()] !== undefined)) {
    throw new UserError(`The key is never an argument, where others could read it: set ${VARIABLES.apiKey}.`)
  }
  if (files.length === 0 && process.stdin.isTTY) throw new UserError('Name files to send, or - for standard input.')
  if (from !== undefined && to !== undefined && from >= to) throw new UserError('--from must be before --to.')
  const style = !progress ? 'none' : json ? 'json' : process.stderr.isTTY ? 'bar' : 'lines'

  const ending = new AbortController()
  const stopListening = onInterruption((signal) => {
    // A session that is closed may tell so twice, by its shell and by the kernel: the user is not in a hurry.
    if (ending.signal.aborted && signal !== 'SIGHUP') {
      if (style === 'bar') process.stderr.write('\n')
      process.exit(getExitStatus(signal))
    }
    ending.abort()
  })
  try {
    const summary = await send(
      { ...rest, files: files.length === 0 ? [STDIN] : files, selection: { only, from, to, limit } },
      {
        clock: systemClock,
        screen: process.stderr,
        style,
        isJson: json,
        signal: ending.signal,
        commands: {
          again: toCommandLine(process.argv.slice(2)),
          getSendFailed: (path) => toCommandLine(['send', path, ...getSettings(flags)])
        }
      }
    )
    process.stdout.write(json ? `${JSON.stringify(summary)}\n` : toText(summary, process.stdout.columns))
    return summary.exitStatus
  } finally {
    stopListening()
  }
}

/** A mistyped option is named without its value, which may be a key. */
function hideValue(text: string): string {
  return text.replace(/(unknown option '[^'=]*)=.*'/s, "$1'")
}

function toCommandLine(words: string[]): string {
  return commandLine(['npx', 'actions-crisp', ...words], process.platform)
}

/** The options that say where and how events are sent, not which. */
const SETTINGS = ['sandbox', 'endpoint', 'websiteId', 'tokenType', 'mapping', 'quota', 'rate', 'batchSize'] as const

function getSettings(flags: Flags): string[] {
  return SETTINGS.flatMap((name) => {
    const value = flags[name]
    const flag = `--${kebabCase(name)}`
    if (value === undefined) return []
    return typeof value === 'boolean' ? [flag] : [flag, String(value)]
  })
}

function readTypes(text: string): string[] {
  const types = text.split(',').map((type) => type.trim())
  const unknown = types.find((type) => !EVENT_TYPES.includes(type))
  if (unknown === undefined) return types
  throw new InvalidArgumentError(`It must be types of events, joined by commas: ${EVENT_TYPES.join(', ')}.`)
}

function readTime(text: string): number {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN
  if (!Number.isNaN(time)) return time
  throw new InvalidArgumentError('It must be a date or a time, such as 2025-01-31 or 2025-01-31T12:00:00Z.')
}
