import { open } from 'fs/promises'
import type { FileHandle } from 'fs/promises'
import { UserError } from '../user-error'

/** Where a failed file stands: what a checkpoint remembers of it. */
export interface FailedMark {
  path: string
  /** Bytes that are surely on the disk. */
  bytes: number
}

/** What the failed file says of an event, beside the event itself. */
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

/**
 * The file of events that were not delivered. It appears with the first of them; what is written is on the disk when
 * `flush` returns.
 */
export class FailedFile {
  private file?: FileHandle
  private waiting: string[] = []

  /**
   * @param mark - where it stands; what a crashed run wrote beyond that is cut off, because it will be settled again
   * @param isKept - false to write nothing
   */
  constructor(private mark: FailedMark, private readonly isKept = true) {}

  /** Entries that are not on the disk yet. */
  get unwritten(): number {
    return this.waiting.length
  }

  /** Takes an entry; `flush` writes it. */
  add(entry: string): void {
    if (this.isKept) this.waiting.push(entry)
  }

  /**
   * Opens the file again where it stood.
   * @throws UserError when it is not what it was
   */
  async resume(): Promise<void> {
    if (this.mark.bytes === 0) return
    const { path, bytes } = this.mark
    const file = await open(path, 'r+').catch(() => undefined)
    const size = file && (await file.stat()).size
    if (!file || size === undefined || size < bytes) {
      await file?.close()
      throw new UserError(
        `The failed file ${path} was moved or cut since the last run. Put it back, or begin anew without the state file.`
      )
    }
    await file.truncate(bytes)
    this.file = file
  }

  /** Writes what is waiting and makes sure that it is on the disk. */
  async flush(): Promise<FailedMark> {
    if (this.waiting.length > 0) {
      const text = Buffer.from(this.waiting.splice(0).join(''))
      this.file ??= await open(this.mark.path, 'w')
      await this.file.write(text, 0, text.length, this.mark.bytes)
      await this.file.sync()
      this.mark = { ...this.mark, bytes: this.mark.bytes + text.length }
    }
    return this.mark
  }

  /** Lets go of the file; what was not flushed is not written. */
  async close(): Promise<void> {
    await this.file?.close()
    this.file = undefined
  }
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
  if (!isObject(json.event)) return undefined
  const before = `{"failed":${JSON.stringify(json.failed)},"event":`
  return { subscriptions, text: text.startsWith(before) ? text.slice(before.length, -1) : JSON.stringify(json.event) }
}

function getTexts(json: unknown): string[] {
  return Array.isArray(json) ? json.filter((name) => typeof name === 'string') : []
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
