import { getTokenType } from '../../src/api/credentials'
import type { Settings } from '../../src/generated-types'
import { DAILY_QUOTA } from '../quota'
import type { Quota } from './types'

const dayMs = 86_400_000

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
    const type = getTokenType(settings)
    return { used: this.used, limit: DAILY_QUOTA[type], tokenType: type, spent }
  }

  private turn(): void {
    const day = Math.floor(this.now() / dayMs)
    if (day !== this.day) this.used = 0
    this.day = day
  }
}
