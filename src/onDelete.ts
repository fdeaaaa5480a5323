import { IntegrationError } from '@segment/actions-core'
import type { RequestClient } from '@segment/actions-core'
import { CrispClient } from './crisp/client'
import { CrispFailure, isFailure } from './crisp/failure'
import { PEOPLE_PER_PAGE } from './crisp/limits'
import type { Settings } from './generated-types'
import { isSearchRefusal, prove, search } from './person/search'
import { forget } from './person/memory'
import { given, isEmail } from './person/reference'

/** The code of the error that asks for a deletion by hand. */
const DELETE_BY_HAND = 'DELETE_BY_HAND'

/** What Segment tells of a person to be deleted; either ID may be null. */
interface Deletion {
  userId?: string | null
  anonymousId?: string | null
}

/**
 * Deletes a person from Crisp, for Segment's user deletions.
 *
 * A user ID that looks like an e-mail deletes the person with that e-mail; for every user ID, everyone who is proved to
 * carry it is deleted. Somebody who is gone already is deleted. What cannot be proved is an error, unless the e-mail has
 * deleted somebody: a deletion never looks done when it may not be.
 *
 * @param request - Segment's request client, authenticated by `extendRequest`
 * @param bundle - the settings, and the user ID in the payload
 * @throws IntegrationError `USER_ID_MISSING` without a user ID, `DELETE_BY_HAND` when Crisp's search gives no proof; what
 *   the requests throw
 */
export async function onDelete(
  request: RequestClient,
  bundle: { settings: Settings; payload: Deletion }
): Promise<void> {
  const userId = given(bundle.payload.userId)
  if (!userId) {
    throw new IntegrationError(
      'The deletion names nobody: its user ID is empty or a placeholder, and Crisp knows no anonymous IDs.',
      'USER_ID_MISSING',
      400
    )
  }
  const client = new CrispClient(request, bundle)
  try {
    await deleteEverybody(client, userId)
  } catch (thrown) {
    throw thrown instanceof CrispFailure ? thrown.error : thrown
  } finally {
    forget(client.websiteId, userId)
  }
}

async function deleteEverybody(client: CrispClient, userId: string): Promise<void> {
  const isEmailDeleted = isEmail(userId) && (await deleteByEmail(client, userId))
  try {
    await deleteByUserId(client, userId)
  } catch (thrown) {
    const error = isSearchRefusal(thrown) ? byHand('Crisp refuses to search people by user ID') : thrown
    // The e-mail named the person; the search was for others who carry it as their user ID since they changed it.
    if (!isEmailDeleted || !isByHand(error)) throw error
  }
}

/** @returns true when somebody was deleted */
async function deleteByEmail(client: CrispClient, email: string): Promise<boolean> {
  let isDeleted = false
  for (const address of new Set([email.toLowerCase(), email])) {
    if (await deletePerson(client, address)) isDeleted = true
  }
  return isDeleted
}

/** Page after page: what was deleted makes room for the next on the first page. */
async function deleteByUserId(client: CrispClient, userId: string): Promise<void> {
  for (;;) {
    const { hits, isWhole } = await search(client, userId, PEOPLE_PER_PAGE.max)
    let others = 0
    let deleted = 0
    for (const { people_id } of hits) {
      const proof = await prove(client, people_id, userId)
      if (proof === 'other') others += 1
      if (proof === 'proved' && (await deletePerson(client, people_id))) deleted += 1
    }
    if (!isWhole) throw byHand("Crisp's search gave no list of people")
    if (others > 0) throw byHand('Crisp found people who do not carry this user ID')
    if (hits.length < PEOPLE_PER_PAGE.max) return
    if (deleted === 0) throw byHand('Crisp found only people who are gone already, and maybe more behind them')
  }
}

async function deletePerson(client: CrispClient, person: string): Promise<boolean> {
  try {
    await client.deleteProfile(person)
    return true
  } catch (thrown) {
    if (isFailure(thrown, 'unknown')) return false
    throw thrown
  }
}

function byHand(reason: string): IntegrationError {
  return new IntegrationError(
    `${reason}, so the deletion is not proved. Delete the person by hand in Crisp.`,
    DELETE_BY_HAND,
    400
  )
}

function isByHand(thrown: unknown): boolean {
  return thrown instanceof IntegrationError && thrown.code === DELETE_BY_HAND
}
