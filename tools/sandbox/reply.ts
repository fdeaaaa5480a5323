import { validateHeaderName, validateHeaderValue, type ServerResponse } from 'http'
import type { Socket } from 'net'
import { envelope } from './answers'
import type { FaultEffect } from './faults'
import type { Answer } from './types'

const htmlPage =
  '<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>\n'

/** What goes over the wire for an answer, and what the journal keeps of it. */
export interface Wire {
  status: number
  headers: Record<string, string>
  text: string
}

/** An answer as it is sent when nothing goes wrong. Throws when it cannot be sent, which only a test's own can. */
export function toWire(answer: Answer, method: string, requestId: string): Wire {
  if (answer.status < 200 || answer.status > 599) throw new Error(`${answer.status} is no status of an answer`)
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
  const text = method === 'HEAD' ? '' : envelope(answer)
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'Request-Id': requestId,
    'Bloom-Status': method === 'GET' || method === 'HEAD' ? 'MISS' : 'DIRECT',
    Vary: 'Accept-Encoding, ETag'
  }
  if (method === 'GET') headers.ETag = `W/"${text.length.toString(16)}-${fingerprint(text)}"`
  if (method !== 'HEAD') headers['Content-Length'] = String(Buffer.byteLength(text))
  return { status: answer.status, headers: { ...headers, ...answer.headers }, text }
}

/** Replaces an answer's content where a fault says so. */
export function spoil(wire: Wire, effect: FaultEffect): Wire {
  if (effect.type === 'html') {
    const headers = { ...wire.headers, 'Content-Type': 'text/html', 'Content-Length': String(htmlPage.length) }
    return { status: effect.status ?? 502, headers, text: htmlPage }
  }
  if (effect.type === 'empty') {
    return { status: effect.status ?? wire.status, headers: { ...wire.headers, 'Content-Length': '0' }, text: '' }
  }
  if (effect.type === 'truncated' && effect.clean) {
    const text = cut(wire.text, effect.bytes)
    return { ...wire, headers: { ...wire.headers, 'Content-Length': String(Buffer.byteLength(text)) }, text }
  }
  return wire
}

/** Sends an answer, or breaks off where a fault says so. */
export function send(response: ServerResponse, wire: Wire, effect?: FaultEffect): void {
  if (effect?.type === 'reset') return reset(response.socket)
  response.writeHead(wire.status, wire.headers)
  if (effect?.type === 'truncated' && !effect.clean) {
    response.write(cut(wire.text, effect.bytes), () => response.socket?.destroy())
  } else if (effect?.type === 'stalled') {
    response.write(cut(wire.text))
  } else {
    response.end(wire.text)
  }
}

/** Ends a connection with a TCP reset. */
export function reset(socket: Socket | null): void {
  if (socket) socket.resetAndDestroy()
}

function cut(text: string, bytes = Math.floor(text.length / 2)): string {
  return text.slice(0, bytes)
}

/** FNV-1a: enough to tell two answers apart. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(16)
}
