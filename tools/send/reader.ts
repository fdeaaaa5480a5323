import { createGunzip } from 'zlib'
import { openInput } from './inputs'
import type { Input } from './inputs'
import { BYTE_ORDER_MARK, isSpace, NEWLINE, splitElements, splitLines, unpackBatch } from './splitters'
import type { RawLine } from './splitters'

/** A line of the inputs: a line of NDJSON, an element of a JSON array, or an event of a `batch`. */
export interface Line extends RawLine {
  /** Its place in all inputs together, counted from 1; blank lines do not count. */
  n: number
  /** The input's name. */
  file: string
}

/** What reading tells, apart from the lines. */
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
 * Reads the lines of all inputs in order, whatever the form: NDJSON or JSON array, plain or gzip, detected from the content.
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
    for await (const raw of split(count(open(input), listener), onDamage)) {
      for (const each of unpackBatch(raw)) yield { ...each, n: ++n, file: input.name }
    }
  }
}

async function* count(chunks: AsyncIterable<Buffer>, listener: ReadListener): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    listener.onRead(chunk.length)
    yield chunk
  }
}

async function* split(raw: AsyncIterable<Buffer>, onDamage: (problem: string) => void): AsyncGenerator<RawLine> {
  const packed = await peek(raw, GZIP_MAGIC.length)
  const isGzip = startsWith(packed.start, GZIP_MAGIC)
  const text = await peek(isGzip ? gunzip(packed.all, onDamage) : packed.all, BYTE_ORDER_MARK.length)
  if (UTF16_MARKS.some((mark) => startsWith(text.start, mark))) {
    onDamage('The text is UTF-16, of which nothing is sent. Save it as UTF-8.')
    await text.all.return(undefined)
    return
  }
  const { line, start, all } = await skipBlank(text.all)
  yield* startsWith(start, [OPEN_ARRAY]) ? splitElements(all, onDamage, line) : splitLines(all, line)
}

function startsWith(start: Buffer, bytes: number[]): boolean {
  return bytes.every((byte, index) => start[index] === byte)
}

/** The beginning of a stream, and all of it. */
interface Peek {
  start: Buffer
  all: AsyncGenerator<Buffer>
}

/** Looks at the first so many bytes of a stream without taking them away. */
async function peek(chunks: AsyncIterable<Buffer>, bytes: number): Promise<Peek> {
  const iterator = chunks[Symbol.asyncIterator]()
  let start: Buffer = Buffer.alloc(0)
  while (start.length < bytes) {
    const next = await iterator.next()
    if (next.done) break
    start = Buffer.concat([start, next.value])
  }
  return { start, all: resume(start, iterator) }
}

/** Leaves out a byte-order mark and white space at the beginning; tells the line on which the text begins. */
async function skipBlank(chunks: AsyncIterable<Buffer>): Promise<Peek & { line: number }> {
  const iterator = chunks[Symbol.asyncIterator]()
  let line = 1
  for (let isFirst = true; ; isFirst = false) {
    const next = await iterator.next()
    if (next.done) return { line, start: Buffer.alloc(0), all: resume(Buffer.alloc(0), iterator) }
    const { value } = next
    let at = isFirst && startsWith(value, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0
    while (at < value.length && isSpace(value[at])) if (value[at++] === NEWLINE) line++
    if (at === value.length) continue
    const start = value.subarray(at)
    return { line, start, all: resume(start, iterator) }
  }
}

async function* resume(start: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (start.length > 0) yield start
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  } finally {
    await iterator.return?.()
  }
}

/**
 * Unpacks gzip data, of one member or several in a row, as fast as it is asked for.
 *
 * Written over Node's gunzip because that loses what it has unpacked and not given out when the data ends early or is
 * damaged. One gunzip goes ahead to find damage; the other follows, and takes the damaged part byte by byte.
 *
 * @param packed - the compressed bytes
 * @param onDamage - called with a sentence when the data ends early or is damaged; all before that was yielded by then
 */
async function* gunzip(packed: AsyncIterable<Buffer>, onDamage: (problem: string) => void): AsyncGenerator<Buffer> {
  const [scout, follower] = [new Gunzip(), new Gunzip()]
  let read = 0
  reading: for await (const chunk of packed) {
    for (let at = 0; at < chunk.length && !scout.isOver; at += GUNZIP_BYTES) {
      const part = chunk.subarray(at, at + GUNZIP_BYTES)
      await scout.write(part)
      if (!scout.failure) {
        yield* await follower.write(part)
        continue
      }
      let good = 0
      while (good < part.length && !follower.failure) yield* await follower.write(part.subarray(good, ++good))
      const place = read + at + good
      onDamage(
        `The gzip data is damaged at byte ${place} (${scout.failure.message}): what was whole before that is sent.`
      )
      break reading
    }
    if (scout.isOver) break
    read += chunk.length
  }
  if (!scout.isOver) await scout.end()
  if (scout.failure?.code === 'Z_BUF_ERROR') {
    onDamage('The gzip data ends early: what was whole is sent, the rest is missing.')
  }
  follower.close()
}

/** Node's gunzip, a part at a time. */
class Gunzip {
  failure?: NodeJS.ErrnoException
  /** True when the data is at its end, or damaged. */
  isOver = false
  private readonly engine = createGunzip()
  private readonly unpacked: Buffer[] = []
  private readonly over = new Promise<void>((resolve) => {
    this.engine.on('data', (chunk: Buffer) => this.unpacked.push(chunk))
    this.engine.once('error', (error) => {
      this.failure = error
      this.isOver = true
      resolve()
    })
    this.engine.once('end', () => {
      this.isOver = true
      resolve()
    })
  })

  /** Unpacks a part; returns what is known of the text from it on. */
  async write(part: Buffer): Promise<Buffer[]> {
    if (!this.isOver) {
      await Promise.race([new Promise<void>((resolve) => this.engine.write(part, () => resolve())), this.over])
    }
    return this.unpacked.splice(0)
  }

  /** Says that no part follows. */
  async end(): Promise<void> {
    this.engine.end()
    await this.over
  }

  /** Lets go of it. */
  close(): void {
    this.engine.destroy()
  }
}
