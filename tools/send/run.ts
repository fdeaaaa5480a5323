import type { Clock } from '../clock'
import { buildChangedInput } from './checkpoint'
import type { Checkpoint } from './checkpoint'
import type { DeliverBatch } from './deliver'
import { Queue } from './queue'
import type { Batch } from './queue'
import type { EarlyEnd } from './rate-limiter'
import type { Line } from './reader'
import { isUnsent, select } from './select'
import type { Session } from './session'

/** How a run ended. */
export interface RunResult {
  /** Undefined when every line has its outcome. */
  ended?: EarlyEnd
  /** Where a later run may go on. */
  checkpoint: Checkpoint
}

/** What the scheduler has to do next: let time pass, wait for something to happen, or nothing any more. */
type Schedule = { next: 'wait'; ms: number; what?: string } | { next: 'idle' } | { next: 'done' }

/** Batches in flight at most: one delivers while the next one starts. */
const BATCHES_AT_ONCE = 2

/** Batches' worth of events that are read ahead: enough to find other people's while some wait. */
const WINDOW = 4
const MIN_WINDOW = 100

/** While another batch is in flight, a batch starts from this part of its size on; alone, any size will do. */
const WORTH = 10

/** How long a slow input is waited for before what is there is sent. */
const LINGER = 1_000

/**
 * Reads lines, groups their events into batches, delivers these and settles every line.
 *
 * Reading waits while the queue is full; a batch's outcome is saved before the next one takes its place.
 */
export class Run {
  private readonly queue: Queue
  /** What everything waits for now, and until when by `Clock.elapsed`. */
  wait?: { what: string; until: number }
  private inFlight = 0
  private hasEnded = false
  private lastReadAt = -Infinity
  private failure?: { thrown: unknown }
  private wake: () => void = () => undefined
  private change = this.waitForChange()

  constructor(
    private readonly session: Session,
    private readonly lines: AsyncIterable<Line>,
    private readonly deliver: DeliverBatch,
    private readonly clock: Clock
  ) {
    this.queue = new Queue(Math.max(MIN_WINDOW, WINDOW * session.job.batchSize))
  }

  /**
   * Runs to the end of the lines, or until no more requests are made and what is in flight has come back.
   * @throws UserError when the lines are not those of the earlier run
   */
  async run(): Promise<RunResult> {
    const startedAt = this.clock.elapsed()
    await this.session.save()
    const reading = this.read().catch((thrown: unknown) => this.fail(thrown))
    await this.dispatch()
    // A reader that waits for a slow input sees by itself that the run is over.
    if (!this.isOver) await reading
    if (this.failure) throw this.failure.thrown
    const isFinished = this.hasEnded && this.queue.size === 0
    const checkpoint = await this.session.end(isFinished, this.clock.elapsed() - startedAt)
    return { ended: isFinished ? undefined : this.session.limiter.ended, checkpoint }
  }

  /** Ends the run early: what is in flight comes back, nothing else is sent. */
  interrupt(): void {
    this.session.limiter.end({ why: 'interrupted' })
    this.tell()
  }

  private get isOver(): boolean {
    return this.failure !== undefined || this.session.limiter.ended !== undefined
  }

  private fail(thrown: unknown): void {
    this.failure ??= { thrown }
    this.tell()
  }

  /** Wakes those who wait for a change. */
  private tell(): void {
    this.wake()
    this.change = this.waitForChange()
  }

  private waitForChange(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve))
  }

  private async read(): Promise<void> {
    const { job, stats } = this.session
    const { selection, subscriptions } = job
    for await (const line of this.session.replay(this.lines, () => this.isOver)) {
      const isReplayed = this.session.isReplayed(line)
      if (!isReplayed && stats.selected >= (selection.limit ?? Infinity)) break
      const selected = select(line, selection, subscriptions)
      while (!isUnsent(selected) && this.queue.isFull && !this.isOver) await this.change
      if (this.isOver) return
      if (!isReplayed) this.session.read(line)
      this.lastReadAt = this.clock.elapsed()
      if (isUnsent(selected)) {
        if (isReplayed) throw buildChangedInput(line.file)
        this.session.settle(selected, selected.outcome, selected.isJson)
      } else {
        if (!isReplayed) stats.selected++
        this.queue.add(selected)
        if (this.queue.isFull || this.queue.size === 1) this.tell()
      }
      if (this.session.isSaveDue) await this.session.save()
    }
    if (this.isOver) return
    this.hasEnded = true
    this.tell()
  }

  /** Keeps batches in flight until nothing is left to do. */
  private async dispatch(): Promise<void> {
    for (;;) {
      const { change } = this
      const schedule = this.schedule()
      if (schedule.next === 'done') return
      const woken = new AbortController()
      this.wait =
        schedule.next === 'wait' && schedule.what !== undefined && this.inFlight === 0
          ? { what: schedule.what, until: this.clock.elapsed() + schedule.ms }
          : undefined
      const waits = schedule.next === 'wait' ? [this.clock.sleep(schedule.ms, woken.signal)] : []
      await Promise.race([change, ...waits])
      woken.abort()
    }
  }

  /** Starts as many batches as may go, and tells what to do next. */
  private schedule(): Schedule {
    const { queue, session } = this
    const { batchSize } = session.job
    while (this.inFlight < BATCHES_AT_ONCE && queue.size > 0 && !this.isOver) {
      const now = this.clock.elapsed()
      const { pausedUntil } = session.limiter
      if (pausedUntil > now) return { next: 'wait', ms: pausedUntil - now, what: 'Crisp, which asked for a pause' }
      const lingering = this.lastReadAt + LINGER - now
      if (!queue.isFull && !this.hasEnded && lingering > 0) return { next: 'wait', ms: lingering }
      const batch = queue.take(now, batchSize, this.inFlight === 0 ? 1 : Math.ceil(batchSize / WORTH))
      if (!batch) {
        const due = queue.getNextDue(now)
        return due === undefined ? { next: 'idle' } : { next: 'wait', ms: due - now, what: 'the next retry' }
      }
      this.inFlight++
      void this.carryOut(batch).catch((thrown: unknown) => this.fail(thrown))
    }
    const isDone = this.inFlight === 0 && (this.isOver || (this.hasEnded && queue.size === 0))
    return { next: isDone ? 'done' : 'idle' }
  }

  private async carryOut(batch: Batch): Promise<void> {
    try {
      for (const { entry, outcome, isAnswerLost } of await this.deliver(batch)) {
        if (isAnswerLost) this.session.stats.answersLost++
        if (!outcome) continue
        this.queue.remove(entry)
        this.session.settle(entry.item, outcome, true, entry.reached > 0 ? entry.failedIn : undefined)
      }
      await this.session.save()
    } finally {
      this.inFlight--
      this.tell()
    }
  }
}
