import { STATUS_CODES } from 'http'
import type { WireResponse } from './responses'
import type { SandboxRequest } from './route'
import type { Schema } from './schemas'
import type { Answer } from './types'

/** What a fault does to the request that it applies to. */
export type FaultEffect =
  /** Answers in Crisp's envelope, without handling the request. */
  | {
      type: 'answer'
      status: number
      reason: string
      message?: string
      data?: unknown
      headers?: Record<string, string>
    }
  /** Holds the request for a while, then handles it. Goes together with another fault on the same request. */
  | { type: 'latency'; ms: number }
  /**
   * People lists show people as they were so many writes ago; without a number, as they were when the rule was added.
   * Goes together with another fault.
   */
  | { type: 'lag'; writes?: number }
  /** Resets the connection: before the request is handled, or after its write was applied and the answer is lost. */
  | { type: 'reset'; applied?: boolean }
  /** Never answers; the request is not handled. */
  | { type: 'hang' }
  /** Handles the request and cuts its JSON: the connection closes early, or (`clean`) the short body looks whole. */
  | { type: 'truncated'; bytes?: number; clean?: boolean }
  /** A proxy's HTML page (502 by default); the request is handled only with `applied`. */
  | { type: 'html'; status?: number; applied?: boolean }
  /** A redirect to another address (302 by default), without handling the request. */
  | { type: 'redirect'; location: string; status?: number }
  /** No body. The request is handled and its status kept, unless a status is given. */
  | { type: 'empty'; status?: number }
  /** Handles the request and sends the headers and half of the body, which never ends. */
  | { type: 'stalled' }
  /** Lets this many requests pass, then answers with the status until it is removed. */
  | { type: 'quota'; requests: number; status: LimitStatus; reason?: string; retryAfter?: number }
  /** Lets this many requests pass in each stretch of time. */
  | {
      type: 'rateLimit'
      requests: number
      perMs: number
      status?: LimitStatus
      reason?: string
      retryAfter?: number
    }
  /** Asks a function; undefined lets the request go on. Library only. */
  | { type: 'handler'; handle: (request: SandboxRequest) => Answer | undefined | Promise<Answer | undefined> }

type LimitStatus = 420 | 423 | 429
type EffectType = FaultEffect['type']
type EffectOf<Type extends EffectType> = Extract<FaultEffect, { type: Type }>

/** What happens to a request in place of being handled: an answer, or a connection without one. */
export type Replacement = Answer | 'reset' | 'hang' | undefined

interface EffectDefinition<Type extends EffectType> {
  /** The fields other than `type`, as JSON. Without it, the effect is for the library only. */
  schema?: Schema
  /** Takes the place of handling the request; undefined lets it be handled. */
  before?: (effect: EffectOf<Type>, request: SandboxRequest) => Replacement | Promise<Replacement>
  /** Changes the answer on its way out. */
  after?: (wire: WireResponse, effect: EffectOf<Type>) => WireResponse
}

const FLAG: Schema = { type: 'boolean' }
const TEXT: Schema = { type: 'string' }
const AMOUNT: Schema = { type: 'number', minimum: 0 }
const STATUS: Schema = {
  type: 'integer',
  minimum: 200,
  maximum: 599,
  description: 'A status is a whole number from 200 to 599.'
}
const HEADERS: Schema = {
  type: 'object',
  propertyNames: { pattern: '^[A-Za-z0-9-]+$' },
  additionalProperties: { type: 'string', pattern: '^[\\t\\x20-\\x7e]*$' }
}
const LIMIT = { requests: AMOUNT, status: STATUS, reason: TEXT, retryAfter: AMOUNT }

/** Every effect of a fault: its fields, what it does before a request is handled, and after. */
export const EFFECTS: { readonly [Type in EffectType]: EffectDefinition<Type> } = {
  answer: {
    schema: toFields({ status: STATUS, reason: TEXT, message: TEXT, data: {}, headers: HEADERS }, ['status', 'reason']),
    before: ({ status, reason, message, data, headers }) => ({
      status,
      reason,
      data: data === undefined ? (message === undefined ? {} : { message }) : data,
      headers
    })
  },
  latency: { schema: toFields({ ms: AMOUNT }, ['ms']) },
  lag: { schema: toFields({ writes: AMOUNT }) },
  reset: {
    schema: toFields({ applied: FLAG }),
    before: ({ applied }) => (applied ? undefined : 'reset'),
    after: (wire) => ({ ...wire, break: { text: '', then: 'reset' } })
  },
  hang: { schema: toFields({}), before: () => 'hang' },
  truncated: {
    schema: toFields({ bytes: AMOUNT, clean: FLAG }),
    after: (wire, { bytes, clean }) => {
      const text = cut(wire.text, bytes)
      return clean ? withBody(wire, text) : { ...wire, break: { text, then: 'close' } }
    }
  },
  html: {
    schema: toFields({ status: STATUS, applied: FLAG }),
    before: ({ status = 502, applied }) => (applied ? undefined : { status, reason: '' }),
    after: (wire, { status = 502 }) => toPage(wire, status)
  },
  redirect: {
    schema: toFields({ location: { type: 'string', pattern: '^[\\x21-\\x7e]+$' }, status: STATUS }, ['location']),
    before: ({ location, status = 302 }) => ({ status, reason: '', headers: { Location: location } }),
    after: (wire) => toPage(wire, wire.status)
  },
  empty: {
    schema: toFields({ status: STATUS }),
    after: (wire, { status = wire.status }) => ({ ...withBody(wire, ''), status })
  },
  stalled: {
    schema: toFields({}),
    after: (wire) => ({ ...wire, break: { text: cut(wire.text), then: 'wait' } })
  },
  quota: { schema: toFields(LIMIT, ['requests', 'status']), before: toLimitAnswer },
  rateLimit: { schema: toFields({ ...LIMIT, perMs: AMOUNT }, ['requests', 'perMs']), before: toLimitAnswer },
  handler: { before: ({ handle }, request) => handle(request) }
}

/** The effect's definition. Typed as of one type, because a definition and its effect always go together. */
export function getDefinition({ type }: FaultEffect): EffectDefinition<EffectType> {
  return EFFECTS[type] as EffectDefinition<EffectType>
}

function toFields(properties: Record<string, Schema>, required: string[] = []): Schema {
  return {
    type: 'object',
    properties: { type: { type: 'string' }, ...properties },
    required,
    additionalProperties: false
  }
}

/** The reasons are guesses: Crisp publishes none for 420 and 429, and that of 423 for other routes only. */
function toLimitAnswer({ status = 429, reason, retryAfter }: EffectOf<'quota' | 'rateLimit'>): Answer {
  return {
    status,
    reason: reason ?? (status === 423 ? 'quota_limit_exceeded' : 'rate_limited'),
    headers: retryAfter === undefined ? undefined : { 'Retry-After': String(retryAfter) }
  }
}

/** What a firewall or a proxy says. */
function toPage(wire: WireResponse, status: number): WireResponse {
  const title = `${status} ${STATUS_CODES[status] ?? 'Error'}`
  const page = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`
  return { ...withBody(wire, page, 'text/html'), status }
}

function withBody(wire: WireResponse, text: string, contentType = wire.headers['Content-Type']): WireResponse {
  const length = String(Buffer.byteLength(text))
  return { ...wire, text, headers: { ...wire.headers, 'Content-Type': contentType, 'Content-Length': length } }
}

function cut(text: string, bytes = Math.floor(text.length / 2)): string {
  return text.slice(0, bytes)
}
