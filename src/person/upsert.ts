import { ErrorCodes, IntegrationError, PayloadValidationError } from '@segment/actions-core'
import isEmpty from 'lodash/isEmpty'
import { isCrispError } from '../api/errors'
import type { Answer } from '../api/types'
import { SearchRefusedError } from './find'
import type { Reference } from './reference'
import type { PersonSession } from './session'
import { addUserId, createPerson, writePerson } from './write'
import type { PersonUpdate, Written } from './write'

/** How the message of an event begins that was dropped on purpose because Crisp does not know the person. */
export const DROPPED = 'No Crisp person matches, so the event was dropped.'

/** An update, and what happens in the cases that a mapping decides. */
export interface PersonUpsert extends PersonUpdate {
  /** True for a computed trait or an audience: Engage sends one event for each email of a profile. */
  keepsEmail?: boolean
  /** `drop`, or create, a person that Crisp does not know. */
  unknownPerson?: string
  /** True when an update that would write the same again is not sent. */
  skipsRepeat?: boolean
}

/**
 * Updates a person, or creates the person if there is an email.
 *
 * The email decides: if Crisp knows it, that profile is the person and gets the user ID. If not, a person verified to have
 * the user ID has changed their email and gets the new one. If Crisp knows neither, the person is created.
 *
 * @returns the answer to the last request; undefined when there was nothing to send
 * @throws PayloadValidationError when there is no email and Crisp does not know the user ID; IntegrationError (404) when
 *   an unknown person is dropped; CrispError
 */
export async function upsertPerson(update: PersonUpsert, session: PersonSession): Promise<Answer | undefined> {
  const { reference, profile, data, segments, keepsEmail, skipsRepeat } = update
  if (!reference.email && isEmpty(profile) && isEmpty(data) && isEmpty(segments)) return undefined
  const { repeats } = session.cache
  const { websiteId } = session.client.scope
  const content = { profile, data, segments, keepsEmail }
  if (skipsRepeat && repeats.has(websiteId, reference, content)) return undefined
  let answer: Answer | undefined
  await repeats.run(session, !!skipsRepeat, async () => {
    const written = await (reference.email === undefined
      ? updateByUserId(update, session)
      : upsertByEmail(reference.email, update, session))
    answer = written.answer
    return isEmpty(session.rejected.leftOut) ? [websiteId, reference, written.person, content] : undefined
  })
  return answer
}

/**
 * The error of an event that is dropped because Crisp does not know the person.
 * @param advice - a sentence
 */
export function toDropped(reference: Reference, session: PersonSession, advice?: string): IntegrationError {
  const unchecked = getUnchecked(reference, session)
  return new IntegrationError([DROPPED, advice, unchecked].filter(Boolean).join(' '), ErrorCodes.NOT_FOUND, 404)
}

/** The sentence about a user ID that may be known all the same. */
export function getUnchecked({ userId }: Reference, { lookups }: PersonSession): string | undefined {
  return lookups.isRefused(userId) ? 'Crisp refused to search by User ID, so it was not checked.' : undefined
}

async function upsertByEmail(email: string, update: PersonUpsert, session: PersonSession): Promise<Written> {
  for (let isRaced = false; ; isRaced = true) {
    try {
      const written = (await updateByEmail(update, session)) ?? (await moveByUserId(update, session))
      if (written) return written
      if (update.unknownPerson === 'drop') throw toDropped(update.reference, session)
      return await createPerson(email, update, session)
    } catch (thrown) {
      if (isRaced || !isCrispError(thrown, 'exists') || !session.deleteUnknown(update.reference)) throw thrown
    }
  }
}

function updateByEmail(update: PersonUpsert, session: PersonSession): Promise<Written | undefined> {
  const { reference, profile, segments } = update
  const data = isEmpty(update.data) && session.isUserIdStored(reference) ? {} : addUserId(update.data, reference)
  // With nothing else to send, the email is: it shows whether Crisp knows the person.
  const isEmailAlone = isEmpty(profile) && isEmpty(data) && isEmpty(segments)
  const written = { ...update, data, profile: isEmailAlone ? { email: reference.email } : profile }
  return session.tryEmails(reference, (person) => writePerson(person, written, session))
}

/** Writes to the person with the user ID, whose email is replaced unless the event is about one of several emails. */
async function moveByUserId(update: PersonUpsert, session: PersonSession): Promise<Written | undefined> {
  const { reference, data, keepsEmail } = update
  const { email, userId } = reference
  if (userId === undefined) return undefined
  const profile = keepsEmail ? update.profile : { ...update.profile, email }
  const written = { ...update, profile, data: isEmpty(data) ? data : addUserId(data, reference) }
  try {
    return await session.tryUserId(userId, (person) => writePerson(person, written, session))
  } catch (thrown) {
    if (thrown instanceof SearchRefusedError) return undefined
    throw thrown
  }
}

async function updateByUserId(update: PersonUpsert, session: PersonSession): Promise<Written> {
  const { reference, data, unknownPerson } = update
  const { userId = '' } = reference
  const written = { ...update, data: isEmpty(data) ? data : addUserId(data, reference) }
  const result = await session.tryUserId(userId, (person) => writePerson(person, written, session))
  if (result) return result
  if (unknownPerson === 'drop') throw toDropped(reference, session)
  throw new PayloadValidationError(
    'No Crisp person matches this User ID, and creating one requires an email. Map Email, or send an identify call with both first.'
  )
}
