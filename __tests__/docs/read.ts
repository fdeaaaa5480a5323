import { readFileSync } from 'fs'
import { join } from 'path'

export const ROOT = join(__dirname, '../..')

/** The text of a file of the repository. */
export const readText = (file: string) => readFileSync(join(ROOT, file), 'utf8')
