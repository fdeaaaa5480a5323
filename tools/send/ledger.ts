import crypto from 'crypto'
import { assertWhole, count } from './account'
import type { Tally } from './account'
import { writeCheckpoint } from './checkpoint'
import type { Checkpoint, Command } from './checkpoint'
import { writeFailedEntry } from './failed-entry'
import type { FailedFile } from './failed-file'
import type { SpendingGate } from './gate'
import type { Settlement } from './outcome'
import type { Item } from './select'

/** What a ledger works with. */
export interface LedgerParts {
  command: Command
  /** Counts on, over all runs. */
  tally: Tally
  failed: FailedFile
  gate: SpendingGate
  /** Where an earlier run stopped. */
  from?: Checkpoint
  /** Where to keep the checkpoint; nowhere when not given. */
  state?: string
  /** Places of the lines that wait; undefined while the place where an earlier run stopped is not reached. */
  waiting: () => number[] | undefined
}

/** Settled lines that are worth a save, and failed ones among them. */
const LINES_A_SAVE = 5_000
const FAILURES_A_SAVE = 250

/** Keeps account of every line, and saves it such that a later run can go on. */
export class Ledger {
  /** Of all lines that were taken in. */
  private readonly prefix = crypto.createHash('sha256')
  private unsaved = 0
  private saving: Promise<unknown> = Promise.resolve()

  constructor(private readonly parts: LedgerParts) {}

  /** The hash of all lines that were taken in so far. */
  get digest(): string {
    return this.prefix.copy().digest('hex')
  }

  /** True when enough is settled for a save. */
  get isDue(): boolean {
    return this.unsaved >= LINES_A_SAVE || this.parts.failed.unwritten >= FAILURES_A_SAVE
  }

  /** Takes a line into the hash. */
  takeIn(line: Buffer): void {
    this.prefix.update(line)
  }

  /**
   * Counts a line as settled, and puts it into the failed file if it failed.
   * @param subscriptions - those that did not get the event, when others did
   */
  settle(
    { file, line, text }: Pick<Item, 'file' | 'line' | 'text'>,
    settlement: Settlement,
    isJson: boolean,
    subscriptions?: string[]
  ): void {
    count(this.parts.tally, settlement)
    this.unsaved++
    if (settlement.outcome !== 'failed') return
    const { reason = '', status = 400, retry = false } = settlement
    this.parts.failed.add(writeFailedEntry({ reason, status, retry, file, line, subscriptions }, text, isJson))
  }

  /** Writes the failed file, then the checkpoint; one at a time, each of its own moment. */
  save(isFinished = false): Promise<Checkpoint> {
    const saved = this.saving.then(() => this.saveNow(isFinished))
    this.saving = saved.catch(() => undefined)
    return saved
  }

  private async saveNow(isFinished: boolean): Promise<Checkpoint> {
    const { tally, command, from, failed, gate, state } = this.parts
    const places = this.parts.waiting()
    if (from && !places) return from
    const waiting = places ?? []
    assertWhole(tally, waiting.length)
    this.unsaved = 0
    const moment = {
      tally: structuredClone({ ...tally, requests: tally.requests + gate.requests }),
      waiting,
      sha256: this.digest,
      spent: { ...gate.spent }
    }
    const checkpoint: Checkpoint = { version: 1, command, ...moment, failed: await failed.flush(), isFinished }
    if (state !== undefined) await writeCheckpoint(state, checkpoint)
    return checkpoint
  }
}
