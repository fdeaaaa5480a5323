import { createGunzip } from 'zlib'
import { openInput } from './inputs'
import type { Input } from './inputs'
import { hasByteOrderMark, isSpace, splitElements, splitLines } from './splitters'
import type { RawLine } from './splitters'

/** A line of the inputs: a line of NDJSON or an element of a JSON array. */
export interface Line extends RawLine {
  /** Its place in all inputs together, counted from 1; blank lines do not count. */
  n: number
  /** The input's name. */
  file: string
}

/** What reading tells beside the lines. */
export interface ReadListener {
  /** Called with the number of bytes that were read, before they are unpacked. */
  onRead(bytes: number): void
  /** Called with a sentence about an input that is damaged or ends early. */
  onDamage(problem: string): void
}

const GZIP_MAGIC = [0x1f, 0x8b]
/** The byte-order marks of UTF-16, with which PowerShell's `>` begins a file. */
const UTF16_MARKS = [
  [0xff, 0xfe],
  [0xfe, 0xff]
]
const OPEN_ARRAY = 0x5b

/** Compressed bytes taken at a time: what they expand to is held in memory. */
const GUNZIP_BYTES = 4_096

/**
 * Reads the lines of all inputs in order, whatever the form: NDJSON or JSON array, plain or gzip, told apart by content.
 * Nothing is read ahead but a piece of the file.
 * @throws Error when an input cannot be read
 */
export async function* readLines(
  inputs: Input[],
  listener: ReadListener,
  open: (input: Input) => AsyncIterable<Buffer> = openInput
): AsyncGenerator<Line> {
  let n = 0
  for (const input of inputs) {
    const onDamage = (problem: string) => listener.onDamage(`${input.name}: ${problem}`)
    for await (const raw of split(count(open(input), listener), onDamage)) yield { ...raw, n: ++n, file: input.name }
  }
}

async function* count(chunks: AsyncIterable<Buffer>, listener: ReadListener): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    listener.onRead(chunk.length)
    yield chunk
  }
}

async function* split(raw: AsyncIterable<Buffer>, onDamage: (problem: string) => void): AsyncGenerator<RawLine> {
  const packed = await peek(raw, (start) => start.length >= GZIP_MAGIC.length)
  const isGzip = startsWith(packed.start, GZIP_MAGIC)
  const text = await peek(
    isGzip ? gunzip(packed.all, onDamage) : packed.all,
    (start) => start.length > 3 && getFirst(start) !== undefined
  )
  if (UTF16_MARKS.some((mark) => startsWith(text.start, mark))) {
    onDamage('The text is UTF-16, of which nothing is sent. Save it as UTF-8.')
    return text.close()
  }
  const isArray = getFirst(text.start) === OPEN_ARRAY
  yield* isArray ? splitElements(withoutMark(text.all), onDamage) : splitLines(text.all)
}

function startsWith(start: Buffer, bytes: number[]): boolean {
  return bytes.every((byte, index) => start[index] === byte)
}

/** The first byte that is no white space. */
function getFirst(start: Buffer): number | undefined {
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

/**
 * Unpacks gzip data, of one member or several in a row, as fast as it is asked for.
 *
 * Written by hand over Node's gunzip because a pipe loses what was unpacked but not read yet when the data ends early.
 *
 * @param packed - the compressed bytes
 * @param onDamage - called with a sentence when the data ends early or is damaged; what was whole has been yielded by then
 */
async function* gunzip(packed: AsyncIterable<Buffer>, onDamage: (problem: string) => void): AsyncGenerator<Buffer> {
  const engine = createGunzip()
  const unpacked: Buffer[] = []
  let failure: NodeJS.ErrnoException | undefined
  engine.on('data', (chunk: Buffer) => unpacked.push(chunk))
  const over = new Promise<'over'>((resolve) => {
    engine.once('error', (error) => {
      failure = error
      resolve('over')
    })
    engine.once('end', () => resolve('over'))
  })
  let isOver = false

  reading: for await (const chunk of packed) {
    for (let at = 0; at < chunk.length; at += GUNZIP_BYTES) {
      const written = new Promise<void>((resolve) =>
        engine.write(chunk.subarray(at, at + GUNZIP_BYTES), () => resolve())
      )
      isOver = (await Promise.race([written, over])) === 'over'
      yield* unpacked.splice(0)
      if (isOver) break reading
    }
  }
  if (!isOver) engine.end()
  await over
  yield* unpacked.splice(0)
  if (failure?.code === 'Z_BUF_ERROR')
    onDamage('The gzip data ends early: what was whole is sent, the rest is missing.')
  else if (failure) onDamage(`The gzip data is damaged (${failure.message}): what was whole before that is sent.`)
}
