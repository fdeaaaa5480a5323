import { spawnSync } from 'child_process'

/** A step that failed; its message is all there is to say. */
export class Failure extends Error {}

/** Throws a Failure that names the problems, when there are any. */
export function failOn(problems: string[]): void {
  if (problems.length > 0) throw new Failure(problems.join('\n'))
}

/**
 * Runs a command without input.
 * @param cwd - the folder to run in
 * @param env - variables beside those of this process
 * @returns what it wrote
 * @throws Failure with what it wrote, when it does not exit with 0
 */
export function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, CI: 'true', TZ: 'UTC', FORCE_COLOR: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28
  })
  if (error) throw new Failure(error.message)
  if (status !== 0) throw new Failure(`${stdout}${stderr}`.trim())
  return stdout.trim()
}

/**
 * Takes a step and prints a line about it: what the step returns, or that it failed and why.
 * @returns false when it failed
 */
export async function step(name: string, take: () => string | Promise<string>): Promise<boolean> {
  const start = Date.now()
  const print = (mark: string, text: string) =>
    console.log(`${mark} ${name.padEnd(15)} ${text} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
  try {
    print('✓', await take())
    return true
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
    print('✗', 'failed')
    console.log(thrown.message.replace(/^/gm, '    '))
    return false
  }
}
