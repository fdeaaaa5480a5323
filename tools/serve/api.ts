import type { FastifyInstance, FastifyReply } from 'fastify'
import { buildRequestCurl, buildRunCurl } from './curl'
import { BadRequest, confirmLive, readRunInput } from './input'
import type { Cause, Tester } from './tester'
import type { PeopleView } from './people'
import type { FaultSwitches } from './faults'
import { isJsonObject } from './wire'
import type { Run } from './wire'

const mostPeople = 200
const mostEvents = 1000

/** The tester's own API, below `/api/`. Its statuses say what became of things; every refusal is a sentence. */
export function apiRoutes(app: FastifyInstance, tester: Tester, bodyLimit: number): void {
  app.get('/state', async () => tester.state())

  app.post('/preview', { bodyLimit }, async ({ body }) => tester.preview(readRunInput(body)))

  app.post('/events', { bodyLimit }, async ({ body }, reply) => {
    if (tester.isLive) confirmLive(body)
    return answer(reply, await tester.run(readRunInput(body), readCause(body)))
  })

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
    return answer(reply, await tester.replay(readNumber(params, 'id')))
  })
  app.get('/history/:id/curl', async ({ params, headers }, reply) => {
    const { input, deliveries } = tester.found(readNumber(params, 'id'))
    const requests = deliveries.flatMap(({ exchanges }) => exchanges).map(buildRequestCurl)
    const whole = buildRunCurl(`http://${headers.host}`, input, tester.isLive)
    return reply.type('text/plain; charset=utf-8').send(`${[whole, ...requests].join('\n\n')}\n`)
  })

  app.get('/people', async ({ query }) => {
    const { search = '', offset, limit } = query as Record<string, string | undefined>
    return people(tester).list(search, whole(offset, 0), Math.min(mostPeople, whole(limit, 50)))
  })
  app.get('/people/:person', async ({ params, query }) => {
    const { events } = query as Record<string, string | undefined>
    const found = people(tester).get((params as { person: string }).person, Math.min(mostEvents, whole(events, 50)))
    if (!found) throw new BadRequest('The sandbox knows no such person.', undefined, 404)
    return found
  })

  app.get('/faults', async () => faults(tester).list())
  app.put('/faults/:name', async ({ params, body }) => {
    const on = isJsonObject(body) ? body.on : undefined
    if (typeof on !== 'boolean') throw new BadRequest('Send {"on": true} or {"on": false}.', 'on')
    if (!faults(tester).set((params as { name: string }).name, on)) {
      throw new BadRequest('There is no such fault.', undefined, 404)
    }
    tester.live.soon()
    return faults(tester).list()
  })

  app.post('/reset', async (_request, reply) => {
    faults(tester)
    tester.reset()
    return reply.code(204).send()
  })

  app.get('/live', async (_request, reply) => {
    if (!tester.live.add(reply.raw)) throw new BadRequest('Too many pages listen already: close one.', undefined, 503)
    return reply.hijack()
  })
}

/** The run, with the status that it earned. */
function answer(reply: FastifyReply, run: Run): FastifyReply {
  return reply.code(run.status).send(run)
}

function readCause(body: unknown): Cause {
  return { by: isJsonObject(body) && body.by === 'page' ? 'page' : 'api' }
}

function people(tester: Tester): PeopleView {
  return tester.people ?? onlyInSandbox()
}

function faults(tester: Tester): FaultSwitches {
  return tester.faults ?? onlyInSandbox()
}

function onlyInSandbox(): never {
  throw new BadRequest('Only a sandbox can do that, and this tester sends to the live Crisp.', undefined, 409)
}

function readNumber(params: unknown, name: string): number {
  return whole((params as Record<string, string>)[name], -1)
}

function whole(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : otherwise
}
