import { getSecrets } from '../../src/api/credentials'
import type { TokenType } from '../../src/api/credentials'
import type { Settings } from '../../src/generated-types'
import { settingsFrom, tokenTypeFrom, VARIABLES } from '../credentials'
import { createSandbox } from '../sandbox'
import { askKey } from './ask-key'
import { Refusal } from './refusal'

/** What the command line says of where the events go. */
export interface ConnectionFlags {
  sandbox?: boolean
  endpoint?: string
  websiteId?: string
  tokenType?: TokenType
  dryRun?: boolean
}

/** Where the events go. */
export interface Connection {
  settings: Settings
  /** Of a sandbox on this machine; Crisp itself when undefined. */
  port?: number
  /** For the checkpoint: runs to different places are different runs. */
  target: string
  /** A sentence for the user. */
  says: string
  /** What to keep out of every output; nothing for the embedded sandbox, whose key is public. */
  secrets: string[]
  /** Of a dry run: the kind of the key whose quota the days are reckoned with. */
  tokenType?: TokenType
  close(): Promise<void>
}

const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|localhost):(\d{1,5})\/?$/

/**
 * Decides where the events go: real Crisp only with a website ID; a sandbox of one's own where nothing else is said.
 * @throws Refusal when the flags contradict each other or the credentials are not complete
 */
export async function connect(flags: ConnectionFlags, hasStdinInput: boolean): Promise<Connection> {
  if (flags.sandbox && flags.endpoint !== undefined) throw new Refusal('Give --sandbox or --endpoint, not both.')
  if (flags.sandbox && flags.websiteId !== undefined && !flags.dryRun) {
    throw new Refusal('Give --sandbox or --website-id, not both: the embedded sandbox has a website of its own.')
  }
  const port = flags.endpoint === undefined ? undefined : portOf(flags.endpoint)
  if (flags.dryRun) {
    const tokenType = refusing(() => tokenTypeFrom(process.env, flags))
    const says = 'Dry run: nothing leaves this process; counted as if Crisp knew nobody yet.'
    return { ...(await embedded(says)), tokenType }
  }
  if (flags.sandbox) return embedded('Delivering to an embedded sandbox, which ends with this command.')
  if (flags.websiteId === undefined) {
    if (port !== undefined) throw new Refusal('--endpoint needs --website-id and the key, as Crisp itself does.')
    // What happens to be in the environment takes nothing live: that is asked for on the command line.
    if (process.env[VARIABLES.apiKey]) {
      throw new Refusal(
        `${VARIABLES.apiKey} is set but --website-id is missing. Give it to deliver to Crisp, or --sandbox to try it here.`
      )
    }
    return embedded(
      'No credentials were given: delivering to an embedded sandbox, which ends with this command. For Crisp itself give --website-id.'
    )
  }
  const { websiteId, tokenType } = flags
  const apiKey = await typedKey(hasStdinInput)
  const settings = refusing(() => settingsFrom(process.env, { apiKey, websiteId, tokenType }))
  return {
    settings,
    port,
    target: `${port === undefined ? 'Crisp' : 'a sandbox'}, website ${settings.websiteId}`,
    says: `Delivering to ${port === undefined ? 'Crisp' : `the sandbox on port ${port}`}, website ${
      settings.websiteId
    }.`,
    secrets: getSecrets(settings),
    close: async () => undefined
  }
}

async function embedded(says: string): Promise<Connection> {
  const sandbox = await createSandbox({ journalSize: 1 })
  return {
    settings: { apiKey: sandbox.apiKey, websiteId: sandbox.websiteId },
    port: sandbox.port,
    target: 'an embedded sandbox',
    says,
    secrets: [],
    close: () => sandbox.close()
  }
}

function portOf(endpoint: string): number {
  const port = Number(LOOPBACK.exec(endpoint)?.[1])
  if (port > 0 && port < 65_536) return port
  throw new Refusal('--endpoint takes a sandbox on this machine only: http://127.0.0.1:PORT')
}

/** The key, where it is not in the environment and somebody can be asked for it. */
async function typedKey(hasStdinInput: boolean): Promise<string | undefined> {
  if (process.env[VARIABLES.apiKey]?.trim()) return undefined
  if (process.stdin.isTTY && !hasStdinInput) return askKey()
  throw new Refusal(`Set ${VARIABLES.apiKey} to the key, as identifier:key. It is never given as an argument.`)
}

function refusing<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Refusal((error as Error).message)
  }
}
