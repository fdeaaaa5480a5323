import { readFileSync, writeFileSync } from 'fs'
import { join } from 'path'
import destination from '../../src'
import { ROOT } from '../steps'
import { generateFiles } from './files'

/** Writes `metadata.json` and every `generated-types.ts`; with `--check` it only names the stale ones. */
async function main(isCheck: boolean): Promise<void> {
  for (const [path, text] of await generateFiles(destination)) {
    const file = join(ROOT, 'src', path)
    if (!isCheck) {
      writeFileSync(file, text)
    } else if (readFileSync(file, 'utf8') !== text) {
      console.error(`src/${path} is stale. Run: npm run generate`)
      process.exitCode = 1
    }
  }
}

void main(process.argv.includes('--check'))
