#!/usr/bin/env node
import './early-signals'
import { run } from './program'
import { toFileError } from './user-error'

/** Runs the `actions-crisp` program. */
export async function main(argv: readonly string[]): Promise<void> {
  await run(argv)
}

if (require.main === module) {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader may have seen enough, as `head` does, or the terminal is closed.
    if (error.code === 'EPIPE' || error.code === 'EIO') process.exit()
    process.stderr.write(`${toFileError(error, 'Standard output', 'written').message}\n`)
    process.exit(2)
  })
  // When progress cannot be shown any more, what is under way is still finished and saved.
  process.stderr.on('error', () => undefined)
  void main(process.argv)
}
