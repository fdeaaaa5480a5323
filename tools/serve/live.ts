import type { ServerResponse } from 'http'
import type { JournalRow, RunSummary, Update } from './wire'

const mostListeners = 32
const mostRows = 200
const pauseMs = 120
const heartbeatMs = 20_000

/** What is the same for every listener when a message goes out. */
type Now = Pick<Update, 'faults' | 'quota' | 'people'>

/** Tells pages what happens, by server-sent events: at most one message every so often, with the latest of all. */
export class Live {
  private readonly listeners = new Set<ServerResponse>()
  private runs: RunSummary[] = []
  private journal: JournalRow[] = []
  private wasReset = false
  private timer?: NodeJS.Timeout
  private readonly heartbeat: NodeJS.Timeout

  /** @param now - reads what every message tells */
  constructor(private readonly now: () => Now) {
    this.heartbeat = setInterval(() => this.write(': still here\n\n'), heartbeatMs).unref()
  }

  /** Adds a listener until its connection ends. False when there are too many. */
  add(response: ServerResponse): boolean {
    if (this.listeners.size >= mostListeners) return false
    this.listeners.add(response)
    response.once('close', () => this.listeners.delete(response))
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write('retry: 1000\n\n')
    return true
  }

  /** Tells of a run. */
  run(summary: RunSummary): void {
    if (this.runs.length < mostRows) this.runs.push(summary)
    else this.runs = [...this.runs.slice(1), summary]
    this.soon()
  }

  /** Tells of a request to Crisp. */
  request(row: JournalRow): void {
    if (this.journal.length < mostRows) this.journal.push(row)
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
    this.timer ??= setTimeout(() => this.flush(), pauseMs).unref()
  }

  /** Ends all connections. */
  close(): void {
    clearInterval(this.heartbeat)
    clearTimeout(this.timer)
    for (const listener of this.listeners) listener.end()
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
    for (const listener of this.listeners) {
      if (listener.writableLength > 4 * 1024 * 1024) listener.destroy()
      else listener.write(text)
    }
  }
}
