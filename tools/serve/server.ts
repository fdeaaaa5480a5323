import { join } from 'path'
import Fastify from 'fastify'
import type { FastifyError, FastifyInstance } from 'fastify'
import type { DestinationDefinition } from '@segment/actions-core'
import destination from '../../src'
import type { Settings } from '../../src/generated-types'
import { packageFolder } from '../package-folder'
import { apiRoutes } from './api'
import { guard } from './guard'
import { BadRequest } from './input'
import { pageFiles } from './page-files'
import type { Tester } from './tester'
import type { Refusal } from './types'
import { upstreamPaths, upstreamRoutes } from './upstream'

const eventBytes = 16 * 1024 * 1024
const otherBytes = 1024 * 1024

/** What may differ in a test. */
export interface ServerOptions {
  definition?: DestinationDefinition<Settings>
  /** Where the built page lies. */
  pageFolder?: string
}

/** Puts a tester on HTTP: the page, upstream's API and the tester's own. */
export function buildServer(tester: Tester, options: ServerOptions = {}): FastifyInstance {
  const { definition = destination, pageFolder = join(packageFolder(), 'dist/tools/serve/public') } = options
  const app = Fastify({
    logger: false,
    bodyLimit: otherBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4096 }
  })
  readJson(app)
  const open = upstreamPaths(definition)
  app.addHook('onSend', async (_request, reply) => {
    void reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY'
    })
    if (!reply.hasHeader('content-security-policy')) void reply.header('content-security-policy', "default-src 'none'")
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store')
  })
  guard(app, (path) => open.has(path))
  app.setErrorHandler((error: FastifyError, _request, reply) => reply.code(error.statusCode ?? 500).send(told(error)))
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'There is nothing here.' }))

  void app.register(async (own) => apiRoutes(own, tester, eventBytes), { prefix: '/api' })
  upstreamRoutes(app, {
    definition,
    settings: tester.target.settings,
    port: tester.target.sandbox?.port,
    bodyLimit: eventBytes
  })
  pageFiles(app, pageFolder)
  app.addHook('onClose', async () => tester.close())
  return app
}

/** Bodies are JSON or nothing. Events are data: a key named `__proto__` is one of theirs. */
function readJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body: string, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body))
    } catch (error) {
      done(new BadRequest(`The body is not JSON: ${(error as Error).message.slice(0, 200)}.`))
    }
  })
}

function told(error: FastifyError): Refusal {
  if (error instanceof BadRequest) return { error: error.message, ...(error.field && { field: error.field }) }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { error: 'The body is too large.' }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return { error: 'Send JSON, with content-type: application/json.' }
  return { error: error.message }
}
