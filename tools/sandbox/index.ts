import type { AddressInfo } from 'net'
import { Tokens } from './auth'
import { makeChoices } from './choices'
import { Faults } from './faults'
import { WriteHistory } from './indexes'
import { Journal, toEntry } from './journal'
import { DEFAULT_API_KEY, DEFAULT_JOURNAL_SIZE, DEFAULT_WEBSITE_ID, SYSTEM_CLOCK } from './options'
import type { Clock, SandboxOptions } from './options'
import { Overrides } from './route'
import type { RouteDefinition } from './route'
import { getRoutes } from './routes'
import { buildServer } from './server'
import { readState, writeState } from './state'
import { StateFile } from './state-file'
import { People, Websites } from './websites'

export type { Choices } from './choices'
export type { FaultEffect } from './effects'
export type { FaultRule } from './fault-rule'
export type { Faults, ListedFault } from './faults'
export type { Journal, JournalEntry } from './journal'
export { DEFAULT_API_KEY as defaultApiKey, DEFAULT_WEBSITE_ID as defaultWebsiteId } from './options'
export type { SandboxOptions } from './options'
export type { RouteDefinition, SandboxRequest, Visit } from './route'
export type * from './types'
export type { People } from './websites'

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
  const { websiteId = DEFAULT_WEBSITE_ID, apiKey = DEFAULT_API_KEY, tiers, scopes, log } = options
  const choices = makeChoices(options.choices)
  const clock: Clock = { now: options.now ?? SYSTEM_CLOCK.now, newId: options.newId ?? SYSTEM_CLOCK.newId }
  const history = new WriteHistory()
  const websites = new Websites(websiteId, choices, clock, history)
  const routes = getRoutes(choices)
  const journal = new Journal(options.journalSize ?? DEFAULT_JOURNAL_SIZE)
  const overrides = new Overrides(routes)
  const faults = new Faults((request) => websites.getPersonNames(request), history)
  const tokens = new Tokens([{ apiKey, tiers, scopes }, ...(options.tokens ?? [])], choices)
  const file = options.state === undefined ? undefined : new StateFile(options.state)
  const state = () => writeState(websites.all())
  const changed = () => file?.changed(state)
  const start = () => {
    websites.fill([{ id: websiteId, people: options.people }, ...(options.websites ?? [])])
    for (const rule of options.faults ?? []) faults.add(rule)
  }
  const reset = () => {
    journal.clear()
    faults.clear()
    overrides.clear()
    start()
    changed()
  }
  const replace = (json: unknown) => {
    websites.fill(readState(json, websiteId).websites)
    changed()
  }

  start()
  file?.load((json) => websites.fill(readState(json, websiteId).websites))
  const app = await buildServer(
    routes,
    {
      choices,
      tokens,
      websites,
      journal,
      faults,
      overrides,
      latency: options.latency ?? 0,
      changed,
      log: log && ((note) => log(toEntry(note)))
    },
    { journal, faults, reset, readState: state, writeState: replace }
  )
  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 })
  const { port } = app.server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    websiteId,
    apiKey,
    people: new People(websites, changed),
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
