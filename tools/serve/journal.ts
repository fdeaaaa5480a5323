import type { Exchange } from '../runtime'
import type { JournalEntry } from '../sandbox'
import type { JournalRow } from './types'

const most = 500

/** The latest requests to Crisp, without their bodies. */
export class JournalRows {
  private rows: JournalRow[] = []
  private last = 0

  /** Adds a request of the sandbox's journal. */
  add({ at, method, path, status, reason, durationMs, fault }: JournalEntry): JournalRow {
    return this.push({ at, method, path, status, reason, durationMs: rounded(durationMs), ...(fault && { fault }) })
  }

  /** Adds a request that the destination made of live Crisp. */
  addExchange({ request, response, durationMs }: Exchange): JournalRow {
    const { pathname, search } = new URL(request.url)
    const reason = (response?.body as { reason?: unknown } | undefined)?.reason
    return this.push({
      at: Date.now(),
      method: request.method,
      path: pathname + search,
      status: response?.status ?? null,
      reason: typeof reason === 'string' ? reason : null,
      durationMs
    })
  }

  /** The newest first. */
  list(): JournalRow[] {
    return [...this.rows].reverse()
  }

  /** Forgets them. */
  clear(): void {
    this.rows = []
  }

  private push(row: Omit<JournalRow, 'n'>): JournalRow {
    const numbered = { n: ++this.last, ...row }
    this.rows.push(numbered)
    if (this.rows.length > most * 2) this.rows = this.rows.slice(-most)
    return numbered
  }
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 10) / 10
}
