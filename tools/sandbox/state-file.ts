import { existsSync } from 'fs'
import { dirname } from 'path'
import { performance } from 'perf_hooks'
import { readJsonFile } from '../json-file'
import { replaceFile } from '../replace-file'

/** Shortest pause between a change and its save. */
const PAUSE_MS = 250

/**
 * Keeps a JSON file up to date. A save goes to a file next to it, reaches the disk, and then takes the file's name: a
 * crash at any moment leaves the file as it was before or after, never half of it.
 */
export class StateFile {
  private timer?: NodeJS.Timeout
  private saving: Promise<void> = Promise.resolve()
  private lastSaveMs = 0
  private dirty = false

  private state: () => unknown = () => undefined

  constructor(private readonly path: string) {}

  /** What the file holds; undefined when there is none. Throws a sentence when it, or its folder, will not do. */
  load<T>(read: (json: unknown) => T): T | undefined {
    const folder = dirname(this.path)
    if (!existsSync(folder)) throw new Error(`There is no folder ${folder} to save the state in.`)
    return loadJson(this.path, 'state', read)
  }

  /** Saves soon. The larger the state, the longer the pause, so that saving takes a small share of the time. */
  changed(state: () => unknown): void {
    this.state = state
    this.dirty = true
    this.timer ??= setTimeout(() => {
      // A failed save is tried again with the next change, and for the last time, aloud, by `close()`.
      this.save().catch(() => undefined)
    }, Math.max(PAUSE_MS, this.lastSaveMs * 20)).unref()
  }

  /** Saves what is not saved yet. */
  async close(): Promise<void> {
    await this.saving
    if (this.dirty) await this.save()
  }

  private save(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    const write = () => this.write()
    const save = this.saving.then(write)
    this.saving = save.catch(() => undefined)
    return save
  }

  private async write(): Promise<void> {
    const start = performance.now()
    this.dirty = false
    try {
      await replaceFile(this.path, JSON.stringify(this.state()))
    } catch (error) {
      this.dirty = true
      throw error
    } finally {
      this.lastSaveMs = performance.now() - start
    }
  }
}

/** Reads a JSON file; undefined when there is none. Throws a sentence when it cannot be read, or `read` refuses it. */
export function loadJson<T>(path: string, what: string, read: (json: unknown) => T): T | undefined {
  let json: unknown
  try {
    json = readJsonFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`The ${what} file ${path} cannot be read: ${(error as Error).message}`, { cause: error })
  }
  try {
    return read(json)
  } catch (error) {
    throw new Error(`The ${what} file ${path} cannot be used: ${(error as Error).message}.`, { cause: error })
  }
}
