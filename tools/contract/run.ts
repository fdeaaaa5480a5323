import { randomUUID } from 'crypto'
import { fill, findDifferences } from './compare'
import type { Exchange, Scenario } from './scenario'

/** The API that a contract is held against. */
export interface Target {
  /** `https://api.crisp.chat`, or a sandbox's. */
  url: string
  websiteId: string
  apiKey: string
  tier: string
  /** Pause before each request, for the sake of a shared API. */
  pauseMs?: number
}

/** What became of one scenario. */
export interface ScenarioResult {
  scenario: Scenario
  /** One line for each place where the API answered otherwise; none when it kept to the contract. */
  differences: string[]
  requests: number
}

interface Reply {
  status: number
  reason?: string
  data?: unknown
}

/** Plays a scenario with people of its own, who are deleted afterwards whatever happens. */
export async function runScenario(scenario: Scenario, target: Target): Promise<ScenarioResult> {
  const result: ScenarioResult = { scenario, differences: [], requests: 0 }
  const values: Record<string, string> = makeAddresses()
  try {
    for (const [at, exchange] of scenario.exchanges.entries()) {
      const reply = await call(fill(exchange, values), target)
      result.requests++
      const where = `${at + 1}. ${exchange.method} ${exchange.path || '/'}`
      result.differences.push(...compare(fill(exchange, values), reply).map((line) => `${where}: ${line}`))
      for (const [name, field] of Object.entries(exchange.keep ?? {})) {
        const value = (reply.data as Record<string, unknown> | undefined)?.[field]
        if (typeof value !== 'string') return result
        values[name] = value
      }
    }
  } catch (error) {
    result.differences.push(`no answer: ${(error as Error).message}`)
  } finally {
    result.requests += await cleanUp(scenario, values, target, result)
  }
  return result
}

/** Addresses that no person has, with a plus sign as in the recordings. */
function makeAddresses(): Record<string, string> {
  const run = randomUUID().slice(0, 13)
  const address = (who: string) => `contract+${run}-${who}@example.com`
  return { email: address('one'), other: address('two'), unknown: address('unknown') }
}

function compare(expected: Exchange, reply: Reply): string[] {
  const statuses = [expected.status].flat()
  const found: string[] = []
  if (!statuses.includes(reply.status)) found.push(`status ${reply.status}, not ${statuses.join(' or ')}`)
  if (expected.reason !== undefined && expected.reason !== reply.reason) {
    found.push(`reason ${reply.reason ?? '(none)'}, not ${expected.reason}`)
  }
  if (expected.data !== undefined && found.length === 0) found.push(...findDifferences(expected.data, reply.data))
  return found
}

/** Removes the people that the scenario may have created; says so when one had to be left behind. */
async function cleanUp(
  { exchanges }: Scenario,
  { email, other, unknown }: Record<string, string>,
  target: Target,
  result: ScenarioResult
): Promise<number> {
  const sent = JSON.stringify(exchanges)
  const used = [
    ...(sent.includes('{email') ? [email] : []),
    ...(sent.includes('{other') ? [other] : []),
    ...(sent.includes('{unknown') ? [unknown] : [])
  ]
  for (const address of used) {
    const path = `/people/profile/${encodeURIComponent(address)}`
    const reply = await call({ method: 'DELETE', path, status: 200 }, target).catch((): Reply => ({ status: 0 }))
    if (reply.status !== 200 && reply.status !== 404) result.differences.push(`${address} is left behind; delete it.`)
  }
  return used.length
}

async function call(exchange: Exchange, target: Target): Promise<Reply> {
  const { method, path, query, body, as } = exchange
  if (target.pauseMs) await new Promise((resolve) => setTimeout(resolve, target.pauseMs))
  const search = query ? `?${new URLSearchParams(query).toString()}` : ''
  const headers: Record<string, string> = { 'X-Crisp-Tier': target.tier }
  const key = as === 'wrong key' ? `${target.apiKey.split(':')[0]}:wrong` : target.apiKey
  if (as !== 'no key') headers.Authorization = `Basic ${Buffer.from(key).toString('base64')}`
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const response = await fetch(`${target.url}/v1/website/${target.websiteId}${path}${search}`, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(15_000)
  })
  return { status: response.status, ...readEnvelope(await response.text()) }
}

function readEnvelope(text: string): { reason?: string; data?: unknown } {
  try {
    const { reason, data } = JSON.parse(text) as { reason?: string; data?: unknown }
    return { reason, data }
  } catch {
    return {}
  }
}
