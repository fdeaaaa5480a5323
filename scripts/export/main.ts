import { resolve, sep } from 'path'
import { UserError } from '../../tools/user-error'
import { ROOT } from '../steps'
import { exportFiles, SOURCE, TESTS } from './files'
import { writeExport } from './folder'

const USAGE = `Usage: npm run export -- <folder>

Writes the destination as segmentio/action-destinations takes it. The folder is upstream's
packages/destination-actions/src/destinations/crisp, or any that is missing or empty.`

/** Exports the destination into the folder that the arguments name, seen from where the user is. */
function main(args: string[], from: string): void {
  const [name, ...others] = args
  if (!name || others.length > 0 || name.startsWith('-')) throw new UserError(USAGE)

  const folder = resolve(from, name)
  if ([SOURCE, TESTS].some((own) => `${folder}${sep}`.startsWith(`${resolve(ROOT, own)}${sep}`))) {
    throw new UserError(`${folder} is part of the source of the export. Name a folder outside of it.`)
  }
  const files = exportFiles(ROOT)
  writeExport(folder, files)
  console.log(`Wrote ${files.size} files to ${folder}.`)
}

try {
  // npm runs scripts in the root of the package; INIT_CWD is where the user is.
  main(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd())
} catch (thrown) {
  console.error((thrown as Error).message)
  process.exitCode = thrown instanceof UserError ? 2 : 1
}
