import type { Website } from './store'
import type { Person, PersonSeed } from './types'

/** The people of the sandbox, read and written without requests. Without a website ID: the default website. */
export class People {
  /** @internal */
  constructor(private readonly websiteOf: (websiteId?: string) => Website, private readonly changed: () => void) {}

  /** Everybody, in order of creation. */
  all(websiteId?: string): Person[] {
    const website = this.websiteOf(websiteId)
    return Array.from(website.all(), (person) => website.snapshot(person))
  }

  /** One person, by people_id or e-mail. */
  get(idOrEmail: string, websiteId?: string): Person | undefined {
    const website = this.websiteOf(websiteId)
    const person = website.find(idOrEmail)
    return person && website.snapshot(person)
  }

  /** How many there are. */
  count(websiteId?: string): number {
    return this.websiteOf(websiteId).size
  }

  /** Adds a person. Throws when the e-mail is taken. */
  add(seed: PersonSeed, websiteId?: string): Person {
    const website = this.websiteOf(websiteId)
    const person = website.snapshot(website.seed(seed))
    this.changed()
    return person
  }

  /** Removes everybody. */
  clear(websiteId?: string): void {
    this.websiteOf(websiteId).clear()
    this.changed()
  }
}
