import { randomUUID } from 'crypto'
import type { SegmentEvent, Subscription } from '@segment/actions-core'
import { defaultMapping, presetSubscriptions, Runtime } from '../../tools/runtime'
import type { DeliverOptions, Outcome as Verdict, SubscriptionReport } from '../../tools/runtime'
import { createSandbox } from '../../tools/sandbox'
import type { Person, Sandbox, SandboxOptions } from '../../tools/sandbox'

/** An event as far as a test cares; the rest is Segment's. */
export type EventParts = Partial<SegmentEvent>

/** What is left of a verdict when its texts are left to the tests of the texts. */
export type Ending = 'delivered' | `${'dropped' | 'failed'} ${number}${' retried' | ''}` | 'not subscribed'

/** Segment's runtime before a Crisp of its own. */
export interface World {
  crisp: Sandbox
  segment: Runtime
}

let shared: Sandbox | undefined
let open: { close(): unknown }[] = []

afterEach(async () => {
  await Promise.all(open.map((thing) => thing.close()))
  open = []
})
afterAll(async () => {
  await shared?.close()
  shared = undefined
})

/** A runtime with an empty cache, before a Crisp that holds the people given and nothing else. */
export async function setUp(options: SandboxOptions = {}, subscriptions?: Subscription[]): Promise<World> {
  const { people = [], faults = [], ...others } = options
  const crisp = Object.keys(others).length > 0 ? await createCrisp(others) : await getSharedCrisp()
  for (const person of people) crisp.people.add(person)
  for (const fault of faults) crisp.faults.add(fault)
  return { crisp, segment: createRuntime(crisp, subscriptions) }
}

async function createCrisp(options: SandboxOptions): Promise<Sandbox> {
  const crisp = await createSandbox({ websiteId: randomUUID(), ...options })
  open.push(crisp)
  return crisp
}

/** A file's tests take turns at one Crisp where they ask for nothing special. */
async function getSharedCrisp(): Promise<Sandbox> {
  shared ??= await createSandbox({ websiteId: randomUUID() })
  shared.reset()
  return shared
}

/** Another process of Segment's before the same Crisp: this process has an empty cache. */
export function createRuntime({ apiKey, websiteId, port }: Sandbox, subscriptions?: Subscription[]): Runtime {
  const segment = new Runtime({ settings: { apiKey, websiteId }, port, subscriptions })
  open.push(segment)
  return segment
}

let lastMessage = 0

/** An identify call. */
export function identify(parts: EventParts): SegmentEvent {
  return { type: 'identify', messageId: `message-${++lastMessage}`, ...parts }
}

/** A track call. */
export function track(parts: EventParts = {}): SegmentEvent {
  return { type: 'track', messageId: `message-${++lastMessage}`, event: 'Order Completed', ...parts }
}

/** A track call that carries the person's email as Segment's libraries do. */
export function trackByEmail(email: string, parts: EventParts = {}): SegmentEvent {
  return track({ context: { traits: { email } }, ...parts })
}

const PRESETS = { identify: presetSubscriptions()[0], track: presetSubscriptions()[1] }

/** The preset of a kind of event, with other mappings in some fields. */
export function getPreset(kind: keyof typeof PRESETS, mapping: Subscription['mapping'] = {}): Subscription {
  const preset = PRESETS[kind]
  return { ...preset, mapping: { ...preset.mapping, ...mapping } }
}

/** A subscription of one's own to an action, with its default mapping but for some fields. */
export function createSubscription(
  partnerAction: 'identifyUser' | 'trackEvent',
  subscribe: string,
  mapping: Subscription['mapping'] = {}
): Subscription {
  return { name: subscribe, partnerAction, subscribe, mapping: { ...defaultMapping(partnerAction), ...mapping } }
}

/** Delivers one event to every subscription and tells what became of it in the one that takes it. */
export async function deliver({ segment }: World, event: SegmentEvent, options?: DeliverOptions): Promise<Verdict> {
  const verdicts = (await segment.deliver(event, options)).map(({ verdict }) => verdict)
  return verdicts.find(({ outcome }) => outcome !== 'not subscribed') ?? verdicts[0]
}

/** Delivers events one after the other. */
export async function deliverEach(world: World, events: SegmentEvent[]): Promise<Ending[]> {
  const endings: Ending[] = []
  for (const event of events) endings.push(getEnding(await deliver(world, event)))
  return endings
}

/** Delivers a batch of events of one kind through its preset. */
export async function deliverBatch(
  { segment }: World,
  events: SegmentEvent[],
  options?: DeliverOptions & { subscription?: Subscription }
): Promise<Verdict[]> {
  const subscription = options?.subscription ?? PRESETS[events[0]?.type === 'identify' ? 'identify' : 'track']
  const reports: SubscriptionReport[] = await segment.deliverBatchTo(subscription, events, options)
  return reports.map(({ verdict }) => verdict)
}

/** What became of an event, in a word, a status and whether Segment sends it again. */
export function getEnding(verdict: Verdict): Ending {
  if (verdict.outcome === 'delivered' || verdict.outcome === 'not subscribed') return verdict.outcome
  return `${verdict.outcome} ${verdict.status}${verdict.retry ? ' retried' : ''}`
}

/** The endings of a batch. */
export const getEndings = (verdicts: Verdict[]): Ending[] => verdicts.map(getEnding)

/** The reason of an event that was not delivered. */
export function getReason(verdict: Verdict): string {
  return 'reason' in verdict ? verdict.reason : ''
}

/** What a verdict tells of the JSON that was sent. */
export function getSent(verdict: Verdict): unknown {
  return 'sent' in verdict ? verdict.sent : undefined
}

/** The requests that a delivery costs. */
export async function countRequests({ crisp }: World, run: () => Promise<unknown>): Promise<number> {
  const before = crisp.journal.count()
  await run()
  return crisp.journal.count() - before
}

/** The requests so far: method, route and decoded person. */
export function getRequests({ crisp }: World): string[] {
  return crisp.journal.entries().map(({ method, path }) => {
    const [, what] = decodeURIComponent(path.split('?')[0]).split('/people/')
    return `${method} ${what}`
  })
}

/** A person of the Crisp; the test fails when there is none. */
export function getPerson({ crisp }: World, reference: string): Person {
  const person = crisp.people.get(reference)
  if (!person) throw new Error(`Crisp has no ${reference}.`)
  return person
}

/** The names of a person's events, oldest first. */
export function getEvents(world: World, reference: string): string[] {
  return getPerson(world, reference).events.map(({ text }) => text)
}

/** The emails of all people, in order of creation. */
export function getEmails({ crisp }: World): string[] {
  return crisp.people.all().map(({ profile }) => profile.email)
}
