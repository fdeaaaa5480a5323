import type { Choices } from './choices'
import type { WriteHistory } from './indexes'
import type { Clock } from './options'
import type { SandboxRequest } from './route'
import type { Person, PersonSeed, WebsiteSeed } from './types'
import { Website } from './website'

/** The websites of a sandbox, the default one always among them. */
export class Websites {
  private websites = new Map<string, Website>()

  constructor(
    readonly defaultId: string,
    private readonly choices: Choices,
    private readonly clock: Clock,
    private readonly history: WriteHistory
  ) {}

  /** Takes these in place of all there are. Throws, without a change, when two people have one email or ID. */
  fill(seeds: readonly WebsiteSeed[]): void {
    const all = seeds.some(({ id }) => id === this.defaultId) ? seeds : [{ id: this.defaultId }, ...seeds]
    this.websites = new Map(all.map((seed) => [seed.id, new Website(seed, this.choices, this.clock, this.history)]))
  }

  /** All of them. */
  all(): Iterable<Website> {
    return this.websites.values()
  }

  /** The website with this ID. */
  find(id: string): Website | undefined {
    return this.websites.get(id)
  }

  /** The website with this ID, the default one without. Throws when there is none. */
  get(id = this.defaultId): Website {
    const website = this.websites.get(id)
    if (!website) throw new Error(`The sandbox has no website ${id}.`)
    return website
  }

  /** Every name of the person that a request is about, in lower case: as in the request, email and people_id. */
  getPersonNames({ websiteId, params, body }: SandboxRequest): string[] {
    const email = (body as { email?: unknown } | null | undefined)?.email
    const named = params.people_id ?? (typeof email === 'string' ? email : undefined)
    if (named === undefined) return []
    const person = this.find(websiteId)?.find(named)
    return [named, ...(person ? [person.email, person.peopleId] : [])].map((name) => name.toLowerCase())
  }
}

/** The people of the sandbox, read and written without requests. Without a website ID: the default website. */
export class People {
  /** @internal */
  constructor(private readonly websites: Websites, private readonly changed: () => void) {}

  /** Everybody, in order of creation. */
  all(websiteId?: string): Person[] {
    const website = this.websites.get(websiteId)
    return Array.from(website.all(), (person) => website.snapshot(person))
  }

  /** One person, by people_id or email. */
  get(idOrEmail: string, websiteId?: string): Person | undefined {
    const website = this.websites.get(websiteId)
    const person = website.find(idOrEmail)
    return person && website.snapshot(person)
  }

  /** How many there are. */
  count(websiteId?: string): number {
    return this.websites.get(websiteId).size
  }

  /** Adds a person. Throws when the email is taken. */
  add(seed: PersonSeed, websiteId?: string): Person {
    const website = this.websites.get(websiteId)
    const person = website.snapshot(website.seed(seed))
    this.changed()
    return person
  }

  /** Removes everybody. */
  clear(websiteId?: string): void {
    this.websites.get(websiteId).clear()
    this.changed()
  }
}
