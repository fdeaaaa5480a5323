import { join } from 'path'

/** Files that tests load in processes of their own; each is one file before the tests, so that it loads in no time. */
export const BUNDLES = {
  cli: 'tools/cli.ts',
  export: 'scripts/export/main.ts',
  generate: 'scripts/generate/main.ts',
  lock: 'tools/lock.ts',
  sandbox: 'tools/sandbox/index.ts',
  race: '__tests__/end-to-end/race-process.ts'
}

/** Where the bundle is. */
export function getBundle(name: keyof typeof BUNDLES): string {
  return join(__dirname, `../node_modules/.cache/actions-crisp/${name}.js`)
}

/** The command line program: `node PROGRAM send …` starts in a fraction of a second. */
export const PROGRAM = getBundle('cli')
