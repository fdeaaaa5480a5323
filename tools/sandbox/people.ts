import type { Person, PersonSeed } from './types'
import type { Websites } from './websites'

/** The people of the sandbox, read and written without requests. Without a website ID: the default website. */
export class People {
  /** @internal */
  constructor(private readonly websites: Websites, private readonly changed: () => void) {}

  /** Everybody, in order of creation. */
  all(websiteId?: string): Person[] {
    const website = this.websites.get(websiteId)
    return Array.from(website.all(), (person) => website.snapshot(person))
  }

  /** One person, by people_id or e-mail. */
  get(idOrEmail: string, websiteId?: string): Person | undefined {
    const website = this.websites.get(websiteId)
    const person = website.find(idOrEmail)
    return person && website.snapshot(person)
  }

  /** How many there are. */
  count(websiteId?: string): number {
    return this.websites.get(websiteId).size
  }

  /** Adds a person. Throws when the e-mail is taken. */
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
