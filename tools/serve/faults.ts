import type { FaultRule, Sandbox } from '../sandbox'
import type { FaultSwitch } from './wire'

interface Fault {
  name: string
  label: string
  /** What happens, in a sentence. */
  description: string
  rule: FaultRule
}

/** The faults that the page offers, a row for each. */
const FAULTS: Fault[] = [
  {
    name: 'slow',
    label: 'Slow',
    description: 'Every answer of Crisp takes two seconds.',
    rule: { effect: { type: 'latency', ms: 2000 } }
  },
  {
    name: 'rate-limited',
    label: 'Rate limited',
    description: 'Crisp answers 429: too many requests at once.',
    rule: { effect: { type: 'answer', status: 429, reason: 'rate_limited' } }
  },
  {
    name: 'quota-spent',
    label: 'Quota spent',
    description: 'Crisp answers 423: the requests of the day are used up.',
    rule: { effect: { type: 'quota', requests: 0, status: 423 } }
  },
  {
    name: 'down',
    label: 'Down',
    description: 'A proxy answers 503 with an HTML page instead of Crisp.',
    rule: { effect: { type: 'html', status: 503 } }
  },
  {
    name: 'firewall',
    label: 'Firewall page',
    description: 'A firewall answers 403 with an HTML page to every update of a profile.',
    rule: { route: 'people.profile.update', effect: { type: 'html', status: 403 } }
  },
  {
    name: 'redirect',
    label: 'Redirect',
    description: 'Crisp redirects to another host, which the destination does not follow.',
    rule: { effect: { type: 'redirect', location: 'https://example.com/' } }
  },
  {
    name: 'connection-lost',
    label: 'Connection lost',
    description: 'The connection breaks before Crisp handles the request.',
    rule: { effect: { type: 'reset' } }
  },
  {
    name: 'answer-lost',
    label: 'Carried out, answer lost',
    description: 'Crisp carries the request out, and the connection breaks before its answer arrives.',
    rule: { effect: { type: 'reset', applied: true } }
  },
  {
    name: 'cut-body',
    label: 'Answer cut off',
    description: 'Crisp carries the request out, and half of its answer is missing.',
    rule: { effect: { type: 'truncated' } }
  },
  {
    name: 'list-unreadable',
    label: 'List unreadable',
    description: 'A search for people answers 200 with an HTML page instead of a list.',
    rule: { route: 'people.profiles.list', effect: { type: 'html', status: 200 } }
  },
  {
    name: 'search-lags',
    label: 'Search lags',
    description: 'A search finds people as they were three writes ago.',
    rule: { route: 'people.profiles.list', effect: { type: 'lag', writes: 3 } }
  },
  {
    name: 'contact-limit',
    label: 'Contact limit',
    description: 'Crisp answers 402 to every new person: the plan has no room for more contacts.',
    rule: {
      route: 'people.profile.add',
      effect: { type: 'answer', status: 402, reason: 'subscription_upgrade_required' }
    }
  },
  {
    name: 'phone-refused',
    label: 'Phone refused',
    description: 'Crisp answers 400 to a profile with a phone number.',
    rule: {
      route: 'people.profile',
      field: 'person.phone',
      effect: { type: 'answer', status: 400, reason: 'invalid_data' }
    }
  },
  {
    name: 'value-refused',
    label: 'Long value refused',
    description: 'Crisp answers 400 to custom data with a text of more than 200 characters.',
    rule: {
      route: 'people.data',
      field: 'data.*',
      longerThan: 200,
      effect: { type: 'answer', status: 400, reason: 'invalid_data' }
    }
  },
  {
    name: 'not-installed',
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
]

/** What can go wrong with Crisp, at the flick of a switch. */
export class FaultSwitches {
  private readonly armed = new Map<string, string>()

  constructor(private readonly sandbox: Sandbox) {}

  /** All of them, with how often each has applied. A fault that has applied as often as it was set to is off. */
  list(): FaultSwitch[] {
    const listed = new Map(this.sandbox.faults.list().map((fault) => [fault.id, fault]))
    return FAULTS.map(({ name, label, description }) => {
      const fault = listed.get(this.armed.get(name) ?? '')
      const struck = fault?.struck ?? 0
      const times = fault?.rule.times
      const on = fault !== undefined && (times === undefined || struck < times)
      return { name, label, description, on, struck, ...(times !== undefined && { times }) }
    })
  }

  /**
   * Switches one fault.
   * @param times - it ends after so many requests; without it, it lasts until it is switched off
   * @returns false when there is none of that name
   */
  set(name: string, on: boolean, times?: number): boolean {
    const fault = FAULTS.find((one) => one.name === name)
    if (!fault) return false
    const id = this.armed.get(name)
    if (id !== undefined) this.sandbox.faults.remove(id)
    this.armed.delete(name)
    if (on) this.armed.set(name, this.sandbox.faults.add({ ...fault.rule, ...(times && { times }) }))
    return true
  }

  /** True while the fault is switched on. */
  isOn(name: string): boolean {
    return this.list().some((fault) => fault.name === name && fault.on)
  }

  /** All off. */
  clear(): void {
    for (const { name } of FAULTS) this.set(name, false)
  }
}
