import { existsSync } from 'fs'
import { dirname, join } from 'path'

/** The folder of this package, the same for the sources and for what is built from them. */
export function packageFolder(): string {
  let folder = __dirname
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}
