import { createContext, runInContext } from 'vm'
import type { SegmentEvent, Subscription } from '@segment/actions-core'
import { toScript } from '../../../tools/function/script'
import { presetSubscriptions } from '../../../tools/runtime'
import type { Sandbox } from '../../../tools/sandbox'
import type { FakeTime } from './fake-time'

/** A setting's value as Segment hands it over. */
export type FunctionSettings = Record<string, unknown>

/** What an event of a batch ends with. */
export interface BatchResult {
  status: 200 | 400 | 500
  errormessage?: string
}

type Handler = (event: SegmentEvent, settings?: FunctionSettings) => Promise<void>

/** The handlers of the printed script. */
export interface SegmentFunction
  extends Record<
    'onIdentify' | 'onTrack' | 'onPage' | 'onScreen' | 'onGroup' | 'onAlias' | 'onDelete' | 'onEvent',
    Handler
  > {
  onBatch: (events: SegmentEvent[], settings?: FunctionSettings) => Promise<BatchResult[]>
  /** The libraries of the script. */
  libraries: Record<string, unknown>
}

/** How the script is loaded. */
export interface LoadOptions {
  subscriptions?: Subscription[]
  /** The script's time; real time without it. */
  time?: FakeTime
  /** Milliseconds that Crisp takes for an answer, in the script's time. */
  latency?: number
  /** Takes the place of `fetch`. */
  fetch?: unknown
}

/** The error classes of Segment's Functions. */
export class EventNotSupported extends Error {}
export class InvalidEventPayload extends Error {}
export class ValidationError extends Error {}
export class RetryError extends Error {}

const nodeFetch = jest.requireActual<
  typeof fetch & { Request: typeof Request; Response: typeof Response; Headers: typeof Headers }
>('node-fetch')
const lodash = jest.requireActual<object>('lodash-4.17.19')

const CRISP = 'https://api.crisp.chat'

/** Globals of Segment's Functions that the script must not need. */
const UNUSED = ['crypto', 'https', 'FormData', 'moment', 'cache', 'console', 'atob', 'btoa', 'AWS', 'oauth', 'xml']

/** What Node.js 16 does not have. */
const TOO_NEW = {
  'Array.prototype': ['findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'with'],
  'String.prototype': ['isWellFormed', 'toWellFormed'],
  'Set.prototype': ['union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isDisjointFrom'],
  Array: ['fromAsync'],
  Object: ['groupBy'],
  Map: ['groupBy'],
  Promise: ['withResolvers', 'try'],
  globalThis: ['Iterator']
}

/** Every request of a script, with its options. */
export const requests: { url: string; timeout?: number }[] = []

/** Loads the printed script as a new instance of Segment's Function runtime: only the documented globals are there. */
export function loadFunction(crisp: Sandbox, options: LoadOptions = {}): SegmentFunction {
  const { subscriptions = presetSubscriptions(), time, fetch = createFetch(crisp, options) } = options
  const context = createContext({
    fetch,
    Request: nodeFetch.Request,
    Response: nodeFetch.Response,
    Headers: nodeFetch.Headers,
    _: lodash,
    Buffer,
    URL,
    URLSearchParams,
    setTimeout: time?.setTimeout ?? setTimeout,
    clearTimeout: time?.clearTimeout ?? clearTimeout,
    setInterval,
    clearInterval,
    EventNotSupported,
    InvalidEventPayload,
    ValidationError,
    RetryError,
    ...Object.fromEntries(UNUSED.map((name) => [name, createUntouchable(name)])),
    ...(time && { Date: time.Date })
  })
  for (const [owner, names] of Object.entries(TOO_NEW)) {
    for (const name of names) runInContext(`delete ${owner}.${name}`, context)
  }
  runInContext(toScript(subscriptions), context, { filename: 'function.js' })
  const handlers = context as unknown as SegmentFunction
  const onEvent: Handler = (event, settings) => handlers[getHandlerName(event)](event, settings)
  return Object.assign(handlers, { onEvent })
}

function getHandlerName({ type }: SegmentEvent) {
  return `on${type[0].toUpperCase()}${type.slice(1)}` as 'onIdentify'
}

/** The `fetch` of Segment's Functions, which finds the sandbox at Crisp's address. */
function createFetch({ url: sandbox }: Sandbox, { time, latency = 0 }: LoadOptions) {
  return async (url: string, options: RequestInit & { timeout?: number }) => {
    if (!url.startsWith(CRISP)) throw new Error('The script may only talk to Crisp.')
    requests.push({ url, timeout: options.timeout })
    const send = () => nodeFetch(url.replace(CRISP, sandbox), options)
    if (!time) return send()
    if (latency === Infinity) return new Promise(() => undefined)
    const answer = await time.during(async () => {
      const response = await send()
      return new nodeFetch.Response(await response.text(), { status: response.status, headers: response.headers })
    })
    await time.sleep(latency)
    return answer
  }
}

function createUntouchable(name: string): unknown {
  const fail = () => {
    throw new Error(`The script uses ${name}.`)
  }
  return new Proxy(() => undefined, { get: fail, apply: fail, construct: fail })
}

/** What a handler's promise comes to: the error class and its message, or `done`. */
export async function readEnding(handled: Promise<void>): Promise<string> {
  try {
    await handled
    return 'done'
  } catch (thrown) {
    const { constructor, message } = thrown as Error
    return `${constructor.name}: ${message}`
  }
}
