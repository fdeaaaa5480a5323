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
type Pack = { filename: string; size: number; files: { path: string }[] }

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
    return `${files.length} files, ${(size / 1e6).toFixed(1)} MB compressed, installed into an empty project`
  },

  lint: () => {
    runPackage(ROOT, 'publint', ['--strict', tarball])
    runPackage(ROOT, 'attw', [tarball], '@arethetypeswrong/cli')
    return 'publint has nothing to report; attw finds that types resolve everywhere'
  },

  use: () => {
    for (const [file, text] of Object.entries(PROGRAMS)) writeFileSync(join(consumer, file), text)
    const options = ['--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'node16']
    runNode(join(ROOT, 'node_modules/typescript/bin/tsc'), [...options, ...Object.keys(PROGRAMS)], consumer)
    for (const program of ['required.cjs', 'imported.mjs']) runNode(program, [], consumer)
    runNpm(['--no', 'actions-crisp', '--help'], consumer, 'npx')
    const code = runNpm(['--no', 'actions-crisp', 'function'], consumer, 'npx')
    failOn(code.includes('async function onBatch(') ? [] : ['actions-crisp function does not print the Function.'])
    return 'programs that require or import it compile and run; the command runs and prints the Function'
  }
})
