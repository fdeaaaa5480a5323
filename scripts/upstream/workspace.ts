import { cpSync, readFileSync } from 'fs'
import { createRequire } from 'module'
import { join } from 'path'
import { npm, programOf, run } from '../steps'
import { temporaryFolder } from '../temporary'

/** Where the destination lies in the workspace, as it does in upstream's package. */
const DESTINATION = 'destinations/crisp'

/** Upstream's package in a temporary folder: its configuration, its versions, and the destination. */
export class Workspace {
  private readonly root = temporaryFolder('upstream-check-')

  constructor() {
    cpSync(join(__dirname, 'workspace'), this.root, {
      recursive: true,
      filter: (path) => !path.endsWith('node_modules')
    })
  }

  /** The folder of the destination. */
  get destination(): string {
    return join(this.root, 'src', DESTINATION)
  }

  /** Installs upstream's versions. */
  install(): void {
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], this.root)
  }

  /** Runs the command of an installed package. Throws a Failure when it does not exit with 0. */
  runPackage(command: string, ...args: string[]): void {
    const owner = command === 'tsc' ? 'typescript' : command
    run(process.execPath, [programOf(this.root, command, owner), ...args], this.root)
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
    return (this.load(`./dist/${DESTINATION}/index.js`) as { default: unknown }).default
  }
}
