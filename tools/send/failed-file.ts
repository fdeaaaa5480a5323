import crypto from 'crypto'
import { open, rm } from 'fs/promises'
import type { FileHandle } from 'fs/promises'
import { toFileError, UserError } from '../user-error'

/** Only the user may read it: it holds events. */
const MODE = 0o600

/** Where a failed file stands: what a checkpoint remembers of it. */
export interface FailedMark {
  path: string
  /** Bytes that are surely on the disk. */
  bytes: number
}

/** What the failed file says of an event, next to the event itself. */
export interface FailedNote {
  reason: string
  status: number
  /** Whether sending it again could help. */
  retry: boolean
  file: string
  line: number
  /** The subscriptions that did not get the event, when others did. */
  subscriptions?: string[]
}

/** An entry of the failed file, read back. */
export interface FailedEntry {
  /** The names of the subscriptions that did not get the event; none when none did. */
  subscriptions: string[]
  /** The original text: the event, or the line that is no event. */
  text: string
}

/** Names the failed file of a command that names none: another one for every run. */
export function buildFailedName(now: number): string {
  const time = new Date(now).toISOString().slice(0, 19).replace(/:/g, '-')
  return `crisp-send-${time}-${crypto.randomBytes(3).toString('hex')}.failed.ndjson`
}

/**
 * The file of events that were not delivered. It is there before the first request, and gone after the run when nothing
 * failed; what is written is on the disk when `flush` returns.
 */
export class FailedFile {
  private waiting: string[] = []

  private constructor(private readonly file: FileHandle, private mark: FailedMark, private readonly isOwn: boolean) {}

  /**
   * Opens the file of a new run.
   * @throws UserError when it cannot be written, or holds the events of an earlier run
   */
  static async create(path: string): Promise<FailedFile> {
    let isOwn = true
    const file = await open(path, 'wx', MODE).catch(async (thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'EEXIST') throw toFailedError(thrown, path)
      isOwn = false
      return open(path, 'r+').catch((error) => Promise.reject(toFailedError(error, path)))
    })
    if (!isOwn && (await file.stat()).size > 0) {
      await file.close()
      throw new UserError(`The failed file ${path} holds the events of an earlier run. Move it or name another one.`)
    }
    return new FailedFile(file, { path, bytes: 0 }, isOwn)
  }

  /**
   * Opens the file of an earlier run where it stood; what a crashed run wrote beyond that is cut off, because it will be
   * settled again.
   * @throws UserError when it is not what it was
   */
  static async resume(mark: FailedMark): Promise<FailedFile> {
    const { path, bytes } = mark
    const file = await open(path, 'r+').catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'ENOENT') throw toFailedError(thrown, path)
      return undefined
    })
    if (!file && bytes === 0) return FailedFile.create(path)
    if (!file || (await file.stat()).size < bytes) {
      await file?.close()
      throw new UserError(
        `The failed file ${path} was moved or cut since the last run. Put it back, or start again without the state file.`
      )
    }
    await file.truncate(bytes)
    return new FailedFile(file, mark, true)
  }

  /** Entries that are not on the disk yet. */
  get unwritten(): number {
    return this.waiting.length
  }

  /** Where it is. */
  get path(): string {
    return this.mark.path
  }

  /** Takes an entry; `flush` writes it. */
  add(entry: string): void {
    this.waiting.push(entry)
  }

  /**
   * Writes what is waiting and makes sure that it is on the disk.
   * @throws UserError when it cannot be written; it waits on
   */
  async flush(): Promise<FailedMark> {
    const entries = this.waiting.length
    if (entries > 0) {
      const bytes = Buffer.from(this.waiting.join(''))
      const { path } = this.mark
      try {
        await writeAll(this.file, bytes, this.mark.bytes)
        await sync(this.file)
      } catch (thrown) {
        throw toFailedError(thrown, path)
      }
      this.waiting.splice(0, entries)
      this.mark = { path, bytes: this.mark.bytes + bytes.length }
    }
    return this.mark
  }

  /** Lets go of the file; what was not flushed is not written. A file that this run made and left empty is removed. */
  async close(): Promise<void> {
    await this.file.close()
    if (this.isOwn && this.mark.bytes === 0) await rm(this.mark.path, { force: true })
  }
}

/** Writes all bytes: one write may take fewer. */
async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written)
    if (bytesWritten === 0) throw Object.assign(new Error('nothing could be written'), { code: 'ENOSPC' })
    written += bytesWritten
  }
}

/** Makes sure that what was written is on the disk, where there is one: devices such as /dev/null have none. */
async function sync(file: FileHandle): Promise<void> {
  await file.sync().catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'EINVAL') throw thrown
  })
}

function toFailedError(thrown: unknown, path: string): UserError {
  return toFileError(
    thrown,
    `The failed file ${path}`,
    'written',
    'Make room for it, or name another one with --failed.'
  )
}

/**
 * Builds a line of the failed file. The event stands in it as it was, to the letter; a text that is no JSON stands as a
 * string.
 * @param text - the original text
 * @param isJson - whether the text is JSON
 */
export function buildFailedEntry(note: FailedNote, text: string, isJson: boolean): string {
  // In JSON a line break can only stand between tokens, so that a space in its place changes nothing.
  const original = isJson ? `"event":${text.replace(/[\r\n]+/g, ' ')}` : `"text":${JSON.stringify(text)}`
  return `{"failed":${JSON.stringify(note)},${original}}\n`
}

/** Reads an entry of a failed file back; undefined for any other JSON. */
export function readFailedEntry(json: unknown, text: string): FailedEntry | undefined {
  if (!isObject(json) || !isObject(json.failed) || Object.keys(json).length !== 2) return undefined
  const subscriptions = getTexts(json.failed.subscriptions)
  if (typeof json.text === 'string') return { subscriptions, text: json.text }
  if (!Object.hasOwn(json, 'event')) return undefined
  const before = `{"failed":${JSON.stringify(json.failed)},"event":`
  return { subscriptions, text: text.startsWith(before) ? text.slice(before.length, -1) : JSON.stringify(json.event) }
}

function getTexts(json: unknown): string[] {
  return Array.isArray(json) ? json.filter((name) => typeof name === 'string') : []
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
