/** What the tester's server and its page say to each other. Plain JSON; free of Node's and the browser's types. */

import isPlainObject from 'lodash/isPlainObject'

/** Limits that the server keeps and the page tells. */
export const LIMITS = {
  /** Runs in the history. */
  runs: 200,
  /** Rows of the journal. */
  journalRows: 500,
  /** Events in one batch. */
  events: 10_000,
  /** Bytes of a body with events. */
  eventBytes: 16 * 1024 * 1024,
  /** Events of a batch that are checked before sending. */
  checkedEvents: 500,
  /** People in one page of the list. */
  people: 200,
  /** Events of one person. */
  personEvents: 1000
}

/** A JSON object of which nothing is known. */
export type JsonObject = Record<string, unknown>

/** Any JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** What an action's fields are filled with: values, or directives such as `{"@path": "$.event"}`. */
export type Mapping = { [field: string]: Json }

/** A way from events to an action, as Segment stores it. */
export interface SubscriptionView {
  /** Tells it from others of the same name. */
  id: string
  name: string
  partnerAction: string
  /** The trigger, in Segment's FQL. */
  subscribe: string
  mapping: Mapping
}

/** A preset of the definition. One of type `specificEvent` has no trigger: Engage and Reverse ETL send to it. */
export interface PresetView extends SubscriptionView {
  type: 'automatic' | 'specificEvent'
  eventSlug?: string
}

/** A field of the settings or of an action's mapping. */
export interface FieldView {
  key: string
  label: string
  description: string
  type: string
  /** It takes a list of these. */
  multiple: boolean
  required: boolean
  choices: { label: string; value: string }[]
  default?: Json
  minimum?: number
  maximum?: number
}

/** An action and the fields that its mapping fills. */
export interface ActionView {
  key: string
  title: string
  description: string
  fields: FieldView[]
}

/** One comparison of a trigger, with what the event holds there. */
export interface Clause {
  kind: 'clause'
  fql: string
  matches: boolean
  /** Where in the event it looks, such as `properties.plan`. */
  path: string
  /** What is there; absent when nothing is. */
  actual?: unknown
  sentence: string
}

/** Comparisons joined by `and` or `or`. */
export interface ClauseGroup {
  kind: 'group'
  operator: 'and' | 'or'
  matches: boolean
  children: MatchNode[]
}

/** A part of a trigger. */
export type MatchNode = Clause | ClauseGroup

/** Whether a subscription takes an event, and why. */
export interface Match {
  matches: boolean
  condition?: ClauseGroup
  /** Segment cannot read the trigger, or reads something else than it says. */
  problem?: string
}

/** What is wrong with one field: its mapping, or its value by the action's schema. */
export interface FieldError {
  field: string
  message: string
}

/** What may become of an event in a subscription. */
export type OutcomeName = 'delivered' | 'dropped' | 'failed' | 'not subscribed'

/** What became of an event in a subscription. */
export interface VerdictView {
  outcome: OutcomeName
  status?: number
  code?: string
  reason?: string
  sent?: unknown
  body?: unknown
}

/** What Segment would do next with the event, and why. */
export interface NextStep {
  retry: boolean
  sentence: string
}

/** A request to Crisp and its answer, secrets redacted; no answer when the connection was lost. */
export interface ExchangeView {
  request: { method: string; url: string; headers: JsonObject; body?: unknown }
  response: { status: number; headers: JsonObject; body?: unknown } | null
  durationMs: number | null
}

/** All that is known of one event in one subscription before anything is sent. */
export interface Preview {
  subscription: SubscriptionView
  match: Match
  /** Directives of the mapping that fail whatever the event is. */
  mappingProblems: FieldError[]
  /** After the mapping, without empty values and with the types that the schema asks for. */
  payload?: JsonObject
  fieldErrors: FieldError[]
  /** Why the event fails before any request to Crisp; absent when it gets that far, or was not tried. */
  failure?: string
}

/** What is known of an event or a batch before it is sent. */
export interface Forecast {
  /** For each subscription: the event, or the first event of a batch that it takes. */
  previews: Preview[]
  /** For a batch and each subscription: how many events it takes, and how many of them fail before any request. */
  counts?: { taken: number; failing: number }[]
  /** Checking was ended after a while: the rest is not known. */
  isPartial: boolean
}

/** One event of a batch. */
export interface Row {
  index: number
  title: string
  verdict: VerdictView
  next: NextStep
}

interface DeliveryBase {
  subscription: SubscriptionView
  exchanges: ExchangeView[]
  /** Exchanges beyond those kept. */
  exchangesLeftOut: number
  durationMs: number
}

/** What one subscription did with an event. */
export interface EventDelivery extends DeliveryBase {
  kind: 'event'
  /** Absent for a deletion, which has neither trigger nor mapping. */
  preview?: Preview
  verdict: VerdictView
  next: NextStep
}

/** What one subscription did with a batch. */
export interface BatchDelivery extends DeliveryBase {
  kind: 'batch'
  /** An entry for every event, in its order. */
  rows: Row[]
}

export type Delivery = EventDelivery | BatchDelivery

/** One value of a person before and after a run. */
export interface ValueChange {
  path: string
  /** Absent when there was nothing. */
  before?: unknown
  /** Absent when it is gone. */
  after?: unknown
}

/** What a run did to a person. */
export interface PersonChange {
  peopleId: string
  email: string
  runId: number
  created: boolean
  changes: ValueChange[]
  newEvents: number
}

/** What became of a run: the same for all its events, or `mixed`. */
export type RunOutcome = OutcomeName | 'mixed'

/** A run without its details, for lists. */
export interface RunSummary {
  id: number
  at: number
  kind: 'event' | 'batch'
  title: string
  /** Who asked for it. */
  by: 'page' | 'api' | 'examples' | 'replay'
  replayOf?: number
  events: number
  outcome: RunOutcome
  /** The HTTP status of the answer that told it. */
  status: number
  requests: number
  durationMs: number
}

/** A run that has not ended. */
export interface RunningRun {
  id: number
  at: number
  title: string
  /** Events of all subscriptions that are through, and how many there are. */
  done: number
  total: number
  /** What its sender calls it, to know it again. */
  tag?: string
}

/** What was asked for: one event or a batch. */
export interface RunInput {
  event?: JsonObject
  events?: JsonObject[]
  subscriptions: SubscriptionView[]
  /** As given; the key is never shown. Empty ones are filled from the sandbox or the environment. */
  settings: JsonObject
}

/** A run in full. */
export interface Run extends RunSummary {
  input: RunInput
  deliveries: Delivery[]
  people: PersonChange[]
}

/** A person in a list. */
export interface PersonSummary {
  peopleId: string
  email: string
  name: string
  events: number
  updatedAt: number
}

/** A page of people, and how many there are in all. */
export interface PeoplePage {
  total: number
  people: PersonSummary[]
}

/** An event as agents see it, and whether the last run added it. */
export interface PersonEventView {
  text: string
  color?: string
  timestamp: number
  data: Record<string, string | number | boolean>
  isNew: boolean
}

/** A person as Crisp holds them. Events are the latest first. */
export interface PersonView {
  peopleId: string
  email: string
  profile: JsonObject
  data: Record<string, string | number | boolean>
  totalEvents: number
  events: PersonEventView[]
  /** What the last run that touched the person changed. */
  change?: PersonChange
}

/** A request to Crisp, without its bodies. */
export interface JournalRow {
  n: number
  at: number
  method: string
  path: string
  status: number | null
  reason: string | null
  durationMs: number | null
  fault?: string
}

/** Something that can go wrong with Crisp, and whether it does. */
export interface FaultSwitch {
  name: string
  label: string
  description: string
  on: boolean
  /** Requests that it applied to since it was switched on. */
  struck: number
  /** It ends by itself after so many requests. */
  times?: number
}

/** Crisp's scarce resource: requests a day. */
export interface Quota {
  used: number
  /** What Crisp allows each type of token. */
  limits: { plugin: number; website: number }
  /** The kind that settings have unless they say otherwise. */
  tokenType: 'plugin' | 'website'
  /** A fault says that it is spent. */
  spent: boolean
}

/** What the page offers to start with. */
export interface Example {
  id: string
  name: string
  description: string
  /** An event, or a list of events for a batch. */
  json: unknown
  /** A subscription that takes it, where no preset does. */
  subscription?: SubscriptionView
}

/** What changes while the server runs. */
export interface Status {
  /** Another one is another process: nothing of before is left. */
  serverId: string
  faults: FaultSwitch[]
  quota: Quota
  people: number
  running: RunningRun[]
  /** The oldest run that is still kept. */
  oldestRun: number
}

/** What the page starts with. */
export interface TesterState extends Status {
  mode: 'sandbox' | 'live'
  websiteId: string
  sandboxUrl?: string
  settingsFields: FieldView[]
  actions: ActionView[]
  presets: PresetView[]
  examples: Example[]
  runs: RunSummary[]
  journal: JournalRow[]
}

/** What has happened since the last message of the stream `/api/live`. */
export interface Update extends Status {
  runs: RunSummary[]
  journal: JournalRow[]
  /** Everything was reset: forget what is shown. */
  reset?: boolean
}

/** An answer that is a refusal. */
export interface Refusal {
  error: string
  /** Where in the body, when it is known. */
  field?: string
}

/** True for a JSON object, not for a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return isPlainObject(value)
}
