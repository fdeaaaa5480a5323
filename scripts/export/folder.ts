import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'fs'
import { dirname, join } from 'path'
import { globSync } from 'tinyglobby'

/** An export that was refused: nothing was written. */
export class Refusal extends Error {}

/** Names the destination, so it tells an export of this destination from another folder of upstream's. */
const NAME_PLATE = 'metadata.json'

/**
 * Writes an export into a folder, which must be missing, empty, or an export of this destination: one that holds its
 * metadata and no file that the export does not write. Upstream's folder gets no marker of ours.
 * @param folder - an absolute path
 * @param files - texts by path, the metadata among them
 * @throws Refusal when the folder holds anything else
 */
export function writeExport(folder: string, files: ReadonlyMap<string, string>): void {
  if (existsSync(folder)) refuseForeign(folder, files)
  // The name plate first: an export that was interrupted must be recognised too.
  for (const path of new Set([NAME_PLATE, ...files.keys()])) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), files.get(path) as string)
  }
}

function refuseForeign(folder: string, files: ReadonlyMap<string, string>): void {
  if (!statSync(folder).isDirectory()) throw new Refusal(`${folder} is not a folder.`)
  const present = globSync('**', { cwd: folder, dot: true, followSymbolicLinks: false })
  if (present.length === 0) return

  const foreign = present.filter((path) => !files.has(path)).sort()
  if (foreign.length > 0) {
    const [first, ...others] = foreign
    const rest = others.length > 0 ? ` and ${others.length} more` : ''
    throw new Refusal(
      `${folder} holds files that the export does not write (${first}${rest}). Name an empty folder, or remove them.`
    )
  }
  if (slugIn(readIfAny(join(folder, NAME_PLATE))) !== slugIn(files.get(NAME_PLATE))) {
    throw new Refusal(`${folder} holds another destination: its ${NAME_PLATE} is missing or not this one's.`)
  }
}

function readIfAny(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function slugIn(metadata = '{}'): unknown {
  try {
    return (JSON.parse(metadata) as { slug?: unknown }).slug
  } catch {
    return undefined
  }
}
