import type { PersonRecord } from './person-record'
import type { PersonSeed } from './types'

/** All of a person, such that a website makes the same one of it. */
export function toSeed(person: PersonRecord): PersonSeed {
  const { peopleId, email, createdAt, updatedAt, fields, data, events, subscription } = person
  return {
    people_id: peopleId,
    email,
    created_at: createdAt,
    updated_at: updatedAt,
    ...fields,
    data,
    events: [...events],
    ...(subscription && { subscription })
  }
}

/** What a website adds to a seed. */
interface FromWebsite {
  /** As the website stores it. */
  email: string
  /** Makes an ID where the seed has none. */
  peopleId: () => string
  now: number
}

/** The person of a seed, still without custom data, events and subscription. */
export function fromSeed(seed: PersonSeed, { email, peopleId, now }: FromWebsite): PersonRecord {
  const { email: sent, nickname, people_id, created_at, updated_at, data, events, subscription, ...fields } = seed
  return {
    peopleId: people_id ?? peopleId(),
    email,
    createdAt: created_at ?? now,
    updatedAt: updated_at ?? created_at ?? now,
    fields: { ...fields, person: { nickname: nickname ?? sent.split('@')[0], ...fields.person } },
    data: {},
    events: []
  }
}
