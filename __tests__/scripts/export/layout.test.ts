import { exportedPath } from '../../../scripts/export/layout'

const folders = new Set(['', 'identifyUser', 'crisp'])

it.each([
  ['src/index.ts', 'index.ts'],
  ['src/metadata.json', 'metadata.json'],
  ['src/identifyUser/generated-types.ts', 'identifyUser/generated-types.ts'],
  ['__tests__/src/index.test.ts', '__tests__/index.test.ts'],
  ['__tests__/src/identifyUser/index.test.ts', 'identifyUser/__tests__/index.test.ts'],
  ['__tests__/src/api/errors.test.ts', 'crisp/__tests__/errors.test.ts'],
  ['__tests__/src/__snapshots__/snapshot.test.ts.snap', '__tests__/__snapshots__/snapshot.test.ts.snap'],
  ['__tests__/src/api/__snapshots__/a.test.ts.snap', 'crisp/__tests__/__snapshots__/a.test.ts.snap'],
  ['__tests__/src/batches/merging.test.ts', '__tests__/batches/merging.test.ts'],
  ['__tests__/src/support.ts', '__tests__/__helpers__/support.ts'],
  ['__tests__/src/api/answers.json', 'crisp/__tests__/__helpers__/answers.json']
])('%s goes to %s', (file, place) => {
  expect(exportedPath(file, folders)).toBe(place)
})

it.each(['tools/cli.ts', '__tests__/tools/cli.test.ts', 'package.json'])('%s is not exported', (file) => {
  expect(() => exportedPath(file, folders)).toThrow('no part of the destination')
})
