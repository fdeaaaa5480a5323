import { spawnSync } from 'child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'fs'
import { createRequire } from 'module'
import { tmpdir } from 'os'
import { join } from 'path'

/** Where the destination lies in the workspace, as it does in upstream's package. */
const DESTINATION = 'src/destinations/crisp'

/** A step that failed; its message is all there is to say. */
export class Failure extends Error {}

/** Upstream's package in a temporary folder: its configuration, its versions, and the destination. */
export class Workspace {
  private readonly root = mkdtempSync(join(tmpdir(), 'upstream-check-'))

  constructor() {
    cpSync(join(__dirname, 'workspace'), this.root, {
      recursive: true,
      filter: (path) => !path.endsWith('node_modules')
    })
  }

  /** The folder of the destination. */
  get destination(): string {
    return join(this.root, DESTINATION)
  }

  /** Removes the workspace. */
  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  /** Installs upstream's versions. */
  install(): void {
    this.run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
  }

  /**
   * Runs the command of an installed package.
   * @returns what it wrote
   * @throws Failure with what it wrote, when it does not exit with 0
   */
  runPackage(command: string, ...args: string[]): string {
    return this.run(join(this.root, 'node_modules/.bin', command), args)
  }

  /** The version of an installed package. */
  versionOf(name: string): string {
    return (this.json(`node_modules/${name}/package.json`) as { version: string }).version
  }

  /** A JSON file of the workspace. */
  json(path: string): unknown {
    return JSON.parse(readFileSync(join(this.root, path), 'utf8'))
  }

  /** Loads an installed package. */
  load(name: string): unknown {
    return createRequire(join(this.root, 'package.json'))(name)
  }

  /** Loads the destination as upstream's compiler wrote it. */
  loadDestination(): unknown {
    const compiled = this.load(`./${DESTINATION.replace('src', 'dist')}/index.js`)
    return (compiled as { default: unknown }).default
  }

  private run(command: string, args: string[]): string {
    const { status, error, stdout, stderr } = spawnSync(command, args, {
      cwd: this.root,
      env: { ...process.env, CI: 'true', TZ: 'UTC', FORCE_COLOR: '0', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 1 << 28
    })
    if (error) throw new Failure(error.message)
    const output = `${stdout}${stderr}`.replaceAll(`${this.root}/`, '').trim()
    if (status !== 0) throw new Failure(output)
    return output
  }
}
