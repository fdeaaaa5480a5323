import { PayloadValidationError } from '@segment/actions-core'
import isEmpty from 'lodash/isEmpty'
import { CrispError, isCrispError } from '../api/errors'
import type { Answer, FlatData } from '../api/types'
import { SearchRefusedError, USER_ID_KEY } from './find'
import type { Person, Reference } from './reference'
import type { Parts } from './rejected'
import type { PersonSession } from './session'

/** What Crisp stores about a person. */
export interface PersonUpdate extends Parts {
  reference: Reference
  /** True for a computed trait or an audience: Engage sends one event for each email of a profile. */
  keepsEmail?: boolean
}

/**
 * Updates a person, or creates the person if there is an email.
 *
 * The email decides: if Crisp knows it, that profile is the person and gets the user ID. If not, a person verified to have
 * the user ID has changed their email and gets the new one. If Crisp knows neither, the person is created.
 *
 * @returns the answer to the last request; undefined when there is nothing to store and no request was made
 * @throws PayloadValidationError when there is no email and Crisp does not know the user ID; CrispError
 */
export async function upsertPerson(update: PersonUpdate, session: PersonSession): Promise<Answer | undefined> {
  const { reference, profile, data } = update
  const { email } = reference
  if (email === undefined) {
    if (isEmpty(profile) && isEmpty(data)) return undefined
    return updateByUserId(update, session)
  }
  for (let isRaced = false; ; isRaced = true) {
    try {
      const updated = (await updateByEmail(update, session)) ?? (await moveByUserId(update, session))
      return (updated ?? (await createPerson(email, update, session))).answer
    } catch (thrown) {
      if (isRaced || !isCrispError(thrown, 'exists')) throw thrown
      session.forgetUnknown(reference)
    }
  }
}

/**
 * Adds a person, with custom data and user ID. Crisp requires a nickname: the profile's, else the local part of the email.
 * @returns the person, and the answer to the last request
 * @throws CrispError of kind `exists` when another process added the person meanwhile
 */
export async function createPerson(
  email: string,
  { reference, profile, data }: PersonUpdate,
  session: PersonSession
): Promise<{ answer?: Answer; person: Person }> {
  const nickname = profile.person?.nickname ?? email.slice(0, email.indexOf('@'))
  const added = await session.addProfile({ ...profile, email, person: { ...profile.person, nickname } })
  const allData = withUserId(data, reference)
  if (isEmpty(allData)) return added
  // If this fails, the person exists without the user ID: the next identify call with both stores it.
  const answer = await retryUnknown(session.updateData(added.person, allData))
  return { answer, person: added.person }
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

type Written = { answer?: Answer } | undefined

async function updateByEmail({ reference, profile, data }: PersonUpdate, session: PersonSession): Promise<Written> {
  const { email } = reference
  const allData = isEmpty(data) && session.isUserIdStored(reference) ? {} : withUserId(data, reference)
  const isEmailAlone = isEmpty(profile) && isEmpty(allData)
  return session.tryEmails(reference, (person) => write(person, isEmailAlone ? { email } : profile, allData, session))
}

/** Writes to the person with the user ID, whose email is replaced unless the event is about one of several. */
async function moveByUserId(update: PersonUpdate, session: PersonSession): Promise<Written> {
  const { reference, profile, data, keepsEmail } = update
  const { email, userId } = reference
  if (userId === undefined) return undefined
  try {
    return await session.tryUserId(userId, (person) => {
      const newData = isEmpty(data) ? data : withUserId(data, reference)
      return write(person, keepsEmail ? profile : { ...profile, email }, newData, session, userId)
    })
  } catch (thrown) {
    if (thrown instanceof SearchRefusedError) return undefined
    throw thrown
  }
}

async function updateByUserId(update: PersonUpdate, session: PersonSession): Promise<Answer | undefined> {
  const { reference, profile, data } = update
  const newData = isEmpty(data) ? data : withUserId(data, reference)
  const written = await session.tryUserId(reference.userId ?? '', (person) => write(person, profile, newData, session))
  if (written) return written.answer
  throw new PayloadValidationError(
    'No Crisp person matches this User ID, and creating one requires an email. Map Email, or send an identify call with both first.'
  )
}

/** Writes the parts that are not empty. */
async function write(
  person: Person,
  profile: Parts['profile'],
  data: FlatData,
  session: PersonSession,
  userId?: string
) {
  let answer: Answer | undefined
  if (!isEmpty(profile)) answer = await session.updateProfile(person, profile, userId)
  const moved = { ...person, email: profile.email ?? person.email }
  if (!isEmpty(data)) answer = (await session.updateData(moved, data)) ?? answer
  return { answer }
}

function withUserId(data: FlatData, { userId }: Reference): FlatData {
  return userId === undefined ? data : { ...data, [USER_ID_KEY]: userId }
}
