import { randomBytes } from 'crypto'
import { readdirSync, readFileSync } from 'fs'
import { extname, join, relative, sep } from 'path'
import type { FastifyError, FastifyInstance } from 'fastify'
import type { DestinationDefinition } from '@segment/actions-core'
import destination from '../../src'
import type { Settings } from '../../src/generated-types'
import { packageFolder } from '../package-folder'
import { apiRoutes } from './api'
import { guard, SECURITY_HEADERS } from './guard'
import { BadRequest } from './input'
import type { Tester } from './tester'
import { LIMITS } from './wire'
import type { Refusal } from './wire'
import { upstreamPaths, upstreamRoutes } from './upstream'

const OTHER_BYTES = 1024 * 1024
const MAX_DEPTH = 500

/** What may differ in a test. */
export interface ServerOptions {
  definition?: DestinationDefinition<Settings>
  /** Where the built page lies. */
  pageFolder?: string
}

/** Puts a tester on HTTP: the page, upstream's API and the tester's own. */
export async function buildServer(tester: Tester, options: ServerOptions = {}): Promise<FastifyInstance> {
  const { definition = destination, pageFolder = join(packageFolder(), 'dist/tools/serve/public') } = options
  // As late as in the sandbox: every command loads this file, and few start a server.
  const { fastify } = await import('fastify')
  const app = fastify({
    logger: false,
    bodyLimit: OTHER_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4096 }
  })
  readJson(app)
  const open = upstreamPaths(definition)
  app.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, 'cache-control': 'no-store' })) {
      if (!reply.hasHeader(name)) void reply.header(name, value)
    }
  })
  guard(app, (path) => open.has(path))
  app.setErrorHandler((error: FastifyError, request, reply) =>
    reply.code(error.statusCode ?? 500).send(toRefusal(error, request.routeOptions.bodyLimit))
  )
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'There is nothing here.' }))

  void app.register(async (own) => apiRoutes(own, tester), { prefix: '/api' })
  upstreamRoutes(app, {
    definition,
    settings: tester.target.settings,
    port: tester.target.sandbox?.port,
    bodyLimit: LIMITS.eventBytes
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
      const json: unknown = body === '' ? undefined : JSON.parse(body)
      if (isDeeperThan(json, MAX_DEPTH)) throw new Error(`it is nested more than ${MAX_DEPTH} levels deep`)
      done(null, json)
    } catch (error) {
      done(new BadRequest(`The body cannot be read as JSON: ${(error as Error).message.slice(0, 200)}.`))
    }
  })
}

/** Level by level: recursion would meet its own limit first. */
function isDeeperThan(json: unknown, levels: number): boolean {
  let level: unknown[] = [json]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true
    level = level.flatMap((value): unknown[] => (typeof value === 'object' && value ? Object.values(value) : []))
  }
  return false
}

function toRefusal(error: FastifyError, bodyLimit: number | undefined): Refusal {
  if (error instanceof BadRequest) return { error: error.message, ...(error.field && { field: error.field }) }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return { error: `The body is larger than ${(bodyLimit ?? OTHER_BYTES) / 1024 / 1024} MB.` }
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return { error: 'Send JSON, with content-type: application/json.' }
  }
  return { error: error.message }
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml'
}

const NONCE_PLACE = 'NONCE-OF-THIS-ANSWER'

/**
 * Serves the page from memory: what was not there at the start is not there.
 * @param folder - where `npm run build` puts it
 */
export function pageFiles(app: FastifyInstance, folder: string): void {
  const files = readFiles(folder)
  const page = files.get('/index.html')?.toString('utf8')

  app.get('/', async (_request, reply) => {
    if (page === undefined) {
      return reply.code(503).type('text/plain').send('The page is not built yet. Run: npm run build\n')
    }
    const nonce = randomBytes(16).toString('base64')
    return reply
      .header('content-security-policy', policy(nonce))
      .header('cache-control', 'no-store')
      .type(TYPES['.html'])
      .send(page.replaceAll(NONCE_PLACE, nonce))
  })

  for (const [path, content] of files) {
    if (path === '/index.html') continue
    app.get(path, async (_request, reply) =>
      reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .type(TYPES[extname(path)] ?? 'application/octet-stream')
        .send(content)
    )
  }
}

/** Everything from this server, nothing from anywhere else; the editor's style sheets carry the nonce. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'"
  ].join('; ')
}

function readFiles(folder: string): Map<string, Buffer> {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    return new Map(
      entries.map((entry) => {
        const path = join(entry.parentPath, entry.name)
        return [`/${relative(folder, path).split(sep).join('/')}`, readFileSync(path)]
      })
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw error
  }
}
