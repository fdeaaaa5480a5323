import { getTokenType } from '../../src/api/credentials'
import type { Settings } from '../../src/generated-types'
import { DAILY_QUOTA } from '../quota'
import type { Exchange } from '../runtime'
import type { JournalEntry } from '../sandbox'
import { LIMITS } from './wire'
import type { JournalRow, Quota } from './wire'

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
    return this.rows.slice(-LIMITS.journalRows).reverse()
  }

  /** Forgets them. */
  clear(): void {
    this.rows = []
  }

  private push(row: Omit<JournalRow, 'n'>): JournalRow {
    const numbered = { n: ++this.last, ...row }
    this.rows.push(numbered)
    if (this.rows.length > LIMITS.journalRows * 2) this.rows = this.rows.slice(-LIMITS.journalRows)
    return numbered
  }
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 10) / 10
}

const DAY_MS = 86_400_000

/** Counts the requests of the day, which starts at midnight UTC. */
export class QuotaMeter {
  private day = 0
  private used = 0

  constructor(private readonly now: () => number = Date.now) {}

  /** Counts requests as spent. */
  count(requests = 1): void {
    this.turn()
    this.used += requests
  }

  /** Nothing is spent. */
  reset(): void {
    this.used = 0
  }

  /** @param spent - true while a fault says so */
  read(settings: Settings, spent: boolean): Quota {
    this.turn()
    return { used: this.used, limits: DAILY_QUOTA, tokenType: getTokenType(settings), spent }
  }

  private turn(): void {
    const day = Math.floor(this.now() / DAY_MS)
    if (day !== this.day) this.used = 0
    this.day = day
  }
}
