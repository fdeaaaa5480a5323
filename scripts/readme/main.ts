import { readFileSync } from 'fs'
import { join } from 'path'
import { Failure, ROOT, runSteps, step } from '../steps'
import { commandsIn, isRunBy } from './commands'
import { TRIES } from './tries'

/** Runs every command that the README tells people to run, but those that the gate runs anyway. */
async function main(): Promise<boolean> {
  const [readme, gate] = ['README.md', '.ci/run'].map((file) => readFileSync(join(ROOT, file), 'utf8'))
  let passed = true
  for (const command of commandsIn(readme).filter((command) => !isRunBy(gate, command))) {
    const took = await step(command, () => {
      if (!TRIES[command]) throw new Failure('Nothing runs it: add it to scripts/readme/tries.ts.')
      return TRIES[command]()
    })
    if (!took) passed = false
  }
  return passed
}

void runSteps(main)
