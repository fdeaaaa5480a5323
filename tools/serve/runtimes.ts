import type { Settings } from '../../src/generated-types'
import { peopleCache } from '../../src/person/cache'
import { Runtime } from '../runtime'

const most = 8

interface RuntimeEntry {
  runtime: Runtime
  busy: number
  closing: boolean
}

/**
 * A runtime for each set of settings. What the destination remembers lasts from one event to the next, also when other
 * settings are tried in between: it is kept by website, as in a process of Segment's that serves many customers.
 */
export class Runtimes {
  private readonly held = new Map<string, RuntimeEntry>()

  /** @param port - where the sandbox listens; undefined means live Crisp */
  constructor(private readonly port: number | undefined) {
    peopleCache.clear()
  }

  /** Runs a function with the runtime of these settings. */
  async use<T>(settings: Settings, run: (runtime: Runtime) => Promise<T>): Promise<T> {
    const held = this.of(settings)
    held.busy++
    try {
      return await run(held.runtime)
    } finally {
      held.busy--
      if (held.closing && held.busy === 0) held.runtime.close()
    }
  }

  /** Lets go of all of them and of what the destination remembers. */
  clear(): void {
    peopleCache.clear()
    for (const [key, held] of this.held) this.drop(key, held)
  }

  private of(settings: Settings): RuntimeEntry {
    const key = JSON.stringify(Object.entries(settings).sort())
    const found = this.held.get(key)
    if (found) return found
    const [oldest] = this.held
    if (oldest && this.held.size >= most) this.drop(...oldest)
    const runtime = new Runtime({ settings, port: this.port, subscriptions: [], memory: 'shared' })
    const made = { runtime, busy: 0, closing: false }
    this.held.set(key, made)
    return made
  }

  /** Closes it when nobody uses it any more. */
  private drop(key: string, held: RuntimeEntry): void {
    this.held.delete(key)
    held.closing = true
    if (held.busy === 0) held.runtime.close()
  }
}
