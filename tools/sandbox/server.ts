import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { adminPrefix, adminRoutes, answer, type AdminParts } from './admin'
import { invalidData, notAllowed } from './answers'
import { readJson } from './body'
import type { Choices } from './choices'
import { answerRequest, arrive, finish, type Context, type Parts } from './exchange'
import { isAnswered } from './hosts'
import { noteBody } from './journal'
import { lengthKeyword } from './length-keyword'
import { bodyBytes } from './limits'
import { describeRoute, openapiOptions } from './openapi'
import { pathMatcher } from './overrides'
import type { Route } from './route'
import type { Answer, Method } from './types'

const openapiPath = '/openapi.json'
const otherHost = 'The sandbox answers to 127.0.0.1, localhost, [::1] and api.crisp.chat only.'

/** The HTTP side of the sandbox: Fastify routes requests, reads and validates their bodies; `exchange.ts` does the rest. */
export async function buildServer(routes: readonly Route[], parts: Parts, admin: AdminParts): Promise<FastifyInstance> {
  const { choices, overrides } = parts
  const app = Fastify({
    logger: false,
    bodyLimit: bodyBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4096 },
    ajv: { customOptions: validation(choices) },
    // What Fastify cannot even route, such as a broken escape in the path.
    frameworkErrors: (error, request, reply) => {
      if (!request.sandbox) arrive(parts, request, reply)
      finish(parts, request, reply, failure(error))
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
    if (!isAnswered(request.headers.host)) return void answer(reply, notAllowed(otherHost))
    if (!isOwn(request.routeOptions.url)) arrive(parts, request, reply)
    done()
  })
  app.setErrorHandler((error: Error, request, reply) => finish(parts, request, reply, failure(error)))
  // Answers are sent as text that is ready; the schemas of answers are for the description only.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer))

  await app.register(swagger, openapiOptions)
  await app.register(adminRoutes(admin), { prefix: adminPrefix })
  app.get(openapiPath, { schema: { hide: true } }, () => app.swagger())
  for (const route of routes) {
    for (const url of route.shortPath ? [route.path, route.shortPath] : [route.path]) {
      app.route({
        method: route.method,
        url,
        attachValidation: true,
        schema: describeRoute(route, url === route.shortPath),
        handler: (request, reply) => answerRequest(parts, request, reply, { route })
      })
    }
  }
  const known = routes.flatMap(({ path, shortPath }) => [path, shortPath ?? path].map(pathMatcher))
  app.setNotFoundHandler((request, reply) => {
    const added = overrides.find(request.method as Method, request.url)
    const wrongMethod = known.some((match) => match(request.url))
    return answerRequest(parts, request, reply, { added, wrongMethod })
  })
  return app
}

function validation(choices: Choices) {
  return {
    coerceTypes: false,
    useDefaults: false,
    allErrors: false,
    allowUnionTypes: true,
    // Unknown keys vanish before a handler sees them, or make the body invalid.
    removeAdditional: choices.unknownKeys === 'ignored',
    keywords: [lengthKeyword]
  }
}

/** The sandbox's own routes are no part of Crisp, nor of the journal. */
function isOwn(url = ''): boolean {
  return url === openapiPath || url.startsWith(`${adminPrefix}/`)
}

/** A request that could not be read; or, with 500, a function of a test's own that threw. */
function failure(error: Error & { statusCode?: number }): Answer {
  const { statusCode: status = 500, message } = error
  return status < 500 ? { ...invalidData(message), status } : { status, reason: 'internal_error', data: { message } }
}
