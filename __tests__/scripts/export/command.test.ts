import { spawnSync } from 'child_process'
import { join } from 'path'
import { exportCommand } from '../../../scripts/export/command'
import { Refusal } from '../../../scripts/export/folder'
import { ROOT } from '../../../scripts/steps'
import { readFiles, temporaryFolder, writeFiles } from '../temporary'

// Loads compilers and formatters, which takes its time on a busy machine.
jest.setTimeout(60_000)

const folder = temporaryFolder()

it('writes the destination, and the same bytes again, into a folder seen from where the user is', () => {
  expect(exportCommand(['crisp'], folder.path)).toMatch(/^Wrote \d+ files to .*crisp\.$/)
  const first = readFiles(join(folder.path, 'crisp'))
  expect(Object.keys(first)).toEqual(
    expect.arrayContaining(['index.ts', 'metadata.json', 'versioning-info.ts', 'identifyUser/index.ts'])
  )
  expect(Object.keys(first).filter((path) => !/\.(ts|json|snap)$/.test(path))).toEqual([])

  exportCommand(['crisp'], folder.path)
  expect(readFiles(join(folder.path, 'crisp'))).toEqual(first)
})

it.each([[[]], [['a', 'b']], [['--help']]])('explains itself on %j', (args) => {
  expect(() => exportCommand(args, folder.path)).toThrow('Usage: npm run export -- <folder>')
})

it.each(['src', 'src/crisp', '__tests__/src'])('refuses to write into its own source %s', (own) => {
  expect(() => exportCommand([own], ROOT)).toThrow(Refusal)
})

it('exits with 2 and says why when it refuses', () => {
  writeFiles(folder.path, { 'notes.txt': 'mine' })
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/export/main.ts', '.'], {
    cwd: ROOT,
    env: { ...process.env, INIT_CWD: folder.path },
    encoding: 'utf8'
  })
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain('does not write (notes.txt)')
})
