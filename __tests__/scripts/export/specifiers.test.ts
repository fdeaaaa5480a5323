import { renameSpecifiers, specifiersOf } from '../../../scripts/export/specifiers'

const namesIn = (source: string) => specifiersOf(source).map(({ text }) => text)

it.each([
  ["import a from './a'", './a'],
  ["import './a'", './a'],
  ["import type { A } from './a'", './a'],
  ["import a = require('./a')", './a'],
  ["export { a } from './a'", './a'],
  ["export * from './a'", './a'],
  ["const a = require('./a')", './a'],
  ["require.resolve('./a')", './a'],
  ["const a = await import('./a')", './a'],
  ["let a: typeof import('./a')", './a'],
  ["jest.mock('./a', () => ({}))", './a'],
  ["const a = jest.requireActual<typeof import('./b')>('./a')", './b ./a'],
  ['const a = require(`./a`)', './a']
])('%s names %s', (source, names) => {
  expect(namesIn(source).sort()).toEqual(names.split(' ').sort())
})

it.each([
  "// import a from './a'",
  'const text = "import a from \'./a\'"',
  'export const a = 1',
  "readFileSync('./a')",
  "nock.mock('./a')",
  'require(name)',
  'import(`./${name}`)'
])('%s names no module', (source) => {
  expect(namesIn(source)).toEqual([])
})

it('renames modules and leaves every other byte alone', () => {
  const source = `import a   from "./a"\n\njest.mock('./b')  // './a' stays here\nimport c from 'c'\n`
  expect(renameSpecifiers(source, (name) => (name === 'c' ? name : `../long/${name.slice(2)}`))).toBe(
    `import a   from "../long/a"\n\njest.mock('../long/b')  // './a' stays here\nimport c from 'c'\n`
  )
})
