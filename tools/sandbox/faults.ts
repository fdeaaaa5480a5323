import castArray from 'lodash/castArray'
import type { FaultEffect } from './effects'
import { isAbout } from './fault-rule'
import type { FaultRule, PersonNames } from './fault-rule'
import { WriteHistory } from './indexes'
import type { Lag } from './indexes'
import type { SandboxRequest } from './route'

/** A rule that is in force. */
export interface ListedFault {
  id: string
  rule: FaultRule
  /** Requests that matched so far, and to which it applied. */
  matched: number
  struck: number
}

interface ActiveFault extends ListedFault {
  chance: () => number
  passed: number
  windowStart: number
  /** The number of the last write when the rule was added. */
  addedAfter: number
}

/** What applies to a request: all latencies, the first lag and the first other effect. */
export interface FaultEffects {
  latency: number
  lag?: Lag
  effect?: Exclude<FaultEffect, { type: 'latency' | 'lag' }>
}

/** The rules by which requests go wrong. */
export class Faults {
  private readonly active = new Map<string, ActiveFault>()
  private lastId = 0

  /** @internal */
  constructor(
    private readonly getNames: PersonNames,
    private readonly history = new WriteHistory(),
    private readonly now: () => number = Date.now
  ) {}

  /** Adds a rule and returns its ID. Rules are tried in the order in which they were added. */
  add(rule: FaultRule): string {
    const id = String(++this.lastId)
    const chance = seededRandom(rule.seed ?? 1)
    const addedAfter = this.history.lastWrite
    this.active.set(id, { id, rule, matched: 0, struck: 0, chance, passed: 0, windowStart: -Infinity, addedAfter })
    this.keepHistory()
    return id
  }

  /** Removes a rule; false when there is none with that ID. */
  remove(id: string): boolean {
    const isRemoved = this.active.delete(id)
    this.keepHistory()
    return isRemoved
  }

  /** The rules in force, in the order in which they are tried. */
  list(): ListedFault[] {
    return [...this.active.values()].map(({ id, rule, matched, struck }) => ({ id, rule, matched, struck }))
  }

  /** Removes all rules. */
  clear(): void {
    this.active.clear()
    this.keepHistory()
  }

  /** @internal */
  apply(request: SandboxRequest): FaultEffects {
    const effects: FaultEffects = { latency: 0 }
    for (const fault of this.active.values()) {
      if (!isAbout(fault.rule, request, this.getNames)) continue
      fault.matched++
      if (!this.isDue(fault)) continue
      const { effect } = fault.rule
      fault.struck++
      if (effect.type === 'latency') effects.latency += effect.ms
      else if (effect.type === 'lag') effects.lag ??= { after: fault.addedAfter, writes: effect.writes }
      else return { ...effects, effect }
    }
    return effects
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

  private keepHistory(): void {
    this.history.keep([...this.active.values()].some(({ rule }) => rule.effect.type === 'lag'))
  }
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
