import { spawn } from 'child_process'
import { once } from 'events'
import { resolve } from 'path'
import { Failure } from '../steps'

const ROOT = resolve(__dirname, '../..')

/**
 * Starts a command that serves, asks it for a page, and ends it with Ctrl-C.
 * @param ready - finds the address in what it writes
 * @param page - the path to ask for
 * @returns what it answered, in a few words
 * @throws Failure when it ends early, when the answer is no 200, or when it does not end
 */
export async function visit(command: string, args: string[], ready: RegExp, page: string): Promise<string> {
  const child = spawn(command, args, {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CI: 'true' }
  })
  const ended = once(child, 'exit')
  try {
    let written = ''
    for await (const chunk of child.stdout) {
      written += String(chunk)
      const [, address] = ready.exec(written) ?? []
      if (!address) continue
      const { status } = await fetch(new URL(page, address))
      if (status !== 200) throw new Failure(`${page} answers ${status}.`)
      return `${page} answers ${status}`
    }
    throw new Failure(`It ended before it was ready: ${written}`)
  } finally {
    // Ctrl-C reaches the whole group: npm, its shell and the command.
    if (child.pid && child.exitCode === null) process.kill(-child.pid, 'SIGINT')
    await ended
  }
}
