import { spawn, spawnSync } from 'child_process'
import type { ChildProcess } from 'child_process'
import { once } from 'events'
import { setTimeout } from 'timers/promises'
import { Failure, npmProgram, ROOT } from '../steps'

const isWindows = process.platform === 'win32'

/** Milliseconds until a command must have ended after Ctrl-C. */
const PATIENCE = 15_000

/**
 * Starts a command of npm or npx that serves, asks it for a page, and ends it with Ctrl-C.
 * @param ready - finds the address in what it writes
 * @param page - the path to ask for
 * @returns what it answered, in a few words
 * @throws Failure when it ends early, when the answer is no 200, or when it does not end
 */
export async function visit(command: 'npm' | 'npx', args: string[], ready: RegExp, page: string): Promise<string> {
  const child = spawn(process.execPath, [npmProgram(command), ...args], {
    cwd: ROOT,
    detached: !isWindows,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CI: 'true' }
  })
  // Not before everything that it started has ended too, for that holds its output open.
  const ended = once(child, 'close')
  try {
    const address = await addressOf(child, ready)
    const { status } = await fetch(new URL(page, address))
    if (status !== 200) throw new Failure(`${page} answers ${status}.`)
    signal(child, 'SIGINT')
    if (!(await Promise.race([ended, setTimeout(PATIENCE, null, { ref: false })])))
      throw new Failure('It does not end.')
    return `${page} answers ${status}`
  } finally {
    signal(child, 'SIGKILL')
  }
}

/** What it writes is read to its end: a closed pipe would disturb it. */
function addressOf({ stdout }: ChildProcess, ready: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let written = ''
    stdout?.on('data', (chunk: Buffer) => {
      written += String(chunk)
      const [, address] = ready.exec(written) ?? []
      if (address) resolve(address)
    })
    stdout?.on('end', () => reject(new Failure(`It ended before it was ready: ${written}`)))
  })
}

/** Reaches the whole group, as Ctrl-C does: npm, its shell and the command. Windows can only end them. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return
  if (isWindows) {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'])
    return
  }
  try {
    process.kill(-pid, name)
  } catch {
    // They have ended.
  }
}
