import { RetryableError } from '@segment/actions-core'
import type { CrispClient } from '../api/client'
import { isCrispError } from '../api/errors'
import type { Answer, PersonEvent } from '../api/types'
import { deliverAll } from '../batch'
import type { Delivery, Job } from '../batch'
import type { Outcome } from '../outcome'
import { SearchRefusedError } from '../person/find'
import { readReference } from '../person/reference'
import type { Person } from '../person/reference'
import type { PersonSession } from '../person/session'
import { getUnchecked, toDropped } from '../person/upsert'
import { createPerson, retryUnknown } from '../person/write'
import { toEvent } from './event'
import type { Payload } from './generated-types'

/** A track payload, read. */
export interface EventJob extends Job {
  event: PersonEvent
  unknownPerson?: string
}

/** How track payloads are delivered. */
export const delivery: Delivery<Payload, EventJob> = {
  read: (payload) => ({
    reference: readReference(payload),
    event: toEvent(payload),
    unknownPerson: payload.unknownPerson
  }),
  send,
  getShare: ({ event }, sent) => (sent.event ? { ...event } : undefined)
}

/**
 * Adds the events of track payloads to the event streams of their people.
 * @param client - the website's client, for this delivery
 * @param payloads - in the order of the events; a single event is a list of one
 * @returns an outcome for every payload, by index
 */
export function deliver(client: CrispClient, payloads: Payload[]): Promise<Outcome[]> {
  return deliverAll(client, payloads, delivery)
}

/** Adds the event to the person, by email first. Throws when Crisp does not know the person. */
async function send(job: EventJob, session: PersonSession): Promise<Answer> {
  const { reference, event } = job
  const add = (person: Person) => session.addEvent(person, event)
  const answer = await session.tryEmails(reference, add)
  if (answer) return answer

  try {
    const found = reference.userId && (await session.tryUserId(reference.userId, add))
    if (found) return found
  } catch (thrown) {
    if (!(thrown instanceof SearchRefusedError && reference.email)) throw thrown
  }
  if (job.unknownPerson === 'create' && reference.email) return createAndAdd(reference.email, job, session)
  throw toUnknownPerson(job, session)
}

async function createAndAdd(email: string, { reference, event }: EventJob, session: PersonSession): Promise<Answer> {
  let person: Person = { address: email, email }
  try {
    person = (await createPerson(email, { reference, profile: {}, data: {}, segments: {} }, session)).person
  } catch (thrown) {
    if (!isCrispError(thrown, 'exists')) throw thrown
    session.deleteUnknown(reference)
  }
  return retryUnknown(session.addEvent(person, event))
}

function toUnknownPerson({ reference, unknownPerson }: EventJob, session: PersonSession) {
  if (unknownPerson !== 'retry') return toDropped(reference, session, 'Send an identify call with an email first.')
  const told = ['No Crisp person matches yet. The event is tried again later.', getUnchecked(reference, session)]
  return new RetryableError(told.filter(Boolean).join(' '), 429)
}
