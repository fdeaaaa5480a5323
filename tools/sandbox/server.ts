import { randomUUID } from 'crypto'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { adminPrefix, adminRoutes, type AdminParts } from './admin'
import { invalidData } from './answers'
import type { Tokens } from './auth'
import { readJson } from './body'
import type { Choices } from './choices'
import type { FaultEffect, Faults } from './faults'
import { noteBody, type Journal, type Note } from './journal'
import { lengthKeyword } from './length-keyword'
import { bodyBytes } from './limits'
import { describeRoute, openapiOptions } from './openapi'
import { pathMatcher, type Overrides } from './overrides'
import { reset, send, spoil, toWire, type Wire } from './reply'
import type { Route, RouteDefinition, SandboxRequest, Visit } from './route'
import type { Website } from './store'
import type { Answer, Method } from './types'

/** All that a server works with; the sandbox puts it together. */
export interface Parts {
  routes: readonly Route[]
  choices: Choices
  tokens: Tokens
  journal: Journal
  faults: Faults
  overrides: Overrides
  /** Milliseconds by which every answer is held. */
  latency: number
  findWebsite: (id: string) => Website | undefined
  /** Called after a request that may have written. */
  changed: () => void
  /** Called with every request that is over. */
  log?: (note: Note) => void
  admin: AdminParts
}

interface Context {
  note: Note
  /** The body could not be read, and why. */
  unreadable?: string
}

declare module 'fastify' {
  interface FastifyRequest {
    sandbox?: Context
  }
}

/** The HTTP side of the sandbox: Fastify routes and validates, the rest of a request's way is in `answerRequest`. */
export async function buildServer(parts: Parts): Promise<FastifyInstance> {
  const { choices, routes } = parts
  const app = Fastify({
    logger: false,
    bodyLimit: bodyBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4096 },
    ajv: {
      customOptions: {
        coerceTypes: false,
        useDefaults: false,
        allErrors: false,
        allowUnionTypes: true,
        // Unknown keys vanish before a handler sees them, or make the body invalid.
        removeAdditional: choices.unknownKeys === 'ignored',
        keywords: [lengthKeyword]
      }
    },
    frameworkErrors: (error, request, reply) => {
      if (!request.sandbox) begin(parts, request, reply)
      finish(parts, request, reply, { ...invalidData(error.message), status: error.statusCode ?? 400 })
    }
  })
  app.decorateRequest('sandbox', undefined)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer, done) => {
    const { text, value, problem } = readJson(body, request.headers['content-type'], choices)
    const context = request.sandbox as Context
    noteBody(context.note, text)
    context.unreadable = problem
    done(null, value)
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (!isOwn(request.routeOptions.url)) begin(parts, request, reply)
    done()
  })
  // Answers are sent as text that is ready; the schemas of answers are for the description only.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
  await app.register(swagger, openapiOptions)
  await app.register(adminRoutes(parts.admin), { prefix: adminPrefix })
  app.get(openapiPath, { schema: { hide: true } }, () => app.swagger())
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    const answer = status < 500 ? { ...invalidData(error.message), status } : { status, reason: 'internal_error' }
    return finish(parts, request, reply, answer)
  })
  for (const route of routes) {
    for (const url of route.shortPath ? [route.path, route.shortPath] : [route.path]) {
      app.route({
        method: route.method,
        url,
        attachValidation: true,
        schema: describeRoute(route, url === route.shortPath),
        handler: (request, reply) => answerRequest(parts, request, reply, route)
      })
    }
  }
  const known = routes.flatMap(({ path, shortPath }) => [path, shortPath ?? path].map(pathMatcher))
  app.setNotFoundHandler((request, reply) => {
    const found = parts.overrides.find(request.method as Method, request.url)
    if (found) return answerRequest(parts, request, reply, undefined, found)
    const wrongMethod = known.some((match) => match(request.url))
    return answerRequest(parts, request, reply, undefined, undefined, wrongMethod)
  })
  return app
}

const openapiPath = '/openapi.json'

/** The sandbox's own routes are no part of Crisp, nor of the journal. */
function isOwn(url = ''): boolean {
  return url === openapiPath || url.startsWith(`${adminPrefix}/`)
}

function begin({ journal }: Parts, request: FastifyRequest, reply: FastifyReply): void {
  const { method, url, headers } = request.raw
  const note = journal.begin({ method: method ?? '', path: url ?? '', headers, requestId: randomUUID() })
  request.sandbox = { note }
  // Whatever happens to the connection, a request does not stay in flight after it.
  reply.raw.once('close', () => journal.end(note))
}

/** A request's way: faults, then the token, then the body, then the route, then what faults do to the answer. */
async function answerRequest(
  parts: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  route: Route | undefined,
  custom?: { definition: RouteDefinition; params: Record<string, string> },
  wrongMethod = false
): Promise<FastifyReply> {
  const context = request.sandbox as Context
  const sent = view(request, route, custom)
  context.note.route = sent.route
  context.note.websiteId = sent.websiteId
  const { latency, effect } = parts.faults.strike(sent)
  const delay = latency + parts.latency
  if (delay > 0) await held(delay, reply)
  if (reply.raw.destroyed) return reply.hijack()
  if (effect) {
    context.note.fault = effect.type
    const instead = await beforeHandling(effect, sent, request, reply)
    if (instead === 'gone') return reply
    if (instead) return finish(parts, request, reply, instead, effect)
  }
  const answer = await handle(parts, request, sent, route, custom?.definition, wrongMethod)
  return finish(parts, request, reply, answer, effect)
}

/** The answer when no fault steps in. */
async function handle(
  parts: Parts,
  request: FastifyRequest,
  sent: SandboxRequest,
  route: Route | undefined,
  custom: RouteDefinition | undefined,
  wrongMethod: boolean
): Promise<Answer> {
  if (!route && !custom) {
    return wrongMethod ? { status: 405, reason: 'method_not_allowed' } : { status: 404, reason: 'route_not_found' }
  }
  const override = custom ?? parts.overrides.of(route?.name ?? '')
  const website = parts.findWebsite(sent.websiteId)
  const refusal = parts.tokens.refusal(request.headers, { ...route, ...access(override) }, sent.websiteId, !!website)
  if (refusal) return refusal
  const problem = request.sandbox?.unreadable ?? request.validationError?.message
  if (problem) return invalidData(problem)
  const visit = { ...sent, website, choices: parts.choices } as Visit<never>
  const own = async () => {
    const answer = route ? await route.handle(visit) : { status: 404, reason: 'route_not_found' }
    if (sent.method !== 'GET' && sent.method !== 'HEAD' && answer.status < 400) parts.changed()
    return answer
  }
  return override ? override.handler(visit, own) : own()
}

function access({ scope, right, tiers }: Partial<RouteDefinition> = {}): Partial<RouteDefinition> {
  return { ...(scope && { scope }), ...(right && { right }), ...(tiers && { tiers }) }
}

function view(
  request: FastifyRequest,
  route: Route | undefined,
  custom: { definition: RouteDefinition; params: Record<string, string> } | undefined
): SandboxRequest {
  const params = custom?.params ?? (request.params as Record<string, string>)
  return {
    route: route?.name ?? custom?.definition.name ?? '',
    method: request.method as Method,
    path: request.url,
    params,
    query: request.query as Record<string, string | undefined>,
    headers: request.headers,
    body: request.body,
    websiteId: params.website_id ?? ''
  }
}

/** What a fault does in place of handling: an answer, nothing at all (`gone`), or undefined to go on. */
async function beforeHandling(
  effect: FaultEffect,
  sent: SandboxRequest,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<Answer | 'gone' | undefined> {
  switch (effect.type) {
    case 'answer':
      return {
        status: effect.status,
        reason: effect.reason,
        data: effect.data ?? (effect.message === undefined ? {} : { message: effect.message }),
        headers: effect.headers
      }
    case 'quota':
    case 'rateLimit':
      return limited(effect)
    case 'handler':
      return effect.handle(sent)
    case 'html':
      return effect.applied ? undefined : { status: effect.status ?? 502, reason: '' }
    case 'hang':
      reply.hijack()
      return 'gone'
    case 'reset':
      if (effect.applied) return undefined
      reply.hijack()
      reset(request.raw.socket)
      return 'gone'
    default:
      return undefined
  }
}

function limited(effect: Extract<FaultEffect, { type: 'quota' | 'rateLimit' }>): Answer {
  const { status = 429, reason, retryAfter } = effect
  return {
    status,
    reason: reason ?? (status === 423 ? 'quota_limit_exceeded' : 'rate_limited'),
    headers: retryAfter === undefined ? undefined : { 'Retry-After': String(retryAfter) }
  }
}

function finish(
  { journal, log }: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  effect?: FaultEffect
): FastifyReply {
  const { note } = request.sandbox as Context
  const plain = toWire(answer, request.method, note.requestId)
  const wire: Wire = effect ? spoil(plain, effect) : plain
  reply.hijack()
  if (effect?.type === 'reset') journal.end(note)
  else journal.end(note, { status: wire.status, reason: answer.reason || null, text: wire.text })
  log?.(note)
  send(reply.raw, wire, effect)
  return reply
}

/** Waits, but no longer than the connection lasts. */
function held(ms: number, reply: FastifyReply): Promise<void> {
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
