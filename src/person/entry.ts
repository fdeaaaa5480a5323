import type { Person } from './reference'

/** A part of an entry: what it points at, and when that was verified. Without a time it only points. */
export interface Pointer {
  value: string
  at?: number
}

/** What is known about a user ID of a website: the only thing that is cached. */
export interface Entry {
  readonly key: string
  readonly websiteId: string
  peopleId?: Pointer
  email?: Pointer
}

/** What a request verifies or changes. */
export interface Change {
  websiteId: string
  /** The user ID that the person has afterward; missing for a change without one. */
  userId?: string
  person: Person
  /** The time, in milliseconds, from which it is verified that the user ID is stored with the person's email. */
  emailAt?: number
}

const TTL = 10 * 60_000

type Part = 'peopleId' | 'email'

/** What an entry points at. */
export const PARTS: readonly Part[] = ['peopleId', 'email']

/** What an entry about the person points at. A listed email is not verified, but it shows which writes contradict it. */
export function getValue(person: Person, part: Part): string | undefined {
  return part === 'email' ? person.email ?? person.listedEmail : person.peopleId
}

/** True when the entry points at the person and at no other email or profile. */
export function isAbout(entry: Entry, person: Person): boolean {
  const parts = PARTS.filter((part) => entry[part] && getValue(person, part) !== undefined)
  return parts.length > 0 && parts.every((part) => entry[part]?.value === getValue(person, part))
}

/** Notes what a request has verified. */
export function confirm({ peopleId, email }: Entry, { person, emailAt }: Change): void {
  if (peopleId && person.peopleId !== undefined) peopleId.at = person.verifiedAt
  if (email && person.email !== undefined && emailAt !== undefined) email.at = emailAt
}

/** True for ten minutes after the verification. */
export function isFresh(pointer: Pointer | undefined): pointer is Required<Pointer> {
  const age = pointer?.at === undefined ? Infinity : Date.now() - pointer.at
  return age >= 0 && age < TTL
}

/** True when two changes of different user IDs are about one email or profile. */
export function isContradiction(one: Change, other: Change): boolean {
  if (one.websiteId !== other.websiteId || one.userId === other.userId) return false
  // A loop, for speed.
  for (const part of PARTS) {
    const value = getValue(one.person, part)
    if (value !== undefined && value === getValue(other.person, part)) return true
  }
  return false
}
