import { STATUS_CODES } from 'http'
import { defaultValues, Destination } from '@segment/actions-core'
import type { DestinationDefinition } from '@segment/actions-core'
import isEmpty from 'lodash/isEmpty'
import mapValues from 'lodash/mapValues'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Settings } from '../../src/generated-types'
import { recorded, RuntimeAgent } from '../runtime'
import type { Exchange } from '../runtime'
import { isActionsTester } from './guard'
import { confirmLive, isMeantLive, isObject } from './input'
import { fieldErrorsOf } from './payload'
import { fillSettings } from './settings'
import type { Json, JsonObject, Mapping } from './types'

/** What upstream's routes work with. */
export interface UpstreamOptions {
  definition: DestinationDefinition<Settings>
  /** Fill what a request leaves empty; for live Crisp only where it asks for them. */
  settings: Settings
  /** Where the sandbox listens; undefined means live Crisp. */
  port?: number
  bodyLimit: number
}

type Action = Destination<Settings>['actions'][string]
type Bundle = Parameters<Action['execute']>[0]
type DynamicFieldInput = Parameters<Action['executeDynamicField']>[1]
type JsonRecord = { [key: string]: Json }

/** What a request to an action may hold. */
interface UpstreamBody extends Partial<Pick<Bundle, 'auth' | 'features' | 'subscriptionMetadata'>> {
  /** An event, or a batch of them. */
  payload?: JsonRecord | JsonRecord[]
  mapping?: Mapping
  settings?: JsonRecord
  page?: string
  audienceSettings?: JsonRecord
  dynamicFieldContext?: DynamicFieldInput['dynamicFieldContext']
}

const NO_SETTINGS: Settings = { apiKey: '', websiteId: '' }

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

  /**
   * The environment's credentials are for requests of this machine that say "live": true. Others bring credentials of
   * their own; a page on the web cannot ask for anything else.
   */
  const filled = (request: FastifyRequest, settingsOfBody: unknown): Settings => {
    const given = isObject(settingsOfBody) ? settingsOfBody : {}
    if (port !== undefined) return fillSettings(given, settings)
    const own = fillSettings(given, NO_SETTINGS)
    if (isActionsTester(request)) return own
    if (own.apiKey && own.websiteId && !isMeantLive(request.body)) return own
    confirmLive(request.body)
    return fillSettings(given, settings)
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
    const { live: _live, ...given } = isObject(request.body) ? request.body : {}
    const full = filled(request, given)
    try {
      await destination.testAuthentication(full)
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
    const full = filled(request, given)
    return exchangesOf(async () => destination.onDelete?.(event, { ...full }))
  })

  for (const [slug, action] of Object.entries(destination.actions)) {
    app.post(`/${slug}`, { bodyLimit }, async (request) => {
      const { payload, settings: given, mapping: own, auth, features = {}, subscriptionMetadata = {} } = bodyOf(request)
      const mapping = mappingOf(action.definition.fields, own)
      const shared = { settings: filled(request, given), auth, features, subscriptionMetadata }
      return exchangesOf(async () =>
        Array.isArray(payload)
          ? action.executeBatch({
              ...shared,
              data: payload,
              mapping: mapping ?? payload[0] ?? {},
              audienceSettings: audienceSettingsIn(payload[0])
            })
          : action.execute({
              ...shared,
              data: payload ?? {},
              mapping: mapping ?? payload ?? {},
              audienceSettings: audienceSettingsIn(payload)
            })
      )
    })

    for (const field of Object.keys(action.definition.dynamicFields ?? {})) {
      app.post(`/${slug}/${field}`, async (request, reply) => {
        const body = bodyOf(request)
        const { payload = {}, page = '1', auth, audienceSettings = {}, dynamicFieldContext } = body
        const full = filled(request, body.settings)
        try {
          const result = await action.executeDynamicField(field, {
            settings: full,
            payload,
            page,
            auth,
            audienceSettings,
            dynamicFieldContext
          })
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

/** As upstream's server: a body is not checked, so that what the framework itself makes of it is what people see. */
function bodyOf({ body }: FastifyRequest): UpstreamBody {
  return isObject(body) ? body : {}
}

/** The fields' defaults lie under the mapping; without either there is none. */
function mappingOf(fields: Record<string, unknown>, given: Mapping | undefined): Mapping | undefined {
  const mapping: Mapping = { ...defaultValues(fields), ...given }
  return isEmpty(mapping) ? undefined : mapping
}

function audienceSettingsIn(event: JsonRecord | undefined): JsonRecord {
  return recordIn(recordIn(recordIn(event, 'context'), 'personas'), 'audience_settings')
}

function recordIn(json: JsonRecord | undefined, key: string): JsonRecord {
  const value = json?.[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
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
