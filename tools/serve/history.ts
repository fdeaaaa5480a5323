import { LIMITS } from './wire'
import type { JsonObject, Run, RunSummary } from './wire'

/** A run and the settings it was given, which are never shown but needed to do it again. */
interface HistoryEntry {
  run: Run
  settings: Record<string, unknown>
  bytes: number
}

/** The latest runs. Holds a bounded number of runs and of bytes; always the newest one. */
export class History {
  private readonly kept = new Map<number, HistoryEntry>()
  private bytes = 0

  constructor(private readonly mostRuns = LIMITS.runs, private readonly mostBytes = 64 * 1024 * 1024) {}

  /** Adds a run and lets go of the oldest ones when there is too much. */
  add(run: Run, settings: Record<string, unknown>): void {
    const bytes = JSON.stringify(run).length
    this.kept.set(run.id, { run, settings, bytes })
    this.bytes += bytes
    for (const [id, oldest] of this.kept) {
      if (this.kept.size <= 1 || (this.kept.size <= this.mostRuns && this.bytes <= this.mostBytes)) break
      this.kept.delete(id)
      this.bytes -= oldest.bytes
    }
  }

  /** A run in full, if it is still held. */
  get(id: number): Run | undefined {
    return this.kept.get(id)?.run
  }

  /** The settings that a run was given, its key included. */
  getSettings(id: number): Record<string, unknown> | undefined {
    return this.kept.get(id)?.settings
  }

  /** The number of the oldest run that is still held; 0 without any. */
  get oldest(): number {
    const [first] = this.kept.keys()
    return first ?? 0
  }

  /** The newest first. */
  list(): RunSummary[] {
    return [...this.kept.values()].map(({ run }) => toSummary(run)).reverse()
  }

  /** Forgets all runs. */
  clear(): void {
    this.kept.clear()
    this.bytes = 0
  }
}

/** A run without its details. */
export function toSummary({ input: _input, deliveries: _deliveries, people: _people, ...summary }: Run): RunSummary {
  return summary
}

const MAX_TITLE = 120

/** A few words that tell an event from its neighbors: `track “Order Completed” · u_ada`. */
export function getTitle(event: JsonObject): string {
  const name = text(event.event) ?? text(event.name)
  const who = text(inside(event.traits, 'email')) ?? text(event.userId) ?? text(event.anonymousId)
  const type = text(event.type) ?? 'event without a type'
  return cut([type, name && `“${name}”`, who && `· ${who}`].filter(Boolean).join(' '))
}

/** The same for a batch. */
export function getBatchTitle(events: JsonObject[]): string {
  return `batch of ${events.length} ${events.length === 1 ? 'event' : 'events'}`
}

function inside(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as JsonObject)[key] : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Cut on code points: half a surrogate pair is no text. */
function cut(title: string): string {
  return title.length > MAX_TITLE ? `${[...title.slice(0, MAX_TITLE * 2)].slice(0, MAX_TITLE).join('')}…` : title
}
