import { randomUUID } from 'crypto'
import type { Choices } from './choices'
import type { FaultRule } from './fault-rule'
import type { JournalEntry } from './journal'
import type { PersonSeed, Tier, TokenSeed, WebsiteSeed } from './types'

/** How a sandbox starts; nothing has to be said. */
export interface SandboxOptions {
  /** 0, the default, takes any free port. */
  port?: number
  /** The default website's ID. */
  websiteId?: string
  /** The default token, `identifier:key`. */
  apiKey?: string
  /** The tiers of the default token; plugin and website, by default. */
  tiers?: Tier[]
  /** Scopes of the default token on the plugin tier; all, by default. */
  scopes?: string[]
  /** More websites than the default one. */
  websites?: WebsiteSeed[]
  /** More tokens than the default one. */
  tokens?: TokenSeed[]
  /** People on the default website from the start. */
  people?: PersonSeed[]
  /** What the sandbox does where Crisp's behavior is not known. */
  choices?: Partial<Choices>
  faults?: FaultRule[]
  /** Milliseconds by which every answer is held. */
  latency?: number
  /** A file to hold the state: read at the start when it exists (then in place of the people given), saved on changes. */
  state?: string
  /** Requests that the journal holds. */
  journalSize?: number
  /** Called with every request that is over. */
  log?: (entry: JournalEntry) => void
  /** The time, in milliseconds since the epoch. */
  now?: () => number
  /** Makes a people_id. */
  newId?: () => string
}

/** The website of a sandbox, unless another is given. */
export const DEFAULT_WEBSITE_ID = '5a4d1c3e-7b2f-4e6a-9c80-1f2e3d4c5b6a'

/** The token of a sandbox, unless another is given. It opens nothing anywhere else. */
export const DEFAULT_API_KEY = 'sandbox-identifier:sandbox-key'

/** Requests that the journal holds, by default. */
export const DEFAULT_JOURNAL_SIZE = 10_000

/** Time and IDs, so that tests may have the same ones every time. */
export interface Clock {
  now: () => number
  newId: () => string
}

/** The clock of this machine, and random IDs. */
export const SYSTEM_CLOCK: Clock = { now: Date.now, newId: () => randomUUID() }
