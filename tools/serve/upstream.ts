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
import { confirmLive, fillSettings, isMeantLive } from './input'
import { toFieldErrors } from './preview'
import { isJsonObject } from './wire'
import type { Json, JsonObject, Mapping } from './wire'

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
export function upstreamRoutes(app: FastifyInstance, options: UpstreamOptions): void {
  const upstream = new Upstream(options)
  const { destination } = upstream
  app.addHook('onClose', async () => upstream.close())
  app.get('/manifest', async () => ({ ...destination.definition, directoryName: 'crisp' }))
  app.post('/authenticate', async (request) => upstream.authenticate(request))
  app.post('/delete', async (request) => upstream.delete(request))
  for (const [slug, action] of Object.entries(destination.actions)) {
    app.post(`/${slug}`, { bodyLimit: options.bodyLimit }, async (request) => upstream.execute(action, request))
    for (const field of Object.keys(action.definition.dynamicFields ?? {})) {
      app.post(`/${slug}/${field}`, async (request, reply) => {
        const { status, body } = await upstream.getChoices(action, field, request)
        return reply.code(status).send(body)
      })
    }
  }
}

/** The destination behind upstream's routes. */
class Upstream {
  readonly destination: Destination<Settings>
  private readonly agent: RuntimeAgent

  constructor(private readonly options: UpstreamOptions) {
    const { definition, port } = options
    const agent = new RuntimeAgent(port)
    this.agent = agent
    this.destination = new Destination<Settings>({
      ...definition,
      extendRequest: (bundle) => ({ ...definition.extendRequest?.(bundle), agent })
    })
  }

  close(): void {
    this.agent.close()
  }

  async authenticate(request: FastifyRequest) {
    const { live: _live, ...given } = isJsonObject(request.body) ? request.body : {}
    const settings = this.fill(request, given)
    try {
      await this.forget(() => this.destination.testAuthentication(settings))
      return { ok: true }
    } catch (thrown) {
      return { ok: false, error: (thrown as Error).message, fields: toFields(thrown) ?? {} }
    }
  }

  async delete(request: FastifyRequest): Promise<unknown[]> {
    const { payload, settings: given } = readBody(request)
    const event = { ...(isJsonObject(payload) ? payload : {}), type: 'delete' } as const
    const settings = this.fill(request, given)
    return this.record(async () => this.destination.onDelete?.(event, { ...settings }))
  }

  async execute(action: Action, request: FastifyRequest): Promise<unknown[]> {
    const { payload, settings, mapping: own, auth, features = {}, subscriptionMetadata = {} } = readBody(request)
    const mapping = toMapping(action.definition.fields, own)
    const shared = { settings: this.fill(request, settings), auth, features, subscriptionMetadata }
    return this.record(async () =>
      Array.isArray(payload)
        ? action.executeBatch({
            ...shared,
            data: payload,
            mapping: mapping ?? payload[0] ?? {},
            audienceSettings: getAudienceSettings(payload[0])
          })
        : action.execute({
            ...shared,
            data: payload ?? {},
            mapping: mapping ?? payload ?? {},
            audienceSettings: getAudienceSettings(payload)
          })
    )
  }

  async getChoices(action: Action, field: string, request: FastifyRequest): Promise<{ status: number; body: unknown }> {
    const { settings, payload = {}, page = '1', auth, audienceSettings = {}, dynamicFieldContext } = readBody(request)
    const input = { settings: this.fill(request, settings), payload, page, auth, audienceSettings, dynamicFieldContext }
    try {
      const result = await this.forget(() => action.executeDynamicField(field, input))
      return result.error ? { status: 500, body: [result.error] } : { status: 200, body: result }
    } catch (thrown) {
      return { status: 500, body: [toError(thrown)] }
    }
  }

  /**
   * The environment's credentials are for requests of this machine that say "live": true. Others bring credentials of
   * their own; a page on the web cannot ask for anything else.
   */
  private fill(request: FastifyRequest, settings: unknown): Settings {
    const given = isJsonObject(settings) ? settings : {}
    if (this.options.port !== undefined) return fillSettings(given, this.options.settings)
    const own = fillSettings(given, NO_SETTINGS)
    if (isActionsTester(request)) return own
    if (own.apiKey && own.websiteId && !isMeantLive(request.body)) return own
    confirmLive(request.body)
    return fillSettings(given, this.options.settings)
  }

  /** The exchanges of what is done, or the error that ended it. */
  private async record(work: () => Promise<unknown>): Promise<unknown[]> {
    try {
      const { exchanges } = await this.forget(() => recorded(work))
      return exchanges.flatMap(toSummary)
    } catch (thrown) {
      return [toError(thrown)]
    }
  }

  /** The framework collects responses without end. */
  private async forget<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } finally {
      this.destination.responses.length = 0
    }
  }
}

/** As upstream's server: a body is not checked, so that what the framework itself makes of it is what people see. */
function readBody({ body }: FastifyRequest): UpstreamBody {
  return isJsonObject(body) ? body : {}
}

/** The fields' defaults lie under the mapping; without either there is none. */
function toMapping(fields: Record<string, unknown>, given: Mapping | undefined): Mapping | undefined {
  const mapping: Mapping = { ...defaultValues(fields), ...given }
  return isEmpty(mapping) ? undefined : mapping
}

function getAudienceSettings(event: JsonRecord | undefined): JsonRecord {
  return getRecord(getRecord(getRecord(event, 'context'), 'personas'), 'audience_settings')
}

function getRecord(json: JsonRecord | undefined, key: string): JsonRecord {
  const value = json?.[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

/** Upstream tells of requests that were answered, bodies of requests as text. */
function toSummary({ request, response }: Exchange): unknown[] {
  if (!response) return []
  const { method, url, headers, body } = request
  return [
    {
      request: {
        url,
        method,
        headers: mapValues(headers, String),
        body: typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
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

interface HttpError extends Error {
  status?: number
  response?: { status?: number; data?: unknown; content?: unknown }
}

function toError(thrown: unknown): JsonObject {
  const error = thrown as HttpError
  return {
    statusCode: error.response?.status ?? error.status ?? 500,
    message: error.response?.data ?? error.response?.content ?? error.message,
    stack: error.stack?.split('\n'),
    fields: toFields(thrown),
    requestError: true
  }
}

function toFields(thrown: unknown): Record<string, string> | undefined {
  const errors = toFieldErrors(thrown)
  return errors.length > 0 ? Object.fromEntries(errors.map(({ field, message }) => [field, message])) : undefined
}
