import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs'
import { tmpdir } from 'os'
import { dirname, join } from 'path'
import { globSync } from 'tinyglobby'

/** Texts by path. */
export type Files = Record<string, string>

/** A folder of its own for every test, removed afterwards. */
export function temporaryFolder(): { path: string } {
  const folder = { path: '' }
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'scripts-test-'))
  })
  afterEach(() => {
    rmSync(folder.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  })
  return folder
}

/** Writes files into a folder. */
export function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** Every file of a folder. */
export function readFiles(folder: string): Files {
  const paths = globSync('**', { cwd: folder, dot: true }).sort()
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
}
