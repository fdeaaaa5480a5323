import { SingleBar } from 'cli-progress'
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
}

/** How progress is shown: a bar on a terminal, plain lines, lines of JSON, or not at all. */
export type ProgressStyle = 'bar' | 'lines' | 'json' | 'none'

/** Where progress is shown. */
export interface Screen {
  write(text: string): unknown
}

const BAR_EVERY = 250
const LINE_EVERY = 10_000

/** Shows from time to time how far a run is. */
export class Progress {
  private readonly startedAt: number
  private first?: RunFigures
  private timer?: NodeJS.Timeout
  private bar?: SingleBar

  /** @param getFigures - tells how far the run is */
  constructor(
    private readonly style: ProgressStyle,
    private readonly screen: Screen,
    private readonly clock: Clock,
    private readonly getFigures: () => RunFigures
  ) {
    this.startedAt = clock.now()
  }

  /** Shows progress from now on. */
  start(): void {
    if (this.style === 'none') return
    this.first = this.getFigures()
    if (this.style === 'bar') {
      this.bar = new SingleBar({ format: '{bar} {line}', hideCursor: null, clearOnComplete: true })
      this.bar.start(100, 0, { line: '' })
    }
    this.timer = setInterval(() => this.show(), this.style === 'bar' ? BAR_EVERY : LINE_EVERY)
  }

  /** Shows how far the run is now. */
  show(): void {
    const now = this.getFigures()
    const seconds = Math.max(0.001, (this.clock.now() - this.startedAt) / 1_000)
    const rate = (now.settled - (this.first?.settled ?? 0)) / seconds
    const left = getSecondsLeft(now, rate)
    if (this.style === 'json') {
      this.screen.write(`${JSON.stringify({ type: 'progress', ...now, rate, secondsLeft: left })}\n`)
      return
    }
    const line = toLine(now, rate, left)
    if (this.bar) this.bar.update(Math.floor(100 * getDone(now)), { line })
    else this.screen.write(`${line}\n`)
  }

  /** Shows no more. */
  stop(): void {
    clearInterval(this.timer)
    this.bar?.stop()
    this.bar = undefined
  }
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

function toDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** What the user should know at once, as a line of text or, under `--json`, of JSON. */
export function buildNotice(text: string, isJson: boolean): string {
  return `${isJson ? JSON.stringify({ type: 'notice', text }) : text}\n`
}
