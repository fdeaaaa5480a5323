import { AsyncLocalStorage } from 'async_hooks'
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'http'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'zlib'
import { redactHeaders } from '../redact'

/** A request of the destination and its answer, as they went over the wire; secrets redacted. */
export interface Exchange {
  request: {
    method: string
    url: string
    headers: OutgoingHttpHeaders
    /** Parsed JSON, or the text. */
    body?: unknown
  }
  /** null when no answer came: a lost connection, a time-out, an abort. */
  response: {
    status: number
    headers: IncomingMessage['headers']
    /** Parsed JSON, or the text. */
    body?: unknown
  } | null
  /** Milliseconds from sending to the end of the answer; null without one. */
  durationMs: number | null
}

const recorders = new AsyncLocalStorage<Recording[]>()

/**
 * Runs a function and collects the exchanges of every request that it sends through a recording agent.
 * @param run - the function
 * @returns its result and the exchanges in the order of sending; a rejection of the function passes through
 */
export async function recorded<T>(run: () => Promise<T>): Promise<{ result: T; exchanges: Exchange[] }> {
  const recordings: Recording[] = []
  const result = await recorders.run(recordings, run)
  return { result, exchanges: recordings.map(toExchange) }
}

interface Recording {
  request: ClientRequest
  sent: Buffer[]
  response?: IncomingMessage
  received: Buffer[]
  startedAt: number
  endedAt?: number
}

/** Called by the agents for every request: collects what it sends and receives while a recorder runs. */
export function record(request: ClientRequest): void {
  const recordings = recorders.getStore()
  if (!recordings) return
  const recording: Recording = { request, sent: [], received: [], startedAt: performance.now() }
  recordings.push(recording)

  const write = request.write.bind(request) as (...args: unknown[]) => boolean
  request.write = (chunk: unknown, ...rest: unknown[]): boolean => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) recording.sent.push(Buffer.from(chunk))
    return write(chunk, ...rest)
  }
  request.on('response', (response) => {
    recording.response = response
    response.on('data', (chunk: Buffer) => recording.received.push(chunk))
    response.on('end', () => (recording.endedAt = performance.now()))
  })
}

function toExchange({ request, sent, response, received, startedAt, endedAt }: Recording): Exchange {
  return {
    request: {
      method: request.method,
      url: `https://${String(request.getHeader('host'))}${request.path}`,
      headers: redactHeaders(request.getHeaders()),
      body: parsed(Buffer.concat(sent))
    },
    response: response
      ? {
          status: response.statusCode ?? 0,
          headers: redactHeaders(response.headers),
          body: parsed(decoded(Buffer.concat(received), response.headers['content-encoding']))
        }
      : null,
    durationMs: endedAt === undefined ? null : Math.round((endedAt - startedAt) * 10) / 10
  }
}

function decoded(body: Buffer, encoding: string | undefined): Buffer {
  try {
    if (encoding === 'gzip') return gunzipSync(body)
    if (encoding === 'deflate') return inflateSync(body)
    if (encoding === 'br') return brotliDecompressSync(body)
  } catch {
    // Half an answer: shown as it came.
  }
  return body
}

function parsed(body: Buffer): unknown {
  if (body.length === 0) return undefined
  const text = body.toString('utf8')
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
