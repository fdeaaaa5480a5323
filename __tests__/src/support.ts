import {
  createTestEvent,
  createTestIntegration,
  ErrorCodes,
  getErrorCodeFromHttpStatus,
  HTTPError
} from '@segment/actions-core'
import type { JSONObject, ModifiedResponse, RequestClient, RequestOptions, SegmentEvent } from '@segment/actions-core'
import nock from 'nock'
import destination from '../../src'
import { CrispClient } from '../../src/api/client'
import type { PersonMatch } from '../../src/api/types'
import type { Settings } from '../../src/generated-types'
import { peopleCache } from '../../src/person/cache'

export const HOST = 'https://api.crisp.chat'
export const WEBSITE = '04ed9a29-1c5e-4c0b-9a0e-6f3f2f1b7d11'
export const IDENTIFIER = '0f4a6c1e-token-identifier'
export const KEY = 'key-of-the-tests'
export const BASE64 = Buffer.from(`${IDENTIFIER}:${KEY}`).toString('base64')
export const settings: Settings = { apiKey: `${IDENTIFIER}:${KEY}`, websiteId: WEBSITE, tokenType: 'plugin' }

/** A request that reached Crisp. The path is as it was sent, without `/v1/website/<id>`. */
export interface Request {
  method: string
  path: string
  headers: Record<string, string>
  body: unknown
}

/** Status, body and headers; an error cuts the connection. */
export type Reply = [status: number, body?: unknown, headers?: Record<string, string>] | Error

const json = { 'content-type': 'application/json' }
const envelope = (reason: string, data: unknown = {}, error = false) => ({ error, reason, data })

/** Crisp's answers, as recorded or documented. */
export const answers = {
  updated: [200, envelope('updated')] as Reply,
  deleted: [200, envelope('deleted')] as Reply,
  eventAdded: [201, envelope('added')] as Reply,
  added: (peopleId = 'people-new'): Reply => [201, envelope('added', { people_id: peopleId })],
  matches: (...matches: Partial<PersonMatch>[]): Reply => [200, envelope('listed', matches)],
  data: (data: unknown): Reply => [200, envelope('resolved', { data })],
  website: [200, envelope('resolved', { website_id: WEBSITE, name: 'Crisp', domain: 'crisp.chat' })] as Reply,
  stats: [200, envelope('resolved', { total: 3523 })] as Reply,
  unknown: [404, envelope('people_not_found', {}, true)] as Reply,
  exists: [409, envelope('people_exists', {}, true)] as Reply,
  invalid: (message?: string): Reply => [400, envelope('invalid_data', message ? { message } : {}, true)],
  refused: (status: number, reason: string, message?: string): Reply => [
    status,
    envelope(reason, message ? { message } : {}, true)
  ],
  reset: (): Reply => networkError('ECONNRESET')
}

/** What Node reports when a connection fails; its text repeats the URL, which names a person. */
export function networkError(code: string): Error {
  return Object.assign(new Error(`request to ${HOST}/v1/john.doe%40segment.com failed, reason: ${code}`), { code })
}

/** Never answers. */
export const hang = () => new Promise<Reply>(() => undefined)

/**
 * A Crisp that answers by a function of the request, in place of the one before.
 * Returns the requests, in their order of arrival.
 */
export function crispThat(answer: (request: Request) => Reply | Promise<Reply>): Request[] {
  const requests: Request[] = []
  nock.cleanAll()
  const scope = nock(HOST).persist()
  for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD']) {
    scope
      .intercept(() => true, method)
      .reply(async function (uri, body) {
        const headers: Record<string, string> = {}
        for (const [name, value] of Object.entries(this.req.headers as Record<string, string | string[]>)) {
          headers[name] = String(value)
        }
        const request = { method, path: uri.replace(`/v1/website/${WEBSITE}`, ''), headers, body: body || undefined }
        requests.push(request)
        const reply = await answer(request)
        if (reply instanceof Error) throw reply
        const [status, content = '', extra = json] = reply
        return [status, typeof content === 'string' ? content : JSON.stringify(content), extra]
      })
  }
  return requests
}

/**
 * A Crisp that never answers, and a clock that runs out the request's shortest time-out once Crisp was asked.
 * Time-outs from ten seconds on do not run by themselves; their lengths are in `timeouts`.
 */
export function silentCrisp(): { requests: Request[]; timeouts: number[] } {
  const later = global.setTimeout
  const waiting: { delay: number; run: () => void }[] = []
  const timeouts: number[] = []
  jest.spyOn(global, 'setTimeout').mockImplementation((run: () => void, delay = 0) => {
    if (delay < 10_000) return later(run, delay)
    waiting.push({ delay, run })
    timeouts.push(delay)
    return later(() => undefined, 0)
  })
  const requests = crispThat(() => {
    waiting.sort((a, b) => a.delay - b.delay)
    waiting.shift()?.run()
    return hang()
  })
  return { requests, timeouts }
}

/** A Crisp that gives these answers in this order, and refuses whatever is asked beyond them. */
export function crisp(...script: Reply[]): Request[] {
  const left = [...script]
  return crispThat(() => left.shift() ?? [418, envelope('not_in_the_script', {}, true)])
}

/** Requests in a line each: method and decoded path, the query left out. */
export function linesOf(requests: Request[]): string[] {
  return requests.map(({ method, path }) => `${method} ${decodeURIComponent(path.split('?')[0])}`)
}

/** What the search asks Crisp for. */
export function searchOf(request: Request): Record<string, string> {
  return Object.fromEntries(new URL(request.path, HOST).searchParams)
}

/** An identify call as Segment hands it over, anonymous unless it says more. */
export function identify(event: Partial<SegmentEvent>): SegmentEvent {
  return createTestEvent({ type: 'identify', event: undefined, userId: null, properties: undefined, ...event })
}

/** A track call as Segment hands it over, anonymous unless it says more. */
export function track(event: Partial<SegmentEvent>): SegmentEvent {
  return createTestEvent({ event: 'Completed Purchase', userId: null, traits: undefined, ...event })
}

/** A track call of the person with the email. */
export function trackOf(email: string, event: Partial<SegmentEvent> = {}): SegmentEvent {
  return track({ context: { traits: { email } }, ...event })
}

export type Action = 'identifyUser' | 'trackEvent'

export interface Options {
  /** Replaces the default of the fields it names. */
  mapping?: JSONObject
  settings?: Partial<Settings>
  signal?: AbortSignal
}

/** What Segment's runtime makes of an event, in the same words for a single event and in a batch. */
export interface Outcome {
  delivered: boolean
  /** Crisp's answer. */
  body?: unknown
  /** Of a failure. */
  status?: number
  errortype?: string
  message?: string
}

/** An event's entry in the result of a batch. */
export interface Entry {
  status: number
  sent?: unknown
  body?: unknown
  errortype?: string
  errormessage?: string
  errorreporter?: string
}

const runtime = createTestIntegration(destination)

function input(action: Action, options: Options) {
  const mapping: JSONObject = {}
  for (const [key, field] of Object.entries(destination.actions[action].fields)) {
    if (field.default !== undefined) mapping[key] = field.default as JSONObject
  }
  const { signal } = options
  return { mapping: { ...mapping, ...options.mapping }, settings: { ...settings, ...options.settings }, signal }
}

/** Delivers an event by itself through Segment's runtime. Throws what the runtime would see. */
export async function deliverAlone(action: Action, event: SegmentEvent, options: Options = {}): Promise<unknown> {
  const { signal, ...rest } = input(action, options)
  if (!signal) {
    await runtime.testAction(action, { event, ...rest })
    return runtime.results[runtime.results.length - 1].data
  }
  const subscription = { partnerAction: action, subscribe: `type = "${event.type}"`, mapping: rest.mapping }
  const results = await runtime.onEvent(event, { ...rest.settings, subscription }, { signal })
  return results[results.length - 1].data
}

/** Delivers events as a batch through Segment's runtime. */
export async function deliverBatch(action: Action, events: SegmentEvent[], options: Options = {}): Promise<Entry[]> {
  return await runtime.executeBatch(action, { events, ...input(action, options) })
}

/** The error that an event by itself fails with. */
export async function errorOf(action: Action, event: SegmentEvent, options?: Options): Promise<ThrownError> {
  try {
    await deliverAlone(action, event, options)
  } catch (thrown) {
    return thrown as ThrownError
  }
  throw new Error('The event was delivered.')
}

export type ThrownError = Error & { code: string; status: number }

export type Deliver = (action: Action, event: SegmentEvent, options?: Options) => Promise<Outcome>

const alone: Deliver = async (action, event, options) => {
  try {
    return { delivered: true, body: await deliverAlone(action, event, options) }
  } catch (thrown) {
    const { code, message, name, status } = thrown as ThrownError
    if (name === 'AggregateAjvError') {
      return { delivered: false, status: 400, errortype: ErrorCodes.PAYLOAD_VALIDATION_FAILED, message }
    }
    if (status === undefined) throw thrown
    const errortype = code in ErrorCodes ? code : getErrorCodeFromHttpStatus(status)
    return { delivered: false, status, errortype, message }
  }
}

const inABatch: Deliver = async (action, event, options) => {
  const entries = await deliverBatch(action, [event], options)
  expect(entries).toHaveLength(1)
  const { status, body, errortype, errormessage } = entries[0]
  if (errormessage === undefined) return { delivered: true, body }
  return { delivered: false, status, errortype, message: errormessage }
}

/** Runs the tests for an event by itself and for the same event as a batch: both must come to the same. */
export function aloneAndInABatch(tests: (deliver: Deliver) => void): void {
  describe.each([
    ['a single event', alone],
    ['a batch', inABatch]
  ])('%s', (_mode, deliver) => tests(deliver))
}

/** A failed outcome, with key words of its message. */
export function failure(status: number, errortype: string, ...words: string[]): Outcome {
  return { delivered: false, status, errortype, message: containing(...words) }
}

/** Matches a text that holds all these words, in their order. */
export function containing(...words: string[]): string {
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return expect.stringMatching(new RegExp(escaped.join('[^]*'), 'i')) as string
}

/** Caches a person as verified now. */
export async function remember(userId: string, { peopleId, email }: { peopleId?: string; email?: string }) {
  const verifiedAt = Date.now()
  const person = { address: peopleId ?? '', peopleId, verifiedAt, email }
  const change = { websiteId: WEBSITE, userId, person, emailAt: verifiedAt }
  await peopleCache.run(change, () => Promise.resolve())
}

/** What the cache holds of a user ID. */
export function recall(userId: string): { peopleId?: string; email?: string } {
  return { peopleId: peopleCache.getPerson(WEBSITE, userId)?.peopleId, email: peopleCache.getEmail(WEBSITE, userId) }
}

/** Every test starts as a new process, with no Crisp but its own. */
export function startAfresh(): void {
  beforeAll(() => nock.disableNetConnect())
  beforeEach(() => {
    nock.cleanAll()
    peopleCache.clear()
  })
  afterEach(() => {
    nock.cleanAll()
    jest.restoreAllMocks()
    jest.useRealTimers()
  })
}

/** A request as the client asks Segment's request client for it. */
export interface Call {
  method: string
  path: string
  options: RequestOptions
}

/**
 * Segment's request client with a Crisp behind it that answers by a function: no network, no timers. A status from 400
 * on is thrown, as the real one does.
 */
export function requestThat(answer: (call: Call) => unknown): { request: RequestClient; calls: Call[] } {
  const calls: Call[] = []
  const request = async (url: string, options: RequestOptions = {}) => {
    const path = url.replace(`${HOST}/v1/website/${WEBSITE}`, '')
    const call = { method: String(options.method), path, options }
    calls.push(call)
    const reply = (await answer(call)) as Reply
    if (reply instanceof Error) throw reply
    const response = responseOf(reply)
    if (response.status >= 400) throw new HTTPError(response, undefined as never, undefined as never)
    return response
  }
  return { request: request as RequestClient, calls }
}

function responseOf([status, body = '']: Exclude<Reply, Error>): ModifiedResponse {
  const content = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, content, data: typeof body === 'string' ? undefined : body } as ModifiedResponse
}

/** A client of a Crisp that answers by a function. */
export function clientThat(answer: (call: Call) => unknown, signal?: AbortSignal) {
  const { request, calls } = requestThat(answer)
  return { client: new CrispClient(request, { settings, signal }), request, calls }
}

/** Calls in a line each: method and decoded path, the query left out. */
export function callsOf(calls: Call[]): string[] {
  return calls.map(({ method, path }) => `${method} ${decodeURIComponent(path.split('?')[0])}`)
}

/** A promise that is settled from outside. */
export function gate<T>() {
  let open: (value: T) => void = () => undefined
  const passed = new Promise<T>((resolve) => (open = resolve))
  return { passed, open }
}

/** Lets everything run that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve()
}
