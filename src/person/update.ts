import isEmpty from 'lodash/isEmpty'
import type { CrispClient } from '../crisp/client'
import { noteSent } from '../crisp/sent'
import type { Answer, FlatData, ProfileUpdate } from '../crisp/types'
import { USER_ID_KEY } from './search'
import type { Misses } from './lookup'
import { remember } from './memory'
import type { Remembered } from './memory'
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

/** Writes the parts that are not empty, at least one of which there must be. */
export async function patch(
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

/** The user ID as custom data. */
export function userIdData({ userId }: Reference): FlatData {
  return userId ? { [USER_ID_KEY]: userId } : {}
}

/** Remembers that Crisp stores the user ID on the person. */
export function linked(userId: string, person: Remembered, { client, misses }: WriteContext): void {
  remember(client.websiteId, userId, person)
  misses.delete(userId)
}
