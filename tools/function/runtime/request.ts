import type { RequestClient, RequestOptions } from '@segment/actions-core'
import { extendRequest } from '../../../src/api/client'
import type { Settings } from '../../../src/generated-types'

/** Milliseconds that a request may take at most. */
const REQUEST_MAX = 4_000

/** Milliseconds of an invocation after which no request starts, and after which it ends. Segment halts it at 5,000. */
const LAST_START = 3_900
const LAST_END = 4_400

/** The time of one invocation. */
export class Deadline {
  private readonly startedAt = Date.now()

  /** True when no further request may start; the name is the one of an AbortSignal. */
  get aborted(): boolean {
    return this.elapsed > LAST_START
  }

  /** Milliseconds that a request may take from now on. */
  get requestTimeout(): number {
    return Math.max(1, Math.min(REQUEST_MAX, LAST_END - this.elapsed))
  }

  private get elapsed(): number {
    return Date.now() - this.startedAt
  }
}

/**
 * A request client as the destination expects it, on the `fetch` of Segment's Functions (node-fetch 2: it has `timeout`).
 * It throws an error with the `response` for every answer but 2xx, and one with code ETIMEDOUT after the time-out.
 */
export function createRequestClient(settings: Settings, deadline: Deadline): RequestClient {
  const { headers, redirect } = extendRequest({ settings, payload: undefined })
  const request = async (url: string, { method, json, headers: others }: RequestOptions = {}) => {
    const body = json === undefined ? undefined : JSON.stringify(json)
    const timeout = deadline.requestTimeout
    const allHeaders = { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }), ...others }
    const options = { method, redirect, timeout, body, headers: allHeaders }
    const response = await endWithin(timeout, () => send(url, options))
    if (!response.ok) throw Object.assign(new Error(`Status ${response.status}`), { response })
    return response
  }
  return request as unknown as RequestClient
}

async function send(url: string, options: RequestInit & { timeout: number }) {
  const response = await fetch(url, options)
  const content = await response.text()
  const isJson = response.headers.get('content-type')?.includes('application/json')
  return { status: response.status, ok: response.ok, content, data: isJson ? parseJson(content) : content }
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}

/** The time-out of node-fetch starts again for the body: this one holds for both. */
async function endWithin<T>(milliseconds: number, run: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('Timed out'), { code: 'ETIMEDOUT' })), milliseconds)
  })
  try {
    return await Promise.race([run(), timeout])
  } finally {
    clearTimeout(timer)
  }
}
