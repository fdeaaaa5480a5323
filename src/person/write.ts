import { PayloadValidationError } from '@segment/actions-core'
import isEmpty from 'lodash/isEmpty'
import type { CrispClient } from '../crisp/client'
import { isFailure } from '../crisp/errors'
import type { CrispFailure } from '../crisp/errors'
import type { Answer, FlatData, NewProfile, ProfileUpdate } from '../crisp/types'
import { noteSent } from '../crisp/sent'
import { isSearchRefusal, USER_ID_KEY, withPerson } from './lookup'
import type { Misses } from './lookup'
import { forget, recall, remember } from './memory'
import type { Remembered } from './memory'
import { addressesOf } from './reference'
import type { Reference } from './reference'

/** What Crisp shall store of a person. */
export interface PersonUpdate {
  reference: Reference
  profile: ProfileUpdate
  data: FlatData
}

/** The bodies that an update sends, each a request. */
export interface SentUpdate {
  profile: ProfileUpdate
  data: FlatData
}

/** What an update needs beside itself. */
export interface WriteContext {
  client: CrispClient
  /** User IDs that this delivery looked up in vain. */
  misses: Misses
  /** Takes what is sent. */
  sent: Partial<SentUpdate>
}

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

/**
 * Adds a person, with custom data and user ID. Crisp requires a nickname: the profile's, else the local part of the
 * e-mail.
 *
 * @returns the answer to the last request and what to address the person by
 * @throws CrispFailure of kind `exists` when somebody else added the person meanwhile
 */
export async function createPerson(
  email: string,
  update: PersonUpdate,
  context: WriteContext
): Promise<{ answer: Answer; address: string }> {
  const { client, sent } = context
  const { profile, reference } = update
  const nickname = profile.person?.nickname ?? email.slice(0, email.indexOf('@'))
  const created: NewProfile = { ...profile, email, person: { ...profile.person, nickname } }

  const answer = await noteSent(sent, 'profile', created, client.createProfile(created))
  const peopleId = answer.body.data?.people_id
  const address = peopleId ?? email
  const data = { ...update.data, ...userIdData(reference) }
  const last = isEmpty(data) ? answer : await patch(address, {}, data, context)
  if (reference.userId) linked(reference.userId, { peopleId, email }, context)
  return { answer: last, address }
}

/** Remembers that Crisp stores the user ID on the person. */
function linked(userId: string, person: Remembered, { client, misses }: WriteContext): void {
  remember(client.websiteId, userId, person)
  misses.delete(userId)
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

/** Writes the parts that are not empty, at least one of which there must be. */
async function patch(
  address: string,
  profile: ProfileUpdate,
  data: FlatData,
  { client, sent }: WriteContext
): Promise<Answer> {
  let answer: Answer = { status: 200, body: {} }
  if (!isEmpty(profile)) {
    answer = await noteSent(sent, 'profile', profile, client.updateProfile(address, profile))
  }
  if (!isEmpty(data)) {
    answer = await noteSent(sent, 'data', data, client.updateData(address, data))
  }
  return answer
}

function userIdData({ userId }: Reference): FlatData {
  return userId ? { [USER_ID_KEY]: userId } : {}
}
