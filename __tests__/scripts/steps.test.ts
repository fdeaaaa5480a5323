import { writeFileSync } from 'fs'
import { join } from 'path'
import { Failure, ROOT, runNpm, runPackage, runSteps } from '../../scripts/steps'
import { temporaryFolder } from './temporary'

const folder = temporaryFolder()
const { npm_execpath: npm } = process.env

afterEach(() => {
  if (npm === undefined) delete process.env.npm_execpath
  else process.env.npm_execpath = npm
})

it.each([
  ['tsc', 'typescript', 'Version 5'],
  ['publint', 'publint', 'publint, 0']
])('The command %s of the package %s is found and run.', (name, owner, version) => {
  expect(runPackage(ROOT, name, ['--version'], owner)).toContain(version)
})

it('The npm and the npx that run a script are run, wherever they are.', () => {
  for (const name of ['npm', 'npx']) writeFileSync(join(folder.path, `${name}-cli.js`), `console.log('this ${name}')`)
  process.env.npm_execpath = join(folder.path, 'npm-cli.js')
  expect([runNpm([], folder.path), runNpm([], folder.path, 'npx')]).toEqual(['this npm', 'this npx'])
})

it('A script that npm does not run says what to do.', () => {
  delete process.env.npm_execpath
  expect(() => runNpm(['ci'], folder.path)).toThrow(new Failure('This script runs npm. Start it with npm run.'))
})

it('A command that fails fails its step with what it wrote.', () => {
  writeFileSync(join(folder.path, 'npm-cli.js'), `console.log('why'); process.exitCode = 3`)
  process.env.npm_execpath = join(folder.path, 'npm-cli.js')
  expect(() => runNpm([], folder.path)).toThrow(new Failure('why'))
})

describe('Steps', () => {
  const fail = () => {
    throw new Failure('why')
  }
  let printed: string[]
  beforeEach(() => {
    printed = []
    jest.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line.replace(/\(.* s\)/, '(s)')))
  })
  afterEach(() => {
    jest.restoreAllMocks()
    process.exitCode = undefined
  })

  it('print a line each, go on after one that fails, and fail the process.', async () => {
    await runSteps({ one: () => 'fine\nmore', two: fail, three: async () => 'fine' })
    expect(printed).toEqual([
      '✓ one             fine (s)\nmore',
      '✗ two             failed (s)',
      '    why',
      '✓ three           fine (s)'
    ])
    expect(process.exitCode).toBe(1)
  })

  it('end after a first one that fails.', async () => {
    await runSteps({ one: fail, two: () => 'fine' })
    expect(printed).toEqual(['✗ one             failed (s)', '    why'])
    expect(process.exitCode).toBe(1)
  })
})
