import { existsSync, writeFileSync } from 'fs'
import { join } from 'path'
import { Failure, npmProgram, programOf, ROOT } from '../../scripts/steps'
import { temporaryFolder } from './temporary'

const folder = temporaryFolder()
const { npm_execpath: npm } = process.env

afterEach(() => {
  if (npm === undefined) delete process.env.npm_execpath
  else process.env.npm_execpath = npm
})

it.each([
  ['publint', 'publint'],
  ['attw', '@arethetypeswrong/cli'],
  ['tsc', 'typescript']
])('finds %s, the program of the package %s', (name, owner) => {
  expect(existsSync(programOf(ROOT, name, owner))).toBe(true)
})

it('finds the programs of the npm that runs it', () => {
  for (const name of ['npm-cli.js', 'npx-cli.js']) writeFileSync(join(folder.path, name), '')
  process.env.npm_execpath = join(folder.path, 'npm-cli.js')
  expect([npmProgram('npm'), npmProgram('npx')]).toEqual([
    join(folder.path, 'npm-cli.js'),
    join(folder.path, 'npx-cli.js')
  ])
})

it('says what to do when npm does not run it', () => {
  delete process.env.npm_execpath
  expect(() => npmProgram('npm')).toThrow(new Failure('This script runs npm. Start it by npm run.'))
})
