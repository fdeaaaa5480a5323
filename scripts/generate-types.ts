import { writeFileSync } from 'fs'
import { join } from 'path'
import { generatedTypes } from './generated-types'

async function main(): Promise<void> {
  for (const [file, text] of await generatedTypes()) writeFileSync(join(__dirname, '..', file), text)
}

void main()
