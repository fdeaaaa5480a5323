import { IntegrationError, RetryableError } from '@segment/actions-core'
import type { CrispClient } from '../crisp/client'
import { isFailure } from '../crisp/failure'
import { noteSent } from '../crisp/sent'
import type { Answer, PersonEvent } from '../crisp/types'
import { deliverAll } from '../lanes'
import type { Outcome } from '../outcome'
import { withPerson } from '../person/lookup'
import type { Misses } from '../person/lookup'
import { isSearchRefused } from '../person/memory'
import { addressesOf, readReference } from '../person/reference'
import type { Reference } from '../person/reference'
import { createPerson } from '../person/create'
import { isSearchRefusal } from '../person/search'
import { eventOf } from './event'
import type { Payload } from './generated-types'

/** What Segment is told, first, of an event that was dropped on purpose because Crisp does not know the person. */
export const DROPPED =
  'Crisp knows nobody with this Email or User ID, so the event was dropped. Send an identify call with an e-mail for this person first.'

/** A Track, read: whose it is, the event, and what happens when Crisp does not know the person. */
interface Job {
  reference: Reference
  event: PersonEvent
  unknownPerson: string | undefined
}

/** The body that a Track sends. */
interface SentEvent {
  event: PersonEvent
}

/** What a lane knows of people whom Crisp does not know. */
interface Lane {
  client: CrispClient
  unknownAddresses: Set<string>
  misses: Misses
}

/**
 * Adds the events of Track payloads to the event streams of their people.
 * @param client - the website's client
 * @param payloads - in the order of the events; a single event is a list of one
 * @returns an outcome for every payload, by index
 */
export function deliver(client: CrispClient, payloads: Payload[]): Promise<Outcome[]> {
  return deliverAll<Payload, Job, SentEvent>(payloads, {
    prepare: (payload) => ({
      reference: readReference(payload),
      event: eventOf(payload),
      unknownPerson: payload.unknownPerson
    }),
    referenceOf: ({ reference }) => reference,
    openLane: () => {
      const lane: Lane = { client, unknownAddresses: new Set(), misses: new Set() }
      return (job, sent) => send(job, sent, lane)
    },
    shareOf: ({ event }) => ({ ...event })
  })
}

/** Adds the event to the person, by e-mail first. Throws when Crisp does not know the person. */
async function send(job: Job, sent: Partial<SentEvent>, lane: Lane): Promise<Answer> {
  const add = (person: string) => noteSent(sent, 'event', job.event, lane.client.addEvent(person, job.event))
  const answer = (await addByEmail(job, add, lane)) ?? (await addByUserId(job, add, lane))
  if (answer) return answer
  if (job.unknownPerson === 'create' && job.reference.email) return createAndAdd(job.reference.email, job, add, lane)
  throw unknownPerson(job, isSearchRefused(lane.client.websiteId))
}

type Add = (person: string) => Promise<Answer>

async function addByEmail({ reference }: Job, add: Add, { unknownAddresses }: Lane): Promise<Answer | undefined> {
  for (const address of addressesOf(reference)) {
    if (unknownAddresses.has(address)) continue
    try {
      return await add(address)
    } catch (thrown) {
      if (!isFailure(thrown, 'unknown')) throw thrown
      unknownAddresses.add(address)
    }
  }
  return undefined
}

async function addByUserId({ reference }: Job, add: Add, { client, misses }: Lane): Promise<Answer | undefined> {
  if (!reference.userId) return undefined
  try {
    return await withPerson(client, reference.userId, misses, add)
  } catch (thrown) {
    if (reference.email && isSearchRefusal(thrown)) return undefined
    throw thrown
  }
}

async function createAndAdd(email: string, { reference }: Job, add: Add, lane: Lane): Promise<Answer> {
  const { client, misses, unknownAddresses } = lane
  addressesOf(reference).forEach((address) => unknownAddresses.delete(address))
  let address = email
  try {
    const update = { reference, profile: {}, data: {} }
    address = (await createPerson(email, update, { client, misses, sent: {} })).address
  } catch (thrown) {
    if (!isFailure(thrown, 'exists')) throw thrown
  }
  return add(address)
}

function unknownPerson({ unknownPerson, reference }: Job, isSearchRefused: boolean): IntegrationError | RetryableError {
  const unchecked =
    reference.userId && isSearchRefused ? ' Crisp refuses to search by User ID, so it was not checked.' : ''
  return unknownPerson === 'retry'
    ? new RetryableError(
        `Crisp knows nobody with this Email or User ID yet. The event is tried again later.${unchecked}`,
        429
      )
    : new IntegrationError(`${DROPPED}${unchecked}`, 'PEOPLE_NOT_FOUND', 404)
}
