import type { Clock } from '../../tools/clock'

const NOON = Date.parse('2025-06-15T12:00:00Z')

/** Turns of the event loop without a read or write of a file after which everything waits for the clock. */
const QUIET_TURNS = 5

/** A clock that jumps to the next moment for which something sleeps as soon as everything waits for it. */
export class JumpingClock implements Clock {
  private time: number
  private sleepers: { at: number; wake: () => void }[] = []
  private isWatching = false

  constructor(startedAt = NOON) {
    this.time = startedAt
  }

  now = () => this.time
  elapsed = () => this.time
  random = () => 0.5
  sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const sleeper = { at: this.time + ms, wake: resolve }
      this.sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.sleepers = this.sleepers.filter((each) => each !== sleeper)
        resolve()
      })
      void this.watch()
    })

  private async watch(): Promise<void> {
    if (this.isWatching) return
    this.isWatching = true
    for (let quiet = 0; this.sleepers.length > 0; quiet++) {
      await new Promise(setImmediate)
      if (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))) quiet = 0
      if (quiet < QUIET_TURNS) continue
      this.time = Math.max(this.time, Math.min(...this.sleepers.map(({ at }) => at)))
      const due = this.sleepers.filter(({ at }) => at <= this.time)
      this.sleepers = this.sleepers.filter(({ at }) => at > this.time)
      for (const { wake } of due) wake()
      quiet = 0
    }
    this.isWatching = false
  }
}

/** A clock that moves only when told to. Sleepers wake when their time has come. */
export class ManualClock implements Clock {
  private time = NOON
  private sleepers: { at: number; wake: () => void }[] = []

  private wrong = 0

  now = () => this.time + this.wrong
  elapsed = () => this.time
  random = () => 0.5
  sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      this.sleepers.push({ at: this.time + ms, wake: resolve })
      signal?.addEventListener('abort', () => resolve())
    })

  get sleeping(): number {
    return this.sleepers.length
  }

  /** Sets the clock of the machine forward or back, while time passes as ever. */
  set(ms: number): void {
    this.wrong += ms
  }

  advance(ms: number): void {
    this.time += ms
    const due = this.sleepers.filter(({ at }) => at <= this.time)
    this.sleepers = this.sleepers.filter(({ at }) => at > this.time)
    for (const { wake } of due) wake()
  }
}
