import { createInterface } from 'readline'
import { Writable } from 'stream'
import type { Readable } from 'stream'
import type { Settings } from '../../src/generated-types'
import { checkConnection } from '../check-connection'
import { getSecrets, settingsFrom, tokenTypeFrom, VARIABLES } from '../credentials'
import type { TokenType } from '../credentials'
import { REDACTED } from '../redact'
import { createSandbox, defaultApiKey, defaultWebsiteId } from '../sandbox'
import { UserError } from '../user-error'

/** What the command line says of where the events go. */
export interface TargetFlags {
  sandbox?: boolean
  endpoint?: string
  websiteId?: string
  tokenType?: TokenType
  dryRun?: boolean
}

/** Where the events go. */
export interface Target {
  settings: Settings
  /** Of a sandbox on this machine; Crisp itself when undefined. */
  port?: number
  /** For the checkpoint: runs to different places are different runs. */
  key: string
  /** A sentence for the user. */
  notice: string
  /** Keeps the key out of every output; the key of the embedded sandbox is public. */
  redact: Redact
  /** True for a sandbox that ends with the command. */
  isEmbedded: boolean
  /** Of a dry run: the type of token whose quota the days are counted with. */
  tokenType?: TokenType
  /**
   * Makes sure that something listens there, before a request is made and counted.
   * @throws UserError that names host and port when it cannot be reached
   */
  check(): Promise<void>
  close(): Promise<void>
}

const CRISP = { host: 'api.crisp.chat', port: 443, isTls: true }

const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|localhost):(\d{1,5})\/?$/

/**
 * Decides where the events go: real Crisp only with a website ID; a sandbox of one's own where nothing else is said.
 * @throws UserError when the flags contradict each other or the credentials are not complete
 */
export async function openTarget(flags: TargetFlags, hasStdinInput: boolean, signal?: AbortSignal): Promise<Target> {
  if (flags.sandbox && flags.endpoint !== undefined) throw new UserError('Give --sandbox or --endpoint, not both.')
  if (flags.sandbox && flags.websiteId !== undefined && !flags.dryRun) {
    throw new UserError('Give --sandbox or --website-id, not both: the embedded sandbox has a website of its own.')
  }
  const port = flags.endpoint === undefined ? undefined : readPort(flags.endpoint)
  if (flags.dryRun) {
    const tokenType = tokenTypeFrom(process.env, flags)
    const notice = 'Dry run: nothing leaves this process; counted as if Crisp had no people yet.'
    return { ...(await openSandbox(notice)), tokenType }
  }
  if (flags.sandbox) return openSandbox('Delivering to an embedded sandbox, which ends with this command.')
  if (port === undefined && flags.websiteId === undefined) {
    // What happens to be in the environment takes nothing live: that is asked for on the command line.
    if (process.env[VARIABLES.apiKey]) {
      throw new UserError(
        `${VARIABLES.apiKey} is set but --website-id is missing. Give it to deliver to Crisp, or --sandbox to try it here.`
      )
    }
    return openSandbox(
      'No credentials were given: delivering to an embedded sandbox, which ends with this command. For Crisp itself give --website-id.'
    )
  }
  const { tokenType } = flags
  const { websiteId, apiKey } = port === undefined ? await readLive(flags, hasStdinInput, signal) : getLocal(flags)
  const settings = settingsFrom(process.env, { apiKey, websiteId, tokenType })
  const name = port === undefined ? 'Crisp' : `the sandbox on port ${port}`
  return {
    settings,
    port,
    key: `${port === undefined ? 'Crisp' : 'a sandbox'}, website ${settings.websiteId}`,
    notice: `Delivering to ${name}, website ${settings.websiteId}.`,
    redact: buildRedact(getSecrets(settings)),
    isEmbedded: false,
    check: () => checkConnection(port === undefined ? CRISP : { host: '127.0.0.1', port, isTls: false }),
    close: async () => undefined
  }
}

type Credentials = Pick<TargetFlags, 'websiteId'> & { apiKey?: string }

async function readLive({ websiteId }: TargetFlags, hasStdin: boolean, signal?: AbortSignal): Promise<Credentials> {
  return { websiteId, apiKey: await readKey(hasStdin, signal) }
}

/** For a sandbox on this machine: its own public website and key, where no others are given. */
function getLocal({ websiteId = defaultWebsiteId }: TargetFlags): Credentials {
  return { websiteId, apiKey: process.env[VARIABLES.apiKey]?.trim() ? undefined : defaultApiKey }
}

async function openSandbox(notice: string): Promise<Target> {
  const sandbox = await createSandbox({ journalSize: 1 })
  return {
    settings: { apiKey: sandbox.apiKey, websiteId: sandbox.websiteId },
    port: sandbox.port,
    key: 'an embedded sandbox',
    notice,
    redact: buildRedact([]),
    isEmbedded: true,
    check: async () => undefined,
    close: () => sandbox.close()
  }
}

function readPort(endpoint: string): number {
  const port = Number(LOOPBACK.exec(endpoint)?.[1])
  if (port > 0 && port < 65_536) return port
  throw new UserError('--endpoint takes a sandbox on this machine only: http://127.0.0.1:PORT')
}

/** Asks for the key when it is not in the environment. */
async function readKey(hasStdinInput: boolean, signal?: AbortSignal): Promise<string | undefined> {
  if (process.env[VARIABLES.apiKey]?.trim()) return undefined
  if (process.stdin.isTTY && !hasStdinInput) return askKey(process.stdin, process.stderr, signal)
  throw new UserError(`Set ${VARIABLES.apiKey} to the key, as identifier:key. It is never given as an argument.`)
}

/** Takes secrets out of a text. */
export type Redact = (text: string) => string

/** Builds what takes these secrets out of texts; see `getSecrets` of the destination. */
export function buildRedact(secrets: string[]): Redact {
  return (text) => secrets.reduce((redacted, secret) => redacted.replaceAll(secret, REDACTED), text)
}

/**
 * Asks for the key on the terminal, without showing what is typed.
 * @param input - where it is typed
 * @param screen - where the question is shown
 * @param signal - ends the question
 * @throws UserError when no key is typed: after Ctrl-C or the signal (exit status 130) or the end of the input
 */
export function askKey(input: Readable, screen: Writable, signal?: AbortSignal): Promise<string> {
  screen.write('API key (identifier:key, not shown): ')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: silent, terminal: true, historySize: 0 })
  return new Promise((resolve, reject) => {
    lines.question('', (answer) => {
      resolve(answer.trim())
      lines.close()
    })
    let exitStatus = 2
    const interrupt = () => {
      exitStatus = 130
      lines.close()
    }
    lines.on('SIGINT', interrupt)
    signal?.addEventListener('abort', interrupt)
    lines.on('close', () => {
      screen.write('\n')
      reject(new UserError('No key was given.', { exitStatus }))
    })
  })
}
