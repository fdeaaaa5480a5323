import type { ProfileFields } from './profile'
import type { CustomData, PersonEvent } from './types'

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
