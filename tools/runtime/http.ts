import { AsyncLocalStorage } from 'async_hooks'
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders, RequestOptions } from 'http'
import https from 'https'
import net from 'net'
import type { Duplex } from 'stream'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'zlib'
import { redactHeaders } from '../redact'

declare module 'http' {
  interface Agent {
    /** Node's agents hand every request to this method; its types do not tell. */
    addRequest(request: ClientRequest, options: RequestOptions): void
  }
}

/** The part of an answer's head that hooks see. */
export interface AnswerHead {
  status: number
  headers: { get(name: string): string | null }
}

/** Called around every request of the destination: for limits of rate and number, and for seeing rate-limit responses early. */
export interface RequestHooks {
  /** Called before a request, which waits for it. What it throws fails the request in its place. */
  beforeRequest(): Promise<void>
  /** Called with every answer. */
  afterResponse(answer: AnswerHead): void
}

/** The hooks as the request client takes them. Its time-outs begin after `beforeRequest`. */
export function toClientHooks(hooks: RequestHooks | undefined) {
  if (!hooks) return {}
  return {
    beforeRequest: [() => hooks.beforeRequest()],
    afterResponse: [(_request: unknown, _options: unknown, answer: AnswerHead) => hooks.afterResponse(answer)]
  }
}

/**
 * Takes the destination's requests for `https://api.crisp.chat` there or, without TLS, to a port of this machine, so
 * that the unchanged destination talks to a sandbox. Records them while `recorded` runs.
 */
export class RuntimeAgent extends https.Agent {
  /** @param port - a port on 127.0.0.1; undefined means live Crisp */
  constructor(private readonly port: number | undefined) {
    super({ keepAlive: true, maxFreeSockets: 64 })
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void
  ): Duplex | null | undefined {
    if (this.port === undefined) return super.createConnection(options, callback)
    return net.connect({ port: this.port, host: '127.0.0.1', noDelay: true })
  }

  override addRequest(request: ClientRequest, options: RequestOptions): void {
    record(request)
    super.addRequest(request, options)
  }

  /** The request client destroys the agent after every answer; only `close` really does. */
  override destroy(): void {}

  /** Closes the connections. */
  close(): void {
    super.destroy()
  }
}

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

const RECORDERS = new AsyncLocalStorage<Recording[]>()

/**
 * Runs a function and collects the exchanges of every request that it sends through a recording agent.
 * @param run - the function
 * @returns its result and the exchanges in the order of sending; a rejection of the function passes through
 */
export async function recorded<T>(run: () => Promise<T>): Promise<{ result: T; exchanges: Exchange[] }> {
  const recordings: Recording[] = []
  const result = await RECORDERS.run(recordings, run)
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

/** Collects what it sends and receives while a recorder runs. */
function record(request: ClientRequest): void {
  const recordings = RECORDERS.getStore()
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
      body: parse(Buffer.concat(sent))
    },
    response: response
      ? {
          status: response.statusCode ?? 0,
          headers: redactHeaders(response.headers),
          body: parse(decode(Buffer.concat(received), response.headers['content-encoding']))
        }
      : null,
    durationMs: endedAt === undefined ? null : Math.round((endedAt - startedAt) * 10) / 10
  }
}

function decode(body: Buffer, encoding: string | undefined): Buffer {
  try {
    if (encoding === 'gzip') return gunzipSync(body)
    if (encoding === 'deflate') return inflateSync(body)
    if (encoding === 'br') return brotliDecompressSync(body)
  } catch {
    // Half an answer: shown as it came.
  }
  return body
}

function parse(body: Buffer): unknown {
  if (body.length === 0) return undefined
  const text = body.toString('utf8')
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
