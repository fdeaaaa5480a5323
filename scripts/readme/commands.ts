const COMMAND = /\b(?:npm (?:ci|start|test|run [a-z:]+(?: -- <[a-z]+>)?)|npx actions-crisp [a-z]+(?: [\w.]+)?)/g

/**
 * Every command that a text tells people to run, as it is written there.
 * @throws Error when there is none: then the text was not understood
 */
export function commandsIn(text: string): string[] {
  const commands = text.match(COMMAND)
  if (!commands) throw new Error('There is no command to run.')
  return [...new Set(commands)]
}

/** True when a shell script runs the command, with whatever arguments. */
export function isRunBy(script: string, command: string): boolean {
  return script.split(/\r?\n/).some((line) => line === command || line.startsWith(`${command} `))
}
