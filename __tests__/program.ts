import { join } from 'path'

/** The command line program as one file, built before the tests: `node PROGRAM send …` starts in a fraction of a second. */
export const PROGRAM = join(__dirname, '../node_modules/.cache/actions-crisp/cli.js')
