import { readFileSync, writeFileSync } from 'fs'
import { join } from 'path'
import { ROOT } from '../steps'
import { generatedTypes } from './texts'

/** Writes every `generated-types.ts`; with `--check` it only tells which are stale. */
async function main(): Promise<void> {
  const check = process.argv.includes('--check')
  for (const [file, text] of await generatedTypes()) {
    if (!check) {
      writeFileSync(join(ROOT, file), text)
    } else if (readFileSync(join(ROOT, file), 'utf8') !== text) {
      console.error(`${file} is stale. Run: npm run types`)
      process.exitCode = 1
    }
  }
}

void main()
