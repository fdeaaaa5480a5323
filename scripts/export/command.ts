import { resolve } from 'path'
import { ROOT } from '../steps'
import { exportedFiles } from './files'
import { Refusal, writeExport } from './folder'
import { isInside } from './inside'
import { SOURCE, TESTS } from './layout'

const USAGE = `Usage: npm run export -- <folder>

Writes the destination as segmentio/action-destinations takes it. The folder is upstream's
packages/destination-actions/src/destinations/crisp, or any that is missing or empty.`

/**
 * Exports the destination.
 * @param args - what follows the command: the folder
 * @param from - where the user is
 * @returns what was done
 * @throws Refusal when the arguments or the folder cannot be right
 */
export function exportCommand(args: string[], from: string): string {
  const [name, ...others] = args
  if (!name || others.length > 0 || name.startsWith('-')) throw new Refusal(USAGE)

  const folder = resolve(from, name)
  if ([SOURCE, TESTS].some((own) => isInside(folder, resolve(ROOT, own)))) {
    throw new Refusal(`${folder} is part of the source of the export. Name a folder outside of it.`)
  }
  const files = exportedFiles(ROOT)
  writeExport(folder, files)
  return `Wrote ${files.size} files to ${folder}.`
}
