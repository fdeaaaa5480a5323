import type { RequestClient, RequestOptions } from '@segment/actions-core'

/** A profile, as far as it matters who it belongs to. */
export interface Profile {
  id: string
  email: string
  userId?: string
  updatedAt: number
  name?: string
  segments: string[]
  data: Record<string, unknown>
  events: string[]
  /** The arrival that gave the profile its user ID. */
  takenAt: number
  /** Until then a process may not know where the profile went: an agent changed it, or the search shows an old email. */
  excusedUntil: number
}

/** What a request is about that Crisp takes for one of a user ID. */
export interface Write {
  profile: Profile
  body: { text?: string; name?: string; email?: string; data?: Record<string, unknown> }
  /** Arrivals before the delivery learned who has the profile, or sent the first of the requests of this update. */
  knownAt: number
}

/** What goes wrong with one request. `lost`: it is carried out, and its answer never arrives. */
export type Fault = 'none' | 'lost' | 'reset' | 'down' | 'page' | 'invalid' | 'limited'

type Body = Record<string, unknown> & { email?: string; person?: { nickname?: string }; segments?: string[] }
type Reply = [status: number, reason: string, data?: unknown]

/** What a process believes ends ten minutes after it was verified. */
export const TTL = 10 * 60_000

/**
 * Crisp's people API in memory, strict about its routes. Requests and answers arrive one at a time, in an order that the
 * test chooses, so that two deliveries can be under way at once and every run can be repeated.
 */
export class FaultyCrisp {
  readonly profiles = new Map<string, Profile>()
  /** While true, the search shows people as they were. */
  isLagging = false
  now = Date.parse('2026-11-26')
  requests = 0
  private arrivals = 0
  private readonly waiting: (() => void)[] = []
  private index: Profile[] = []

  /** @param faults - of the requests in their order; later ones succeed. @param order - which of those that wait is next */
  constructor(private readonly faults: Fault[] = [], private readonly order: number[] = [0]) {}

  /** Segment's request client for one delivery. `onWrite` sees the writes by `people_id` before they are carried out. */
  connect(onWrite: (write: Write) => void = () => undefined): RequestClient {
    const known = new Map<string, number>()
    const request = async (url: string, { method = 'GET', json }: RequestOptions = {}) => {
      const fault = this.faults[this.requests++] ?? 'none'
      const sentAt = this.arrivals
      await this.wait()
      this.arrivals++
      const path = decodeURIComponent(url.replace(/^.*\/people\//, ''))
      const line = `${method} ${path}`
      const [, id] = /^\w+ \w+\/(id-.+)$/.exec(line) ?? []
      const knownAt = known.get(id) ?? (line.startsWith('GET data') ? this.arrivals : sentAt)
      known.set(id, knownAt)
      const reply = toFaultReply(fault) ?? this.answer(line, Object(json) as Body, knownAt, onWrite)
      // Custom data and an event are the last request of an update.
      if (/^(PATCH data|POST events)/.test(line)) known.delete(id)
      await this.wait()
      if (fault === 'lost' || fault === 'reset') throw Object.assign(new Error(fault), { code: 'ECONNRESET' })
      const [status, reason, data = {}] = reply
      const body = fault === 'page' ? undefined : { error: status >= 400, reason, data }
      if (status >= 400) throw Object.assign(new Error(reason), { response: { status, data: body } })
      return { status, data: body }
    }
    return request as unknown as RequestClient
  }

  /** Runs work to its end, one arrival after the other. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false
    const end = work.finally(() => (isDone = true))
    for (let turn = 0; ; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (isDone) return end
      const next = this.order[turn % this.order.length] % Math.max(1, this.waiting.length)
      for (const go of this.waiting.splice(next, 1)) go()
    }
  }

  add(email: string, userId?: string): Profile | undefined {
    if (this.find(email)) return undefined
    const id = `id-${this.profiles.size + 1}-${this.arrivals}`
    const profile = { id, email, userId, updatedAt: ++this.now, segments: [], data: {}, events: [], takenAt: 0 }
    this.profiles.set(id, { ...profile, excusedUntil: 0 })
    this.reindex()
    return this.profiles.get(id)
  }

  find(address: string): Profile | undefined {
    return this.profiles.get(address) ?? [...this.profiles.values()].find(({ email }) => email === address)
  }

  /** A change that this process does not make. */
  change(profile: Profile, { email, userId }: { email?: string; userId?: string }): void {
    if (email !== undefined && this.find(email)) return
    profile.email = email ?? profile.email
    if (userId !== undefined) this.take(profile, userId)
    this.excuse(profile)
    this.reindex()
  }

  /** The search shows people as they are from now on, or stays as it is. */
  setLagging(isLagging: boolean): void {
    this.isLagging = isLagging
    this.reindex()
  }

  private excuse(profile: Profile): void {
    profile.excusedUntil = this.isLagging ? Infinity : this.now + TTL
  }

  private reindex(): void {
    if (this.isLagging) return
    this.index = [...this.profiles.values()].map((profile) => ({ ...profile }))
    for (const profile of this.profiles.values()) if (profile.excusedUntil === Infinity) this.excuse(profile)
  }

  private take(profile: Profile, userId: string): void {
    profile.userId = userId
    profile.takenAt = this.arrivals
    profile.updatedAt = ++this.now
  }

  private wait(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  private answer(line: string, body: Body, knownAt: number, onWrite: (write: Write) => void): Reply {
    if (line.startsWith('GET profiles/1?')) return this.search(line)
    if (line === 'POST profile') return this.create(body)
    const [, method, route, address] = /^(GET|PATCH|POST) (profile|data|events)\/(.+)$/.exec(line) ?? []
    const profile = this.find(address ?? '')
    if (!route) throw new Error(`No route for ${line}`)
    if (!profile) return [404, 'people_not_found']
    if (method === 'GET')
      return [200, 'resolved', route === 'data' ? { data: readData(profile) } : readProfile(profile)]
    const data = Object(body.data) as Record<string, unknown>
    const { text, email } = body as { text?: string; email?: string }
    if (this.profiles.has(address)) {
      onWrite({ profile, body: { text, email, name: body.person?.nickname, data: text ? undefined : data }, knownAt })
    }
    if (route === 'events') profile.events.push(String(text))
    else if (route === 'data') this.updateData(profile, data)
    else return this.updateProfile(profile, body)
    return [200, 'updated']
  }

  private search(line: string): Reply {
    const [, userId] = /"query":\["([^"]*)"\]/.exec(line) ?? []
    const matches = this.index.filter((profile) => profile.userId === userId)
    return [200, 'listed', matches.map(({ id, email, updatedAt }) => ({ people_id: id, email, updated_at: updatedAt }))]
  }

  private create({ email, person, segments = [] }: Body): Reply {
    if (!email || !person?.nickname) return [400, 'invalid_data']
    const profile = this.add(email)
    if (!profile) return [409, 'people_exists']
    Object.assign(profile, { name: person.nickname, segments })
    return [201, 'added', { people_id: profile.id }]
  }

  private updateProfile(profile: Profile, { email, person, segments }: Body): Reply {
    const other = email === undefined ? undefined : this.find(email)
    if (other && other !== profile) return [409, 'people_exists']
    if (email !== undefined && email !== profile.email) {
      profile.email = email
      if (this.isLagging) this.excuse(profile)
    }
    profile.name = person?.nickname ?? profile.name
    profile.segments = segments ?? profile.segments
    this.reindex()
    return [200, 'updated']
  }

  private updateData(profile: Profile, { user_id: userId, ...data }: Record<string, unknown>): void {
    Object.assign(profile.data, data)
    if (typeof userId === 'string') this.take(profile, userId)
    this.reindex()
  }
}

function toFaultReply(fault: Fault): Reply | undefined {
  if (fault === 'reset') return [200, 'never arrived']
  if (fault === 'down') return [503, 'down']
  if (fault === 'page') return [403, 'page']
  if (fault === 'invalid') return [400, 'invalid_data']
  return fault === 'limited' ? [429, 'rate_limited'] : undefined
}

const readData = ({ data, userId }: Profile) => ({ ...data, ...(userId && { user_id: userId }) })
const readProfile = ({ email, segments }: Profile) => ({ email, segments })
