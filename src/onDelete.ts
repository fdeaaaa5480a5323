import { ErrorCodes, IntegrationError } from '@segment/actions-core'
import type { RequestClient } from '@segment/actions-core'
import { CrispClient } from './api/client'
import { CrispError, isCrispError } from './api/errors'
import { PEOPLE_PER_PAGE } from './api/limits'
import type { Settings } from './generated-types'
import { toSegmentError } from './outcome'
import { peopleCache } from './person/cache'
import { SearchRefusedError, searchPeople, verifyUserId } from './person/find'
import { isEmail, readEmail, readId } from './person/reference'

/** The code of the error that asks for a manual deletion: none of actions-core's says so. */
const MANUAL_DELETE_REQUIRED = 'MANUAL_DELETE_REQUIRED'

/** What Segment tells about the person to delete; either ID may be null. */
interface Deletion {
  userId?: string | null
  anonymousId?: string | null
}

/** It is not known whether Crisp still has people with the user ID. */
class UnverifiedDeletionError extends Error {}

/**
 * Deletes a person from Crisp, for Segment's user deletions.
 *
 * A user ID that looks like an email deletes the person with that email; for every user ID, each profile that is verified
 * to have it is deleted: the one in the cache, which Crisp's search may not show yet, and those that the search returns.
 * A person who is gone already counts as deleted.
 *
 * @param request - Segment's request client, authenticated by `extendRequest`
 * @param bundle - the settings, and the user ID in the payload
 * @returns how many profiles were deleted
 * @throws IntegrationError (400) without a user ID, and when the deletion cannot be verified, unless the email deleted a
 *   person; what the requests throw
 */
export async function onDelete(
  request: RequestClient,
  bundle: { settings: Settings; payload: Deletion }
): Promise<{ deleted: number }> {
  const userId = readId(bundle.payload.userId)
  if (!userId) {
    const message = 'The deletion has no user ID, or a placeholder. Crisp knows no anonymous IDs: send the user ID.'
    throw new IntegrationError(message, ErrorCodes.BAD_REQUEST, 400)
  }
  const client = new CrispClient(request, bundle)
  try {
    return { deleted: await deletePeople(client, userId) }
  } catch (thrown) {
    if (isUnverified(thrown)) {
      const message = 'Could not verify the deletion. Delete the person manually in Crisp.'
      throw new IntegrationError(message, MANUAL_DELETE_REQUIRED, 400)
    }
    throw thrown instanceof CrispError ? toSegmentError(thrown) : thrown
  } finally {
    peopleCache.delete(client.scope.websiteId, userId)
    peopleCache.repeats.delete(client.scope.websiteId, { userId, email: readEmail(userId)?.toLowerCase() })
  }
}

async function deletePeople(client: CrispClient, userId: string): Promise<number> {
  let deleted = 0
  const email = readEmail(userId)
  for (const address of email && isEmail(email) ? new Set([email.toLowerCase(), email]) : []) {
    deleted += await deleteProfile(client, address)
  }
  const isEmailDeleted = deleted > 0
  const cached = peopleCache.getPerson(client.scope.websiteId, userId)
  if (cached) deleted += (await deleteVerified(client, cached.address, userId, cached.listedEmail)).deleted
  try {
    return deleted + (await deleteFound(client, userId))
  } catch (thrown) {
    // The email named the person; the search was for profiles that have another email by now.
    if (isEmailDeleted && isUnverified(thrown)) return deleted
    throw thrown
  }
}

/** Page after page: what was deleted makes room for the next on the first page. */
async function deleteFound(client: CrispClient, userId: string): Promise<number> {
  let deleted = 0
  for (;;) {
    const matches = await searchPeople(client, peopleCache, userId, PEOPLE_PER_PAGE.max)
    let isUnrelated = false
    let deletedHere = 0
    for (const { people_id, email } of matches) {
      const result = await deleteVerified(client, people_id, userId, email)
      isUnrelated ||= result.isUnrelated
      deletedHere += result.deleted
    }
    deleted += deletedHere
    if (isUnrelated) throw new UnverifiedDeletionError()
    if (matches.length < PEOPLE_PER_PAGE.max) return deleted
    if (deletedHere === 0) throw new UnverifiedDeletionError()
  }
}

async function deleteVerified(client: CrispClient, peopleId: string, userId: string, email?: string | null) {
  const found = await verifyUserId(client, peopleId, userId)
  const person = { address: peopleId, peopleId, listedEmail: email?.toLowerCase() }
  if (found === 'verified') peopleCache.repeats.delete(client.scope.websiteId, { userId }, person)
  return {
    isUnrelated: found === 'other',
    deleted: found === 'verified' ? await deleteProfile(client, peopleId) : 0
  }
}

async function deleteProfile(client: CrispClient, person: string): Promise<0 | 1> {
  try {
    await client.deleteProfile(person)
    return 1
  } catch (thrown) {
    if (isCrispError(thrown, 'unknown')) return 0
    throw thrown
  }
}

function isUnverified(thrown: unknown): boolean {
  return thrown instanceof UnverifiedDeletionError || thrown instanceof SearchRefusedError
}
