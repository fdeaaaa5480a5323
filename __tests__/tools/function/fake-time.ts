const NOON = Date.parse('2026-06-15T12:00:00Z')

interface Timer {
  at: number
  run: () => void
}

/** Time of a script's own: it stands still while requests are under way and jumps to the next timer when all waits. */
export class FakeTime {
  now = NOON
  private readonly timers = new Map<number, Timer>()
  private last = 0
  private requests = 0
  private isWatching = false

  readonly setTimeout = (run: () => void, ms: number): number => {
    this.timers.set(++this.last, { at: this.now + ms, run })
    void this.watch()
    return this.last
  }

  readonly clearTimeout = (id?: number): void => {
    this.timers.delete(id ?? 0)
  }

  /** Milliseconds since the start. */
  get elapsed(): number {
    return this.now - NOON
  }

  /** True when no timer runs. */
  get isIdle(): boolean {
    return this.timers.size === 0
  }

  /** The class `Date` with this time. */
  get Date(): DateConstructor {
    const now = () => this.now
    return class extends Date {
      static override now = now
    } as DateConstructor
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.setTimeout(resolve, ms))
  }

  /** Runs a real request, which takes none of this time. */
  async during<T>(request: () => Promise<T>): Promise<T> {
    this.requests++
    try {
      return await request()
    } finally {
      this.requests--
    }
  }

  private async watch(): Promise<void> {
    if (this.isWatching) return
    this.isWatching = true
    while (!this.isIdle) {
      await new Promise(setImmediate)
      if (this.requests > 0 || this.isIdle) continue
      const [[id, { at, run }]] = [...this.timers].sort(([, one], [, other]) => one.at - other.at)
      this.timers.delete(id)
      this.now = Math.max(this.now, at)
      run()
    }
    this.isWatching = false
  }
}
