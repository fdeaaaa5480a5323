import crypto from 'crypto'
import { createReadStream } from 'fs'
import { realpath, stat } from 'fs/promises'
import { basename, dirname, join, resolve, sep } from 'path'
import { glob } from 'tinyglobby'
import { toFileError, UserError } from '../user-error'

/** The name of standard input on the command line. */
export const STDIN = '-'

/** Where events come from: a file, standard input, or another pipe. */
export interface Input {
  /** As messages show it; `-` is standard input. */
  name: string
  /** Bytes; 0 where the size is not known. */
  size: number
  /** Milliseconds since the epoch of the last change; undefined for what can be read only once. */
  changedAt?: number
}

/**
 * Finds the files that the command line names: paths, globs and `-`. A glob's files are sorted by name; a file that is
 * named twice, however it is spelt or linked, is read once.
 * @throws UserError when one of them is not there or is no file
 */
export async function findInputs(names: string[]): Promise<Input[]> {
  const inputs = new Map<string, Input>()
  for (const name of names) {
    if (name === STDIN || name === '/dev/stdin') {
      inputs.set(STDIN, { name: STDIN, size: 0 })
      continue
    }
    for (const path of await findFiles(name)) {
      const key = await getIdentity(path)
      if (!inputs.has(key)) inputs.set(key, await toInput(path))
    }
  }
  return [...inputs.values()]
}

async function findFiles(name: string): Promise<string[]> {
  const found = await stat(name).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw toFileError(error, `The file ${name}`, 'read')
  })
  if (found?.isDirectory()) throw new UserError(`${name} is a folder. Name its files, for example ${name}/*.ndjson.gz`)
  if (found) return [name]
  const { folder, pattern } = splitGlob(name, sep)
  const paths = await glob(pattern, { cwd: folder || '.', onlyFiles: true, expandDirectories: false, dot: false })
  if (paths.length === 0) throw new UserError(`There is no file ${name}.`)
  return paths.map((path) => join(folder, path)).sort()
}

async function toInput(name: string): Promise<Input> {
  const found = await stat(name)
  return found.isFile() ? { name, size: found.size, changedAt: found.mtimeMs } : { name, size: 0 }
}

/**
 * Splits a glob into the folder that it begins with, in whose name every character means itself, and the pattern below
 * it.
 * @param separator - the platform's: on Windows a backslash, which in a pattern would mean something else
 */
export function splitGlob(name: string, separator: string): { folder: string; pattern: string } {
  const path = separator === '/' ? name : name.replaceAll(separator, '/')
  const wild = path.search(/[*?[{]/)
  const end = wild < 0 ? 0 : path.lastIndexOf('/', wild) + 1
  return { folder: name.slice(0, end), pattern: path.slice(end) }
}

/**
 * Opens an input; its bytes come as they are asked for.
 * @throws UserError when it cannot be read
 */
export async function* openInput({ name }: Input): AsyncGenerator<Buffer> {
  const stream = name === STDIN ? process.stdin : createReadStream(name)
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) yield chunk
  } catch (error) {
    throw toFileError(error, name === STDIN ? 'Standard input' : `The file ${name}`, 'read')
  }
}

/** An input as a checkpoint knows it again. */
export interface Fingerprint {
  name: string
  size: number
  /** Of the whole file; empty for what can be read only once. */
  sha256: string
}

/**
 * Reads the inputs once, to tell later whether they are still the same.
 * @param signal - ends the reading
 */
export async function getFingerprints(inputs: Input[], signal?: AbortSignal): Promise<Fingerprint[]> {
  const prints: Fingerprint[] = []
  for (const input of inputs) {
    const hash = crypto.createHash('sha256')
    if (input.changedAt !== undefined) {
      for await (const chunk of openInput(input)) {
        signal?.throwIfAborted()
        hash.update(chunk)
      }
    }
    const sha256 = input.changedAt === undefined ? '' : hash.digest('hex')
    prints.push({ name: input.name, size: input.size, sha256 })
  }
  return prints
}

/** The names of the inputs that are not what they were when they were found. */
export async function findChanged(inputs: Input[]): Promise<string[]> {
  const now = await Promise.all(
    inputs.map(async (input) => (input.changedAt === undefined ? input : toInput(input.name).catch(() => undefined)))
  )
  const isChanged = ({ size, changedAt }: Input, index: number) =>
    now[index]?.size !== size || now[index]?.changedAt !== changedAt
  return inputs.filter(isChanged).map(({ name }) => name)
}

/**
 * Makes sure that what is written is none of the inputs, and not one file for two things.
 * @throws UserError otherwise
 */
export async function assertWritable(inputs: Input[], written: (string | undefined)[]): Promise<void> {
  const taken = new Set(await Promise.all(inputs.map(({ name }) => getIdentity(name))))
  const own = new Set<string>()
  for (const path of written) {
    if (path === undefined) continue
    const key = await getIdentity(path)
    if (taken.has(key)) {
      throw new UserError(`${path} is an input of this command and would be written over. Name another file.`)
    }
    if (own.has(key)) throw new UserError('--state and --failed must be different files.')
    own.add(key)
  }
}

/** The same for all names of a file, hard links among them; for a path that is not there yet, for all its spellings. */
async function getIdentity(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found?.isFile() && found.ino > 0n ? `${found.dev}:${found.ino}` : getFileKey(path)
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
