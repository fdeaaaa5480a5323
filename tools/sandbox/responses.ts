import { validateHeaderName, validateHeaderValue, type ServerResponse } from 'http'
import type { Socket } from 'net'
import type { Answer } from './types'

/** 200 with what was asked for. */
export const resolved = (data: unknown): Answer => ({ status: 200, reason: 'resolved', data })

/** 201: something new is stored. */
export const added = (data: unknown = {}): Answer => ({ status: 201, reason: 'added', data })

/** 200: a write to something that was there. Crisp sends no content back. */
export const updated = (): Answer => ({ status: 200, reason: 'updated', data: {} })

/** 200: something is gone. */
export const deleted = (): Answer => ({ status: 200, reason: 'deleted', data: {} })

/** A list; 200 by default. */
export const listed = (data: unknown[], status = 200): Answer => ({ status, reason: 'listed', data })

/** 400 with the detail that clients find in `data.message`. */
export const invalidData = (message: string): Answer => ({ status: 400, reason: 'invalid_data', data: { message } })

/** 403: who asks may not. */
export const notAllowed = (message: string): Answer => ({ status: 403, reason: 'not_allowed', data: { message } })

/** 404: no person has that email or `people_id`. */
export const peopleNotFound = (): Answer => ({ status: 404, reason: 'people_not_found', data: {} })

/** 409: a person who is to be added is there already. */
export const peopleExists = (): Answer => ({ status: 409, reason: 'people_exists', data: {} })

/** 409: the email that a person is to get belongs to another. */
export const emailExists = (): Answer => ({ status: 409, reason: 'people_email_exists', data: {} })

/** Crisp's envelope, as text. */
export function toEnvelope({ status, reason, data = {} }: Answer): string {
  return JSON.stringify({ error: status >= 400, reason, data })
}

/** What goes over the wire for an answer. */
export interface WireResponse {
  status: number
  headers: Record<string, string>
  text: string
  /** Where a fault breaks the answer off: what arrives of the text, and what happens to the connection then. */
  break?: { text: string; then: 'reset' | 'close' | 'wait' }
}

/** An answer as it is sent when nothing goes wrong. Throws when it cannot be sent, which only a test's own can. */
export function toWireResponse(answer: Answer, method: string, requestId: string): WireResponse {
  if (answer.status < 200 || answer.status > 599) throw new Error(`${answer.status} is no status of an answer`)
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
  const text = method === 'HEAD' ? '' : toEnvelope(answer)
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'Request-Id': requestId,
    'Bloom-Status': method === 'GET' || method === 'HEAD' ? 'MISS' : 'DIRECT',
    Vary: 'Accept-Encoding, ETag'
  }
  if (method === 'GET') headers.ETag = `W/"${text.length.toString(16)}-${hash(text)}"`
  if (method !== 'HEAD') headers['Content-Length'] = String(Buffer.byteLength(text))
  return { status: answer.status, headers: { ...headers, ...answer.headers }, text }
}

/** Sends an answer, or as much of it as a fault leaves. */
export function sendResponse(response: ServerResponse, { status, headers, text, break: broken }: WireResponse): void {
  if (broken?.then === 'reset') return resetConnection(response.socket)
  response.writeHead(status, headers)
  if (!broken) response.end(text)
  else response.write(broken.text, () => broken.then === 'close' && response.socket?.destroy())
}

/** Ends a connection with a TCP reset. */
export function resetConnection(socket: Socket | null): void {
  if (socket) socket.resetAndDestroy()
}

/** FNV-1a: enough to tell two answers apart. */
function hash(text: string): string {
  let sum = 0x811c9dc5
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193)
  return (sum >>> 0).toString(16)
}
