import type { AddressInfo } from 'net'
import type { Settings } from '../../src/generated-types'
import { exampleEvents } from '../example-events'
import { createSandbox } from '../sandbox'
import type { Sandbox } from '../sandbox'
import { getAutomaticSubscriptions } from './input'
import { buildServer } from './server'
import type { ServerOptions } from './server'
import { Tester } from './tester'
import type { RunSummary } from './wire'

export type * from './wire'

/** How a tester is started. */
export interface TesterOptions extends ServerOptions {
  /** 0, the default, takes any free port. */
  port?: number
  /** Real credentials: events go to live Crisp, and there is no sandbox. */
  live?: Settings
}

/** A tester that listens on 127.0.0.1. */
export interface RunningTester {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly port: number
  /** Undefined when events go to live Crisp. */
  readonly sandbox?: Sandbox
  /** Delivers the example events, one by one. */
  deliverExamples(): Promise<RunSummary[]>
  close(): Promise<void>
}

/**
 * Starts the tester, with a sandbox of its own unless it is given real credentials.
 *
 * @example
 * const tester = await createTester({ port: 3000 })
 * // open tester.url, or POST events to `${tester.url}/api/events`
 * await tester.close()
 */
export async function createTester({ port = 0, live, ...options }: TesterOptions = {}): Promise<RunningTester> {
  const sandbox = live ? undefined : await createSandbox({ log: (entry) => tester.noteRequest(entry) })
  const settings: Settings = live ?? sandboxSettings(sandbox as Sandbox)
  const tester = new Tester({ settings, sandbox })
  const app = await buildServer(tester, options)
  try {
    await app.listen({ host: '127.0.0.1', port })
  } catch (error) {
    await app.close()
    await sandbox?.close()
    throw error
  }
  const { port: taken } = app.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    sandbox,
    async deliverExamples() {
      for (const event of exampleEvents()) {
        await tester.run(
          { event: { ...event }, subscriptions: getAutomaticSubscriptions(), settings: {} },
          { by: 'examples' }
        )
      }
      return tester.history.list()
    },
    async close() {
      await app.close()
      await sandbox?.close()
    }
  }
}

function sandboxSettings({ apiKey, websiteId }: Sandbox): Settings {
  return { apiKey, websiteId, tokenType: 'plugin' }
}
