import { spawnSync } from 'child_process'
import { existsSync, mkdtempSync, rmSync } from 'fs'
import { createRequire } from 'module'
import { tmpdir } from 'os'
import { dirname, join } from 'path'
import { packageFolder } from '../tools/package-folder'

/** The root of the package. */
export const ROOT = packageFolder()

/** A step that failed; its message is all there is to say. */
export class Failure extends Error {}

/** Throws a Failure that names the problems, when there are any. */
export function failOn(problems: string[]): void {
  if (problems.length > 0) throw new Failure(problems.join('\n'))
}

/** Makes a temporary folder that is gone when this process ends, also when a signal ends it. */
export function makeTemporaryFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  if (process.listenerCount('SIGTERM') === 0) {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  }
  return folder
}

/**
 * Runs a program with Node, which can start it on Windows too, and without input.
 * @param cwd - the folder to run in
 * @returns what it wrote
 * @throws Failure with what it wrote, when it does not exit with 0
 */
export function runNode(program: string, args: string[], cwd: string): string {
  const { status, error, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd,
    env: { ...process.env, CI: 'true', TZ: 'UTC', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28
  })
  if (status !== 0) throw new Failure(error?.message ?? `${stdout}${stderr}`.trim())
  return stdout.trim()
}

/**
 * Runs npm or npx, whichever started this script.
 * @throws Failure as `runNode` does, and where npm did not start this script
 */
export function runNpm(args: string[], cwd: string, name: 'npm' | 'npx' = 'npm'): string {
  const program = join(dirname(process.env.npm_execpath ?? ''), `${name}-cli.js`)
  if (!existsSync(program)) throw new Failure('This script runs npm. Start it with npm run.')
  return runNode(program, args, cwd)
}

/**
 * Runs a command of an installed package.
 * @param root - the folder that holds `node_modules`, to run in
 * @param owner - the package that brings the command, where it is named otherwise
 */
export function runPackage(root: string, name: string, args: string[], owner = name): string {
  const folder = join(root, 'node_modules', owner)
  const { bin } = createRequire(__filename)(join(folder, 'package.json')) as { bin: string | Record<string, string> }
  return runNode(join(folder, typeof bin === 'string' ? bin : bin[name]), args, root)
}

/**
 * Runs a script's steps in their order and prints a line about each: what it returns, or that it failed and why. The
 * process fails when a step does. A first step that fails ends them.
 */
export async function runSteps(steps: Record<string, () => string | Promise<string>>): Promise<void> {
  for (const [index, [name, run]] of Object.entries(steps).entries()) {
    const start = Date.now()
    const print = (mark: string, text: string) => {
      const time = `(${((Date.now() - start) / 1000).toFixed(1)} s)`
      console.log(`${mark} ${name.padEnd(15)} ${text}`.replace(/$/m, ` ${time}`))
    }
    try {
      print('✓', await run())
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      print('✗', 'failed')
      console.log(thrown.message.replace(/^/gm, '    '))
      process.exitCode = 1
      if (index === 0) return
    }
  }
}
