import type { JSONLikeObject } from '@segment/actions-core'
import isEmpty from 'lodash/isEmpty'
import merge from 'lodash/merge'
import type { CrispClient } from '../api/client'
import { deliverAll } from '../batch'
import type { Delivery, Job } from '../batch'
import type { Outcome } from '../outcome'
import { USER_ID_KEY } from '../person/find'
import { readReference } from '../person/reference'
import type { Sent } from '../person/session'
import { upsertPerson } from '../person/upsert'
import type { PersonUpdate } from '../person/upsert'
import type { Payload } from './generated-types'
import { toCustomData, toProfile } from './profile'

type UpdateJob = Job & PersonUpdate

const delivery: Delivery<Payload, UpdateJob> = {
  read: (payload) => ({
    reference: readReference(payload),
    profile: toProfile(payload),
    data: toCustomData(payload)
  }),
  send: upsertPerson,
  getShare,
  merge: mergeUpdates,
  omitRejected: (job, { rejected }) => rejected.omitFrom(job)
}

/**
 * Creates or updates the people of identify payloads.
 * @param client - the website's client, for this delivery
 * @param payloads - in the order of the events; a single event is a list of one
 * @returns an outcome for every payload, by index
 */
export function deliver(client: CrispClient, payloads: Payload[]): Promise<Outcome[]> {
  return deliverAll(client, payloads, delivery)
}

/** Later values win, as they would if both were sent. */
function mergeUpdates(earlier: UpdateJob, later: UpdateJob): UpdateJob {
  return {
    reference: earlier.reference,
    profile: merge({}, earlier.profile, later.profile),
    data: { ...earlier.data, ...later.data }
  }
}

function getShare({ profile, data }: UpdateJob, sent: Sent, isMerged: boolean): JSONLikeObject | undefined {
  if (isEmpty(sent)) return undefined
  if (!isMerged) return { ...sent } as JSONLikeObject
  const share: JSONLikeObject = {}
  if (sent.profile) share.profile = sent.profile.email ? { email: sent.profile.email, ...profile } : { ...profile }
  if (sent.data) share.data = USER_ID_KEY in sent.data ? { ...data, [USER_ID_KEY]: sent.data[USER_ID_KEY] } : data
  return share
}
