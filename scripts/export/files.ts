import { readFileSync } from 'fs'
import { join, posix } from 'path'
import { format } from 'prettier'
import type { Options } from 'prettier'
import { globSync } from 'tinyglobby'
import { exportedPath, SOURCE, TESTS } from './layout'
import { renameSpecifiers } from './specifiers'

/** The first line of a snapshot as upstream's jest writes it; ours gives another address for the same version. */
const SNAPSHOT_HEADER = '// Jest Snapshot v1, https://goo.gl/fbAQLP'

/**
 * The destination as upstream takes it.
 * @param root - the root of this package
 * @returns the text of every file by its path in upstream's folder of the destination, in the order of the paths
 * @throws Error when a test needs a file that is not exported, or when two files would share a place
 */
export function exportedFiles(root: string): Map<string, string> {
  // Hidden files, which editors and systems leave behind, do not match.
  const files = globSync([`${SOURCE}/**`, `${TESTS}/**`], { cwd: root })
  const sourceFolders = new Set(files.filter(isSource).map((file) => posix.relative(SOURCE, posix.dirname(file))))
  const places = new Map(files.map((file) => [file, exportedPath(file, sourceFolders)]))
  const style = JSON.parse(readFileSync(join(root, '.prettierrc.json'), 'utf8')) as Options

  const exported = new Map<string, string>()
  for (const [file, place] of [...places].sort(([, a], [, b]) => (a < b ? -1 : 1))) {
    if (exported.has(place)) throw new Error(`${file} would take the place of another file: ${place}`)
    const text = readFileSync(join(root, file), 'utf8')
    exported.set(place, isSource(file) ? text : asTest(text, file, places, style))
  }
  return exported
}

const isSource = (file: string) => file.startsWith(`${SOURCE}/`)

function asTest(text: string, file: string, places: ReadonlyMap<string, string>, style: Options): string {
  if (file.endsWith('.snap')) return text.replace(/^.*/, SNAPSHOT_HEADER)
  if (!file.endsWith('.ts')) return text
  const moved = renameSpecifiers(text, (specifier) =>
    specifier.startsWith('.') ? movedSpecifier(specifier, file, places) : specifier
  )
  return moved === text ? text : format(moved, { ...style, parser: 'typescript' })
}

/** A relative specifier as it must be written at the file's new place. */
function movedSpecifier(specifier: string, file: string, places: ReadonlyMap<string, string>): string {
  const target = posix.join(posix.dirname(file), specifier)
  const found = [target, `${target}.ts`, `${target}/index.ts`].find((path) => places.has(path))
  if (!found) throw new Error(`${file} imports ${specifier}, which is not exported.`)

  const place = (places.get(found) as string).replace(/\.ts$/, '')
  const short = posix.basename(specifier) === 'index' ? place : place.replace(/\/index$/, '')
  const path = posix.relative(posix.dirname(places.get(file) as string), short)
  if (path.endsWith('..')) return `${path}/index`
  return path.startsWith('.') ? path : `./${path}`
}
