import type { Settings } from '../../src/generated-types'
import { Runtime } from '../runtime'

const most = 8

interface Held {
  runtime: Runtime
  busy: number
  closing: boolean
}

/** A runtime for each set of settings, so that what the destination remembers lasts from one event to the next. */
export class Runtimes {
  private readonly held = new Map<string, Held>()

  /** @param port - where the sandbox listens; undefined means live Crisp */
  constructor(private readonly port: number | undefined) {}

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

  /** Lets go of all of them: the next ones remember nobody. */
  clear(): void {
    for (const [key, held] of this.held) this.drop(key, held)
  }

  private of(settings: Settings): Held {
    const key = JSON.stringify(Object.entries(settings).sort())
    const found = this.held.get(key)
    if (found) return found
    const [oldest] = this.held
    if (oldest && this.held.size >= most) this.drop(...oldest)
    const made = { runtime: new Runtime({ settings, port: this.port, subscriptions: [] }), busy: 0, closing: false }
    this.held.set(key, made)
    return made
  }

  /** Closes it when nobody uses it any more. */
  private drop(key: string, held: Held): void {
    this.held.delete(key)
    held.closing = true
    if (held.busy === 0) held.runtime.close()
  }
}
