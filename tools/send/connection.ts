import { authHeaders, websiteOf } from '../../src/crisp/credentials'
import type { TokenType } from '../../src/crisp/credentials'
import type { Settings } from '../../src/generated-types'
import { createSandbox } from '../sandbox'
import { askKey } from './ask-key'
import { Refusal } from './refusal'

/** The name of the environment variable that holds the key. */
export const KEY_VARIABLE = 'CRISP_API_KEY'

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
  /** The key to keep out of every output; undefined for the embedded sandbox, whose key is public. */
  secret?: string
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
  if (flags.dryRun) return embedded('Dry run: nothing leaves this process; counted as if Crisp knew nobody yet.')
  if (flags.sandbox) return embedded('Delivering to an embedded sandbox, which ends with this command.')
  if (flags.websiteId === undefined) {
    if (port !== undefined) throw new Refusal('--endpoint needs --website-id and the key, as Crisp itself does.')
    if (process.env[KEY_VARIABLE]) {
      throw new Refusal(
        `${KEY_VARIABLE} is set but --website-id is missing. Give it to deliver to Crisp, or --sandbox to try it here.`
      )
    }
    return embedded(
      'No credentials were given: delivering to an embedded sandbox, which ends with this command. For Crisp itself give --website-id.'
    )
  }
  const tokenType = flags.tokenType ?? 'plugin'
  const settings: Settings = { apiKey: await readKey(hasStdinInput), websiteId: flags.websiteId.trim(), tokenType }
  checkSettings(settings)
  return {
    settings,
    port,
    target: `${port === undefined ? 'Crisp' : 'a sandbox'}, website ${settings.websiteId}`,
    says: `Delivering to ${port === undefined ? 'Crisp' : `the sandbox on port ${port}`}, website ${
      settings.websiteId
    }.`,
    secret: settings.apiKey,
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
    close: () => sandbox.close()
  }
}

function portOf(endpoint: string): number {
  const port = Number(LOOPBACK.exec(endpoint)?.[1])
  if (port > 0 && port < 65_536) return port
  throw new Refusal('--endpoint takes a sandbox on this machine only: http://127.0.0.1:PORT')
}

async function readKey(hasStdinInput: boolean): Promise<string> {
  const key = process.env[KEY_VARIABLE]?.trim()
  if (key) return key
  if (process.stdin.isTTY && !hasStdinInput) return askKey()
  throw new Refusal(`Set ${KEY_VARIABLE} to the key, as identifier:key. It is never given as an argument.`)
}

/** The same checks as the destination's, before anything is read. */
function checkSettings(settings: Settings): void {
  try {
    websiteOf(settings)
    authHeaders(settings)
  } catch (error) {
    throw new Refusal((error as Error).message)
  }
}
