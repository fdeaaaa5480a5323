/** A value that Crisp keeps in custom data and in event properties. */
export type Scalar = string | number | boolean

/** Custom data or event properties: one level, legal keys. */
export type FlatData = Record<string, Scalar>

/** The part of a profile that this destination writes. Source: Crisp's REST API reference, "Save People Profile". */
export interface ProfileUpdate {
  email?: string
  person?: {
    nickname?: string
    phone?: string
    avatar?: string
    description?: string
    website?: string
    address?: string
    employment?: { title?: string }
    geolocation?: { country?: string; region?: string; city?: string }
  }
  company?: { name?: string; url?: string; domain?: string; description?: string }
  /** Crisp replaces the whole list. */
  segments?: string[]
}

/** A profile to add: Crisp requires the email and the nickname. */
export type NewProfile = ProfileUpdate & { email: string; person: { nickname: string } }

/** An event of a person's event stream. */
export interface PersonEvent {
  text: string
  data: FlatData
  color?: string
}

/** What the people list says about a person, as far as the destination reads it. */
export interface PersonMatch {
  people_id: string
  email?: string | null
  updated_at?: number
}

/** The envelope of every answer of Crisp. */
export interface Envelope<Data = unknown> {
  error: boolean
  reason: string
  data: Data
}

/** An answer of Crisp that means success: its HTTP status and its envelope. */
export interface Answer<Data = unknown> {
  status: number
  body: Envelope<Data>
}
