import type { SwaggerOptions } from '@fastify/swagger'
import type { FastifySchema } from 'fastify'
import castArray from 'lodash/castArray'
import type { DocumentedAnswer, Route } from './route'
import type { Schema } from './schemas'

/** What @fastify/swagger needs to know in addition to the routes. */
export const OPENAPI_OPTIONS = {
  exposeHeadRoutes: true,
  // The plugin takes a HEAD route for the shadow of a GET route and renames it; here they are two.
  transformObject: (described) => {
    if (!('openapiObject' in described)) return described.swaggerObject
    for (const path of Object.values(described.openapiObject.paths ?? {})) {
      if (path?.head?.operationId) path.head.operationId = path.head.operationId.replace(/-head$/, '')
    }
    return described.openapiObject
  },
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Crisp sandbox: people',
      version: 'v1',
      description:
        "A local stand-in for the people side of Crisp's REST API v1, made from public documentation and recordings. " +
        'Not made or endorsed by Crisp.'
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'basic', description: 'identifier:key' },
        tier: { type: 'apiKey', in: 'header', name: 'X-Crisp-Tier', description: 'user, plugin or website' }
      }
    },
    security: [{ token: [], tier: [] }]
  }
} satisfies SwaggerOptions

/** A route as Fastify validates it and OpenAPI describes it. */
export function describeRoute(route: Route, short: boolean): FastifySchema & Record<string, unknown> {
  const { name, summary, body, query, scope, right, tiers, answers, shortPath } = route
  const schema: FastifySchema & Record<string, unknown> = {
    summary,
    operationId: short && shortPath ? `${name}.first` : name,
    tags: [name.split('.')[0]],
    response: { ...describeAnswers(answers), ...describeRefusals(answers) }
  }
  if (body) schema.body = body
  if (query) schema.querystring = query
  if (tiers) schema['x-crisp-tiers'] = tiers
  if (scope) schema['x-crisp-scope'] = `${scope}:${right}`
  return schema
}

function describeAnswers(answers: Route['answers']): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [status, toEnvelopeSchema(Number(status), castArray(answer))])
  )
}

/** What the token may come to on every route. */
function describeRefusals(answers: Route['answers']): Record<string, Schema> {
  const missing = answers[404] ? castArray(answers[404]) : []
  return {
    401: toEnvelopeSchema(401, [{ reason: 'invalid_session' }]),
    403: toEnvelopeSchema(403, [{ reason: 'not_allowed' }, { reason: 'restricted_route_tier' }]),
    404: toEnvelopeSchema(404, [...missing, { reason: 'not_subscribed' }])
  }
}

function toEnvelopeSchema(status: number, answers: DocumentedAnswer[]): Schema {
  const told = answers.map(({ reason, description }) => (description ? `${reason}: ${description}` : reason))
  return {
    type: 'object',
    description: told.join(' | '),
    required: ['error', 'reason', 'data'],
    properties: {
      error: { type: 'boolean', enum: [status >= 400] },
      reason: { type: 'string', enum: answers.map(({ reason }) => reason) },
      data: answers[0].data ?? { type: 'object' }
    }
  }
}
