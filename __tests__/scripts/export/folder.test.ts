import { join } from 'path'
import { writeExport } from '../../../scripts/export/folder'
import { UserError } from '../../../tools/user-error'
import { readFiles, temporaryFolder, writeFiles } from '../temporary'
import type { Files } from '../temporary'

const folder = temporaryFolder()
const files: Files = {
  'index.ts': 'export default 1\n',
  'metadata.json': '{ "slug": "actions-crisp" }\n',
  '__tests__/index.test.ts': 'it("works")\n'
}
const write = (path = folder.path, texts = files) => writeExport(path, new Map(Object.entries(texts)))

it('fills a missing and an empty folder', () => {
  write(join(folder.path, 'not/there/yet'))
  expect(readFiles(join(folder.path, 'not/there/yet'))).toEqual(files)
})

it('writes over its own export, also one that was interrupted', () => {
  writeFiles(folder.path, { 'metadata.json': files['metadata.json'], 'index.ts': 'half' })
  write()
  write()
  expect(readFiles(folder.path)).toEqual(files)
})

it.each([
  ['a file of another owner', { 'notes.txt': 'mine' }, 'does not write (notes.txt)'],
  ['a hidden file', { '.env': 'mine' }, 'does not write (.env)'],
  ['several of them', { a: '', b: '', 'c/d': '' }, 'does not write (a and 2 more)'],
  ['one that an older export wrote', { ...files, 'old.ts': '' }, 'does not write (old.ts)'],
  ['another destination', { ...files, 'metadata.json': '{ "slug": "actions-gleap" }' }, 'holds another destination'],
  ['a scaffold without metadata', { 'index.ts': 'export default 2' }, 'holds another destination'],
  ['broken metadata', { 'metadata.json': '{' }, 'holds another destination']
])('refuses a folder with %s and leaves it alone', (_name, present, message) => {
  writeFiles(folder.path, present)
  expect(() => write()).toThrow(UserError)
  expect(() => write()).toThrow(message)
  expect(readFiles(folder.path)).toEqual(present)
})

it('refuses a file in place of the folder', () => {
  writeFiles(folder.path, { 'index.ts': '' })
  expect(() => write(join(folder.path, 'index.ts'))).toThrow('is not a folder')
})
