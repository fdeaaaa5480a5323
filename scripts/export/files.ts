import { readFileSync } from 'fs'
import { join, posix } from 'path'
import { format } from 'prettier'
import type { Options } from 'prettier'
import { globSync } from 'tinyglobby'

/** The destination's source and its tests, from the root of the package. */
export const SOURCE = 'src'
export const TESTS = '__tests__/src'

/** A relative path in an import, an export, or a call such as `jest.mock`, as Prettier writes them. */
const SPECIFIER = /(\b(?:from|import) |(?:\b(?:import|require|jest\.\w+)|>)\()'(\.[^']*)'/g

/** The imports at the top of a file. */
const IMPORTS = /^(?:import [^']*'[^']*'\n)+/

/** The first line of a snapshot as upstream's jest writes it; ours gives another address for the same version. */
const SNAPSHOT_HEADER = '// Jest Snapshot v1, https://goo.gl/fbAQLP'

/**
 * The destination as upstream takes it. The source stays as it is; tests move, so their imports change.
 * @param root - the root of this package
 * @returns the text of every file by its path in upstream's folder of the destination, in the order of the paths
 * @throws Error when a test needs a file that is not exported, or when two files would share a place
 */
export function exportFiles(root: string): Map<string, string> {
  // Hidden files, which editors and systems leave behind, do not match.
  const files = globSync([`${SOURCE}/**`, `${TESTS}/**`], { cwd: root })
  const folders = new Set(files.filter(isSource).map((file) => posix.relative(SOURCE, posix.dirname(file))))
  const places = new Map(files.map((file) => [file, getPlace(file, folders)]))
  const style = JSON.parse(readFileSync(join(root, '.prettierrc.json'), 'utf8')) as Options

  const exported = new Map<string, string>()
  for (const [file, place] of [...places].sort(([, a], [, b]) => (a < b ? -1 : 1))) {
    if (exported.has(place)) throw new Error(`${file} would take the place of another file: ${place}`)
    const text = readFileSync(join(root, file), 'utf8')
    exported.set(place, isSource(file) ? text : moveTest(text, file, places, style))
  }
  return exported
}

const isSource = (file: string) => file.startsWith(`${SOURCE}/`)

/**
 * Where a file lies in upstream's folder: a test and its snapshot in the `__tests__` of the innermost folder that it
 * tests, whatever else tests need in `__helpers__` there. Jest's defaults, which upstream keeps, take every `.ts` file of
 * a `__tests__` folder for a test, and upstream's configuration leaves only `__helpers__` out.
 */
function getPlace(file: string, folders: ReadonlySet<string>): string {
  if (isSource(file)) return posix.relative(SOURCE, file)
  const path = posix.relative(TESTS, file)
  let tested = posix.dirname(path)
  while (tested !== '.' && !folders.has(tested)) tested = posix.dirname(tested)
  const rest = posix.relative(tested, path)
  return posix.join(tested, '__tests__', /\.test\.ts(\.snap)?$/.test(rest) ? '' : '__helpers__', rest)
}

function moveTest(text: string, file: string, places: ReadonlyMap<string, string>, style: Options): string {
  if (file.endsWith('.snap')) return text.replace(/^.*/, SNAPSHOT_HEADER)
  if (!file.endsWith('.ts')) return text
  const moved = text.replace(
    SPECIFIER,
    (_match, head: string, path: string) => `${head}'${movePath(path, file, places)}'`
  )
  // Only imports can need other line breaks; without any, whatever stands there is formatted.
  const head = IMPORTS.exec(moved)?.[0] ?? moved
  return moved === text ? text : format(head, { ...style, parser: 'typescript' }) + moved.slice(head.length)
}

/** A relative path of an import as it must be written at the file's new place. */
function movePath(path: string, file: string, places: ReadonlyMap<string, string>): string {
  const target = posix.join(posix.dirname(file), path)
  const place = [target, `${target}.ts`, `${target}/index.ts`].flatMap((name) => places.get(name) ?? [])[0]
  if (!place) throw new Error(`${file} imports ${path}, which is not exported.`)

  const short = place.replace(posix.basename(path) === 'index' ? /\.ts$/ : /(\/index)?\.ts$/, '')
  const moved = posix.relative(posix.dirname(places.get(file) ?? ''), short)
  if (moved.endsWith('..')) return `${moved}/index`
  return moved.startsWith('.') ? moved : `./${moved}`
}
