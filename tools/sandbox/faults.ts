import { seededRandom } from './random'
import type { SandboxRequest } from './route'
import type { Answer, Method } from './types'

/** What a fault does to the request that it strikes. */
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
  /** Resets the connection: before the request is handled, or after its write was applied and the answer is lost. */
  | { type: 'reset'; applied?: boolean }
  /** Never answers; the request is not handled. */
  | { type: 'hang' }
  /** Handles the request and cuts its JSON: the connection closes early, or (`clean`) the short body looks whole. */
  | { type: 'truncated'; bytes?: number; clean?: boolean }
  /** A proxy's HTML page (502 unless told otherwise); the request is handled only with `applied`. */
  | { type: 'html'; status?: number; applied?: boolean }
  /** No body. The request is handled and its status kept, unless a status is given. */
  | { type: 'empty'; status?: number }
  /** Handles the request and sends the headers and half of the body, which never ends. */
  | { type: 'stalled' }
  /** Lets this many requests pass, then answers with the status until it is removed. */
  | { type: 'quota'; requests: number; status: 420 | 423 | 429; reason?: string; retryAfter?: number }
  /** Lets this many requests pass in each stretch of time. */
  | {
      type: 'rateLimit'
      requests: number
      perMs: number
      status?: 420 | 423 | 429
      reason?: string
      retryAfter?: number
    }
  /** Asks a function; undefined lets the request go on. Library only. */
  | { type: 'handler'; handle: (request: SandboxRequest) => Answer | undefined | Promise<Answer | undefined> }

/** Which requests a fault strikes, and what it does to them. What is left out does not narrow it down. */
export interface FaultRule {
  /** Route name such as `people.profile.update`; a name's beginning, such as `people.data`, covers those below it. */
  route?: string | string[]
  method?: Method | Method[]
  /** Part of the path, percent-encoding and query included. */
  path?: string | RegExp
  /** The person that the request is about, by e-mail or people_id, whichever of the two the request uses. */
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

interface Armed extends ListedFault {
  chance: () => number
  passed: number
  windowStart: number
}

/** Names under which a request's person goes, so that a rule may use any of them. */
export type PersonNames = (request: SandboxRequest) => readonly string[]

/** The rules by which requests go wrong. */
export class Faults {
  private readonly armed = new Map<string, Armed>()
  private lastId = 0

  /** @internal */
  constructor(private readonly namesOf: PersonNames, private readonly now: () => number = Date.now) {}

  /** Adds a rule and returns its ID. Rules are tried in the order in which they were added. */
  add(rule: FaultRule): string {
    const id = String(++this.lastId)
    const chance = seededRandom(rule.seed ?? 1)
    this.armed.set(id, { id, rule, matched: 0, struck: 0, chance, passed: 0, windowStart: -Infinity })
    return id
  }

  /** Removes a rule; false when there is none with that ID. */
  remove(id: string): boolean {
    return this.armed.delete(id)
  }

  /** The rules in force, in the order in which they are tried. */
  list(): ListedFault[] {
    return [...this.armed.values()].map(({ id, rule, matched, struck }) => ({ id, rule, matched, struck }))
  }

  /** Removes all rules. */
  clear(): void {
    this.armed.clear()
  }

  /** @internal What strikes this request: all latencies and the first other effect. */
  strike(request: SandboxRequest): { latency: number; effect?: Exclude<FaultEffect, { type: 'latency' }> } {
    let latency = 0
    for (const fault of this.armed.values()) {
      if (!this.concerns(fault.rule, request)) continue
      fault.matched++
      if (!this.isDue(fault)) continue
      const { effect } = fault.rule
      fault.struck++
      if (effect.type !== 'latency') return { latency, effect }
      latency += effect.ms
    }
    return { latency }
  }

  private concerns(rule: FaultRule, request: SandboxRequest): boolean {
    if (rule.route !== undefined && !list(rule.route).some((name) => isUnder(request.route, name))) return false
    if (rule.method !== undefined && !list(rule.method).includes(request.method)) return false
    if (typeof rule.path === 'string' && !request.path.includes(rule.path)) return false
    if (rule.path instanceof RegExp && request.path.search(rule.path) < 0) return false
    if (rule.website !== undefined && rule.website !== request.websiteId) return false
    if (rule.person !== undefined && !this.namesOf(request).includes(rule.person.toLowerCase())) return false
    return rule.when?.(request) ?? true
  }

  private isDue(fault: Armed): boolean {
    const { nth, times, probability, effect } = fault.rule
    if (times !== undefined && fault.struck >= times) return false
    if (nth !== undefined && !list(nth).includes(fault.matched)) return false
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

function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value]
}

function isUnder(route: string, name: string): boolean {
  return route === name || route.startsWith(`${name}.`)
}
