import { posixQuoted } from '../shell'
import type { ExchangeView, JsonObject, RunInput } from './wire'

/** The headers of a request that say something; the others are the client's own. */
const told = ['content-type', 'x-crisp-tier', 'user-agent']

/**
 * A request to Crisp as a curl command. The key is not in it: the shell takes it from the environment.
 * @param sandboxUrl - where the request went, unless it went to the live Crisp
 */
export function buildRequestCurl(
  { request: { method, url, headers, body } }: ExchangeView,
  sandboxUrl?: string
): string {
  const { origin } = new URL(url)
  const parts = [
    `curl -X ${method} ${posixQuoted(url.replace(origin, sandboxUrl ?? origin))}`,
    '--user "$CRISP_API_KEY"'
  ]
  for (const [name, value] of Object.entries(headers)) {
    if (told.includes(name.toLowerCase())) parts.push(`-H ${posixQuoted(`${name}: ${String(value)}`)}`)
  }
  if (body !== undefined) parts.push(`--data ${posixQuoted(typeof body === 'string' ? body : JSON.stringify(body))}`)
  return parts.join(' \\\n  ')
}

/**
 * A run as a curl command to the tester that ran it. Settings travel without the key.
 * @param origin - the tester's address
 */
export function buildRunCurl(
  origin: string,
  { event, events, subscriptions, settings }: RunInput,
  live: boolean
): string {
  const shared: JsonObject = { subscriptions, settings: withoutKey(settings), ...(live && { live: true }) }
  const body: JsonObject = event === undefined ? { events, ...shared } : { event, ...shared }
  return [
    `curl -X POST ${posixQuoted(`${origin}/api/events`)}`,
    `-H 'content-type: application/json'`,
    `--data ${posixQuoted(JSON.stringify(body))}`
  ].join(' \\\n  ')
}

/** Settings as they may be shown. */
export function withoutKey(settings: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => key !== 'apiKey'))
}
