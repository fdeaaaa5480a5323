import { Failure, runSteps, step } from '../steps'
import { commandsOfReadme, isInGate } from './commands'
import { TRIES } from './tries'

/** Runs every command that the README tells people to run, but those that the gate runs anyway. */
async function main(): Promise<boolean> {
  let passed = true
  for (const command of commandsOfReadme().filter((command) => !isInGate(command))) {
    const took = await step(command, () => {
      if (!TRIES[command]) throw new Failure('Nothing runs it: add it to scripts/readme/tries.ts.')
      return TRIES[command]()
    })
    if (!took) passed = false
  }
  return passed
}

void runSteps(main)
