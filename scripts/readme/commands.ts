import { readFileSync } from 'fs'
import { join } from 'path'
import { ROOT } from '../steps'

const COMMAND = /\b(?:npm (?:ci|start|test|run [a-z:]+(?: -- <[a-z]+>)?)|npx actions-crisp [a-z]+(?: [\w.]+)?)/g

/** Every command that the README tells people to run, as it is written there. */
export function commandsOfReadme(): string[] {
  const commands = readFileSync(join(ROOT, 'README.md'), 'utf8').match(COMMAND)
  if (!commands) throw new Error('The README tells people to run nothing.')
  return [...new Set(commands)]
}

/** True when the gate runs the command, with whatever arguments, by itself or before a script that it runs. */
export function isInGate(command: string): boolean {
  const gate = readFileSync(join(ROOT, '.ci/run'), 'utf8')
  return gate.split(/\r?\n/).some((line) => line === command || line.startsWith(`${command} `))
}
