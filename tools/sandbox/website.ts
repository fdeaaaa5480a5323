import type { Choices } from './choices'
import { Counts, DataIndex, WriteHistory } from './indexes'
import type { Lag } from './indexes'
import { SYSTEM_CLOCK } from './options'
import type { Clock } from './options'
import { freshProfile, mergeData, mergeProfile, readProfile } from './profile'
import type { PersonRecord, ProfileFields } from './profile'
import { fromSeed } from './state'
import type { CustomData, Person, PersonEvent, PersonSeed, Profile, ProfileWrite, Scalar, WebsiteSeed } from './types'

/** The people of one website, in order of creation, with an index for each way that requests refer to them. */
export class Website {
  readonly id: string
  readonly name: string
  readonly domain: string
  readonly logo: string
  readonly segments = new Counts()
  readonly dataKeys = new Counts()
  readonly eventTexts = new Counts()
  private readonly people = new Map<string, PersonRecord>()
  private readonly byEmail = new Map<string, PersonRecord>()
  private readonly dataIndex = new DataIndex()

  constructor(
    seed: WebsiteSeed,
    private readonly choices: Choices,
    private readonly clock: Clock = SYSTEM_CLOCK,
    private readonly history = new WriteHistory()
  ) {
    this.id = seed.id
    this.name = seed.name ?? 'Sandbox'
    this.domain = seed.domain ?? 'sandbox.example'
    this.logo = seed.logo ?? 'https://sandbox.example/logo.png'
    for (const person of seed.people ?? []) this.seed(person)
  }

  /** How many people there are. */
  get size(): number {
    return this.people.size
  }

  /** Everybody, in order of creation. */
  all(): IterableIterator<PersonRecord> {
    return this.people.values()
  }

  /** Everyone as a search shows them that lags behind writes. */
  getLagging(lag: Lag): PersonRecord[] {
    return this.history.getPeople(this.people, lag)
  }

  /** Finds a person by `people_id` or email, the two ways a path may refer to one. */
  find(reference: string): PersonRecord | undefined {
    return this.people.get(reference) ?? this.withEmail(reference)
  }

  /** Finds a person by email. */
  withEmail(email: string): PersonRecord | undefined {
    return this.byEmail.get(this.fold(email))
  }

  /** Everybody whose custom data has this value. */
  withData(key: string, value: Scalar): ReadonlySet<PersonRecord> {
    return this.dataIndex.find(this.people.values(), key, value)
  }

  /** The email as it is stored and matched, by the choice `emailCase`. */
  fold(email: string): string {
    return this.choices.emailCase === 'insensitive' ? email.toLowerCase() : email
  }

  /** Adds a person, or says that the email is taken. */
  create(body: ProfileWrite & { email: string }): PersonRecord | 'taken' {
    const { email, ...fields } = body
    if (this.withEmail(email)) return 'taken'
    const now = this.clock.now()
    const person: PersonRecord = {
      peopleId: this.clock.newId(),
      email: this.fold(email),
      createdAt: now,
      updatedAt: now,
      fields: freshProfile(fields, this.choices),
      data: {},
      events: []
    }
    this.insert(person)
    return person
  }

  /** PATCH: writes what is sent and keeps the rest. */
  patch(person: PersonRecord, { email, ...fields }: ProfileWrite): 'done' | 'taken' {
    // A profile that was updated reads back with `segments: []`, one that never was without the field (recorded).
    const merged = { segments: [], ...mergeProfile(person.fields, fields, this.choices) }
    return this.write(person, email, merged)
  }

  /** PUT: writes what is sent and drops the rest. */
  replace(person: PersonRecord, { email, ...fields }: ProfileWrite): 'done' | 'taken' {
    return this.write(person, email, { segments: [], ...freshProfile(fields, this.choices) })
  }

  /** Takes a person out of everything. */
  remove(person: PersonRecord): void {
    this.history.add(this.people, person)
    this.people.delete(person.peopleId)
    this.byEmail.delete(person.email)
    this.setData(person, {})
    for (const segment of person.fields.segments ?? []) this.segments.remove(segment)
    for (const event of person.events) this.eventTexts.remove(event.text)
  }

  /** Takes everybody out. */
  clear(): void {
    for (const person of [...this.people.values()]) this.remove(person)
  }

  /** PATCH of custom data. */
  mergeData(person: PersonRecord, sent: Record<string, unknown>): void {
    this.history.add(this.people, person)
    this.setData(person, mergeData(person.data, sent, this.choices))
    this.touch(person)
  }

  /** PUT of custom data. */
  replaceData(person: PersonRecord, sent: Record<string, unknown>): void {
    this.history.add(this.people, person)
    this.setData(person, mergeData({}, sent, this.choices))
    this.touch(person)
  }

  /** Adds an event at this moment. */
  addEvent(person: PersonRecord, sent: { text: string; data?: CustomData; color?: string }): void {
    const color = sent.color ?? (this.choices.eventColor === 'none' ? undefined : this.choices.eventColor)
    const event: PersonEvent = { text: sent.text, data: sent.data ?? {}, timestamp: this.clock.now() }
    if (color) event.color = color
    this.pushEvent(person, event)
    this.touch(person)
  }

  /** Notes down whether the person takes emails. */
  setSubscription(person: PersonRecord, subscription: { email: boolean }): void {
    person.subscription = subscription
  }

  /** The profile as Crisp reads it back. */
  read(person: PersonRecord): Profile {
    return readProfile(person)
  }

  /** Whether the person takes emails; by the choice `subscription` where they never said. */
  readSubscription(person: PersonRecord): { email: boolean } {
    return person.subscription ?? { email: this.choices.subscription === 'on' }
  }

  /** A copy that later writes do not reach. */
  snapshot(person: PersonRecord): Person {
    return {
      profile: this.read(person),
      data: { ...person.data },
      events: [...person.events],
      subscription: this.readSubscription(person)
    }
  }

  /** Adds a person without a request, as is. Throws when the email or the ID is taken. */
  seed(seed: PersonSeed): PersonRecord {
    const { email, data, events = [], subscription } = seed
    const now = this.clock.now()
    const person = fromSeed(seed, { email: this.fold(email), peopleId: this.clock.newId, now })
    if (this.withEmail(email) || this.people.has(person.peopleId))
      throw new Error(`${email}, or the people_id, is there already`)
    this.insert(person)
    this.setData(person, { ...data })
    if (subscription) person.subscription = subscription
    for (const event of events)
      this.pushEvent(person, { ...event, data: event.data ?? {}, timestamp: event.timestamp ?? now })
    return person
  }

  private insert(person: PersonRecord): void {
    this.history.add(this.people, person)
    this.people.set(person.peopleId, person)
    this.byEmail.set(person.email, person)
    for (const segment of person.fields.segments ?? []) this.segments.add(segment)
  }

  private write(person: PersonRecord, email: string | undefined, fields: ProfileFields): 'done' | 'taken' {
    const owner = email === undefined ? undefined : this.withEmail(email)
    if (owner && owner !== person) return 'taken'
    this.history.add(this.people, person)
    if (email !== undefined) {
      this.byEmail.delete(person.email)
      person.email = this.fold(email)
      this.byEmail.set(person.email, person)
    }
    if (person.fields.segments !== fields.segments) {
      for (const segment of person.fields.segments ?? []) this.segments.remove(segment)
      for (const segment of fields.segments ?? []) this.segments.add(segment)
    }
    person.fields = fields
    person.updatedAt = this.clock.now()
    return 'done'
  }

  private setData(person: PersonRecord, data: CustomData): void {
    this.dataIndex.update(person, person.data, data)
    for (const key of Object.keys(person.data)) if (!Object.hasOwn(data, key)) this.dataKeys.remove(key)
    for (const key of Object.keys(data)) if (!Object.hasOwn(person.data, key)) this.dataKeys.add(key)
    person.data = data
  }

  private pushEvent(person: PersonRecord, event: PersonEvent): void {
    person.events.push(event)
    this.eventTexts.add(event.text)
  }

  private touch(person: PersonRecord): void {
    if (this.choices.updatedAt === 'allWrites') person.updatedAt = this.clock.now()
  }
}
