import { realpath, stat } from 'fs/promises'
import { resolve } from 'path'
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
  const read = new Set(await Promise.all(inputs.map(({ name }) => realPath(name))))
  for (const path of [state, failed]) {
    if (path !== undefined && read.has(await realPath(path))) {
      throw new Refusal(`${path} is an input of this command and would be written over. Name another file.`)
    }
  }
  if (state !== undefined && failed !== undefined && (await realPath(state)) === (await realPath(failed))) {
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

async function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path))
}

/** The name of a file of this run that nobody named, such as `crisp-send-2025-11-22T17-31-00.failed.ndjson`. */
export function defaultName(now: number, kind: string): string {
  return `crisp-send-${new Date(now).toISOString().slice(0, 19).replace(/:/g, '-')}.${kind}`
}
