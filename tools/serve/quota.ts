import { tokenType } from '../../src/crisp/credentials'
import type { Settings } from '../../src/generated-types'
import type { Quota } from './types'

/**
 * Requests a day that a token has. Source: Crisp docs, "REST API / Rate limits": 5,000 for a plugin unless Crisp
 * granted more, 10,000 for a website token.
 */
const limits = { plugin: 5000, website: 10_000 }

const dayMs = 86_400_000

/** Counts the requests of the day, which starts at midnight UTC. */
export class QuotaMeter {
  private day = 0
  private used = 0

  constructor(private readonly now: () => number = Date.now) {}

  count(requests = 1): void {
    this.turn()
    this.used += requests
  }

  reset(): void {
    this.used = 0
  }

  /** @param spent - true while a fault says so */
  read(settings: Settings, spent: boolean): Quota {
    this.turn()
    const type = tokenType(settings)
    return { used: this.used, limit: limits[type], tokenType: type, spent }
  }

  private turn(): void {
    const day = Math.floor(this.now() / dayMs)
    if (day !== this.day) this.used = 0
    this.day = day
  }
}
