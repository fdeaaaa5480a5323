#!/usr/bin/env node
import { catchEarlySignals } from './signals'
import { toFileError } from './user-error'

/** Runs the `actions-crisp` program. It is loaded only here, after signals are taken care of. */
export async function main(argv: readonly string[]): Promise<void> {
  const { run } = await import('./program')
  await run(argv)
}

if (require.main === module) {
  catchEarlySignals()
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads may have seen enough, as `head` does, or the terminal is closed.
    if (error.code === 'EPIPE' || error.code === 'EIO') process.exit()
    process.stderr.write(`${toFileError(error, 'Standard output', 'written').message}\n`)
    process.exit(2)
  })
  // Where nobody reads progress any more, what is under way is still finished and saved.
  process.stderr.on('error', () => undefined)
  void main(process.argv)
}
