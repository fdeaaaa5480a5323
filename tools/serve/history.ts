import type { Run, RunSummary } from './types'

/** A run and the settings it was given, which are never shown but needed to do it again. */
interface Kept {
  run: Run
  settings: Record<string, unknown>
  bytes: number
}

/** The latest runs. Holds a bounded number of runs and of bytes; always the newest one. */
export class History {
  private readonly kept = new Map<number, Kept>()
  private bytes = 0

  constructor(private readonly mostRuns = 200, private readonly mostBytes = 64 * 1024 * 1024) {}

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
  settingsOf(id: number): Record<string, unknown> | undefined {
    return this.kept.get(id)?.settings
  }

  /** The newest first. */
  list(): RunSummary[] {
    return [...this.kept.values()].map(({ run }) => summaryOf(run)).reverse()
  }

  /** Forgets all runs. */
  clear(): void {
    this.kept.clear()
    this.bytes = 0
  }
}

/** A run without its details. */
export function summaryOf({ input: _input, deliveries: _deliveries, people: _people, ...summary }: Run): RunSummary {
  return summary
}
