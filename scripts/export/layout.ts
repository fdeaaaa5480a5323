import { posix } from 'path'

/** The destination's source and its tests, from the root of the package. */
export const SOURCE = 'src'
export const TESTS = '__tests__/src'

/**
 * Where a file of this package lies in upstream's folder of the destination.
 *
 * The source keeps its places. A test goes into the `__tests__` of the folder that it tests, so does its snapshot.
 * Whatever else the tests need goes into `__helpers__` there: jest's defaults, which upstream keeps, take every `.ts`
 * file of a `__tests__` folder for a test, and upstream's configuration leaves only `__helpers__` out.
 *
 * @param file - a path from the root of the package
 * @param sourceFolders - every folder of the source, relative to it
 * @throws Error for a file that is neither source nor test
 */
export function exportedPath(file: string, sourceFolders: ReadonlySet<string>): string {
  if (file.startsWith(`${SOURCE}/`)) return posix.relative(SOURCE, file)
  if (!file.startsWith(`${TESTS}/`)) throw new Error(`${file} is no part of the destination.`)

  const path = posix.relative(TESTS, file)
  const tested = testedFolder(posix.dirname(path), sourceFolders)
  const rest = posix.relative(tested, path)
  const isJests = /\.test\.ts(\.snap)?$/.test(rest)
  return posix.join(tested, '__tests__', isJests ? '' : '__helpers__', rest)
}

/** The innermost of the folder and its parents that the source has too. */
function testedFolder(folder: string, sourceFolders: ReadonlySet<string>): string {
  return folder === '.' || sourceFolders.has(folder) ? folder : testedFolder(posix.dirname(folder), sourceFolders)
}
