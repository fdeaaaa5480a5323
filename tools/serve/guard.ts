import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** What every answer carries. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'"
}

/** Where Segment's Actions Tester is served from; upstream's local server trusts the same origins. */
const TESTER_ORIGINS = [
  'https://app.segment.com',
  'https://eu1.app.segment.com',
  'https://app.segment.build',
  'https://eu1.app.segment.build',
  'http://localhost:8000'
]

const LOCAL_HOST = /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/i

/** True for a request of Segment's Actions Tester. */
export function isActionsTester({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined && TESTER_ORIGINS.includes(headers.origin)
}

/**
 * Turns away what comes from elsewhere: a host name that a foreign DNS led here, and pages of other origins. The
 * Actions Tester may use upstream's routes, nothing else.
 * @param isOpen - true for a path that the Actions Tester may use
 */
export function guard(app: FastifyInstance, isOpen: (path: string) => boolean): void {
  app.addHook('onRequest', async (request, reply) => {
    const { host = '', origin } = request.headers
    if (!LOCAL_HOST.test(host)) return refuse(reply, 'The tester answers to 127.0.0.1 and localhost only.')
    if (origin === undefined || origin === `http://${host}`) return
    if (!isActionsTester(request) || !isOpen(request.url.split('?')[0])) {
      return refuse(reply, 'The tester does not answer to pages of other origins.')
    }
    await allow(request, reply, origin)
  })
}

function refuse(reply: FastifyReply, error: string): FastifyReply {
  return reply.code(403).send({ error })
}

async function allow(request: FastifyRequest, reply: FastifyReply, origin: string): Promise<void> {
  void reply.header('access-control-allow-origin', origin).header('vary', 'Origin')
  if (request.method !== 'OPTIONS') return
  void reply.header('access-control-allow-methods', 'GET,HEAD,PUT,PATCH,POST,DELETE')
  const asked = request.headers['access-control-request-headers']
  if (asked !== undefined) void reply.header('access-control-allow-headers', asked)
  // Browsers ask before a public page may talk to this machine.
  if (request.headers['access-control-request-private-network'] === 'true') {
    void reply.header('access-control-allow-private-network', 'true')
  }
  await reply.code(204).send()
}
