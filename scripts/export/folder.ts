import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'fs'
import { dirname, join } from 'path'
import { globSync } from 'tinyglobby'
import { UserError } from '../../tools/user-error'

/** Tells an export of this destination from another folder of upstream's, which gets no marker of ours. */
const METADATA = 'metadata.json'

/**
 * Writes an export into a folder, which must be missing, empty, or an export of this destination: one that holds its
 * metadata and no file that the export does not write.
 * @param folder - an absolute path
 * @param files - texts by path, the metadata among them
 * @throws UserError when the folder holds anything else
 */
export function writeExport(folder: string, files: ReadonlyMap<string, string>): void {
  if (existsSync(folder)) checkFolder(folder, files)
  // The metadata first: an export that was interrupted must be recognized too.
  for (const path of new Set([METADATA, ...files.keys()])) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), files.get(path) ?? '')
  }
}

function checkFolder(folder: string, files: ReadonlyMap<string, string>): void {
  if (!statSync(folder).isDirectory()) throw new UserError(`${folder} is not a folder.`)
  const present = globSync('**', { cwd: folder, dot: true, followSymbolicLinks: false })
  const [foreign, ...others] = present.filter((path) => !files.has(path)).sort()
  if (foreign) {
    const rest = others.length > 0 ? ` and ${others.length} more` : ''
    throw new UserError(
      `${folder} holds files that the export does not write (${foreign}${rest}). Name an empty folder, or remove them.`
    )
  }
  const slug = present.includes(METADATA) ? findSlug(readFileSync(join(folder, METADATA), 'utf8')) : undefined
  if (present.length > 0 && slug !== findSlug(files.get(METADATA) ?? '')) {
    throw new UserError(`${folder} holds another destination: its ${METADATA} is missing or not this one's.`)
  }
}

function findSlug(metadata: string): string | undefined {
  return /"slug":\s*"(.*?)"/.exec(metadata)?.[1]
}
