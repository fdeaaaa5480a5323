import { cpSync, readFileSync } from 'fs'
import { createRequire } from 'module'
import { basename, join } from 'path'
import type { DestinationDefinition } from '@segment/actions-core'
import type { ESLint as Linter } from 'eslint'
import type { Settings } from '../../src/generated-types'
import { Failure, makeTemporaryFolder, ROOT, runNpm, runPackage } from '../steps'

/** Where the destination lies in the workspace, as it does in upstream's package. */
const DESTINATION = 'destinations/crisp'

const CORE = '@segment/actions-core'

/** Upstream's package in a temporary folder: its configuration, its versions, and the destination. */
export class Workspace {
  private readonly root = makeTemporaryFolder('upstream-check-')
  private readonly require = createRequire(join(this.root, 'package.json'))

  /** The folder of the destination. */
  readonly destination = join(this.root, 'src', DESTINATION)

  /** Installs upstream's versions. */
  install(): void {
    cpSync(join(__dirname, 'workspace'), this.root, { recursive: true })
    // Upstream's own set-up does the same.
    cpSync(join(ROOT, '__tests__/setup-nock.ts'), join(this.root, 'test/setup-after-env.ts'))
    runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], this.root)
  }

  /** Runs the command of an installed package. Throws a Failure when it does not exit with 0. */
  run(command: string, args: string[], owner?: string): void {
    runPackage(this.root, command, args, owner)
  }

  /** A JSON file of the workspace. */
  readJson(path: string): unknown {
    return JSON.parse(readFileSync(join(this.root, path), 'utf8'))
  }

  /** Loads an installed package. */
  load(name: string): unknown {
    return this.require(name)
  }

  /**
   * Loads actions-core, and the destination as upstream's compiler wrote it next to a second copy of actions-core, as
   * upstream's server does.
   * @throws Failure when both are the same copy
   */
  loadTwice() {
    const core = this.load(CORE) as typeof import('@segment/actions-core')
    const { cache } = this.require
    for (const path of Object.keys(cache)) if (path.includes(basename(this.root))) delete cache[path]
    const { default: definition } = this.load(`./dist/${DESTINATION}`) as { default: DestinationDefinition<Settings> }
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
}
