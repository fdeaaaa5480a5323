import type { FaultEffect, FaultRule } from './faults'

type Kind = 'text' | 'texts' | 'number' | 'numbers' | 'flag' | 'object' | 'any'
type Fields = Record<string, Kind>

const ruleFields: Fields = {
  route: 'texts',
  method: 'texts',
  path: 'text',
  person: 'text',
  website: 'text',
  nth: 'numbers',
  times: 'number',
  probability: 'number',
  seed: 'number',
  effect: 'object'
}

/** The fields of each effect; those in `must` have to be there. */
const effects: Record<Exclude<FaultEffect['type'], 'handler'>, { must: Fields; may: Fields }> = {
  answer: {
    must: { status: 'number', reason: 'text' },
    may: { message: 'text', data: 'any', headers: 'object' }
  },
  latency: { must: { ms: 'number' }, may: {} },
  reset: { must: {}, may: { applied: 'flag' } },
  hang: { must: {}, may: {} },
  truncated: { must: {}, may: { bytes: 'number', clean: 'flag' } },
  html: { must: {}, may: { status: 'number', applied: 'flag' } },
  empty: { must: {}, may: { status: 'number' } },
  stalled: { must: {}, may: {} },
  quota: { must: { requests: 'number', status: 'number' }, may: { reason: 'text', retryAfter: 'number' } },
  rateLimit: {
    must: { requests: 'number', perMs: 'number' },
    may: { status: 'number', reason: 'text', retryAfter: 'number' }
  }
}

/** Reads a fault rule from JSON. Throws a sentence on a misspelt or wrong field, which would strike other requests. */
export function readFaultRule(json: unknown): FaultRule {
  if (!isObject(json)) throw new Error('A fault rule is an object.')
  check('A fault rule', json, { effect: 'object' }, ruleFields)
  const effect = json.effect as Record<string, unknown>
  const { type, ...fields } = effect
  if (typeof type !== 'string' || !Object.hasOwn(effects, type)) {
    throw new Error(`The type of an effect is one of ${Object.keys(effects).join(', ')}.`)
  }
  const { must, may } = effects[type as keyof typeof effects]
  check(`The effect ${type}`, fields, must, may)
  if (fields.status !== undefined && !isStatus(fields.status)) {
    throw new Error('A status is a whole number from 200 to 599.')
  }
  if (isObject(fields.headers)) checkHeaders(fields.headers)
  return json as unknown as FaultRule
}

function check(what: string, json: Record<string, unknown>, must: Fields, may: Fields): void {
  const fields: Fields = { ...may, ...must }
  for (const key of Object.keys(must)) if (json[key] === undefined) throw new Error(`${what} must have "${key}".`)
  for (const [key, value] of Object.entries(json)) {
    if (!Object.hasOwn(fields, key)) throw new Error(`${what} has no field "${key}".`)
    if (!is(fields[key], value)) throw new Error(`${what} has a "${key}" of the wrong type.`)
  }
}

function checkHeaders(headers: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(headers)) {
    const fine = /^[A-Za-z0-9-]+$/.test(name) && typeof value === 'string' && /^[\t\x20-\x7e]*$/.test(value)
    if (!fine) throw new Error(`The header "${name}" cannot be sent.`)
  }
}

function is(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string'
    case 'texts':
      return [value].flat().every((item) => typeof item === 'string')
    case 'number':
      return typeof value === 'number' && value >= 0
    case 'numbers':
      return [value].flat().every((item) => typeof item === 'number')
    case 'flag':
      return typeof value === 'boolean'
    case 'object':
      return isObject(value)
    case 'any':
      return true
  }
}

function isStatus(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 200 && (value as number) <= 599
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
