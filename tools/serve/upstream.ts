import { STATUS_CODES } from 'http'
import { Destination } from '@segment/actions-core'
import type { DestinationDefinition } from '@segment/actions-core'
import isEmpty from 'lodash/isEmpty'
import isNil from 'lodash/isNil'
import mapValues from 'lodash/mapValues'
import omitBy from 'lodash/omitBy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Settings } from '../../src/generated-types'
import type { Exchange } from '../runtime'
import { recorded } from '../runtime/exchanges'
import { RuntimeAgent } from '../runtime/http-agents'
import { isActionsTester } from './guard'
import { isObject } from './input'
import { fieldErrorsOf } from './payload'
import { fillSettings } from './settings'
import type { JsonObject } from './types'

/** What upstream's routes work with. */
export interface UpstreamOptions {
  definition: DestinationDefinition<Settings>
  /** Fill what a request leaves empty. */
  settings: Settings
  /** Where the sandbox listens; undefined means live Crisp. */
  port?: number
  bodyLimit: number
}

/** The paths of upstream's API. */
export function upstreamPaths(definition: DestinationDefinition<Settings>): Set<string> {
  const actions = Object.entries(definition.actions).flatMap(([action, { dynamicFields = {} }]) => [
    `/${action}`,
    ...Object.keys(dynamicFields).map((field) => `/${action}/${field}`)
  ])
  return new Set(['/manifest', '/authenticate', '/delete', ...actions])
}

/**
 * The API of upstream's own local server, as Segment's Actions Tester and people's curl commands speak it: errors come
 * with status 200, the exchanges of a batch without its results.
 */
export function upstreamRoutes(app: FastifyInstance, { definition, settings, port, bodyLimit }: UpstreamOptions): void {
  const agent = new RuntimeAgent(port)
  app.addHook('onClose', async () => agent.close())
  const { extendRequest } = definition
  const destination = new Destination<Settings>({
    ...definition,
    extendRequest: (bundle) => ({ ...extendRequest?.(bundle), agent })
  })

  /** Real credentials are for this machine's own requests; a page on the web brings its own. */
  const filled = (request: FastifyRequest, given: unknown): Settings => {
    const own = isObject(given) ? given : {}
    return port === undefined && isActionsTester(request) ? (own as unknown as Settings) : fillSettings(own, settings)
  }
  const exchangesOf = async (work: () => Promise<unknown>): Promise<unknown[]> => {
    try {
      const { exchanges } = await recorded(work)
      return exchanges.flatMap(summaryOf)
    } catch (thrown) {
      return [errorOf(thrown)]
    } finally {
      destination.responses.length = 0
    }
  }

  app.get('/manifest', async () => ({ ...destination.definition, directoryName: 'crisp' }))

  app.post('/authenticate', async (request) => {
    try {
      await destination.testAuthentication(filled(request, request.body))
      return { ok: true }
    } catch (thrown) {
      return { ok: false, error: (thrown as Error).message, fields: fieldsOf(thrown) ?? {} }
    } finally {
      destination.responses.length = 0
    }
  })

  app.post('/delete', async (request) => {
    const { payload, settings: given } = bodyOf(request)
    const event = { ...(isObject(payload) ? payload : {}), type: 'delete' } as const
    return exchangesOf(async () => destination.onDelete?.(event, { ...filled(request, given) }))
  })

  for (const [slug, action] of Object.entries(destination.actions)) {
    app.post(`/${slug}`, { bodyLimit }, async (request) => {
      const body = bodyOf(request)
      const mapping = mappingOf(action.definition.fields, body.mapping)
      const { payload } = body
      const shared = {
        settings: filled(request, body.settings),
        auth: (body.auth ?? {}) as never,
        features: (body.features ?? {}) as Record<string, boolean>,
        subscriptionMetadata: (body.subscriptionMetadata ?? {}) as JsonObject
      }
      return exchangesOf(async () =>
        Array.isArray(payload)
          ? action.executeBatch({
              ...shared,
              data: payload as JsonObject[],
              mapping: (mapping ?? payload[0] ?? {}) as never,
              audienceSettings: audienceSettings(payload[0]) as never
            })
          : action.execute({
              ...shared,
              data: (payload ?? {}) as JsonObject,
              mapping: (mapping ?? payload ?? {}) as never,
              audienceSettings: audienceSettings(payload) as never
            })
      )
    })

    for (const field of Object.keys(action.definition.dynamicFields ?? {})) {
      app.post(`/${slug}/${field}`, async (request, reply) => {
        const { payload, settings: given, page, auth, audienceSettings, dynamicFieldContext } = bodyOf(request)
        try {
          const result = await action.executeDynamicField(field, {
            settings: filled(request, given),
            payload: payload ?? {},
            page: page ?? 1,
            auth: auth ?? {},
            audienceSettings: audienceSettings ?? {},
            dynamicFieldContext: dynamicFieldContext ?? {}
          } as never)
          return result.error ? await reply.code(500).send([result.error]) : result
        } catch (thrown) {
          return reply.code(500).send([errorOf(thrown)])
        } finally {
          destination.responses.length = 0
        }
      })
    }
  }
}

function bodyOf({ body }: FastifyRequest): JsonObject {
  return isObject(body) ? body : {}
}

/** The fields' defaults lie under the mapping; without either there is none. */
function mappingOf(fields: Record<string, { default?: unknown }>, given: unknown): JsonObject | undefined {
  const mapping = { ...omitBy(mapValues(fields, 'default'), isNil), ...(isObject(given) ? given : {}) }
  return isEmpty(mapping) ? undefined : mapping
}

function audienceSettings(event: unknown): JsonObject {
  const context = isObject(event) && isObject(event.context) ? event.context : {}
  const personas = isObject(context.personas) ? context.personas : {}
  return isObject(personas.audience_settings) ? personas.audience_settings : {}
}

/** Upstream tells of requests that were answered, bodies of requests as text. */
function summaryOf({ request, response }: Exchange): unknown[] {
  if (!response) return []
  const { method, url, headers, body } = request
  return [
    {
      request: {
        url,
        method,
        headers: mapValues(headers, String),
        body: body === undefined || typeof body === 'string' ? body ?? '' : text(body)
      },
      response: {
        statusCode: response.status,
        statusMessage: STATUS_CODES[response.status] ?? '',
        headers: response.headers,
        body: response.body ?? {}
      }
    }
  ]
}

function text(body: unknown): string {
  return JSON.stringify(body)
}

interface HttpError extends Error {
  status?: number
  response?: { status?: number; data?: unknown; content?: unknown }
}

function errorOf(thrown: unknown): JsonObject {
  const error = thrown as HttpError
  return {
    statusCode: error.response?.status ?? error.status ?? 500,
    message: error.response?.data ?? error.response?.content ?? error.message,
    stack: error.stack?.split('\n'),
    fields: fieldsOf(thrown),
    requestError: true
  }
}

function fieldsOf(thrown: unknown): Record<string, string> | undefined {
  const errors = fieldErrorsOf(thrown)
  return errors.length > 0 ? Object.fromEntries(errors.map(({ field, message }) => [field, message])) : undefined
}
