import isEmpty from 'lodash/isEmpty'
import { noteSent } from '../crisp/sent'
import type { Answer, NewProfile } from '../crisp/types'
import { isPeopleId } from './search'
import { linked, patch, userIdData } from './update'
import type { PersonUpdate, WriteContext } from './update'

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
  const given = answer.body.data?.people_id
  const peopleId = isPeopleId(given) ? given : undefined
  const address = peopleId ?? email
  const data = { ...update.data, ...userIdData(reference) }
  const last = isEmpty(data) ? answer : await patch(address, {}, data, context)
  if (reference.userId) linked(reference.userId, { peopleId, email }, context)
  return { answer: last, address }
}
