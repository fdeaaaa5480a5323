import type { JSONLikeObject } from '@segment/actions-core'
import merge from 'lodash/merge'
import type { CrispClient } from '../crisp/client'
import { deliverAll } from '../lanes'
import type { Outcome } from '../outcome'
import { USER_ID_KEY } from '../person/search'
import type { Misses } from '../person/lookup'
import { isSameReference, readReference } from '../person/reference'
import type { PersonUpdate, SentUpdate } from '../person/update'
import { writePerson } from '../person/write'
import type { Payload } from './generated-types'
import { customDataOf, profileOf } from './profile'

/**
 * Creates or updates the people of Identify payloads.
 * @param client - the website's client
 * @param payloads - in the order of the events; a single event is a list of one
 * @returns an outcome for every payload, by index
 */
export function deliver(client: CrispClient, payloads: Payload[]): Promise<Outcome[]> {
  return deliverAll<Payload, PersonUpdate, SentUpdate>(payloads, {
    prepare: (payload) => ({
      reference: readReference(payload),
      profile: profileOf(payload),
      data: customDataOf(payload)
    }),
    referenceOf: ({ reference }) => reference,
    merge: mergeUpdates,
    openLane: () => {
      const misses: Misses = new Set()
      return (update, sent) => writePerson(update, { client, misses, sent })
    },
    shareOf
  })
}

/**
 * Two updates of one person as one: later values win, as they would one after the other.
 * @returns undefined for different references
 */
function mergeUpdates(earlier: PersonUpdate, later: PersonUpdate): PersonUpdate | undefined {
  if (!isSameReference(earlier.reference, later.reference)) return undefined
  return {
    reference: earlier.reference,
    profile: merge({}, earlier.profile, later.profile),
    data: { ...earlier.data, ...later.data }
  }
}

function shareOf({ profile, data }: PersonUpdate, sent: Partial<SentUpdate>, isMerged: boolean): JSONLikeObject {
  if (!isMerged) return { ...sent } as JSONLikeObject
  const share: JSONLikeObject = {}
  if (sent.profile) share.profile = sent.profile.email ? { email: sent.profile.email, ...profile } : { ...profile }
  if (sent.data) share.data = USER_ID_KEY in sent.data ? { ...data, [USER_ID_KEY]: sent.data[USER_ID_KEY] } : data
  return share
}
