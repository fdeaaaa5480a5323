import { readFileSync, writeFileSync } from 'fs'
import { join } from 'path'
import { getLinks } from './links'
import { failOn, makeTemporaryFolder, ROOT, runNode, runNpm, runPackage, runSteps } from './steps'

/** What may be in the package: the program, the examples, and the pages that a user reads. */
const CONTENTS =
  /^(package\.json|LICENSE|(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md|docs\/(?!mutation|pull-request)[\w-]+\.md|docs\/screenshots\/[\w-]+\.png|dist\/function\.js|(dist\/(src|tools)|esm|examples)\/.*(?<!\.(map|tsbuildinfo)))$/

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

/** What is read of `npm pack --json`. */
interface Pack {
  filename: string
  size: number
  files: { path: string }[]
}

const consumer = makeTemporaryFolder('check-package-')
let tarball = ''

/** Packs the package as it was built, lints it, and uses it in an empty project. */
void runSteps({
  install: () => {
    const output = runNpm(['pack', '--json', '--ignore-scripts', '--pack-destination', consumer], ROOT)
    const [{ filename, size, files }] = JSON.parse(output) as Pack[]
    tarball = join(consumer, filename)
    const paths = files.map(({ path }) => path)
    const pages = paths.filter((path) => path.endsWith('.md'))
    const links = pages.flatMap((page) => getLinks(page, readFileSync(join(ROOT, page), 'utf8')))
    failOn([
      ...paths.filter((path) => !CONTENTS.test(path)).map((path) => `${path} does not belong in the package.`),
      ...paths
        .filter((path) => path.endsWith('.png') && !links.some(({ target }) => target === path))
        .map((path) => `${path} is shown on no page of the package.`),
      ...links
        .filter(({ target }) => !paths.includes(target))
        .map(({ page, target }) => `${page} links to ${target}, which is not in the package.`)
    ])
    writeFileSync(join(consumer, 'package.json'), '{ "private": true }')
    runNpm(['install', '--no-audit', '--no-fund', tarball], consumer)
    const lock = readFileSync(join(consumer, 'node_modules/.package-lock.json'), 'utf8')
    const { length } = Object.keys((JSON.parse(lock) as { packages: object }).packages)
    return `${files.length} files, ${(size / 1e6).toFixed(1)} MB compressed; ${length} packages in an empty project`
  },

  lint: () => {
    runPackage(ROOT, 'publint', ['--strict', tarball])
    runPackage(ROOT, 'attw', [tarball], '@arethetypeswrong/cli')
    return 'publint has nothing to report; attw finds that types resolve everywhere'
  },

  types: () => {
    const compile = (...args: string[]) =>
      runNode(
        join(ROOT, 'node_modules/typescript/bin/tsc'),
        ['--strict', '--skipLibCheck', '--target', 'es2022', ...args],
        consumer
      )
    // The last two know no .mts.
    const files = { ...PROGRAMS, 'imported.ts': PROGRAMS['imported.mts'] }
    for (const [file, text] of Object.entries(files)) writeFileSync(join(consumer, file), text)
    compile('--module', 'node16', ...Object.keys(PROGRAMS))
    compile('--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler', 'imported.ts')
    compile('--noEmit', '--module', 'commonjs', '--moduleResolution', 'node10', 'imported.ts')
    return 'programs compile under node16, bundler and node10'
  },

  use: () => {
    for (const program of ['required.cjs', 'imported.mjs']) runNode(program, [], consumer)
    runNpm(['--no', 'actions-crisp', '--help'], consumer, 'npx')
    const code = runNpm(['--no', 'actions-crisp', 'function'], consumer, 'npx')
    failOn(code.includes('async function onBatch(') ? [] : ['actions-crisp function does not print the Function.'])
    return 'require and import both give the definition and the sandbox; the command runs and prints the Function'
  }
})
