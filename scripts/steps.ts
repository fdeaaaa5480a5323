import { spawnSync } from 'child_process'
import { existsSync, readFileSync } from 'fs'
import { dirname, join, resolve } from 'path'

/** The root of the package. */
export const ROOT = resolve(__dirname, '..')

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
 * Runs npm as the script was run by it. Node starts it, because npm itself is no program that Windows can start.
 * @param args - for example `ci`
 * @throws Failure as `run` does, and where npm did not start this script
 */
export function npm(args: string[], cwd: string, env?: NodeJS.ProcessEnv): string {
  return run(process.execPath, [npmProgram('npm'), ...args], cwd, env)
}

/** The program of npm or npx, to be run with Node. */
export function npmProgram(name: 'npm' | 'npx'): string {
  const program = join(dirname(process.env.npm_execpath ?? ''), `${name}-cli.js`)
  if (!existsSync(program)) throw new Failure('This script runs npm. Start it by npm run.')
  return program
}

/**
 * The program of an installed package, to be run with Node.
 * @param root - the folder that holds `node_modules`
 * @param name - the command
 * @param owner - the package that brings it, where it is named otherwise
 */
export function programOf(root: string, name: string, owner = name): string {
  const folder = join(root, 'node_modules', owner)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>
  }
  return join(folder, typeof bin === 'string' ? bin : bin[name])
}

/** Runs a script's steps; it fails when one of them did. */
export async function runSteps(steps: () => Promise<boolean>): Promise<void> {
  if (!(await steps())) process.exitCode = 1
}

/**
 * Takes a step and prints a line about it: what the step returns, or that it failed and why.
 * @returns false when it failed
 */
export async function step(name: string, take: () => string | Promise<string>): Promise<boolean> {
  const start = Date.now()
  const print = (mark: string, text: string) =>
    console.log(`${mark} ${name.padEnd(15)} ${text}`.replace(/$/m, ` (${((Date.now() - start) / 1000).toFixed(1)} s)`))
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
