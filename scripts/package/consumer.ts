import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'fs'
import { join } from 'path'
import { npm, npmProgram, run } from '../steps'
import { temporaryFolder } from '../temporary'

const CHECKS = `if (destination.slug !== 'actions-crisp' || typeof createSandbox !== 'function') throw new Error('not the package')`

/** What a program does with the package, as CommonJS and as an ES module. */
const PROGRAMS = {
  'required.cts': `
    import { createSandbox } from 'actions-crisp/sandbox'
    import crisp = require('actions-crisp')
    const destination = crisp.default
    ${CHECKS}`,
  'imported.mts': `
    import { createSandbox } from 'actions-crisp/sandbox'
    import destination from 'actions-crisp'
    ${CHECKS}`
}

const TSC = ['--strict', '--skipLibCheck', '--target', 'es2022']

/** An empty project that installs the package. */
export class Consumer {
  private readonly folder = temporaryFolder('check-package-')

  /**
   * Installs a package.
   * @returns how many packages came with it, itself included, and how many bytes they take
   */
  install(tarball: string): { packages: number; bytes: number } {
    writeFileSync(join(this.folder, 'package.json'), '{ "private": true }')
    npm(['install', '--no-audit', '--no-fund', tarball], this.folder)
    const modules = join(this.folder, 'node_modules')
    const lock = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as { packages: object }
    return { packages: Object.keys(lock.packages).length, bytes: bytesIn(modules) }
  }

  /** Compiles the programs in every way in which TypeScript looks packages up. */
  compile(tsc: string): void {
    for (const [file, text] of Object.entries(PROGRAMS)) writeFileSync(join(this.folder, file), text)
    run(process.execPath, [tsc, ...TSC, '--module', 'node16', ...Object.keys(PROGRAMS)], this.folder)
    // These two know no .mts.
    writeFileSync(join(this.folder, 'imported.ts'), PROGRAMS['imported.mts'])
    for (const [module, resolution] of Object.entries({ esnext: 'bundler', commonjs: 'node10' })) {
      const how = ['--noEmit', '--module', module, '--moduleResolution', resolution]
      run(process.execPath, [tsc, ...TSC, ...how, 'imported.ts'], this.folder)
    }
  }

  /** Runs the compiled programs and the package's command. */
  run(): void {
    for (const program of ['required.cjs', 'imported.mjs']) run(process.execPath, [program], this.folder)
    run(process.execPath, [npmProgram('npx'), '--no', 'actions-crisp', '--help'], this.folder)
  }
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => join(folder, entry.name))
    .map((path) => (lstatSync(path).isDirectory() ? bytesIn(path) : lstatSync(path).size))
    .reduce((sum, bytes) => sum + bytes, 0)
}
