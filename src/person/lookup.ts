import type { CrispClient } from '../crisp/client'
import { isFailure } from '../crisp/failure'
import type { PersonHit } from '../crisp/types'
import { forget, recall, remember } from './memory'
import { prove, search } from './search'

/** Hits that a lookup reads at most: each costs a request. */
const HITS_READ = 2

/** What one delivery has learnt of people whom Crisp does not know; it ends with the batch. */
export type Misses = Set<string>

/** Runs a write on a person. `peopleId` is Crisp's ID of the person. */
type Use<T> = (peopleId: string) => Promise<T>

/**
 * Runs a write on the person with a user ID. A remembered person who is gone, or whom the write clashes with, is
 * forgotten and looked up again once.
 *
 * @param client - the website's client
 * @param userId - the user ID
 * @param misses - the user IDs that this delivery already looked up in vain
 * @param use - the write
 * @returns what the write returned, or undefined when Crisp knows nobody with that user ID
 * @throws CrispFailure of kind `refused` when Crisp refuses the search; whatever the write throws
 */
export async function withPerson<T>(
  client: CrispClient,
  userId: string,
  misses: Misses,
  use: Use<T>
): Promise<T | undefined> {
  const remembered = recall(client.websiteId, userId)?.peopleId
  if (remembered) {
    try {
      return await use(remembered)
    } catch (thrown) {
      if (!isFailure(thrown, 'unknown', 'exists')) throw thrown
      forget(client.websiteId, userId)
    }
  }
  const found = misses.has(userId) ? undefined : await findPerson(client, userId)
  if (!found) {
    misses.add(userId)
    return undefined
  }
  try {
    return await use(found)
  } catch (thrown) {
    if (!isFailure(thrown, 'unknown')) throw thrown
    forget(client.websiteId, userId)
    return undefined
  }
}

/**
 * Looks a user ID up and remembers the person.
 * @returns the `people_id`, or undefined when nobody is proved to have the user ID
 */
async function findPerson(client: CrispClient, userId: string): Promise<string | undefined> {
  const { hits } = await search(client, userId)
  for (const hit of newestFirst(hits).slice(0, HITS_READ)) {
    if ((await prove(client, hit.people_id, userId)) === 'proved') {
      remember(client.websiteId, userId, { peopleId: hit.people_id, email: hit.email?.toLowerCase() })
      return hit.people_id
    }
  }
  return undefined
}

function newestFirst(hits: PersonHit[]): PersonHit[] {
  return [...hits].sort((a, b) => (b.updated_at ?? 0) - (a.updated_at ?? 0))
}
