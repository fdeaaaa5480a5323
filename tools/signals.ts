import { constants } from 'os'

/** What ends a program in good order: Ctrl-C, a service manager, and a window or session that is closed. */
const INTERRUPTIONS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']

type Listener = (signal: NodeJS.Signals) => void

/** Those that came before anything could be done about them. */
const early: NodeJS.Signals[] = []
let listener: Listener | undefined

/** Takes signals from now on, so that one that comes while the program loads does not end it at once. */
export function catchEarlySignals(): void {
  listen((signal) => early.push(signal))
}

/** Exit status of a program that a signal ends. */
export function getExitStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal]
}

/**
 * Calls a function with every signal that asks the program to end, those included that came while it was loading.
 * @returns what ends that: from then on a signal ends the program at once
 */
export function onInterruption(call: Listener): () => void {
  listen(call)
  for (const signal of early.splice(0)) queueMicrotask(() => call(signal))
  return () => listen(undefined)
}

function listen(next: Listener | undefined): void {
  for (const signal of INTERRUPTIONS) {
    // In this order: without a listener Node forgets a signal that has come and was not told yet.
    if (next) process.on(signal, next)
    if (listener) process.off(signal, listener)
  }
  listener = next
}
