import { cpSync, readFileSync } from 'fs'
import { createRequire } from 'module'
import { basename, join } from 'path'
import type { DestinationDefinition } from '@segment/actions-core'
import type { ESLint as Linter } from 'eslint'
import { Failure, npm, programOf, run } from '../steps'
import { temporaryFolder } from '../temporary'

/** Where the destination lies in the workspace, as it does in upstream's package. */
const DESTINATION = 'destinations/crisp'

const CORE = '@segment/actions-core'

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

  /**
   * Loads actions-core, and the destination next to a second copy of it, as upstream's server does.
   * @throws Failure when both are the same copy
   */
  loadTwice() {
    const core = this.load(CORE) as typeof import('@segment/actions-core')
    for (const path of Object.keys(require.cache)) if (path.includes(basename(this.root))) delete require.cache[path]
    const definition = this.loadDestination() as DestinationDefinition
    if (this.load(CORE) === core) throw new Failure('The destination shares its copy of actions-core.')
    return { core, definition }
  }

  /**
   * Lints the TypeScript files of a folder with upstream's rules and types: browser tests over there bring mocha's types,
   * which come before jest's and make an `it.each` unsafe.
   */
  lint(folder: string): ReturnType<Linter['lintFiles']> {
    const { ESLint } = this.load('eslint') as { ESLint: new (options: object) => Linter }
    const overrideConfig = { parserOptions: { tsconfigRootDir: this.root } }
    return new ESLint({ cwd: this.root, extensions: ['.ts'], overrideConfig }).lintFiles(folder)
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
