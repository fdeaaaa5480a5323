import type { IncomingHttpHeaders } from 'http'
import { performance } from 'perf_hooks'
import { redactHeaders } from '../redact'
import { parseJson } from './validation'

/** One request and what became of it. */
export interface JournalEntry {
  /** Counts from 1 and never repeats until `clear()`. */
  n: number
  /** Arrival, in milliseconds since the epoch. */
  at: number
  method: string
  /** As it came, with the query. */
  path: string
  /** Name of the route; empty when the path is none of the API. */
  route: string
  websiteId: string
  /** null while there is no answer, and forever when the connection was cut or left hanging. */
  status: number | null
  reason: string | null
  /** From arrival to the answer; null while there is none. */
  durationMs: number | null
  /** Parsed JSON, or the text itself when it is not JSON or very long. */
  requestBody: unknown
  responseBody: unknown
  requestId: string
  /** Request headers, without secrets. */
  headers: Record<string, string | string[] | undefined>
  /** Requests in flight on arrival, this one included. */
  inFlight: number
  /** What a fault did to the request, if any. */
  fault?: string
}

/** What the server notes down about a request as it goes along. */
export interface Note {
  readonly n: number
  readonly at: number
  readonly start: number
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly requestId: string
  readonly inFlight: number
  route: string
  websiteId: string
  requestText?: string
  responseText?: string
  status: number | null
  reason: string | null
  durationMs: number | null
  fault?: string
  done: boolean
}

const MAX_BODY_LENGTH = 65_536

/** The last requests, in the order of arrival. Holds a bounded number of them; counts all. */
export class Journal {
  private peak = 0
  private notes: (Note | undefined)[] = []
  private total = 0
  private flying = 0

  constructor(private readonly size: number) {}

  /** The requests still held, oldest first. */
  entries(): JournalEntry[] {
    const first = this.total % this.size
    const ordered = this.total > this.size ? [...this.notes.slice(first), ...this.notes.slice(0, first)] : this.notes
    return ordered.filter((note) => note !== undefined).map(toEntry)
  }

  /** The most requests that were in flight at once, since the start or the last `clear()`. */
  get maxInFlight(): number {
    return this.peak
  }

  /** All requests since the start or the last `clear()`, held or not. */
  count(): number {
    return this.total
  }

  /** Forgets entries, the count and the peak. Requests under way end unrecorded. */
  clear(): void {
    this.notes = []
    this.total = 0
    this.peak = this.flying
  }

  /** @internal Notes an arrival. */
  begin(request: { method: string; path: string; headers: IncomingHttpHeaders; requestId: string }): Note {
    this.flying++
    this.peak = Math.max(this.peak, this.flying)
    const note: Note = {
      ...request,
      n: this.total + 1,
      at: Date.now(),
      start: performance.now(),
      inFlight: this.flying,
      route: '',
      websiteId: '',
      status: null,
      reason: null,
      durationMs: null,
      done: false
    }
    this.notes[this.total % this.size] = note
    this.total++
    return note
  }

  /** @internal Notes that a request is over, answered or not. Counts once; false when it was over already. */
  end(note: Note, answer?: { status: number; reason: string | null; text: string }): boolean {
    if (note.done) return false
    note.done = true
    this.flying--
    if (!answer) return true
    note.status = answer.status
    note.reason = answer.reason
    note.responseText = answer.text.length > MAX_BODY_LENGTH ? answer.text.slice(0, MAX_BODY_LENGTH) : answer.text
    note.durationMs = performance.now() - note.start
    return true
  }
}

/** Keeps a request's body, cut when it is very long. */
export function noteBody(note: Note, text: string): void {
  note.requestText = text.length > MAX_BODY_LENGTH ? text.slice(0, MAX_BODY_LENGTH) : text
}

/** A journal entry from a note: bodies parsed, secrets gone. */
export function toEntry(note: Note): JournalEntry {
  const { n, at, method, path, route, websiteId, status, reason, durationMs, requestId, inFlight, fault } = note
  const entry: JournalEntry = {
    n,
    at,
    method,
    path,
    route,
    websiteId,
    status,
    reason,
    durationMs,
    requestBody: readBody(note.requestText),
    responseBody: readBody(note.responseText),
    requestId,
    headers: redactHeaders(note.headers),
    inFlight
  }
  if (fault) entry.fault = fault
  return entry
}

function readBody(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined
  try {
    return parseJson(text)
  } catch {
    return text
  }
}
