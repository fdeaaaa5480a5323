import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { onInterruption } from './signals'

/** Resolves when the process is told to stop, also while it was loading. */
export function interruption(): Promise<void> {
  return new Promise((resolve) => {
    const stopListening = onInterruption(() => {
      resolve()
      stopListening()
    })
  })
}

/** Reads an option's whole number. */
export function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const number = /^\d{1,10}$/.test(text) ? Number(text) : -1
    if (number >= least && number <= most) return number
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

/** Reads an option's port; 0 stands for any free one. */
export const readPort = wholeNumber(0, 65_535)

/** Starts a server. Where it cannot start, the command ends with status 2 and a sentence. */
export async function startOn<Server>(port: number, command: Command, start: () => Promise<Server>): Promise<Server> {
  try {
    return await start()
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    const sentence = isTaken ? `Port ${port} is taken: choose another with --port.` : (error as Error).message
    return command.error(sentence, { exitCode: 2 })
  }
}
