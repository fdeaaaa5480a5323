import { PieceBuffer } from './piece'
import type { Piece } from './piece'

const NEWLINE = 0x0a
/** The byte-order mark in UTF-8. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

/** Cuts NDJSON into its lines. Blank lines, byte-order marks and `\r` before the line's end are left out. */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  const buffer = new PieceBuffer()
  let line = 1
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      buffer.add(chunk.subarray(start, end))
      const piece = trimmed(buffer.take(line))
      if (piece.bytes.length > 0) yield piece
      line++
      start = end + 1
    }
    if (start < chunk.length) buffer.add(chunk.subarray(start))
  }
  const last = trimmed(buffer.take(line))
  if (last.bytes.length > 0) yield last
}

function trimmed(piece: Piece): Piece {
  let start = 0
  let end = piece.bytes.length
  if (hasByteOrderMark(piece.bytes)) start += BYTE_ORDER_MARK.length
  while (start < end && isSpace(piece.bytes[start])) start++
  while (end > start && isSpace(piece.bytes[end - 1])) end--
  return { ...piece, bytes: piece.bytes.subarray(start, end) }
}

/** White space as JSON has it. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a
}

/** True when the text begins with a byte-order mark. */
export function hasByteOrderMark(bytes: Buffer): boolean {
  return BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte)
}
