import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isThisMachine } from './auth'
import { readFaultRule } from './fault-rule'
import type { Faults } from './faults'
import type { Journal } from './journal'
import { added, deleted, invalidData, listed, notAllowed, resolved, toEnvelope, updated } from './responses'
import type { State } from './state'
import type { Answer } from './types'
import { parseJson } from './validation'

export const ADMIN_PREFIX = '/_sandbox'

/** What the admin API works on. */
export interface AdminParts {
  journal: Journal
  faults: Faults
  readState: () => State
  /** Throws a sentence when the JSON is no state; then nothing has changed. */
  writeState: (json: unknown) => void
  reset: () => void
}

const STATE_BYTES = 1_073_741_824

/** The admin API: everything that the library offers, over HTTP, to this machine only. */
export function adminRoutes(parts: AdminParts) {
  const { journal, faults, reset } = parts
  return async function register(app: FastifyInstance): Promise<void> {
    app.addHook('onRequest', async (request, reply) => {
      if (!isLocal(request)) await sendAnswer(reply, notAllowed(LOCAL_ONLY))
    })
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body: string, done) => {
      try {
        done(null, body === '' ? undefined : parseJson(body))
      } catch (error) {
        done(Object.assign(error as Error, { statusCode: 400 }))
      }
    })
    app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
      sendAnswer(reply, { ...invalidData(error.message), status: error.statusCode ?? 400 })
    )

    const on = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, handle: (request: FastifyRequest) => Answer) =>
      app.route({
        method,
        url,
        bodyLimit: STATE_BYTES,
        schema: { hide: true },
        handler: async (request, reply) => sendAnswer(reply, handle(request))
      })

    on('GET', '/state', () => resolved(parts.readState()))
    on('PUT', '/state', ({ body }) => {
      parts.writeState(body)
      return updated()
    })
    on('GET', '/journal', ({ query }) => {
      const { after: sent = '0' } = query as { after?: unknown }
      const after = typeof sent === 'string' ? Number(sent) : NaN
      if (Number.isNaN(after)) return invalidData('after must be a number, given once')
      const entries = journal.entries().filter(({ n }) => n > after)
      return resolved({ count: journal.count(), maxInFlight: journal.maxInFlight, entries })
    })
    on('DELETE', '/journal', () => {
      journal.clear()
      return deleted()
    })
    on('GET', '/faults', () => listed(faults.list()))
    on('POST', '/faults', ({ body }) => added({ id: faults.add(readFaultRule(body)) }))
    on('DELETE', '/faults', () => {
      faults.clear()
      return deleted()
    })
    on('DELETE', '/faults/:id', ({ params }) =>
      faults.remove((params as { id: string }).id) ? deleted() : { status: 404, reason: 'fault_not_found' }
    )
    on('POST', '/reset', () => {
      reset()
      return updated()
    })
  }
}

const LOCAL_ONLY = 'The admin API answers to 127.0.0.1, localhost and [::1] only.'
const LOCAL_ADDRESS = /^(127\.|::1$|::ffff:127\.)/

/**
 * Only this machine, and no page of a foreign site in its browser: such a page is told apart by the Host it was led to
 * (DNS rebinding) or the Origin it comes from.
 */
function isLocal({ headers, socket }: FastifyRequest): boolean {
  const origin = headers.origin?.replace(/^https?:\/\//, '')
  return (
    LOCAL_ADDRESS.test(socket.remoteAddress ?? '') &&
    isThisMachine(headers.host) &&
    (origin === undefined || isThisMachine(origin))
  )
}

/** Sends an answer of the sandbox itself: no part of Crisp, nor of the journal. */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply.code(answer.status).type('application/json').send(toEnvelope(answer))
}
