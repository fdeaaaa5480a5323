import { join } from 'path'
import { build } from 'esbuild'
import { writeBody } from '../tools/function/build'
import { PROGRAM } from './program'

/** Builds the command line program, for tests that start it as a process of its own, and the code of the Function. */
export default async function buildForTests(): Promise<void> {
  await build({
    entryPoints: [join(__dirname, '../tools/cli.ts')],
    outfile: PROGRAM,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error'
  })
  await writeBody()
}
