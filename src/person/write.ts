import { PayloadValidationError } from '@segment/actions-core'
import isEmpty from 'lodash/isEmpty'
import { isFailure } from '../crisp/failure'
import type { CrispFailure } from '../crisp/failure'
import type { Answer } from '../crisp/types'
import { createPerson } from './create'
import { withPerson } from './lookup'
import { forget, recall } from './memory'
import { addressesOf } from './reference'
import { isSearchRefusal } from './search'
import { linked, patch, userIdData } from './update'
import type { PersonUpdate, WriteContext } from './update'

/**
 * Updates a person, or creates the person where an e-mail is given.
 *
 * By e-mail: update first; when Crisp knows neither the e-mail nor the user ID, create. A person who is known by the user
 * ID under another e-mail has moved and gets the new one. Without an e-mail the person is looked up and nobody is created.
 *
 * @returns the answer to the last request
 * @throws PayloadValidationError when there is no e-mail and Crisp does not know the user ID; CrispFailure of kind
 *   `exists` when the new e-mail of a moved person belongs to somebody else
 */
export async function writePerson(update: PersonUpdate, context: WriteContext): Promise<Answer> {
  const { email, userId } = update.reference
  if (email === undefined) {
    const answer = userId && (await updateByUserId(userId, update, context))
    if (answer) return answer
    throw new PayloadValidationError(
      'Crisp knows nobody with this User ID, and without an Email nobody can be created. Map Email, or send an identify call with both first.'
    )
  }
  const storedWith = userId && recall(context.client.websiteId, userId)?.email
  if (userId && storedWith && storedWith !== email) {
    const moved = await move(userId, email, update, context)
    if (moved) return moved
  }
  return upsert(email, update, context)
}

/** Updates the person with the e-mail, else moves or creates. `raced` is the creation that somebody else won. */
async function upsert(
  email: string,
  update: PersonUpdate,
  context: WriteContext,
  raced?: CrispFailure
): Promise<Answer> {
  const { userId } = update.reference
  const known =
    (await updateByEmail(email, update, context)) ?? (userId && (await move(userId, email, update, context)))
  if (known) return known
  try {
    return (await createPerson(email, update, context)).answer
  } catch (thrown) {
    if (raced || !isFailure(thrown, 'exists')) throw thrown
    // Whoever created the person may have stored the user ID as well, and moved the person on already.
    if (userId) context.misses.delete(userId)
    return upsert(email, update, context, thrown)
  }
}

/** @returns undefined when Crisp knows none of the addresses */
async function updateByEmail(
  email: string,
  { reference, profile, data }: PersonUpdate,
  context: WriteContext
): Promise<Answer | undefined> {
  const { websiteId } = context.client
  const { userId } = reference
  const before = userId ? recall(websiteId, userId) : undefined
  const isStored = before?.email === email
  const newData = isEmpty(data) && isStored ? {} : { ...data, ...userIdData(reference) }
  const newProfile = isEmpty(profile) && isEmpty(newData) ? { email } : profile

  for (const address of addressesOf(reference)) {
    try {
      const answer = await patch(address, newProfile, newData, context)
      if (userId && !isEmpty(newData)) {
        linked(userId, { peopleId: isStored ? before?.peopleId : undefined, email }, context)
      }
      return answer
    } catch (thrown) {
      if (!isFailure(thrown, 'unknown')) throw thrown
      if (userId) forget(websiteId, userId)
    }
  }
  return undefined
}

/**
 * Gives the person with the user ID the new e-mail.
 * @returns undefined when nobody is proved to have the user ID, or when Crisp refuses to search for it
 */
async function move(
  userId: string,
  email: string,
  { profile, data }: PersonUpdate,
  context: WriteContext
): Promise<Answer | undefined> {
  const { client, misses } = context
  try {
    return await withPerson(client, userId, misses, async (peopleId) => {
      const answer = await patch(peopleId, { ...profile, email }, data, context)
      linked(userId, { peopleId, email }, context)
      return answer
    })
  } catch (thrown) {
    if (isSearchRefusal(thrown)) return undefined
    throw thrown
  }
}

async function updateByUserId(userId: string, { profile, data, reference }: PersonUpdate, context: WriteContext) {
  const newData = isEmpty(profile) && isEmpty(data) ? userIdData(reference) : data
  return withPerson(context.client, userId, context.misses, (peopleId) => patch(peopleId, profile, newData, context))
}
