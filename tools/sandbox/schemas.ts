import type { Choices } from './choices'
import { eventColors, eventProperties, eventTextLength, eventValueLength, keyPattern } from './limits'

/** The part of JSON Schema that the routes use. */
export interface Schema {
  type?: string | string[]
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  propertyNames?: Schema
  items?: Schema
  enum?: readonly (string | number | boolean | null)[]
  pattern?: string
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

/** Schema of a profile in a request body. `created` and replaced profiles must have an e-mail and a nickname. */
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
      segments: list({ type: 'string' }),
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
  if (choices.dataKeys === 'checked') data.propertyNames = { type: 'string', pattern: keyPattern }
  return closed({ data }, ['data'])
}

/** Schema of an event in a request body. */
export function eventBody(choices: Choices): Schema {
  const atMost = (length: number): Schema =>
    choices.textUnits === 'utf16' ? { maxLength: length, 'x-utf16-max-length': length } : { maxLength: length }
  const properties: Record<string, Schema> = {
    text: { type: 'string', minLength: 1, ...atMost(eventTextLength) },
    data: {
      type: 'object',
      maxProperties: eventProperties,
      propertyNames: { type: 'string', pattern: keyPattern },
      additionalProperties: { type: ['string', 'number', 'boolean'], ...atMost(eventValueLength) }
    },
    color: { type: 'string', enum: eventColors }
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
