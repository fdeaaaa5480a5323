import { randomBytes } from 'crypto'
import { readdirSync, readFileSync } from 'fs'
import { extname, join, relative, sep } from 'path'
import type { FastifyInstance } from 'fastify'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml'
}

const noncePlace = 'NONCE-OF-THIS-ANSWER'

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
      .type(types['.html'])
      .send(page.replaceAll(noncePlace, nonce))
  })

  for (const [path, content] of files) {
    if (path === '/index.html') continue
    app.get(path, async (_request, reply) =>
      reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .type(types[extname(path)] ?? 'application/octet-stream')
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
