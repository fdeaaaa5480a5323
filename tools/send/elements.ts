import { isSpace } from './lines'
import { PieceBuffer } from './piece'
import type { Piece } from './piece'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const NEWLINE = 0x0a
const OPEN = [0x5b, 0x7b]
const CLOSE = [0x5d, 0x7d]
const [OPEN_ARRAY] = OPEN
const [CLOSE_ARRAY] = CLOSE

/** Where the scanner stands: outside of any array, between two elements, in an element, in a string of it. */
type Place = 'outside' | 'between' | 'element' | 'string' | 'stray'

/**
 * Cuts a JSON array into its elements without parsing them, so that each keeps its very text and its line, and a broken
 * one does not take the others along. Arrays may follow each other, as in concatenated files.
 *
 * @param chunks - the text; it begins with `[`
 * @param damaged - called with a sentence when the array is not closed
 */
export async function* splitElements(
  chunks: AsyncIterable<Buffer>,
  damaged: (problem: string) => void
): AsyncGenerator<Piece> {
  const buffer = new PieceBuffer()
  let place = 'outside' as Place
  let depth = 0
  let isEscaped = false
  let line = 1
  let begunAt = 1
  const take = (): Piece => {
    const piece = buffer.take(begunAt)
    return { ...piece, bytes: endTrimmed(piece.bytes) }
  }

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
          yield take()
          place = byte === COMMA ? 'between' : 'outside'
        }
      } else if (place === 'stray') {
        if (byte !== NEWLINE) continue
        buffer.add(chunk.subarray(start, at))
        yield { ...take(), problem: 'There is text after the end of the JSON array.' }
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
  if (!buffer.isEmpty)
    yield { ...take(), problem: 'The JSON array ends within this event, or the text is no part of it.' }
  if (place !== 'outside' && place !== 'stray') damaged('The JSON array is not closed: what was whole is sent.')
}

function endTrimmed(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && isSpace(bytes[end - 1])) end--
  return bytes.subarray(0, end)
}
