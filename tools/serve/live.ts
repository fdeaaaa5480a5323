import type { ServerResponse } from 'http'
import { SECURITY_HEADERS } from './guard'
import type { JournalRow, RunSummary, Status, Update } from './wire'

const MAX_LISTENERS = 32
const MAX_LISTENERS_PER_ADDRESS = 16
const MAX_ROWS = 200
const PAUSE_MS = 120
const HEARTBEAT_MS = 20_000
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024

/** Tells pages what happens, by server-sent events: at most one message every so often, with the latest of all. */
export class Live {
  private readonly listeners = new Map<ServerResponse, string>()
  private runs: RunSummary[] = []
  private journal: JournalRow[] = []
  private wasReset = false
  private timer?: NodeJS.Timeout
  private readonly heartbeat: NodeJS.Timeout

  /** @param now - reads what every message tells */
  constructor(private readonly now: () => Status) {
    this.heartbeat = setInterval(() => this.write(': still here\n\n'), HEARTBEAT_MS).unref()
  }

  /**
   * Adds a listener until its connection ends. One address has a bounded share: its oldest listener makes room.
   * @returns false when there are too many
   */
  add(response: ServerResponse, address: string): boolean {
    const own = [...this.listeners].filter(([, from]) => from === address)
    if (own.length >= MAX_LISTENERS_PER_ADDRESS) this.remove(own[0][0])
    if (this.listeners.size >= MAX_LISTENERS) return false
    this.listeners.set(response, address)
    response.once('close', () => this.listeners.delete(response))
    response.writeHead(200, {
      ...SECURITY_HEADERS,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store'
    })
    response.write('retry: 1000\n\n')
    return true
  }

  /** Tells of a run. */
  run(summary: RunSummary): void {
    if (this.runs.length < MAX_ROWS) this.runs.push(summary)
    else this.runs = [...this.runs.slice(1), summary]
    this.soon()
  }

  /** Tells of a request to Crisp. */
  request(row: JournalRow): void {
    if (this.journal.length < MAX_ROWS) this.journal.push(row)
    else this.journal = [...this.journal.slice(1), row]
    this.soon()
  }

  /** Tells that everything was reset. */
  reset(): void {
    this.runs = []
    this.journal = []
    this.wasReset = true
    this.soon()
  }

  /** Something else changed: the faults, for example. */
  soon(): void {
    this.timer ??= setTimeout(() => this.flush(), PAUSE_MS).unref()
  }

  /** Ends all connections. */
  close(): void {
    clearInterval(this.heartbeat)
    clearTimeout(this.timer)
    for (const listener of this.listeners.keys()) listener.end()
  }

  private remove(listener: ServerResponse): void {
    this.listeners.delete(listener)
    listener.end()
  }

  private flush(): void {
    this.timer = undefined
    const update: Update = {
      ...this.now(),
      runs: this.runs,
      journal: this.journal,
      ...(this.wasReset && { reset: true })
    }
    this.runs = []
    this.journal = []
    this.wasReset = false
    this.write(`data: ${JSON.stringify(update)}\n\n`)
  }

  /** A listener that does not keep up is let go; its page connects again and reads the whole state. */
  private write(text: string): void {
    for (const listener of this.listeners.keys()) {
      if (listener.writableLength > MAX_BACKLOG_BYTES) listener.destroy()
      else listener.write(text)
    }
  }
}
