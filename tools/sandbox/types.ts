/** A token's tier, sent by clients in the `X-Crisp-Tier` header. */
export type Tier = 'user' | 'plugin' | 'website'

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A custom data or event property value: Crisp keeps flat values only. */
export type Scalar = string | number | boolean

export interface Geolocation {
  country?: string
  region?: string
  city?: string
  coordinates?: { latitude?: number; longitude?: number }
}

/** The `person` part of a profile. */
export interface PersonCard {
  nickname?: string
  avatar?: string
  gender?: string
  phone?: string
  address?: string
  description?: string
  website?: string
  timezone?: number
  profiles?: { type?: string; handle?: string; url?: string }[]
  employment?: { name?: string; domain?: string; title?: string; role?: string; seniority?: string }
  geolocation?: Geolocation
  locales?: string[]
}

/** The `company` part of a profile. */
export interface CompanyCard {
  name?: string
  legal_name?: string
  domain?: string
  url?: string
  description?: string
  timezone?: number
  phones?: string[]
  emails?: string[]
  geolocation?: Geolocation
  metrics?: { employees?: number; market_cap?: number; raised?: number; arr?: number }
  tags?: string[]
}

/** What a client may write of a profile. */
export interface ProfileWrite {
  email?: string
  person?: PersonCard
  company?: CompanyCard
  segments?: string[]
  notepad?: string
  /** Last activity, in milliseconds since the epoch. */
  active?: number
}

/** A profile as Crisp reads it back. `segments` is absent until a profile has been given some or was updated. */
export interface Profile {
  email: string
  company: CompanyCard
  created_at: number
  notepad: string
  people_id: string
  person: PersonCard
  segments?: string[]
  updated_at: number
  active: { now: boolean; last?: number }
}

export type CustomData = Record<string, Scalar>

/** An event as Crisp reads it back. */
export interface PersonEvent {
  text: string
  data: Record<string, Scalar>
  color?: string
  timestamp: number
}

/** Everything the sandbox holds on one person. Events are in the order of arrival. */
export interface Person {
  profile: Profile
  data: CustomData
  events: PersonEvent[]
  subscription: { email: boolean }
}

/** A person to put into the sandbox without a request. All but the email is optional. */
export interface PersonSeed extends ProfileWrite {
  email: string
  /** Shorthand for `person.nickname`; without either, the part of the email before the @. */
  nickname?: string
  people_id?: string
  created_at?: number
  updated_at?: number
  data?: CustomData
  events?: { text: string; data?: Record<string, Scalar>; color?: string; timestamp?: number }[]
  subscription?: { email: boolean }
}

/** A Crisp workspace. */
export interface WebsiteSeed {
  id: string
  name?: string
  domain?: string
  logo?: string
  people?: PersonSeed[]
}

/** A token keypair and what it may do. */
export interface TokenSeed {
  /** `identifier:key` */
  apiKey: string
  tiers?: Tier[]
  /** Scopes of a production plugin token, such as `website:people:profiles:read`; none named means all. */
  scopes?: string[]
  /** Where the plugin is installed or the token belongs; none named means every website. */
  websites?: string[]
}

/** An answer in Crisp's envelope: `{ error, reason, data }`, `error` following from the status. */
export interface Answer {
  status: number
  reason: string
  data?: unknown
  headers?: Record<string, string>
}
