import { open } from 'fs/promises'
import type { FileHandle } from 'fs/promises'
import { Refusal } from './refusal'

/** Where a failed file stands: what a checkpoint remembers of it. */
export interface FailedMark {
  path: string
  /** Bytes that are surely on the disk. */
  bytes: number
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

  /** Where it is. */
  get path(): string {
    return this.mark.path
  }

  /** Takes an entry; `flush` writes it. */
  add(entry: string): void {
    if (this.isKept) this.waiting.push(entry)
  }

  /**
   * Opens the file again where it stood.
   * @throws Refusal when it is not what it was
   */
  async resume(): Promise<void> {
    if (this.mark.bytes === 0) return
    const { path, bytes } = this.mark
    const file = await open(path, 'r+').catch(() => undefined)
    const size = file && (await file.stat()).size
    if (!file || size === undefined || size < bytes) {
      await file?.close()
      throw new Refusal(
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
