import crypto from 'crypto'
import type { Subscription } from '@segment/actions-core'
import { buildChangedInput, writeCheckpoint } from './checkpoint'
import type { Checkpoint, CommandKey } from './checkpoint'
import { buildFailedEntry, FailedFile } from './failed-file'
import { findChanged } from './inputs'
import type { Input } from './inputs'
import type { RateLimiter } from './rate-limiter'
import type { Line } from './reader'
import type { LineText, Selection } from './select'
import { addProblem, assertComplete, countOutcome, createStats } from './stats'
import type { Outcome, Stats } from './stats'

/** What a command comes to before anything is sent. */
export interface Job {
  command: CommandKey
  subscriptions: Subscription[]
  selection: Selection & { limit?: number }
  /** Events of a batch at most. */
  batchSize: number
  inputs: Input[]
  /** Path of the failed file; none is written when not given. */
  failed?: string
  /** Path of the checkpoint; none is kept when not given. */
  state?: string
  /** Where an earlier run stopped. */
  earlier?: Checkpoint
}

/** Settled lines that are worth a save, and failed ones among them. */
const LINES_A_SAVE = 5_000
const FAILURES_A_SAVE = 250

/** A job on its way: counts the outcome of every line, over all runs, and saves it such that a later run can go on. */
export class Session {
  readonly stats: Stats
  /** Places of the lines that were read and have no outcome yet. */
  private readonly waiting: Set<number>
  /** Of all lines that were read. */
  private readonly hash = crypto.createHash('sha256')
  private hashed = 0
  private unsaved = 0
  private saving: Promise<unknown> = Promise.resolve()

  private constructor(readonly job: Job, readonly limiter: RateLimiter, private readonly failed?: FailedFile) {
    const { earlier } = job
    this.stats = structuredClone(earlier?.stats ?? createStats())
    this.waiting = new Set(earlier?.waiting)
  }

  /**
   * Opens a job, and the failed file with it.
   * @throws UserError when that file cannot be written, or is not what it was
   */
  static async open(job: Job, limiter: RateLimiter): Promise<Session> {
    const { failed, earlier } = job
    if (failed === undefined) return new Session(job, limiter)
    return new Session(
      job,
      limiter,
      earlier ? await FailedFile.resume(earlier.failed) : await FailedFile.create(failed)
    )
  }

  /** Requests over all runs. */
  get requests(): number {
    return (this.job.earlier?.stats.requests ?? 0) + this.limiter.requests
  }

  /** True when enough is settled for a save. */
  get isSaveDue(): boolean {
    return this.unsaved >= LINES_A_SAVE || (this.failed?.unwritten ?? 0) >= FAILURES_A_SAVE
  }

  /** Lets go of the files; what was not saved is not written. */
  async close(): Promise<void> {
    await this.failed?.close()
  }

  /** Takes a line in: from now on it waits for its outcome. */
  read(line: Line): void {
    this.addToHash(line)
    this.stats.lines++
    this.waiting.add(line.n)
  }

  /**
   * Reads the inputs up to the place where an earlier run stopped, and gives the lines of it that still wait; then the
   * rest.
   * @param isOver - asked before every line
   * @throws UserError when the lines are not those of the earlier run; none is given then
   */
  async *replay(lines: AsyncIterable<Line>, isOver: () => boolean): AsyncGenerator<Line> {
    const again: Line[] = []
    let isReplaying = this.stats.lines > 0
    let file = this.job.command.inputs.at(-1)?.name ?? ''
    for await (const line of lines) {
      if (isOver()) return
      if (!isReplaying) {
        yield line
        continue
      }
      file = line.file
      this.addToHash(line)
      if (this.waiting.has(line.n)) again.push(line)
      if (this.hashed < this.stats.lines) continue
      if (this.getDigest() !== this.job.earlier?.sha256) break
      isReplaying = false
      yield* again.splice(0)
    }
    if (isReplaying) throw buildChangedInput(file)
  }

  /** True for a line that an earlier run has read. */
  isReplayed({ n }: Line): boolean {
    return n <= (this.job.earlier?.stats.lines ?? 0)
  }

  /**
   * Counts the outcome of a line, and puts it into the failed file if it failed.
   * @param subscriptions - those that did not get the event, when others did
   */
  settle({ n, file, line, text }: LineText, outcome: Outcome, isJson: boolean, subscriptions?: string[]): void {
    this.waiting.delete(n)
    countOutcome(this.stats, outcome)
    this.unsaved++
    if (outcome.name !== 'failed') return
    const { reason = '', status = 400, retry = false } = outcome
    this.failed?.add(buildFailedEntry({ reason, status, retry, file, line, subscriptions }, text, isJson))
  }

  /**
   * Saves for the last time, and says which inputs have changed.
   * @param duration - of the run, in milliseconds
   */
  async end(isFinished: boolean, duration: number): Promise<Checkpoint> {
    this.stats.duration += duration
    for (const name of await findChanged(this.job.inputs)) {
      addProblem(
        this.stats,
        `${name}: The file changed during the run. What was changed after it was read was not sent.`
      )
    }
    return this.save(isFinished)
  }

  /** Writes the failed file, then the checkpoint; one at a time, each of its own moment. */
  save(isFinished = false): Promise<Checkpoint> {
    const saved = this.saving.then(() => this.saveNow(isFinished))
    this.saving = saved.catch(() => undefined)
    return saved
  }

  private async saveNow(isFinished: boolean): Promise<Checkpoint> {
    const { command, state } = this.job
    const waiting = [...this.waiting]
    assertComplete(this.stats, waiting.length)
    this.unsaved = 0
    const moment = {
      stats: structuredClone({ ...this.stats, requests: this.requests }),
      waiting,
      sha256: this.getDigest(),
      today: { ...this.limiter.today }
    }
    const failed = (await this.failed?.flush()) ?? { path: '', bytes: 0 }
    const checkpoint: Checkpoint = { command, ...moment, failed, isFinished }
    if (state !== undefined) await writeCheckpoint(state, checkpoint)
    return checkpoint
  }

  private addToHash({ bytes }: Line): void {
    this.hash.update(bytes)
    this.hashed++
  }

  /** The hash of all lines that were read, also while they are read again. */
  private getDigest(): string {
    const { earlier } = this.job
    return earlier && this.hashed < earlier.stats.lines ? earlier.sha256 : this.hash.copy().digest('hex')
  }
}
