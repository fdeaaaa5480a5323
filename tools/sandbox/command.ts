import { InvalidArgumentError, Option, type Command } from 'commander'
import { interruption, readPort, startOn, wholeNumber } from '../command-line'
import { CHOICES, type ChoiceName, type Choices } from './choices'
import { createSandbox, type JournalEntry, type Sandbox, type Tier, type WebsiteSeed } from './index'
import { DEFAULT_API_KEY, DEFAULT_WEBSITE_ID } from './options'
import { readState } from './state'
import { loadJson } from './state-file'

interface Flags {
  port: number
  websiteId: string
  key: string
  tier?: Tier[]
  state?: string
  seed?: string
  latency: number
  choice?: Partial<Choices>
  log?: 'json'
}

const EXAMPLES = `Examples:
  npx actions-crisp sandbox --port 4000
  npx actions-crisp sandbox --port 4000 --state crisp.json --choice emailCase=sensitive`

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** `actions-crisp sandbox`: a Crisp on this machine until it is told to stop. */
export function addSandboxCommand(program: Command): void {
  program
    .command('sandbox')
    .description("Serve a local stand-in for the people side of Crisp's REST API v1.")
    .option('--port <port>', 'port on 127.0.0.1; 0 takes any free one', readPort, 0)
    .option('--website-id <uuid>', 'ID of the website', readMatching(UUID, 'a UUID'), DEFAULT_WEBSITE_ID)
    .option(
      '--key <identifier:key>',
      'token keypair that clients have to use',
      readMatching(/^[^\s:]+:[^\s:]+$/, 'of the form identifier:key'),
      DEFAULT_API_KEY
    )
    .addOption(
      new Option('--tier <tier...>', 'tiers of the token (default: plugin and website)').choices([
        'plugin',
        'website',
        'user'
      ])
    )
    .option('--state <file>', 'JSON file to load, if it exists, and to save changes to')
    .option('--seed <file>', 'JSON file with people to start with; a --state file that exists comes first')
    .option('--latency <ms>', 'time by which every answer is held', wholeNumber(0, 600_000), 0)
    .option('--choice <name=value...>', 'what to do where the behavior of Crisp is not known', readChoice)
    .addOption(new Option('--log <format>', 'one line a request on standard error').choices(['json']))
    .addHelpText('after', `${toChoiceHelp()}\n\n${EXAMPLES}`)
    .action(async (flags: Flags, command: Command) => {
      const stop = interruption()
      const sandbox = await start(flags, command)
      process.stdout.write(`sandbox ready at ${sandbox.url}\nwebsite ID ${sandbox.websiteId}\nkey ${sandbox.apiKey}\n`)
      await stop
      await sandbox.close()
      process.exit(0)
    })
}

function start(flags: Flags, command: Command): Promise<Sandbox> {
  return startOn(flags.port, command, async () =>
    createSandbox({
      port: flags.port,
      websiteId: flags.websiteId,
      apiKey: flags.key,
      tiers: flags.tier,
      ...(flags.seed !== undefined && { websites: readSeed(flags.seed, flags.websiteId) }),
      choices: flags.choice,
      latency: flags.latency,
      state: flags.state,
      log: flags.log && logJson
    })
  )
}

function readSeed(path: string, websiteId: string): WebsiteSeed[] {
  const seed = loadJson(path, 'seed', (json) => readState(json, websiteId))
  if (!seed) throw new Error(`There is no seed file ${path}.`)
  return seed.websites
}

function logJson({ requestBody: _request, responseBody: _response, headers: _headers, ...entry }: JournalEntry): void {
  process.stderr.write(`${JSON.stringify(entry)}\n`)
}

function readMatching(pattern: RegExp, form: string) {
  return (text: string): string => {
    if (pattern.test(text)) return text
    throw new InvalidArgumentError(`It must be ${form}.`)
  }
}

function readChoice(text: string, chosen: Partial<Choices> = {}): Partial<Choices> {
  const [name, value] = text.split('=', 2)
  if (!Object.hasOwn(CHOICES, name)) throw new InvalidArgumentError('There is no such choice; see --help.')
  const { values } = CHOICES[name as ChoiceName]
  if (!values.includes(value)) throw new InvalidArgumentError(`It must be ${name}= and one of ${values.join(', ')}.`)
  return { ...chosen, [name]: value }
}

function toChoiceHelp(): string {
  const lines = Object.entries(CHOICES).map(([name, { values }]) => `  ${name.padEnd(16)} ${values.join(' | ')}`)
  return `\nChoices, the default first (docs/sandbox.md tells what each means):\n${lines.join('\n')}`
}
