import isEmpty from 'lodash/isEmpty'
import { CrispError, isCrispError } from '../api/errors'
import type { Answer, FlatData, ProfileUpdate } from '../api/types'
import { USER_ID_KEY } from './reference'
import type { Person, Reference } from './reference'
import type { Parts } from './rejected'
import { getAdded } from './segments'
import type { SegmentChanges } from './segments'
import type { PersonSession } from './session'

/** What Crisp stores about a person. */
export interface PersonUpdate extends Parts {
  reference: Reference
  segments: SegmentChanges
}

/** A person that was written, and the answer to the last request; none when nothing had to be sent. */
export interface Written {
  answer?: Answer
  person: Person
}

/**
 * Adds a person, with custom data, segments and user ID. Crisp requires a nickname: the profile's, else the local part of
 * the email.
 * @throws CrispError of kind `exists` when another process added the person meanwhile
 */
export async function createPerson(email: string, update: PersonUpdate, session: PersonSession): Promise<Written> {
  const { reference, profile, data, segments } = update
  session.cache.repeats.delete(session.client.scope.websiteId, reference, undefined, session)
  const added = getAdded(segments)
  const nickname = profile.person?.nickname ?? email.slice(0, email.indexOf('@'))
  const newProfile = { ...profile, email, person: { ...profile.person, nickname } }
  const created = await session.addProfile(added.length > 0 ? { ...newProfile, segments: added } : newProfile)
  const newData = addUserId(data, reference)
  if (isEmpty(newData)) return created
  // If this fails, the person exists without the user ID: the next identify call with both stores it.
  const answer = await retryUnknown(session.updateData(created.person, newData))
  return { answer, person: created.person }
}

/**
 * Writes the parts of an update that are not empty.
 * @param update - the person to write to is not looked up again; an email in the profile moves the person
 */
export async function writePerson(person: Person, update: PersonUpdate, session: PersonSession): Promise<Written> {
  const { reference, profile, data, segments } = update
  session.cache.repeats.delete(session.client.scope.websiteId, reference, person, session)
  const list = isEmpty(segments) ? undefined : await session.segments.change(person.address, segments)
  const newProfile: ProfileUpdate = list ? { ...profile, segments: list } : profile
  let answer: Answer | undefined
  if (!isEmpty(newProfile)) {
    answer = await session.updateProfile(person, newProfile, reference.userId)
    session.segments.set(person.address, newProfile)
  }
  const written = profile.email === undefined ? person : { ...person, email: profile.email }
  if (!isEmpty(data)) answer = (await session.updateData(written, data)) ?? answer
  return { answer, person: written }
}

/** A person that was just added and that Crisp does not know yet is known later. */
export async function retryUnknown<T>(request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (thrown) {
    if (!isCrispError(thrown, 'unknown')) throw thrown
    const message = 'Crisp does not know the person yet that it has just added. It is tried again later.'
    throw new CrispError('retry', 503, message, thrown.body)
  }
}

/** Custom data with the user ID, which every write of custom data confirms. */
export function addUserId(data: FlatData, { userId }: Reference): FlatData {
  return userId === undefined ? data : { ...data, [USER_ID_KEY]: userId }
}
