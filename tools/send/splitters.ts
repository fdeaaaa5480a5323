/** A line of NDJSON or an element of a JSON array, not parsed yet. */
export interface RawLine {
  /** Where it begins, counted from 1. */
  line: number
  bytes: Buffer
  /** Why it cannot be an event, when that is plain without parsing it. */
  problem?: string
}

/** The longest event that is taken, in bytes. Segment's own limit is 32 KB; memory must have one. */
export const MAX_EVENT_BYTES = 16 * 1024 * 1024

const TOO_LONG = 'The event is longer than 16 MB.'

/** What is kept of an event that is too long. */
const KEPT_OF_TOO_LONG = 1_024

/** The end of a line. */
export const NEWLINE = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN = [0x5b, 0x7b]
const CLOSE = [0x5d, 0x7d]
const [OPEN_ARRAY] = OPEN
const [CLOSE_ARRAY] = CLOSE
/** The byte-order mark in UTF-8. */
export const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

/** Collects the bytes of a line over chunks, up to the limit. */
class LineBuffer {
  private parts: Buffer[] = []
  private length = 0

  /** True when nothing was added since the last `take`. */
  get isEmpty(): boolean {
    return this.length === 0
  }

  add(part: Buffer): void {
    this.length += part.length
    if (this.length <= MAX_EVENT_BYTES) this.parts.push(part)
    else this.parts = [Buffer.concat([...this.parts, part]).subarray(0, KEPT_OF_TOO_LONG)]
  }

  /** The line that began there, without white space around it; the buffer is empty afterwards. */
  take(line: number): RawLine {
    const isTooLong = this.length > MAX_EVENT_BYTES
    const bytes = trim(this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts))
    this.parts = []
    this.length = 0
    return isTooLong ? { line, bytes, problem: TOO_LONG } : { line, bytes }
  }
}

/**
 * Splits NDJSON into its lines. Blank lines, byte-order marks and `\r` before the line's end are left out.
 * @param line - the number of the first line
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, line = 1): AsyncGenerator<RawLine> {
  const buffer = new LineBuffer()
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      buffer.add(chunk.subarray(start, end))
      const raw = buffer.take(line)
      if (raw.bytes.length > 0) yield raw
      line++
      start = end + 1
    }
    if (start < chunk.length) buffer.add(chunk.subarray(start))
  }
  const last = buffer.take(line)
  if (last.bytes.length > 0) yield last
}

/** Where the scanner stands: outside of any array, between two elements, in an element, in a string of it. */
type Place = 'outside' | 'between' | 'element' | 'string' | 'stray'

/**
 * Splits a JSON array into its elements without parsing them, so that each keeps its very text and its line, and a broken
 * one does not take the others along. Arrays may follow each other, as in concatenated files.
 *
 * @param chunks - the text; it begins with `[`
 * @param onDamage - called with a sentence when the array is not closed
 * @param line - the number of the first line
 */
export async function* splitElements(
  chunks: AsyncIterable<Buffer>,
  onDamage: (problem: string) => void,
  line = 1
): AsyncGenerator<RawLine> {
  const buffer = new LineBuffer()
  let place = 'outside' as Place
  let depth = 0
  let isEscaped = false
  let begunAt = line

  for await (const chunk of chunks) {
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (byte === NEWLINE) line++
      if (place === 'string') {
        if (isEscaped) isEscaped = false
        else if (byte === BACKSLASH) isEscaped = true
        else if (byte === QUOTE) place = 'element'
      } else if (place === 'element') {
        if (byte === QUOTE) place = 'string'
        else if (OPEN.includes(byte)) depth++
        else if (depth > 0 && CLOSE.includes(byte)) depth--
        else if (depth === 0 && (byte === COMMA || byte === CLOSE_ARRAY)) {
          buffer.add(chunk.subarray(start, at))
          yield buffer.take(begunAt)
          place = byte === COMMA ? 'between' : 'outside'
        }
      } else if (place === 'stray') {
        if (byte !== NEWLINE) continue
        buffer.add(chunk.subarray(start, at))
        yield { ...buffer.take(begunAt), problem: 'There is text after the end of the JSON array.' }
        place = 'outside'
      } else if (!isSpace(byte)) {
        if (place === 'outside' && byte === OPEN_ARRAY) place = 'between'
        else if (place === 'between' && byte === CLOSE_ARRAY) place = 'outside'
        else if (place === 'outside' || byte !== COMMA) {
          start = at
          begunAt = line
          depth = OPEN.includes(byte) && place === 'between' ? 1 : 0
          place = place === 'outside' ? 'stray' : byte === QUOTE ? 'string' : 'element'
        }
      }
    }
    if (place === 'element' || place === 'string' || place === 'stray') buffer.add(chunk.subarray(start))
  }
  if (!buffer.isEmpty) {
    yield { ...buffer.take(begunAt), problem: 'The JSON array ends within this event, or the text is no part of it.' }
  }
  if (place !== 'outside' && place !== 'stray') onDamage('The JSON array is not closed: what was whole is sent.')
}

/**
 * Unpacks a body of Segment's HTTP API, `{"batch": [...]}`, into its events; each gets what the body says of all of them
 * (Segment docs, "HTTP API / Batch"). Any other line is given back as it is.
 */
export function unpackBatch(raw: RawLine): RawLine[] {
  if (raw.problem !== undefined || !raw.bytes.includes('"batch"')) return [raw]
  const body = parseObject(raw.bytes)
  if (!body || !Array.isArray(body.batch) || 'type' in body) return [raw]
  const events: unknown[] = body.batch
  return events.map((event) => {
    try {
      return { line: raw.line, bytes: Buffer.from(JSON.stringify(isObject(event) ? addShared(event, body) : event)) }
    } catch {
      return { line: raw.line, bytes: Buffer.alloc(0), problem: 'The event is nested too deeply.' }
    }
  })
}

function addShared(event: JsonObject, { context, integrations, sentAt }: JsonObject): JsonObject {
  return {
    ...(sentAt !== undefined && { sentAt }),
    ...event,
    ...(isObject(context) && { context: { ...context, ...(isObject(event.context) && event.context) } }),
    ...(isObject(integrations) && {
      integrations: { ...integrations, ...(isObject(event.integrations) && event.integrations) }
    })
  }
}

type JsonObject = Record<string, unknown>

function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function parseObject(bytes: Buffer): JsonObject | undefined {
  try {
    const json = JSON.parse(bytes.toString('utf8')) as unknown
    return isObject(json) ? json : undefined
  } catch {
    return undefined
  }
}

function trim(bytes: Buffer): Buffer {
  let start = hasByteOrderMark(bytes) ? BYTE_ORDER_MARK.length : 0
  let end = bytes.length
  while (start < end && isSpace(bytes[start])) start++
  while (end > start && isSpace(bytes[end - 1])) end--
  return bytes.subarray(start, end)
}

/** True for white space as JSON has it. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a
}

function hasByteOrderMark(bytes: Buffer): boolean {
  return BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte)
}
