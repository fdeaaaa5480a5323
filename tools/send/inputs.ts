import crypto from 'crypto'
import { createReadStream } from 'fs'
import { realpath, stat } from 'fs/promises'
import { basename, dirname, join, resolve, sep } from 'path'
import { glob } from 'tinyglobby'
import { UserError } from '../user-error'

/** The name of standard input on the command line. */
export const STDIN = '-'

/** Where events come from: a file, or standard input. */
export interface Input {
  /** As messages show it; `-` is standard input. */
  name: string
  /** Bytes; 0 for standard input, whose size is not known. */
  size: number
}

/**
 * Finds the files that the command line names: paths, globs and `-`. A glob's files are sorted by name; a file that is
 * named twice, however it is spelt or linked, is read once.
 * @throws UserError when one of them is not there or is no file
 */
export async function findInputs(names: string[]): Promise<Input[]> {
  const inputs = new Map<string, Input>()
  for (const name of names) {
    if (name === STDIN) {
      inputs.set(STDIN, { name, size: 0 })
      continue
    }
    for (const path of await findFiles(name)) {
      const key = await realpath(path)
      if (!inputs.has(key)) inputs.set(key, { name: path, size: (await stat(path)).size })
    }
  }
  return [...inputs.values()]
}

async function findFiles(name: string): Promise<string[]> {
  const found = await stat(name).catch(() => undefined)
  if (found?.isDirectory()) throw new UserError(`${name} is a folder. Name its files, for example ${name}/*.ndjson.gz`)
  if (found) return [name]
  const { folder, pattern } = splitGlob(name, sep)
  const paths = await glob(pattern, { cwd: folder || '.', onlyFiles: true, expandDirectories: false, dot: false })
  if (paths.length === 0) throw new UserError(`There is no file ${name}.`)
  return paths.map((path) => join(folder, path)).sort()
}

/**
 * Splits a glob into the folder that it begins with, in whose name every character means itself, and the pattern below it.
 * @param separator - the platform's: on Windows a backslash, which in a pattern would mean something else
 */
export function splitGlob(name: string, separator: string): { folder: string; pattern: string } {
  const path = separator === '/' ? name : name.replaceAll(separator, '/')
  const wild = path.search(/[*?[{]/)
  const end = wild < 0 ? 0 : path.lastIndexOf('/', wild) + 1
  return { folder: name.slice(0, end), pattern: path.slice(end) }
}

/** Opens an input; its bytes come as they are asked for. */
export function openInput({ name }: Input): AsyncIterable<Buffer> {
  return name === STDIN ? process.stdin : createReadStream(name)
}

/** An input as a checkpoint knows it again. */
export interface Fingerprint extends Input {
  /** Of the whole file; empty for standard input. */
  sha256: string
}

/** Reads the inputs once, to tell later whether they are still the same. */
export async function getFingerprints(inputs: Input[]): Promise<Fingerprint[]> {
  const prints: Fingerprint[] = []
  for (const input of inputs) {
    if (input.name === STDIN) {
      prints.push({ ...input, sha256: '' })
      continue
    }
    const hash = crypto.createHash('sha256')
    for await (const chunk of openInput(input)) hash.update(chunk)
    prints.push({ ...input, sha256: hash.digest('hex') })
  }
  return prints
}

/**
 * Makes sure that what is written is none of the inputs, and that no failed file of an earlier run is written over.
 * @throws UserError otherwise
 */
export async function assertWritable(
  inputs: Input[],
  { state, failed, isNew }: { state?: string; failed?: string; isNew: boolean }
): Promise<void> {
  const read = new Set(await Promise.all(inputs.map(({ name }) => getFileKey(name))))
  for (const path of [state, failed]) {
    if (path !== undefined && read.has(await getFileKey(path))) {
      throw new UserError(`${path} is an input of this command and would be written over. Name another file.`)
    }
  }
  if (state !== undefined && failed !== undefined && (await getFileKey(state)) === (await getFileKey(failed))) {
    throw new UserError('--state and --failed must be different files.')
  }
  if (failed === undefined || !isNew) return
  const size = await stat(failed).then(
    (found) => found.size,
    () => 0
  )
  if (size > 0) {
    throw new UserError(`The failed file ${failed} holds the events of an earlier run. Move it or name another one.`)
  }
}

/** Where the file systems take two names for one that differ in case only. */
const FOLDS_CASE: NodeJS.Platform[] = ['darwin', 'win32']

/**
 * The same for all spellings of a path, whether the file is there already or not.
 * @param platform - as `process.platform` has it
 */
export async function getFileKey(path: string, platform = process.platform): Promise<string> {
  const real = await realpath(path).catch(async () => join(await findRealFolder(dirname(path)), basename(path)))
  return FOLDS_CASE.includes(platform) ? real.toLowerCase() : real
}

async function findRealFolder(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path))
}

/** The name of a file of this run that nobody named, such as `crisp-send-2025-11-22T17-31-00.failed.ndjson`. */
export function buildDefaultName(now: number, kind: string): string {
  return `crisp-send-${new Date(now).toISOString().slice(0, 19).replace(/:/g, '-')}.${kind}`
}
