import castArray from 'lodash/castArray'
import isPlainObject from 'lodash/isPlainObject'
import { EFFECTS } from './effects'
import type { FaultEffect } from './effects'
import type { SandboxRequest } from './route'
import type { Schema } from './schemas'
import type { Method } from './types'
import { findProblem } from './validation'

/** Which requests a fault strikes, and what it does to them. What is left out does not narrow it down. */
export interface FaultRule {
  /** Route name such as `people.profile.update`; a name's beginning, such as `people.data`, covers those below it. */
  route?: string | string[]
  method?: Method | Method[]
  /** Part of the path, percent-encoding and query included. */
  path?: string | RegExp
  /** The person that the request is about, by email or people_id, whichever of the two the request uses. */
  person?: string
  website?: string
  /** Library only. */
  when?: (request: SandboxRequest) => boolean
  /** Of the requests that match, only these (the first is 1). */
  nth?: number | number[]
  /** Strikes at most so often, then the rule is spent. */
  times?: number
  /** Strikes by chance, from 0 to 1; the same seed strikes the same requests. */
  probability?: number
  seed?: number
  effect: FaultEffect
}

/** A rule that is in force. */
export interface ListedFault {
  id: string
  rule: FaultRule
  /** Requests that matched so far, and that were struck. */
  matched: number
  struck: number
}

interface ActiveFault extends ListedFault {
  chance: () => number
  passed: number
  windowStart: number
}

/** Names under which a request's person goes, so that a rule may use any of them. */
export type PersonNames = (request: SandboxRequest) => readonly string[]

/** The rules by which requests go wrong. */
export class Faults {
  private readonly active = new Map<string, ActiveFault>()
  private lastId = 0

  /** @internal */
  constructor(private readonly getNames: PersonNames, private readonly now: () => number = Date.now) {}

  /** Adds a rule and returns its ID. Rules are tried in the order in which they were added. */
  add(rule: FaultRule): string {
    const id = String(++this.lastId)
    const chance = seededRandom(rule.seed ?? 1)
    this.active.set(id, { id, rule, matched: 0, struck: 0, chance, passed: 0, windowStart: -Infinity })
    return id
  }

  /** Removes a rule; false when there is none with that ID. */
  remove(id: string): boolean {
    return this.active.delete(id)
  }

  /** The rules in force, in the order in which they are tried. */
  list(): ListedFault[] {
    return [...this.active.values()].map(({ id, rule, matched, struck }) => ({ id, rule, matched, struck }))
  }

  /** Removes all rules. */
  clear(): void {
    this.active.clear()
  }

  /** @internal What strikes this request: all latencies and the first other effect. */
  strike(request: SandboxRequest): { latency: number; effect?: Exclude<FaultEffect, { type: 'latency' }> } {
    let latency = 0
    for (const fault of this.active.values()) {
      if (!this.matches(fault.rule, request)) continue
      fault.matched++
      if (!this.isDue(fault)) continue
      const { effect } = fault.rule
      fault.struck++
      if (effect.type !== 'latency') return { latency, effect }
      latency += effect.ms
    }
    return { latency }
  }

  private matches(rule: FaultRule, request: SandboxRequest): boolean {
    if (rule.route !== undefined && !castArray(rule.route).some((name) => isUnder(request.route, name))) return false
    if (rule.method !== undefined && !castArray(rule.method).includes(request.method)) return false
    if (typeof rule.path === 'string' && !request.path.includes(rule.path)) return false
    if (rule.path instanceof RegExp && request.path.search(rule.path) < 0) return false
    if (rule.website !== undefined && rule.website !== request.websiteId) return false
    if (rule.person !== undefined && !this.getNames(request).includes(rule.person.toLowerCase())) return false
    return rule.when?.(request) ?? true
  }

  private isDue(fault: ActiveFault): boolean {
    const { nth, times, probability, effect } = fault.rule
    if (times !== undefined && fault.struck >= times) return false
    if (nth !== undefined && !castArray(nth).includes(fault.matched)) return false
    if (probability !== undefined && fault.chance() >= probability) return false
    if (effect.type === 'quota') return ++fault.passed > effect.requests
    if (effect.type === 'rateLimit') {
      const now = this.now()
      if (now - fault.windowStart >= effect.perMs) Object.assign(fault, { windowStart: now, passed: 0 })
      return ++fault.passed > effect.requests
    }
    return true
  }
}

function isUnder(route: string, name: string): boolean {
  return route === name || route.startsWith(`${name}.`)
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
    nth: { type: ['number', 'array'], items: NUMBER },
    times: AMOUNT,
    probability: AMOUNT,
    seed: AMOUNT,
    effect: { type: 'object' }
  }
}

/** Reads a fault rule from JSON. Throws a sentence on a misspelt or wrong field, which would strike other requests. */
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

/** A small generator of numbers from 0 to 1 (mulberry32): the same seed gives the same numbers. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
