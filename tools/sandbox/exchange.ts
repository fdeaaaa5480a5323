import { randomUUID } from 'crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Tokens } from './auth'
import type { Choices } from './choices'
import { getDefinition } from './effects'
import type { FaultEffect } from './effects'
import type { Faults } from './faults'
import type { Journal, Note } from './journal'
import { invalidData, resetConnection, sendResponse, toWireResponse } from './responses'
import type { Overrides, Route, RouteDefinition, SandboxRequest, Visit } from './route'
import type { Answer, Method } from './types'
import type { Websites } from './websites'

/** All that a request meets on its way. */
export interface Parts {
  choices: Choices
  tokens: Tokens
  websites: Websites
  journal: Journal
  faults: Faults
  overrides: Overrides
  /** Milliseconds by which every answer is held. */
  latency: number
  /** Called after a request that may have written. */
  changed: () => void
  /** Called with every request that is over. */
  log?: (note: Note) => void
}

/** What is known of a request before its route is asked. */
export interface Context {
  note: Note
  /** The body could not be read, and why. */
  unreadable?: string
}

/** Where a request is going: to a route of the sandbox, to one that a test added, or nowhere. */
export interface Destination {
  route?: Route
  added?: { definition: RouteDefinition; params: Record<string, string> }
  /** The path exists, with other methods. */
  wrongMethod?: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    sandbox?: Context
  }
}

/** Notes a request's arrival. */
export function arrive({ journal, log }: Parts, request: FastifyRequest, reply: FastifyReply): void {
  const { method, url, headers } = request.raw
  const note = journal.begin({ method: method ?? '', path: url ?? '', headers, requestId: randomUUID() })
  request.sandbox = { note }
  // Whatever happens to the connection, a request does not stay in flight after it.
  reply.raw.once('close', () => {
    if (journal.end(note)) log?.(note)
  })
}

/** A request's way: faults, then the token, then the body, then the route, then what faults do to the answer. */
export async function answerRequest(
  parts: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  destination: Destination
): Promise<FastifyReply> {
  const { note } = request.sandbox as Context
  const sent = toSandboxRequest(request, destination)
  note.route = sent.route
  note.websiteId = sent.websiteId
  const { latency, lag, effect } = parts.faults.apply(sent)
  if (lag) note.fault = 'lag'
  const delay = latency + parts.latency
  if (delay > 0) await hold(delay, reply)
  if (reply.raw.destroyed) return reply.hijack()
  if (effect) {
    note.fault = effect.type
    const instead = await getDefinition(effect).before?.(effect, sent)
    if (instead === 'reset' || instead === 'hang') {
      reply.hijack()
      if (instead === 'reset') resetConnection(request.raw.socket)
      return reply
    }
    if (instead) return finish(parts, request, reply, instead, effect)
  }
  return finish(parts, request, reply, await handle(parts, request, { ...sent, lag }, destination), effect)
}

/** Sends an answer, or as much of it as a fault leaves. */
export function finish(
  { journal, log }: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  effect?: FaultEffect
): FastifyReply {
  const { note } = request.sandbox as Context
  const plain = toWireResponse(answer, request.method, note.requestId)
  const wire = (effect && getDefinition(effect).after?.(plain, effect)) ?? plain
  reply.hijack()
  const lost = wire.break?.then === 'reset'
  journal.end(note, lost ? undefined : { status: wire.status, reason: answer.reason || null, text: wire.text })
  log?.(note)
  sendResponse(reply.raw, wire)
  return reply
}

/** The answer when no fault steps in. */
async function handle(
  { choices, tokens, websites, overrides, changed }: Parts,
  request: FastifyRequest,
  sent: SandboxRequest & Pick<Visit, 'lag'>,
  { route, added, wrongMethod }: Destination
): Promise<Answer> {
  if (!route && !added) {
    return wrongMethod ? { status: 405, reason: 'method_not_allowed' } : { status: 404, reason: 'route_not_found' }
  }
  const override = added?.definition ?? overrides.get(route?.name ?? '')
  const isNamed = sent.params.website_id !== undefined
  const website = isNamed ? websites.find(sent.websiteId) : websites.get()
  const access = { ...route, ...getAccess(override) }
  const admitted = tokens.admit(request.headers, access, website, isNamed)
  if ('status' in admitted) return admitted
  const problem = request.sandbox?.unreadable ?? findRepeatedName(sent.query) ?? request.validationError?.message
  if (problem) return invalidData(problem)
  const visit: Visit = { ...sent, website: admitted, choices }
  const own = async () => {
    const answer = route ? await route.handle(visit) : { status: 404, reason: 'route_not_found' }
    if (sent.method !== 'GET' && sent.method !== 'HEAD' && answer.status < 400) changed()
    return answer
  }
  return override ? override.handler(visit, own) : own()
}

/** The query as it was read: a name that comes twice has a list of values, and which of them counts would be a guess. */
function findRepeatedName(query: SandboxRequest['query']): string | undefined {
  const repeated = Object.keys(query).find((name) => Array.isArray(query[name]))
  return repeated === undefined ? undefined : `query parameter "${repeated}" is given more than once`
}

function getAccess({ scope, right, tiers }: Partial<RouteDefinition> = {}): Partial<RouteDefinition> {
  return { ...(scope && { scope }), ...(right && { right }), ...(tiers && { tiers }) }
}

function toSandboxRequest(request: FastifyRequest, { route, added }: Destination): SandboxRequest {
  const params = added?.params ?? (request.params as Record<string, string>)
  return {
    route: route?.name ?? added?.definition.name ?? '',
    method: request.method as Method,
    path: request.url,
    params,
    query: request.query as Record<string, string | undefined>,
    headers: request.headers,
    body: request.body,
    websiteId: params.website_id ?? ''
  }
}

/** Waits, but no longer than the connection lasts. */
function hold(ms: number, reply: FastifyReply): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    reply.raw.once('close', done)
    function done() {
      clearTimeout(timer)
      reply.raw.off('close', done)
      resolve()
    }
  })
}
