import type { AddressInfo } from 'net'
import { Tokens } from './auth'
import { makeChoices, type Choices } from './choices'
import { defaultApiKey, defaultJournalSize, defaultWebsiteId } from './defaults'
import { Faults, type FaultRule } from './faults'
import { Journal, toEntry, type JournalEntry } from './journal'
import { Overrides } from './overrides'
import { People } from './people'
import type { RouteDefinition, SandboxRequest } from './route'
import { allRoutes } from './routes'
import { buildServer } from './server'
import { readState, writeState } from './state'
import { StateFile } from './state-file'
import { systemClock, Website, type Clock } from './store'
import type { PersonSeed, Tier, TokenSeed, WebsiteSeed } from './types'

export type { Choices } from './choices'
export { defaultApiKey, defaultWebsiteId } from './defaults'
export type { FaultEffect, FaultRule, Faults, ListedFault } from './faults'
export type { Journal, JournalEntry } from './journal'
export type { People } from './people'
export type { RouteDefinition, SandboxRequest, Visit } from './route'
export type * from './types'

export interface SandboxOptions {
  /** 0, the default, takes any free port. */
  port?: number
  /** The default website's ID. */
  websiteId?: string
  /** The default token, `identifier:key`. */
  apiKey?: string
  /** The tiers of the default token; plugin and website, unless told otherwise. */
  tiers?: Tier[]
  /** Scopes of the default token on the plugin tier; all, unless told otherwise. */
  scopes?: string[]
  /** Websites beside the default one. */
  websites?: WebsiteSeed[]
  /** Tokens beside the default one. */
  tokens?: TokenSeed[]
  /** People on the default website from the start. */
  people?: PersonSeed[]
  /** What the sandbox does where Crisp's behaviour is not known. */
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

/** A Crisp of one's own, on 127.0.0.1. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly port: number
  readonly websiteId: string
  /** `identifier:key` of the default token. */
  readonly apiKey: string
  readonly people: People
  readonly journal: Journal
  readonly faults: Faults
  /** Adds a route, or takes the place of one; see `RouteDefinition`. */
  route(definition: RouteDefinition): void
  /** People, journal, faults and routes as they were at the start. */
  reset(): void
  /** Stops at once, whatever is under way. */
  close(): Promise<void>
}

/**
 * Starts a local stand-in for the people side of Crisp's REST API v1.
 *
 * @example
 * const crisp = await createSandbox({ people: [{ email: 'ada@example.com' }] })
 * crisp.faults.add({ route: 'people.profile.update', nth: 1, effect: { type: 'answer', status: 429, reason: 'rate_limited' } })
 * // point your client at crisp.url, crisp.websiteId, crisp.apiKey
 * crisp.people.get('ada@example.com')
 * await crisp.close()
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { websiteId = defaultWebsiteId, apiKey = defaultApiKey, log } = options
  const choices = makeChoices(options.choices)
  const clock: Clock = { now: options.now ?? systemClock.now, newId: options.newId ?? systemClock.newId }
  const seeds: WebsiteSeed[] = [{ id: websiteId, people: options.people }, ...(options.websites ?? [])]
  let websites = new Map<string, Website>()
  const routes = allRoutes(choices)
  const journal = new Journal(options.journalSize ?? defaultJournalSize)
  const overrides = new Overrides(routes)
  const faults = new Faults((request) => personNames(websites, request))
  const fill = (given: WebsiteSeed[]) => {
    const all = given.some(({ id }) => id === websiteId) ? given : [{ id: websiteId }, ...given]
    websites = new Map(all.map((seed) => [seed.id, new Website(seed, choices, clock)]))
  }
  const state = () => writeState(websites.values())
  const file = options.state === undefined ? undefined : new StateFile(options.state, state)
  const changed = () => file?.changed()
  const start = () => {
    fill(seeds)
    for (const rule of options.faults ?? []) faults.add(rule)
  }
  const reset = () => {
    journal.clear()
    faults.clear()
    overrides.clear()
    start()
    changed()
  }
  start()
  const saved = options.state === undefined ? undefined : StateFile.load(options.state)
  if (saved !== undefined) fill(readSaved(saved, options.state, websiteId))

  const app = await buildServer({
    routes,
    choices,
    tokens: new Tokens([{ apiKey, tiers: options.tiers, scopes: options.scopes }, ...(options.tokens ?? [])], choices),
    journal,
    faults,
    overrides,
    latency: options.latency ?? 0,
    findWebsite: (id) => websites.get(id),
    changed,
    log: log && ((note) => log(toEntry(note))),
    admin: {
      journal,
      faults,
      readState: state,
      writeState: (json) => {
        fill(readState(json, websiteId).websites)
        changed()
      },
      reset
    }
  })
  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 })
  const { port } = app.server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    websiteId,
    apiKey,
    people: new People((id = websiteId) => existing(websites, id), changed),
    journal,
    faults,
    route: (definition) => overrides.set(definition),
    reset,
    async close() {
      await app.close()
      await file?.close()
    }
  }
}

function readSaved(saved: unknown, path: string | undefined, websiteId: string): WebsiteSeed[] {
  try {
    return readState(saved, websiteId).websites
  } catch (error) {
    throw new Error(`The file ${path} is no state of a sandbox: it ${(error as Error).message}.`, { cause: error })
  }
}

function existing(websites: Map<string, Website>, id: string): Website {
  const website = websites.get(id)
  if (!website) throw new Error(`The sandbox has no website ${id}.`)
  return website
}

function personNames(websites: Map<string, Website>, { websiteId, params, body }: SandboxRequest): string[] {
  const website = websites.get(websiteId)
  const email = (body as { email?: unknown } | undefined)?.email
  const named = params.people_id ?? (typeof email === 'string' ? email : undefined)
  if (named === undefined) return []
  const person = website?.find(named)
  return [named, ...(person ? [person.email, person.peopleId] : [])].map((name) => name.toLowerCase())
}
