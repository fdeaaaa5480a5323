import type { Choices } from './choices'

/**
 * Limits on events: text, number of properties and the key rule are a Crisp employee's words (crisp-sdk-android issue
 * 177), said of chat-session events; the value length was measured by a reporter there. That REST events share them is
 * inferred. The key rule for custom data is the chat SDK's (crisp-sdk-android issue 198).
 */
export const EVENT_TEXT_LENGTH = 80
export const EVENT_PROPERTIES = 10
export const EVENT_VALUE_LENGTH = 120
export const KEY_PATTERN = '^[A-Za-z0-9_-]{1,50}$'

/** The documented colors of an event. */
export const EVENT_COLORS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink', 'brown', 'grey', 'black']

/** People list: documented bounds of `per_page`. */
export const PER_PAGE = { min: 20, max: 50, default: 20 }

/** No bound is published for these; they keep the sandbox itself safe. */
export const BODY_BYTES = 1_048_576
export const SEARCH_QUERY_LENGTH = 8192

/** The part of JSON Schema that the routes use. */
export interface Schema {
  type?: string | string[]
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  propertyNames?: Schema
  items?: Schema
  uniqueItems?: boolean
  const?: unknown
  enum?: readonly (string | number | boolean | null)[]
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxProperties?: number
  not?: Schema
  'x-utf16-max-length'?: number
}

/** An object of exactly these properties; whether others are dropped or refused is the choice `unknownKeys`. */
export function closed(properties: Record<string, Schema>, required: string[] = []): Schema {
  return { type: 'object', properties, required, additionalProperties: false }
}

/** Schema of a profile in a request body. `created` and replaced profiles must have an email and a nickname. */
export function profileBody(choices: Choices, required: 'required' | 'optional'): Schema {
  const whole = required === 'required'
  const { text, number, list, object } = nullable(choices)
  const geolocation = object({
    country: text,
    region: text,
    city: text,
    coordinates: object({ latitude: number, longitude: number })
  })
  const nickname: Schema = choices.emptyNickname === 'refused' ? { ...text, minLength: 1 } : text
  const email: Schema =
    choices.emailFormat === 'checked'
      ? { type: 'string', pattern: '^[^@\\s]+@[^@\\s]+$' }
      : { type: 'string', minLength: 1 }
  const person = object({
    nickname: whole ? { ...nickname, type: 'string' } : nickname,
    avatar: text,
    gender: text,
    phone: text,
    address: text,
    description: text,
    website: text,
    timezone: number,
    profiles: list(closed({ type: text, handle: text, url: text })),
    employment: object({ name: text, domain: text, title: text, role: text, seniority: text }),
    geolocation,
    locales: list({ type: 'string' })
  })
  const company = object({
    name: text,
    legal_name: text,
    domain: text,
    url: text,
    description: text,
    timezone: number,
    phones: list({ type: 'string' }),
    emails: list({ type: 'string' }),
    geolocation,
    metrics: object({ employees: number, market_cap: number, raised: number, arr: number }),
    tags: list({ type: 'string' })
  })
  return closed(
    {
      email,
      person: whole ? { ...person, type: 'object', required: ['nickname'] } : person,
      company,
      segments: { ...list({ type: 'string' }), uniqueItems: true },
      notepad: text,
      active: number
    },
    whole ? ['email', 'person'] : []
  )
}

/** Schema of custom data in a request body: always inside `data`. */
export function dataBody(choices: Choices): Schema {
  const types = ['string', 'number', 'boolean']
  if (choices.nullValues !== 'refused') types.push('null')
  if (choices.nestedData !== 'refused') types.push('object', 'array')
  const data: Schema = { type: 'object', additionalProperties: { type: types } }
  if (choices.dataKeys === 'checked') data.propertyNames = { type: 'string', pattern: KEY_PATTERN }
  return closed({ data }, ['data'])
}

/** Schema of an event in a request body. */
export function eventBody(choices: Choices): Schema {
  const atMost = (length: number): Schema =>
    choices.textUnits === 'utf16' ? { maxLength: length, 'x-utf16-max-length': length } : { maxLength: length }
  const properties: Record<string, Schema> = {
    text: { type: 'string', minLength: 1, ...atMost(EVENT_TEXT_LENGTH) },
    data: {
      type: 'object',
      maxProperties: EVENT_PROPERTIES,
      propertyNames: { type: 'string', pattern: KEY_PATTERN },
      additionalProperties: { type: ['string', 'number', 'boolean'], ...atMost(EVENT_VALUE_LENGTH) }
    },
    color: { type: 'string', enum: EVENT_COLORS }
  }
  // Crisp documents no timestamp here; clients send one all the same.
  properties.timestamp = choices.eventTimestamp === 'ignored' ? {} : { not: {} }
  return closed(properties, ['text'])
}

function nullable(choices: Choices) {
  const orNull = (type: string) => (choices.nullValues === 'refused' ? type : [type, 'null'])
  return {
    text: { type: orNull('string') } as Schema,
    number: { type: orNull('number') } as Schema,
    list: (items: Schema): Schema => ({ type: orNull('array'), items }),
    object: (properties: Record<string, Schema>): Schema => ({ ...closed(properties), type: orNull('object') })
  }
}
