import crypto from 'crypto'
import { createReadStream } from 'fs'
import { realpath, stat } from 'fs/promises'
import { join, sep } from 'path'
import { glob } from 'tinyglobby'
import { Refusal } from './refusal'

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
 * @throws Refusal when one of them is not there or is no file
 */
export async function findInputs(names: string[]): Promise<Input[]> {
  const inputs = new Map<string, Input>()
  for (const name of names) {
    if (name === STDIN) {
      inputs.set(STDIN, { name, size: 0 })
      continue
    }
    for (const path of await matching(name)) {
      const key = await realpath(path)
      if (!inputs.has(key)) inputs.set(key, { name: path, size: (await stat(path)).size })
    }
  }
  return [...inputs.values()]
}

async function matching(name: string): Promise<string[]> {
  const found = await stat(name).catch(() => undefined)
  if (found?.isDirectory()) throw new Refusal(`${name} is a folder. Name its files, for example ${name}/*.ndjson.gz`)
  if (found) return [name]
  const { folder, pattern } = cutGlob(name, sep)
  const paths = await glob(pattern, { cwd: folder || '.', onlyFiles: true, expandDirectories: false, dot: false })
  if (paths.length === 0) throw new Refusal(`There is no file ${name}.`)
  return paths.map((path) => join(folder, path)).sort()
}

/**
 * Cuts a glob into the folder that it begins with, in whose name every character means itself, and the pattern below it.
 * @param separator - the platform's: on Windows a backslash, which in a pattern would mean something else
 */
export function cutGlob(name: string, separator: string): { folder: string; pattern: string } {
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
export async function fingerprint(inputs: Input[]): Promise<Fingerprint[]> {
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
