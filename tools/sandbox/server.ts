import { isUtf8 } from 'buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import once from 'lodash/once'
import { ADMIN_PREFIX, adminRoutes, sendAnswer, type AdminParts } from './admin'
import { isKnownHost } from './auth'
import type { Choices } from './choices'
import { answerRequest, arrive, finish, type Context, type Parts } from './exchange'
import { noteBody } from './journal'
import { describeRoute, OPENAPI_OPTIONS } from './openapi'
import { invalidData, notAllowed } from './responses'
import { toPathMatcher } from './route'
import type { Route } from './route'
import { BODY_BYTES } from './schemas'
import type { Schema } from './schemas'
import type { Answer, Method } from './types'
import { getValidator, parseJson } from './validation'

const OPENAPI_PATH = '/openapi.json'
const OTHER_HOST = 'The sandbox answers to 127.0.0.1, localhost, [::1] and api.crisp.chat only.'

/** The HTTP side of the sandbox: Fastify routes requests, reads and validates their bodies; `exchange.ts` does the rest. */
export async function buildServer(routes: readonly Route[], parts: Parts, admin: AdminParts): Promise<FastifyInstance> {
  const { choices, overrides } = parts
  // Only now: loading both takes a quarter of the start of `actions-crisp send`, which may need no server.
  const [{ fastify }, { default: swagger }] = await Promise.all([import('fastify'), import('@fastify/swagger')])
  const app = fastify({
    logger: false,
    bodyLimit: BODY_BYTES,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4096 },
    // What Fastify cannot even route, such as a broken escape in the path.
    frameworkErrors: (error, request, reply) => {
      if (!request.sandbox) arrive(parts, request, reply)
      finish(parts, request, reply, toFailure(error))
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
    if (!isKnownHost(request.headers.host)) return void sendAnswer(reply, notAllowed(OTHER_HOST))
    if (!isOwn(request.routeOptions.url)) arrive(parts, request, reply)
    done()
  })
  app.setErrorHandler((error: Error, request, reply) => finish(parts, request, reply, toFailure(error)))
  app.setValidatorCompiler<Schema>(({ schema }) => {
    const getOnce = once(() => getValidator(schema, choices.unknownKeys))
    return (json: unknown) => getOnce()(json) || { error: getOnce().errors ?? [] }
  })
  // Answers are sent as text that is ready; the schemas of answers are for the description only.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer))

  await app.register(swagger, OPENAPI_OPTIONS)
  await app.register(adminRoutes(admin), { prefix: ADMIN_PREFIX })
  app.get('/', { schema: { hide: true } }, () => toFrontPage(routes))
  app.get(OPENAPI_PATH, { schema: { hide: true } }, () => app.swagger())
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
  const known = routes.flatMap(({ path, shortPath }) => [path, shortPath ?? path].map(toPathMatcher))
  app.setNotFoundHandler((request, reply) => {
    const added = overrides.find(request.method as Method, request.url)
    const wrongMethod = known.some((match) => match(request.url))
    return answerRequest(parts, request, reply, { added, wrongMethod })
  })
  return app
}

/** Reads a request body as JSON. `problem` says why it cannot be read; an empty body is no problem, but no value. */
export function readJson(
  body: Buffer,
  contentType: string | undefined,
  choices: Choices
): { text: string; value?: unknown; problem?: string } {
  const text = body.toString('utf8')
  if (text === '') return { text }
  if (choices.contentType === 'json' && !/^application\/json\b/i.test(contentType ?? '')) {
    return { text, problem: 'body must be declared as application/json' }
  }
  if (!isUtf8(body)) return { text, problem: 'body must be UTF-8' }
  try {
    return { text, value: parseJson(text) }
  } catch (error) {
    return { text, problem: (error as Error).message }
  }
}

/** The sandbox's own routes are no part of Crisp, nor of the journal. */
function isOwn(url = ''): boolean {
  return url === '/' || url === OPENAPI_PATH || url.startsWith(`${ADMIN_PREFIX}/`)
}

/** What a person sees who opens the sandbox in a browser. */
function toFrontPage(routes: readonly Route[]) {
  return {
    name: 'Crisp sandbox',
    about: OPENAPI_OPTIONS.openapi.info.description,
    description: OPENAPI_PATH,
    admin: ADMIN_PREFIX,
    routes: routes.map(({ method, path, summary }) => ({ method, path, summary }))
  }
}

/** A request that could not be read; or, with 500, a function of a test's own that threw. */
function toFailure(error: Error & { statusCode?: number }): Answer {
  const { statusCode: status = 500, message } = error
  return status < 500 ? { ...invalidData(message), status } : { status, reason: 'internal_error', data: { message } }
}
