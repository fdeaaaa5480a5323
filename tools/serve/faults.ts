import type { FaultRule, Sandbox } from '../sandbox'
import type { FaultSwitch } from './wire'

interface Fault {
  label: string
  description: string
  rule: FaultRule
}

const faults: Record<string, Fault> = {
  slow: {
    label: 'Slow',
    description: 'Every answer of Crisp takes two seconds.',
    rule: { effect: { type: 'latency', ms: 2000 } }
  },
  'rate-limited': {
    label: 'Rate limited',
    description: 'Crisp answers 429: too many requests at once.',
    rule: { effect: { type: 'answer', status: 429, reason: 'rate_limited' } }
  },
  'quota-spent': {
    label: 'Quota spent',
    description: 'Crisp answers 423: the requests of the day are used up.',
    rule: { effect: { type: 'quota', requests: 0, status: 423 } }
  },
  down: {
    label: 'Down',
    description: 'In place of Crisp a proxy answers 503 with an HTML page.',
    rule: { effect: { type: 'html', status: 503 } }
  },
  'not-installed': {
    label: 'Plugin not installed',
    description: 'Crisp answers 404: the plugin is not installed on the website.',
    rule: {
      effect: {
        type: 'answer',
        status: 404,
        reason: 'not_subscribed',
        message: 'the website is not subscribed to the plugin'
      }
    }
  }
}

/** What can go wrong with Crisp, at the flick of a switch. */
export class FaultSwitches {
  private readonly armed = new Map<string, string>()

  constructor(private readonly sandbox: Sandbox) {}

  /** All of them, with what they have struck. */
  list(): FaultSwitch[] {
    const listed = new Map(this.sandbox.faults.list().map((fault) => [fault.id, fault]))
    return Object.entries(faults).map(([name, { label, description }]) => {
      const fault = listed.get(this.armed.get(name) ?? '')
      return { name, label, description, on: fault !== undefined, struck: fault?.struck ?? 0 }
    })
  }

  /** Switches one fault. False when there is none of that name. */
  set(name: string, on: boolean): boolean {
    if (!Object.hasOwn(faults, name)) return false
    const id = this.armed.get(name)
    if (id !== undefined) this.sandbox.faults.remove(id)
    this.armed.delete(name)
    if (on) this.armed.set(name, this.sandbox.faults.add(faults[name].rule))
    return true
  }

  /** True while the fault is switched on. */
  isOn(name: string): boolean {
    return this.armed.has(name)
  }

  /** All off. */
  clear(): void {
    for (const name of Object.keys(faults)) this.set(name, false)
  }
}
