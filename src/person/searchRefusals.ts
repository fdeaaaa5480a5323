import { LRUCache } from 'lru-cache'

interface Refusals {
  userIds: Set<string>
  offUntil?: number
}

const IN_A_ROW = 3
const OFF_FOR = 10 * 60_000
const SCOPES_MAX = 1_000

/**
 * Searches by user ID that Crisp refused, for each website and token type. One refusal can be about that user ID; after
 * three in a row for different user IDs the search is off for ten minutes. The numbers are a choice: Crisp does not
 * document this search.
 */
export class SearchRefusals {
  private readonly scopes = new LRUCache<string, Refusals>({ max: SCOPES_MAX })

  /** True while Crisp is not asked. */
  isOff(scope: string): boolean {
    const { offUntil } = this.scopes.get(scope) ?? {}
    return offUntil !== undefined && Date.now() < offUntil
  }

  /** Notes that Crisp refused to search for the user ID. */
  add(scope: string, userId: string): void {
    const refusals = this.scopes.get(scope) ?? { userIds: new Set<string>() }
    refusals.userIds.add(userId)
    if (refusals.userIds.size < IN_A_ROW) this.scopes.set(scope, refusals)
    else this.scopes.set(scope, { userIds: new Set(), offUntil: Date.now() + OFF_FOR })
  }

  /** Notes that Crisp answered a search. */
  delete(scope: string): void {
    this.scopes.delete(scope)
  }

  /** Deletes everything, as if the process were new. */
  clear(): void {
    this.scopes.clear()
  }
}
