import { realpath, stat } from 'fs/promises'
import { basename, dirname, join, resolve } from 'path'
import type { Input } from './inputs'
import { Refusal } from './refusal'

/**
 * Makes sure that what is written is none of the inputs, and that no failed file of an earlier run is written over.
 * @throws Refusal otherwise
 */
export async function assertWritable(
  inputs: Input[],
  { state, failed, isNew }: { state?: string; failed?: string; isNew: boolean }
): Promise<void> {
  const read = new Set(await Promise.all(inputs.map(({ name }) => fileKey(name))))
  for (const path of [state, failed]) {
    if (path !== undefined && read.has(await fileKey(path))) {
      throw new Refusal(`${path} is an input of this command and would be written over. Name another file.`)
    }
  }
  if (state !== undefined && failed !== undefined && (await fileKey(state)) === (await fileKey(failed))) {
    throw new Refusal('--state and --failed must be different files.')
  }
  if (failed === undefined || !isNew) return
  const size = await stat(failed).then(
    (found) => found.size,
    () => 0
  )
  if (size > 0) {
    throw new Refusal(`The failed file ${failed} holds the events of an earlier run. Move it or name another one.`)
  }
}

/** Where the file systems take two names for one that differ in case only. */
const FOLDS_CASE: NodeJS.Platform[] = ['darwin', 'win32']

/**
 * The same for all spellings of a path, whether the file is there already or not.
 * @param platform - as `process.platform` has it
 */
export async function fileKey(path: string, platform = process.platform): Promise<string> {
  const real = await realpath(path).catch(async () => join(await realFolder(dirname(path)), basename(path)))
  return FOLDS_CASE.includes(platform) ? real.toLowerCase() : real
}

async function realFolder(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path))
}

/** The name of a file of this run that nobody named, such as `crisp-send-2025-11-22T17-31-00.failed.ndjson`. */
export function defaultName(now: number, kind: string): string {
  return `crisp-send-${new Date(now).toISOString().slice(0, 19).replace(/:/g, '-')}.${kind}`
}
