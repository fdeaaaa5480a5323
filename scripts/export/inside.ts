import path from 'path'
import type { PlatformPath } from 'path'

/**
 * True when a folder is another or lies in it.
 * @param platform - whose paths they are: this machine's unless told otherwise
 */
export function isInside(folder: string, parent: string, platform: PlatformPath = path): boolean {
  const way = platform.relative(parent, folder)
  // On Windows the way to another drive is absolute. A name may begin with two dots.
  return !platform.isAbsolute(way) && way !== '..' && !way.startsWith(`..${platform.sep}`)
}
