import isEqual from 'lodash/isEqual'
import { LRUCache } from 'lru-cache'
import type { Exchange } from '../runtime'
import type { Person, Sandbox } from '../sandbox'
import type { PeoplePage, PersonChange, PersonView, ValueChange } from './wire'

const MAX_KNOWN = 50_000

interface PersonRecord {
  values: Map<string, unknown>
  events: number
  /** Grows with every change, over all people. */
  turn: number
  change?: PersonChange
}

/** The people of the sandbox as agents see them, and what each run changed on them. */
export class PeopleView {
  private readonly known = new LRUCache<string, PersonRecord>({ max: MAX_KNOWN })
  private turn = 0

  constructor(private readonly sandbox: Sandbox) {
    for (const person of sandbox.people.all()) this.remember(person)
  }

  /** How many people there are. */
  get count(): number {
    return this.sandbox.people.count()
  }

  /** What a run changed on the people that its writes name; on some of them, nothing. */
  findChanges(runId: number, exchanges: Exchange[]): PersonChange[] {
    const people = new Map<string, Person>()
    for (const reference of exchanges.flatMap(findReferences)) {
      const person = this.sandbox.people.get(reference)
      if (person) people.set(person.profile.people_id, person)
    }
    return [...people.values()].map((person) => {
      const change = this.compare(runId, person)
      this.remember(person, change)
      return change
    })
  }

  /** A page of people, those last changed first. `search` is part of an email, a name or a user ID, in any case. */
  list(search: string, offset: number, limit: number): PeoplePage {
    const wanted = search.trim().toLowerCase()
    const matches = ({ profile: { email, person }, data }: Person) =>
      [email, person.nickname, data.user_id].some((text) =>
        String(text ?? '')
          .toLowerCase()
          .includes(wanted)
      )
    const found = this.sandbox.people
      .all()
      .filter((person) => !wanted || matches(person))
      .map(({ profile, events }) => ({
        peopleId: profile.people_id,
        email: profile.email,
        name: profile.person.nickname ?? '',
        events: events.length,
        updatedAt: profile.updated_at
      }))
      .sort((a, b) => this.getTurn(b.peopleId) - this.getTurn(a.peopleId) || b.updatedAt - a.updatedAt)
    return { total: found.length, people: found.slice(offset, offset + limit) }
  }

  /** One person with their latest events. */
  get(idOrEmail: string, events: number): PersonView | undefined {
    const person = this.sandbox.people.get(idOrEmail)
    if (!person) return undefined
    const { people_id: peopleId, email, ...profile } = person.profile
    const change = this.known.get(peopleId)?.change
    const firstNew = person.events.length - (change?.newEvents ?? 0)
    const from = Math.max(0, person.events.length - events)
    return {
      peopleId,
      email,
      profile: profile,
      data: person.data,
      totalEvents: person.events.length,
      events: person.events
        .slice(from)
        .map((event, index) => ({ ...event, isNew: from + index >= firstNew }))
        .reverse(),
      ...(change && { change })
    }
  }

  /** Forgets what was changed. */
  clear(): void {
    this.known.clear()
    this.turn = 0
    for (const person of this.sandbox.people.all()) this.remember(person)
  }

  private getTurn(peopleId: string): number {
    return this.known.peek(peopleId)?.turn ?? 0
  }

  private compare(runId: number, person: Person): PersonChange {
    const before = this.known.get(person.profile.people_id)
    const old = before?.values ?? new Map<string, unknown>()
    const now = getValues(person)
    const changes: ValueChange[] = []
    for (const [path, after] of now) {
      if (!old.has(path)) changes.push({ path, after })
      else if (!isEqual(old.get(path), after)) changes.push({ path, before: old.get(path), after })
    }
    for (const [path, value] of old) if (!now.has(path)) changes.push({ path, before: value })
    const newEvents = person.events.length - (before?.events ?? 0)
    const { people_id: peopleId, email } = person.profile
    return { peopleId, email, runId, created: !before, changes, newEvents }
  }

  private remember(person: Person, change?: PersonChange): void {
    this.known.set(person.profile.people_id, {
      values: getValues(person),
      events: person.events.length,
      turn: change ? ++this.turn : 0,
      change
    })
  }
}

/** What agents see of a person, by path: `email`, `person.nickname`, `company.name`, `data.plan`. */
function getValues({ profile, data }: Person): Map<string, unknown> {
  const { email, person, company, segments, notepad } = profile
  return new Map<string, unknown>([
    ['email', email],
    ...Object.entries(person).map(([key, value]): [string, unknown] => [`person.${key}`, value]),
    ...Object.entries(company).map(([key, value]): [string, unknown] => [`company.${key}`, value]),
    ...Object.entries(data).map(([key, value]): [string, unknown] => [`data.${key}`, value]),
    ...(segments?.length ? [['segments', segments] as [string, unknown]] : []),
    ...(notepad ? [['notepad', notepad] as [string, unknown]] : [])
  ])
}

const PERSON_PATH = /\/people\/(?:profile|data|events)\/([^/?]+)/

/** The people that a write names: in its path, its body and the answer to a creation. */
function findReferences({ request, response }: Exchange): string[] {
  if (request.method === 'GET' || request.method === 'HEAD') return []
  const inPath = PERSON_PATH.exec(request.url)?.[1]
  const sent = (request.body as { email?: unknown } | undefined)?.email
  const created = (response?.body as { data?: { people_id?: unknown } } | undefined)?.data?.people_id
  const all = [inPath === undefined ? undefined : decoded(inPath), sent, created]
  return all.filter((name): name is string => typeof name === 'string')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
