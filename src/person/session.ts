import type { CrispClient } from '../api/client'
import { CrispError, isCrispError } from '../api/errors'
import type { Answer, FlatData, NewProfile, PersonEvent, ProfileUpdate } from '../api/types'
import type { PeopleCache } from './cache'
import { isPeopleId, Lookups } from './find'
import { getEmails, USER_ID_KEY } from './reference'
import type { Person, Reference } from './reference'
import { RejectedValues } from './rejected'
import type { Parts } from './rejected'
import { SegmentList } from './segments'

/** The bodies that were sent for an event, each in a request of its own. */
export type Sent = Partial<Parts> & { event?: PersonEvent }

/** One person's events in one delivery: sends the requests, and keeps what the delivery learns about the person. */
export class PersonSession {
  /** What was sent for the event at hand, or for the merged events at hand. */
  sent: Sent = {}
  readonly rejected = new RejectedValues()
  private readonly unknownEmails = new Set<string>()

  constructor(
    readonly client: CrispClient,
    readonly cache: PeopleCache,
    readonly lookups = new Lookups(client, cache),
    readonly segments = new SegmentList(client)
  ) {}

  /** Starts the next event, or the next merged events. */
  begin(isMerged: boolean): void {
    this.sent = {}
    this.rejected.begin(isMerged)
  }

  /**
   * Runs a request with each email of the reference until Crisp knows one. An email that this delivery found unknown is
   * not tried again.
   * @returns what the request returned, or undefined when Crisp knows none of the emails
   */
  async tryEmails<T>(reference: Reference, use: (person: Person) => Promise<T>): Promise<T | undefined> {
    for (const address of getEmails(reference)) {
      if (this.unknownEmails.has(address)) continue
      try {
        return await use({ address, email: address.toLowerCase() })
      } catch (thrown) {
        if (!isCrispError(thrown, 'unknown')) throw thrown
        this.unknownEmails.add(address)
        this.cache.repeats.delete(this.client.scope.websiteId, reference, undefined, this)
        if (this.isUserIdStored(reference)) this.cache.delete(this.client.scope.websiteId, reference.userId ?? '')
      }
    }
    return undefined
  }

  /**
   * Runs a request with the person that is verified to have the user ID. A cached person that is gone is looked up once.
   * @returns what the request returned, or undefined when Crisp knows no person with the user ID
   */
  async tryUserId<T>(userId: string, use: (person: Person) => Promise<T>): Promise<T | undefined> {
    const { websiteId } = this.client.scope
    for (const find of [() => this.cache.getPerson(websiteId, userId), () => this.lookups.find(userId)]) {
      const person = await find()
      if (!person) continue
      try {
        return await use(person)
      } catch (thrown) {
        if (!isCrispError(thrown, 'unknown')) throw thrown
        this.cache.delete(websiteId, userId)
        this.cache.repeats.delete(websiteId, { userId }, person, this)
      }
    }
    this.cache.repeats.delete(websiteId, { userId }, undefined, this)
    return undefined
  }

  /** True when Crisp stores the user ID with the email of the reference, as far as the cache has verified it. */
  isUserIdStored({ email, userId }: Reference): boolean {
    return !!email && !!userId && this.cache.getEmail(this.client.scope.websiteId, userId) === email
  }

  /**
   * Deletes that Crisp did not know the person: another process has added it meanwhile.
   * @returns whether Crisp did not know an email of the person
   */
  deleteUnknown(reference: Reference): boolean {
    if (reference.userId) this.lookups.delete(reference.userId)
    return getEmails(reference).filter((email) => this.unknownEmails.delete(email)).length > 0
  }

  /** POSTs an event. */
  addEvent({ address }: Person, event: PersonEvent): Promise<Answer> {
    return this.record('event', () => this.client.addEvent(address, event))(event)
  }

  /** POSTs a new profile. Returns the person too, addressed by the new ID where Crisp's answer holds it. */
  async addProfile(profile: NewProfile): Promise<{ answer?: Answer; person: Person }> {
    const { email } = profile
    const verifiedAt = Date.now()
    const create = this.record('profile', (body: NewProfile) => this.client.createProfile(body))
    const change = { websiteId: this.client.scope.websiteId, person: { address: email, email } }
    const answer = await this.cache.run(change, () => this.rejected.send('profile', profile, create))
    this.unknownEmails.delete(email)
    const { people_id: id } = Object(answer?.body.data) as { people_id?: unknown }
    const known = isPeopleId(id) ? { address: id, peopleId: id, verifiedAt } : { address: email }
    return { answer, person: { ...known, email } }
  }

  /** PATCHes a profile. A profile with another email than the person's moves the person with the user ID. */
  async updateProfile(person: Person, profile: ProfileUpdate, userId?: string): Promise<Answer | undefined> {
    const { email } = profile
    const least = person.email === undefined ? undefined : { email: person.email }
    const patch = this.record('profile', (body: ProfileUpdate) => this.client.updateProfile(person.address, body))
    const update = () => this.rejected.send('profile', profile, patch, least)
    if (email === undefined || email === person.email) return update()
    const { websiteId } = this.client.scope
    const change = { websiteId, userId, person: { ...person, email }, emailAt: person.verifiedAt }
    const answer = await this.cache.run(change, update)
    this.unknownEmails.delete(email)
    return answer
  }

  /** PATCHes custom data. A user ID in it is the person's from then on. */
  async updateData(person: Person, data: FlatData): Promise<Answer | undefined> {
    const patch = this.record('data', (body: FlatData) => this.client.updateData(person.address, body))
    const update = () => this.rejected.send('data', data, patch)
    if (!(USER_ID_KEY in data)) return update()
    const userId = String(data[USER_ID_KEY])
    const change = { websiteId: this.client.scope.websiteId, userId, person, emailAt: Date.now() }
    const answer = await this.cache.run(change, update)
    this.lookups.delete(userId)
    return answer
  }

  /** A request that notes its body as sent, unless it turns out not to be attempted. */
  private record<Part extends keyof Sent, Body extends Sent[Part]>(part: Part, send: (body: Body) => Promise<Answer>) {
    return async (body: Body): Promise<Answer> => {
      let isAttempted = true
      try {
        return await send(body)
      } catch (thrown) {
        if (thrown instanceof CrispError) isAttempted = thrown.isAttempted
        throw thrown
      } finally {
        if (isAttempted) this.sent[part] = body
      }
    }
  }
}
