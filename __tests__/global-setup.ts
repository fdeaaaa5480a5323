import { join } from 'path'
import { build } from 'esbuild'
import { PROGRAM } from './program'

/** Builds the command line program once, for all tests that start it as a process of its own. */
export default async function buildProgram(): Promise<void> {
  await build({
    entryPoints: [join(__dirname, '../tools/cli.ts')],
    outfile: PROGRAM,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error'
  })
}
