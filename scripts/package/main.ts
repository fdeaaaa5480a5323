import { join } from 'path'
import { failOn, npm, programOf, ROOT, run, runSteps, step } from '../steps'
import { temporaryFolder } from '../temporary'
import { Consumer } from './consumer'

/** What the package holds at its root; `dist`, `esm` and `examples` are folders. */
const CONTENTS =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|(dist\/(src|tools)|esm|examples)\/.*(?<!\.(map|tsbuildinfo)))$/

/** What is read of `npm pack --json`. */
interface Packed {
  filename: string
  size: number
  files: { path: string }[]
}

/** Packs the package, lints it, and uses it in an empty project. */
async function main(): Promise<boolean> {
  const folder = temporaryFolder('packed-')
  const consumer = new Consumer()
  let tarball = ''

  const packed = await step('pack', () => {
    npm(['run', 'build'], ROOT)
    const output = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT)
    const [{ filename, size, files }] = JSON.parse(output) as Packed[]
    tarball = join(folder, filename)
    failOn(
      files.filter(({ path }) => !CONTENTS.test(path)).map(({ path }) => `${path} does not belong into the package.`)
    )
    return `${files.length} files, ${megabytes(size)} compressed`
  })
  const installed =
    packed &&
    (await step('install', () => {
      const { packages, bytes } = consumer.install(tarball)
      return `${packages} packages, ${megabytes(bytes)}, into an empty project`
    }))
  if (!installed) return false

  const results = [
    await step('publint', () => {
      run(process.execPath, [programOf(ROOT, 'publint'), '--strict', tarball], ROOT)
      return 'nothing to report'
    }),
    await step('attw', () => {
      run(process.execPath, [programOf(ROOT, 'attw', '@arethetypeswrong/cli'), tarball], ROOT)
      return 'types resolve everywhere'
    }),
    await step('types', () => {
      consumer.compile(programOf(ROOT, 'tsc', 'typescript'))
      return 'programs compile under node16, bundler and node10'
    }),
    await step('use', () => {
      consumer.run()
      return 'require and import both give the definition and the sandbox; the command runs'
    })
  ]
  return results.every(Boolean)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

void runSteps(main)
