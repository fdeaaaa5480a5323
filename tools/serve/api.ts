import type { FastifyInstance, FastifyReply } from 'fastify'
import { buildRequestCurl, buildRunCurl } from './curl'
import { BadRequest, confirmLive, readRunInput } from './input'
import type { Tester } from './tester'
import type { PeopleView } from './people'
import type { FaultSwitches } from './faults'
import { isJsonObject, LIMITS } from './wire'
import type { Run } from './wire'

const PAGE_LENGTH = 50

/** The tester's own API, below `/api/`. Its statuses say what became of things; every refusal is a sentence. */
export function apiRoutes(app: FastifyInstance, tester: Tester): void {
  app.get('/state', async () => tester.state())
  app.get('/live', async (request, reply) => {
    if (tester.live.add(reply.raw, request.ip)) return reply.hijack()
    throw new BadRequest('Too many pages listen already: close one.', undefined, 503)
  })
  eventRoutes(app, tester)
  historyRoutes(app, tester)
  sandboxRoutes(app, tester)
}

function eventRoutes(app: FastifyInstance, tester: Tester): void {
  const bodyLimit = LIMITS.eventBytes
  app.post('/preview', { bodyLimit }, async ({ body }) => tester.forecast(readRunInput(body)))
  app.post('/events', { bodyLimit }, async ({ body }, reply) => {
    if (tester.isLive) confirmLive(body)
    const by = isJsonObject(body) && body.by === 'page' ? 'page' : 'api'
    return sendRun(reply, await tester.run(readRunInput(body), { by, tag: readTag(body) }))
  })
}

function historyRoutes(app: FastifyInstance, tester: Tester): void {
  app.get('/history', async () => tester.history.list())
  app.delete('/history', async (_request, reply) => {
    tester.history.clear()
    return reply.code(204).send()
  })
  app.get('/history/:id', async ({ params }) => tester.found(readNumber(params, 'id')))
  app.get('/history/:id/events/:index', async ({ params }) =>
    tester.getEvent(readNumber(params, 'id'), readNumber(params, 'index'))
  )
  app.post('/history/:id/replay', async ({ params, body }, reply) => {
    if (tester.isLive) confirmLive(body)
    return sendRun(reply, await tester.replay(readNumber(params, 'id'), readTag(body)))
  })
  app.post('/history/:id/cancel', async ({ params }, reply) => {
    tester.cancel(readNumber(params, 'id'))
    return reply.code(204).send()
  })
  app.get('/history/:id/curl', async ({ params, headers }, reply) => {
    const { input, deliveries } = tester.found(readNumber(params, 'id'))
    const origin = tester.target.sandbox?.url
    const requests = deliveries.flatMap(({ exchanges }) => exchanges).map((one) => buildRequestCurl(one, origin))
    const whole = buildRunCurl(`http://${headers.host}`, input, tester.isLive)
    return reply.type('text/plain; charset=utf-8').send(`${[whole, ...requests].join('\n\n')}\n`)
  })
}

function sandboxRoutes(app: FastifyInstance, tester: Tester): void {
  app.get('/people', async ({ query }) => {
    const limit = Math.min(LIMITS.people, toWhole(readQuery(query, 'limit'), PAGE_LENGTH))
    const offset = toWhole(readQuery(query, 'offset'), 0)
    return getPeople(tester).list(readQuery(query, 'search') ?? '', offset, limit)
  })
  app.get('/people/:person', async ({ params, query }) => {
    const events = Math.min(LIMITS.personEvents, toWhole(readQuery(query, 'events'), PAGE_LENGTH))
    const person = getPeople(tester).get((params as { person: string }).person, events)
    if (!person) throw new BadRequest('The sandbox does not know this person.', undefined, 404)
    return person
  })
  app.get('/faults', async () => getFaults(tester).list())
  app.put('/faults/:name', async ({ params, body }) => {
    const { on, times } = isJsonObject(body) ? body : {}
    if (typeof on !== 'boolean') throw new BadRequest('Send {"on": true} or {"on": false}.', 'on')
    if (times !== undefined && !(Number.isInteger(times) && Number(times) > 0)) {
      throw new BadRequest('"times" must be a whole number of requests, at least 1.', 'times')
    }
    if (!getFaults(tester).set((params as { name: string }).name, on, times as number | undefined)) {
      throw new BadRequest('There is no such fault.', undefined, 404)
    }
    tester.live.soon()
    return getFaults(tester).list()
  })
  app.post('/reset', async (_request, reply) => {
    getFaults(tester)
    tester.reset()
    return reply.code(204).send()
  })
}

/** The run, with the status that it earned. */
function sendRun(reply: FastifyReply, run: Run): FastifyReply {
  return reply.code(run.status).send(run)
}

function getPeople(tester: Tester): PeopleView {
  return tester.people ?? refuseWithoutSandbox()
}

function getFaults(tester: Tester): FaultSwitches {
  return tester.faults ?? refuseWithoutSandbox()
}

function refuseWithoutSandbox(): never {
  throw new BadRequest('Only a sandbox can do that, and this tester sends to the live Crisp.', undefined, 409)
}

function readTag(body: unknown): string | undefined {
  return isJsonObject(body) && typeof body.tag === 'string' ? body.tag.slice(0, 100) : undefined
}

function readQuery(query: unknown, name: string): string | undefined {
  const value = (query as Record<string, string | string[] | undefined>)[name]
  if (Array.isArray(value)) throw new BadRequest(`Send "${name}" once.`, name)
  return value
}

function readNumber(params: unknown, name: string): number {
  return toWhole((params as Record<string, string>)[name], -1)
}

function toWhole(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : otherwise
}
