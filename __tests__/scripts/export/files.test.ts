import { exportFiles } from '../../../scripts/export/files'
import { temporaryFolder, writeFiles } from '../temporary'
import type { Files } from '../temporary'

const root = temporaryFolder()

function exported(files: Files): Files {
  writeFiles(root.path, { '.prettierrc.json': '{ "semi": false, "singleQuote": true, "printWidth": 120 }', ...files })
  return Object.fromEntries(exportFiles(root.path))
}

const source: Files = {
  'src/index.ts': `import a from './api/client';\n`,
  'src/api/client.ts': 'export default 1\n',
  'src/identifyUser/index.ts': 'export default 1\n'
}

it.each([
  ['src/metadata.json', 'metadata.json'],
  ['src/identifyUser/generated-types.ts', 'identifyUser/generated-types.ts'],
  ['__tests__/src/index.test.ts', '__tests__/index.test.ts'],
  ['__tests__/src/identifyUser/index.test.ts', 'identifyUser/__tests__/index.test.ts'],
  ['__tests__/src/api/errors.test.ts', 'api/__tests__/errors.test.ts'],
  ['__tests__/src/__snapshots__/snapshot.test.ts.snap', '__tests__/__snapshots__/snapshot.test.ts.snap'],
  ['__tests__/src/api/__snapshots__/a.test.ts.snap', 'api/__tests__/__snapshots__/a.test.ts.snap'],
  ['__tests__/src/batches/merging.test.ts', '__tests__/batches/merging.test.ts'],
  ['__tests__/src/support.ts', '__tests__/__helpers__/support.ts'],
  ['__tests__/src/api/answers.json', 'api/__tests__/__helpers__/answers.json']
])('The file %s is exported as %s.', (file, place) => {
  const own = Object.keys(exported(source))
  expect(Object.keys(exported({ ...source, [file]: '' })).filter((path) => !own.includes(path))).toEqual([place])
})

it('leaves the source as it is, byte for byte', () => {
  expect(exported(source)).toEqual({
    'api/client.ts': source['src/api/client.ts'],
    'identifyUser/index.ts': source['src/identifyUser/index.ts'],
    'index.ts': source['src/index.ts']
  })
})

it.each([
  ['index.test.ts', '../../src', '__tests__/index.test.ts', '../index'],
  ['index.test.ts', '../../src/index', '__tests__/index.test.ts', '../index'],
  ['index.test.ts', '../../src/identifyUser', '__tests__/index.test.ts', '../identifyUser'],
  ['index.test.ts', './support', '__tests__/index.test.ts', './__helpers__/support'],
  ['index.test.ts', 'nock', '__tests__/index.test.ts', 'nock'],
  ['support.ts', '../../src', '__tests__/__helpers__/support.ts', '../../index'],
  ['identifyUser/a.test.ts', '../../../src', 'identifyUser/__tests__/a.test.ts', '../../index'],
  ['identifyUser/a.test.ts', '../../../src/identifyUser', 'identifyUser/__tests__/a.test.ts', '../index'],
  ['identifyUser/a.test.ts', '../../../src/api/client', 'identifyUser/__tests__/a.test.ts', '../../api/client'],
  ['identifyUser/a.test.ts', '../support', 'identifyUser/__tests__/a.test.ts', '../../__tests__/__helpers__/support']
])('in %s, %s becomes, in %s, %s', (test, before, place, after) => {
  const support = { '__tests__/src/support.ts': 'export const a = 1\n' }
  const files = exported({ ...source, ...support, [`__tests__/src/${test}`]: `import a from '${before}'\n` })
  expect(files[place]).toBe(`import a from '${after}'\n`)
})

it.each([
  [`import '../../src'`, `import '../index'`],
  [`import type { A } from '../../src'`, `import type { A } from '../index'`],
  [`export { a } from '../../src'`, `export { a } from '../index'`],
  [`export * from '../../src'`, `export * from '../index'`],
  [`import a = require('../../src')`, `import a = require('../index')`],
  [`const a = require('../../src')`, `const a = require('../index')`],
  [`const a = import('../../src')`, `const a = import('../index')`],
  [`let a: typeof import('../../src')`, `let a: typeof import('../index')`],
  [`jest.mock('../../src', () => ({}))`, `jest.mock('../index', () => ({}))`],
  [
    `jest.requireActual<typeof import('../../src')>('../../src/api/client')`,
    `jest.requireActual<typeof import('../index')>('../api/client')`
  ],
  [`readFileSync('../../src')`, `readFileSync('../../src')`],
  [`import a from 'lodash/get' // '../../src' stays here`, `import a from 'lodash/get' // '../../src' stays here`]
])('A test that says %s says, where it is exported, %s.', (before, after) => {
  expect(exported({ ...source, '__tests__/src/a.test.ts': `${before}\n` })['__tests__/a.test.ts']).toBe(`${after}\n`)
})

it('formats an import that fits on one line once it is shorter', () => {
  const names = 'aVeryLongName, anotherVeryLongName, yetAnotherVeryLongName, andOneMore'
  const broken = `import {\n  ${names.split(', ').join(',\n  ')}\n} from '../../../src/api/client'\n`
  const files = exported({ ...source, '__tests__/src/api/a.test.ts': broken })
  expect(files['api/__tests__/a.test.ts']).toBe(`import { ${names} } from '../client'\n`)
})

it('gives a snapshot the header of the jest that upstream runs, and changes nothing else', () => {
  const snapshot = (address: string) => `// Jest Snapshot v1, ${address}\n\nexports[\`a 1\`] = \`'../../src'\`;\n`
  const files = exported({
    ...source,
    '__tests__/src/__snapshots__/a.test.ts.snap': snapshot('https://jestjs.io/docs/snapshot-testing')
  })
  expect(files['__tests__/__snapshots__/a.test.ts.snap']).toBe(snapshot('https://goo.gl/fbAQLP'))
})

it('leaves out hidden files and whatever lies elsewhere', () => {
  const elsewhere = { 'src/.DS_Store': '', 'tools/cli.ts': '', '__tests__/tools/cli.test.ts': '', 'README.md': '' }
  expect(Object.keys(exported({ ...source, ...elsewhere }))).toEqual(Object.keys(exported(source)))
})

it('refuses a test that needs what upstream does not get', () => {
  const test = { '__tests__/src/a.test.ts': `import { start } from '../../tools/sandbox'\n` }
  expect(() => exported({ ...source, ...test })).toThrow(
    '__tests__/src/a.test.ts imports ../../tools/sandbox, which is not exported.'
  )
})

it('refuses two files that would share a place', () => {
  const tests = { 'src/__tests__/a.test.ts': '', '__tests__/src/a.test.ts': '' }
  expect(() => exported({ ...source, ...tests })).toThrow('would take the place of another file: __tests__/a.test.ts')
})
