import castArray from 'lodash/castArray'
import isPlainObject from 'lodash/isPlainObject'
import { EFFECTS } from './effects'
import type { FaultEffect } from './effects'
import type { SandboxRequest } from './route'
import type { Schema } from './schemas'
import type { Method } from './types'
import { findProblem } from './validation'

/** Which requests a fault applies to, and what it does to them. What is left out does not narrow it down. */
export interface FaultRule {
  /** Route name such as `people.profile.update`; a name's beginning, such as `people.data`, covers those below it. */
  route?: string | string[]
  method?: Method | Method[]
  /** Part of the path, percent-encoding and query included. */
  path?: string | RegExp
  /** The person that the request is about, by email or people_id, whichever of the two the request uses. */
  person?: string
  website?: string
  /** Whose body has this field, by its path: `person.phone`, or `data.*` for any custom data. */
  field?: string
  /** With `field`: only those where it is a text of more characters. */
  longerThan?: number
  /** Library only. */
  when?: (request: SandboxRequest) => boolean
  /** Of the requests that match, only these (the first is 1). */
  nth?: number | number[]
  /** Applies at most this many times, then the rule is spent. */
  times?: number
  /** Applies by chance, from 0 to 1; the same seed chooses the same requests. */
  probability?: number
  seed?: number
  effect: FaultEffect
}

/** Names under which a request's person goes, so that a rule may use any of them. */
export type PersonNames = (request: SandboxRequest) => readonly string[]

/** Whether a rule is about a request, however often it has applied. */
export function isAbout(rule: FaultRule, request: SandboxRequest, getNames: PersonNames): boolean {
  const { route, method, path, website, person, field, when } = rule
  if (route !== undefined && !castArray(route).some((name) => isUnder(request.route, name))) return false
  if (method !== undefined && !castArray(method).includes(request.method)) return false
  if (typeof path === 'string' && !request.path.includes(path)) return false
  if (path instanceof RegExp && request.path.search(path) < 0) return false
  if (website !== undefined && website !== request.websiteId) return false
  if (person !== undefined && !getNames(request).includes(person.toLowerCase())) return false
  if (field !== undefined && !hasField(request.body, field.split('.'), rule.longerThan)) return false
  return when?.(request) ?? true
}

function isUnder(route: string, name: string): boolean {
  return route === name || route.startsWith(`${name}.`)
}

function hasField(value: unknown, [name, ...rest]: string[], longerThan?: number): boolean {
  if (name === undefined) return longerThan === undefined || (typeof value === 'string' && value.length > longerThan)
  if (!isPlainObject(value)) return false
  const fields = value as Record<string, unknown>
  const found = name === '*' ? Object.values(fields) : Object.hasOwn(fields, name) ? [fields[name]] : []
  return found.some((inside) => hasField(inside, rest, longerThan))
}

const NUMBER: Schema = { type: 'number' }
const AMOUNT: Schema = { type: 'number', minimum: 0 }
const TEXT: Schema = { type: 'string' }
const TEXTS: Schema = { type: ['string', 'array'], items: TEXT }
const EFFECT_TYPES = Object.entries(EFFECTS).flatMap(([type, { schema }]) => (schema ? [type] : []))
const RULE: Schema = {
  type: 'object',
  required: ['effect'],
  additionalProperties: false,
  properties: {
    route: TEXTS,
    method: TEXTS,
    path: TEXT,
    person: TEXT,
    website: TEXT,
    field: TEXT,
    longerThan: AMOUNT,
    nth: { type: ['number', 'array'], items: NUMBER },
    times: AMOUNT,
    probability: AMOUNT,
    seed: AMOUNT,
    effect: { type: 'object' }
  }
}

/** Reads a fault rule from JSON. Throws a sentence on a misspelled or wrong field, which would apply to other requests. */
export function readFaultRule(json: unknown): FaultRule {
  if (!isPlainObject(json)) throw new Error('A fault rule is an object.')
  check('A fault rule', RULE, json)
  const rule = json as FaultRule
  const { type } = rule.effect
  if (!EFFECT_TYPES.includes(type)) throw new Error(`The type of an effect is one of ${EFFECT_TYPES.join(', ')}.`)
  check(`The effect ${type}`, EFFECTS[type].schema ?? {}, rule.effect)
  return rule
}

function check(what: string, schema: Schema, json: unknown): void {
  const problem = findProblem(schema, 'refused', json)
  if (!problem) return
  const { keyword, params, instancePath, parentSchema, propertyName } = problem
  const [, field, header = propertyName] = instancePath.split('/')
  if (keyword === 'required') throw new Error(`${what} must have "${params.missingProperty}".`)
  if (keyword === 'additionalProperties') throw new Error(`${what} has no field "${params.additionalProperty}".`)
  if (field === 'headers' && header !== undefined) throw new Error(`The header "${header}" cannot be sent.`)
  throw new Error((parentSchema as Schema).description ?? `${what} has a "${field}" of the wrong type.`)
}
