import isPlainObject from 'lodash/isPlainObject'
import type { Choices } from './choices'
import type { CustomData, PersonEvent, Profile, ProfileWrite, Scalar } from './types'

/** The fields of a profile that clients write; the rest of the record belongs to the store. */
export type ProfileFields = Omit<ProfileWrite, 'email'>

/** A person as the store holds them. Objects inside are replaced on a write, never changed in place. */
export interface PersonRecord {
  readonly peopleId: string
  email: string
  createdAt: number
  updatedAt: number
  fields: ProfileFields
  data: CustomData
  readonly events: PersonEvent[]
  subscription?: { email: boolean }
}

/**
 * PATCH: what is not sent stays, nested objects merge, arrays replace (or unite, by the choice `arrayMerge`).
 * Returns a new object; nothing given is changed.
 */
export function mergeProfile(stored: ProfileFields, sent: ProfileFields, choices: Choices): ProfileFields {
  return merge(stored, sent, choices)
}

/** POST and PUT: what is not sent is gone. null never stays: here it is the same as not sent. */
export function freshProfile(sent: ProfileFields, choices: Choices): ProfileFields {
  return merge({}, sent, choices)
}

/** Custom data with what is sent: flat values are taken, null clears by the choice `nullValues`, all else is left out. */
export function mergeData(stored: CustomData, sent: Record<string, unknown>, choices: Choices): CustomData {
  const merged = new Map(Object.entries(stored))
  for (const [key, value] of Object.entries(sent)) {
    if (typeof value !== 'object') merged.set(key, value as Scalar)
    else if (value === null && choices.nullValues === 'clears') merged.delete(key)
  }
  return Object.fromEntries(merged)
}

/** The form in which Crisp reads a profile back, in the order of its recorded answers. */
export function readProfile({ peopleId, email, createdAt, updatedAt, fields }: PersonRecord): Profile {
  const profile: Partial<Profile> = {
    email,
    company: fields.company ?? {},
    created_at: createdAt,
    notepad: fields.notepad ?? '',
    people_id: peopleId,
    person: fields.person ?? {}
  }
  if (fields.segments) profile.segments = fields.segments
  profile.updated_at = updatedAt
  profile.active = fields.active === undefined ? { now: false } : { now: false, last: fields.active }
  return profile as Profile
}

type Branch = Record<string, unknown>

function merge<T extends object>(stored: T, sent: T, choices: Choices): T {
  const result = { ...stored } as Branch
  for (const [key, value] of Object.entries(sent)) {
    const before = Object.hasOwn(result, key) ? result[key] : undefined
    if (value === null) {
      if (choices.nullValues === 'clears') delete result[key]
    } else if (Array.isArray(value)) {
      const union = choices.arrayMerge === 'united' && Array.isArray(before)
      result[key] = union ? [...new Set([...(before as unknown[]), ...(value as unknown[])])] : value
    } else if (typeof value === 'object') {
      result[key] = merge(isPlainObject(before) ? (before as Branch) : {}, value as Branch, choices)
    } else {
      result[key] = value
    }
  }
  return result as T
}
