import { dirname, join } from 'path'
import { build } from 'esbuild'
import mapValues from 'lodash/mapValues'
import { writeBody } from '../tools/function/build'
import { BUNDLES, PROGRAM } from './program'

/** Builds what tests load in processes of their own, and the code of the Function. */
export default async function buildForTests(): Promise<void> {
  await build({
    entryPoints: mapValues(BUNDLES, (path) => join(__dirname, '..', path)),
    outdir: dirname(PROGRAM),
    bundle: true,
    platform: 'node',
    target: 'node20',
    // Tests send a signal while commander or tinyglobby is loaded, and tinyglobby needs the import.meta.url of its file.
    // The others are large, and few runs load them.
    external: ['commander', 'tinyglobby', 'fastify', '@fastify/swagger', 'prettier'],
    logLevel: 'error'
  })
  await writeBody()
}
