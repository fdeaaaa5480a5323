import type { Subscription } from '@segment/actions-core'
import { changedInput } from './checkpoint'
import type { Checkpoint } from './checkpoint'
import type { Clock } from './clock'
import type { DeliverBatch } from './deliver'
import type { Closed } from './gate'
import { Ledger } from './ledger'
import type { LedgerParts } from './ledger'
import { Lineup } from './lineup'
import type { Batch } from './lineup'
import type { Line } from './read'
import { isSettled, select } from './select'
import type { Item, Selection, Settled } from './select'
import { Signal } from './signal'

/** All that a run works with. */
export interface RunParts extends Omit<LedgerParts, 'waiting'> {
  lines: AsyncIterable<Line>
  subscriptions: Subscription[]
  selection: Selection & { limit?: number }
  batchSize: number
  /** Batches in flight at most. */
  batchesAtOnce: number
  deliver: DeliverBatch
  clock: Clock
}

/** How a run ended. */
export interface Ending {
  /** Undefined when every line is settled. */
  closed?: Closed
  /** Where a later run may go on. */
  checkpoint: Checkpoint
}

/** Batches' worth of events that are read ahead: enough to find other people's while some wait. */
const WINDOW = 4
const SMALLEST_WINDOW = 100

/** A batch beside another is worth its requests from this part of its size on; alone, any is. */
const WORTH = 10

/** How long a slow input is waited for before what is there is sent. */
const LINGER = 1_000

/**
 * Takes lines in, groups them into batches, delivers these and accounts for every line.
 *
 * Reading waits while the window is full; a batch's outcome is saved before the next one takes its place.
 */
export class Run {
  private readonly lineup: Lineup
  private readonly ledger: Ledger
  private readonly change = new Signal()
  private inFlight = 0
  /** False while the place where an earlier run stopped is not reached. */
  private isUnderWay: boolean
  private hasEnded = false
  private lastReadAt = 0
  private failure?: { thrown: unknown }

  constructor(private readonly parts: RunParts) {
    this.lineup = new Lineup(Math.max(SMALLEST_WINDOW, WINDOW * parts.batchSize))
    this.ledger = new Ledger({ ...parts, waiting: () => (this.isUnderWay ? this.lineup.places : undefined) })
    this.isUnderWay = !parts.from || parts.from.tally.lines === 0
  }

  /**
   * Runs to the end of the lines, or until the gate closes and what is in flight has come back.
   * @throws Refusal when the lines are not those of the earlier run
   */
  async run(): Promise<Ending> {
    await this.ledger.save()
    const reading = this.read().catch((thrown: unknown) => this.fail(thrown))
    await this.dispatch()
    // A reader that waits for a slow input sees by itself that the run is over.
    if (!this.isOver) await reading
    if (this.failure) throw this.failure.thrown
    const isFinished = this.hasEnded && this.lineup.size === 0
    const checkpoint = await this.ledger.save(isFinished)
    return { closed: isFinished ? undefined : this.parts.gate.closed, checkpoint }
  }

  /** Ends the run early: what is in flight comes back, nothing else is sent. */
  interrupt(): void {
    this.parts.gate.close({ why: 'interrupted' })
    this.change.give()
  }

  private get isOver(): boolean {
    return this.failure !== undefined || this.parts.gate.closed !== undefined
  }

  private fail(thrown: unknown): void {
    this.failure ??= { thrown }
    this.change.give()
  }

  private async read(): Promise<void> {
    const { lines, selection, tally, subscriptions } = this.parts
    const again: Item[] = []
    for await (const line of lines) {
      if (this.isOver) return
      if (!this.isUnderWay) {
        this.readAgain(line, again)
        continue
      }
      if (tally.selected >= (selection.limit ?? Infinity)) break
      const selected = select(line, selection, subscriptions)
      while (!isSettled(selected) && this.lineup.isFull && !this.isOver) await this.change.next()
      if (this.isOver) return
      this.take(line, selected)
      if (this.ledger.isDue) await this.ledger.save()
    }
    if (this.isOver) return
    if (!this.isUnderWay) throw changedInput(this.parts.command.inputs.at(-1)?.name ?? '')
    this.hasEnded = true
    this.change.give()
  }

  /** Takes a line of an earlier run; those that were not settled go on when all of them are proved to be the same. */
  private readAgain(line: Line, again: Item[]): void {
    const { from, selection, subscriptions } = this.parts
    if (!from) return
    this.ledger.takeIn(line.bytes)
    if (from.waiting[again.length] === line.n) {
      const selected = select(line, selection, subscriptions)
      if (isSettled(selected)) throw changedInput(line.file)
      again.push(selected)
    }
    if (line.n < from.tally.lines) return
    if (this.ledger.digest !== from.sha256) throw changedInput(line.file)
    for (const item of again) this.lineup.add(item)
    this.isUnderWay = true
    this.change.give()
  }

  private take(line: Line, selected: Item | Settled): void {
    const { tally, clock } = this.parts
    this.ledger.takeIn(line.bytes)
    this.lastReadAt = clock.now()
    tally.lines++
    if (isSettled(selected)) {
      this.ledger.settle(selected, selected.settlement, selected.isJson)
      return
    }
    tally.selected++
    this.lineup.add(selected)
    if (this.lineup.isFull || this.lineup.size === 1) this.change.give()
  }

  /** Keeps batches in flight until nothing is left to do. */
  private async dispatch(): Promise<void> {
    for (;;) {
      const wait = this.launch()
      if (this.inFlight === 0 && (this.isOver || (this.hasEnded && this.lineup.size === 0))) return
      const woken = new AbortController()
      const waits = wait === undefined ? [] : [this.parts.clock.sleep(wait, woken.signal)]
      await Promise.race([this.change.next(), ...waits])
      woken.abort()
    }
  }

  /**
   * Starts as many batches as may go.
   * @returns milliseconds until more may go by themselves
   */
  private launch(): number | undefined {
    const { clock, gate, batchSize, batchesAtOnce } = this.parts
    while (this.inFlight < batchesAtOnce && this.lineup.size > 0 && !this.isOver) {
      const now = clock.now()
      if (gate.pausedUntil > now) return gate.pausedUntil - now
      const lingering = this.lastReadAt + LINGER - now
      if (!this.lineup.isFull && !this.hasEnded && lingering > 0) return lingering
      const batch = this.lineup.take(now, batchSize, this.inFlight === 0 ? 1 : Math.ceil(batchSize / WORTH))
      if (!batch) {
        const due = this.lineup.nextDue(now)
        return due === undefined ? undefined : due - now
      }
      this.inFlight++
      void this.carryOut(batch).catch((thrown: unknown) => this.fail(thrown))
    }
    return undefined
  }

  private async carryOut(batch: Batch): Promise<void> {
    try {
      for (const { entry, settlement, isAnswerLost } of await this.parts.deliver(batch)) {
        if (isAnswerLost) this.parts.tally.answersLost++
        if (!settlement) continue
        this.lineup.remove(entry)
        const subscriptions = entry.reached > 0 ? entry.failedIn : undefined
        this.ledger.settle(entry.item, settlement, true, subscriptions)
      }
      await this.ledger.save()
    } finally {
      this.inFlight--
      this.change.give()
    }
  }
}
