import { splitElements } from './elements'
import { gunzip } from './gunzip'
import { openInput } from './inputs'
import type { Input } from './inputs'
import { hasByteOrderMark, isSpace, splitLines } from './lines'
import type { Piece } from './piece'

/** A line of the inputs: a line of NDJSON or an element of a JSON array. */
export interface Line extends Piece {
  /** Its place in all inputs together, counted from 1; blank lines do not count. */
  n: number
  /** The input's name. */
  file: string
}

/** What reading tells beside the lines. */
export interface ReadingReport {
  /** Takes the bytes that were read, before they are unpacked. */
  read(bytes: number): void
  /** Takes a sentence about an input that is damaged or ends early. */
  damaged(problem: string): void
}

const GZIP_MAGIC = [0x1f, 0x8b]
/** The byte-order marks of UTF-16, with which PowerShell's `>` begins a file. */
const UTF16_MARKS = [
  [0xff, 0xfe],
  [0xfe, 0xff]
]
const OPEN_ARRAY = 0x5b

/**
 * Reads the lines of all inputs in order, whatever the form: NDJSON or JSON array, plain or gzip, told apart by content.
 * Nothing is read ahead but a piece of the file.
 * @throws Error when an input cannot be read
 */
export async function* readLines(
  inputs: Input[],
  report: ReadingReport,
  open: (input: Input) => AsyncIterable<Buffer> = openInput
): AsyncGenerator<Line> {
  let n = 0
  for (const input of inputs) {
    const damaged = (problem: string) => report.damaged(`${input.name}: ${problem}`)
    for await (const piece of split(counted(open(input), report), damaged)) yield { ...piece, n: ++n, file: input.name }
  }
}

async function* counted(chunks: AsyncIterable<Buffer>, report: ReadingReport): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    report.read(chunk.length)
    yield chunk
  }
}

async function* split(raw: AsyncIterable<Buffer>, damaged: (problem: string) => void): AsyncGenerator<Piece> {
  const packed = await peek(raw, (start) => start.length >= GZIP_MAGIC.length)
  const isGzip = beginsWith(packed.start, GZIP_MAGIC)
  const text = await peek(
    isGzip ? gunzip(packed.all, damaged) : packed.all,
    (start) => start.length > 3 && firstOf(start) !== undefined
  )
  if (UTF16_MARKS.some((mark) => beginsWith(text.start, mark))) {
    damaged('The text is UTF-16, of which nothing is sent. Save it as UTF-8.')
    return text.close()
  }
  const isArray = firstOf(text.start) === OPEN_ARRAY
  yield* isArray ? splitElements(withoutMark(text.all), damaged) : splitLines(text.all)
}

function beginsWith(start: Buffer, bytes: number[]): boolean {
  return bytes.every((byte, index) => start[index] === byte)
}

/** The first byte that is no white space. */
function firstOf(start: Buffer): number | undefined {
  return start.subarray(hasByteOrderMark(start) ? 3 : 0).find((byte) => !isSpace(byte))
}

/** Looks at the beginning of a stream, as much of it as tells enough, without taking it away. */
async function peek(
  chunks: AsyncIterable<Buffer>,
  isEnough: (start: Buffer) => boolean
): Promise<{ start: Buffer; all: AsyncIterable<Buffer>; close: () => Promise<void> }> {
  const iterator = chunks[Symbol.asyncIterator]()
  let start: Buffer = Buffer.alloc(0)
  while (!isEnough(start)) {
    const next = await iterator.next()
    if (next.done) break
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value])
  }
  return { start, all: resumed(start, iterator), close: async () => void (await iterator.return?.()) }
}

async function* resumed(start: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (start.length > 0) yield start
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  } finally {
    await iterator.return?.()
  }
}

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true
  for await (const chunk of chunks) {
    yield isFirst && hasByteOrderMark(chunk) ? chunk.subarray(3) : chunk
    isFirst = false
  }
}
