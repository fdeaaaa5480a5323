import { posix, win32 } from 'path'
import { isInside } from '../../../scripts/export/inside'

it.each([
  ['/work/src', true],
  ['/work/src/crisp', true],
  ['/work/src/..crisp', true],
  ['/work', false],
  ['/work/source', false],
  ['/else', false]
])('%s in /work/src: %s', (folder, expected) => {
  expect(isInside(folder, '/work/src', posix)).toBe(expected)
})

it.each([
  ['C:\\work\\src\\crisp', true],
  ['C:\\work', false],
  ['D:\\crisp', false]
])('%s in C:\\work\\src: %s', (folder, expected) => {
  expect(isInside(folder, 'C:\\work\\src', win32)).toBe(expected)
})
