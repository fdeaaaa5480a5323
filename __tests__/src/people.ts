import { answers, crispThat } from './support'
import type { Reply, Request } from './support'

/** A person as Crisp stores them. */
export interface StoredPerson {
  id: string
  email: string
  nickname?: string
  data: Record<string, unknown>
  /** The texts of the events. */
  events: string[]
  /** Counts up with every change. */
  updatedAt: number
}

/** What may go wrong while a request is carried out. */
export interface Faults {
  /** True for requests that Crisp carries out, but whose answer is lost. */
  isAnswerLost?: (request: Pick<Request, 'method' | 'path' | 'body'>) => boolean
  /** True while the search does not show people that were added. */
  isIndexBehind?: boolean
}

/** A Crisp that stores people: their emails are unique, and a request may name a person by ID or by email. */
export class People {
  faults: Faults = {}
  private readonly stored: StoredPerson[] = []
  private readonly searchable = new Set<StoredPerson>()
  private changes = 0

  constructor(...people: Partial<StoredPerson>[]) {
    for (const person of people) this.searchable.add(this.add(person))
  }

  /** Answers over HTTP from now on. Returns the requests, in their order of arrival. */
  serve(): Request[] {
    return crispThat((request) => this.answer(request))
  }

  /** Carries a request out and answers it. */
  answer(request: Pick<Request, 'method' | 'path' | 'body'>): Reply {
    const reply = this.carryOut(request)
    return this.faults.isAnswerLost?.(request) ? answers.reset() : reply
  }

  /** Deletes a person, as an agent would. */
  delete(address: string): void {
    const person = this.get(address)
    this.stored.splice(this.stored.indexOf(person), 1)
    this.searchable.delete(person)
  }

  /** The person with the ID or the email. */
  get(address: string): StoredPerson {
    const person = this.find(address)
    if (!person) throw new Error(`There is no ${address}.`)
    return person
  }

  /** All people, without the IDs that Crisp has chosen. */
  get state() {
    return this.stored.map(({ email, nickname, data, events }) => ({ email, nickname, data, events }))
  }

  private add(person: Partial<StoredPerson>): StoredPerson {
    const number = ++this.changes
    const added = { id: `p${number}`, email: '', data: {}, events: [], updatedAt: number, ...person }
    this.stored.push(added)
    return added
  }

  private find(address: string): StoredPerson | undefined {
    return this.stored.find(({ id, email }) => id === address || email === address)
  }

  private carryOut({ method, path, body }: Pick<Request, 'method' | 'path' | 'body'>): Reply {
    const { email, person: { nickname } = {}, data, text } = Object(body) as Body
    if (path.startsWith('/people/profiles/')) return this.search(path)
    const taken = email === undefined ? undefined : this.find(email)
    if (method === 'POST' && path === '/people/profile') {
      if (taken) return answers.exists
      const added = this.add({ email, nickname })
      if (!this.faults.isIndexBehind) this.searchable.add(added)
      return answers.added(added.id)
    }
    const person = this.find(decodeURIComponent(path.split('/')[3]))
    if (!person) return answers.unknown
    if (path.startsWith('/people/events/')) {
      person.events.push(String(text))
      return answers.eventAdded
    }
    if (method === 'GET') return answers.data(person.data)
    if (taken && taken !== person) return answers.exists
    person.updatedAt = ++this.changes
    Object.assign(person.data, data)
    person.email = email ?? person.email
    person.nickname = nickname ?? person.nickname
    return answers.updated
  }

  private search(path: string): Reply {
    const [{ query }] = JSON.parse(new URLSearchParams(path.split('?')[1]).get('search_filter') ?? '') as Filter[]
    const matches = [...this.searchable].filter(({ data }) => data.user_id === query[0])
    return answers.matches(
      ...matches.map(({ id, email, updatedAt }) => ({ people_id: id, email, updated_at: updatedAt }))
    )
  }
}

interface Body {
  email?: string
  person?: { nickname?: string }
  data?: Record<string, unknown>
  text?: string
}

interface Filter {
  query: string[]
}
