import { posix, win32 } from 'path'
import { isInside } from '../../../scripts/export/inside'

it.each([
  ['/project/src', true],
  ['/project/src/crisp', true],
  ['/project/src/..crisp', true],
  ['/work', false],
  ['/project/source', false],
  ['/else', false]
])('%s in /project/src: %s', (folder, expected) => {
  expect(isInside(folder, '/project/src', posix)).toBe(expected)
})

it.each([
  ['C:\\work\\src\\crisp', true],
  ['C:\\work', false],
  ['D:\\crisp', false]
])('%s in C:\\work\\src: %s', (folder, expected) => {
  expect(isInside(folder, 'C:\\work\\src', win32)).toBe(expected)
})
