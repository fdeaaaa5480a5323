import type { Clock } from '../clock'

/** How far a run is. */
export interface RunFigures {
  /** Lines that have an outcome. */
  settled: number
  /** Lines that were read. */
  lines: number
  /** The part of the inputs that is read, from 0 to 1; undefined when their size is not known. */
  read?: number
  requests: number
  requestsToday: number
  /** Requests a day. */
  quota?: number
  /** What everything waits for now, and until when by `Clock.elapsed`. */
  wait?: { what: string; until: number }
}

/** How progress is shown: a bar on a terminal, plain lines, lines of JSON, or not at all. */
export type ProgressStyle = 'bar' | 'lines' | 'json' | 'none'

/** Where progress and notices are shown. */
export interface Screen {
  write(text: string): unknown
  /** The width of a terminal. */
  columns?: number
}

const BAR_EVERY = 250
const LINE_EVERY = 10_000
const BAR_WIDTH = 20
const COLUMNS = 80

/** Clears the line on which a terminal's cursor stands. */
const CLEAR_LINE = '\r\u001B[K'

/** Shows from time to time how far a run is, and what the user should know at once. */
export class Progress {
  private startedAt = 0
  private first?: RunFigures
  private timer?: NodeJS.Timeout
  private getFigures?: () => RunFigures

  /** @param isJson - whether notices are lines of JSON */
  constructor(
    private readonly style: ProgressStyle,
    private readonly screen: Screen,
    private readonly clock: Clock,
    private readonly isJson = style === 'json'
  ) {}

  /**
   * Shows progress from now on.
   * @param getFigures - tells how far the run is
   */
  start(getFigures: () => RunFigures): void {
    this.startedAt = this.clock.elapsed()
    this.getFigures = getFigures
    this.first = getFigures()
    if (this.style === 'none') return
    this.timer = setInterval(() => this.show(), this.style === 'bar' ? BAR_EVERY : LINE_EVERY)
  }

  /** Says something at once, on a line of its own. */
  say(text: string): void {
    this.clear()
    this.screen.write(`${this.isJson ? JSON.stringify({ type: 'notice', text }) : text}\n`)
    if (this.style === 'bar') this.show()
  }

  /** Shows no more. */
  stop(): void {
    clearInterval(this.timer)
    this.clear()
    this.getFigures = undefined
  }

  private show(): void {
    const now = this.getFigures?.()
    if (!now) return
    const time = this.clock.elapsed()
    const rate = (now.settled - (this.first?.settled ?? 0)) / Math.max(0.001, (time - this.startedAt) / 1_000)
    const left = getSecondsLeft(now, rate)
    const { wait, ...figures } = now
    const waiting = wait && { for: wait.what, seconds: Math.max(0, Math.round((wait.until - time) / 1_000)) }
    if (this.style === 'json') {
      const shown = { type: 'progress', ...figures, rate, secondsLeft: left, waiting }
      this.screen.write(`${JSON.stringify(shown)}\n`)
      return
    }
    // What is cut off at the right edge should be the least of it.
    const why = waiting ? `waiting ${toDuration(waiting.seconds)} for ${waiting.for}, ` : ''
    const line = why + toLine(now, rate, left)
    if (this.style === 'bar')
      this.screen.write(CLEAR_LINE + cut(`${toBar(getDone(now))} ${line}`, (this.screen.columns ?? COLUMNS) - 1))
    else this.screen.write(`${line}\n`)
  }

  private clear(): void {
    if (this.style === 'bar' && this.getFigures) this.screen.write(CLEAR_LINE)
  }
}

/** Cuts a line to a width, with `…` at its end when something is missing. */
export function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`
}

function toBar(done: number): string {
  const full = Math.floor(done * BAR_WIDTH)
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full)
}

/** The part that is done. What is read and not settled is not done. */
function getDone({ settled, lines, read = 0 }: RunFigures): number {
  return lines === 0 ? 0 : (read * settled) / lines
}

function getSecondsLeft(figures: RunFigures, rate: number): number | undefined {
  const done = getDone(figures)
  if (done === 0 || rate === 0) return undefined
  return Math.round((figures.settled / done - figures.settled) / rate)
}

function toLine({ settled, requests, requestsToday, quota, read }: RunFigures, rate: number, left?: number): string {
  const spent = quota === undefined ? `${requests} requests` : `${requestsToday} of ${quota} requests today`
  const parts = [`${settled} lines done`, `${rate.toFixed(rate < 10 ? 1 : 0)}/s`, spent]
  if (read !== undefined && left !== undefined) parts.push(`about ${toDuration(left)} left`)
  return parts.join(', ')
}

/** Seconds in words. */
export function toDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
