import { spawnSync } from 'child_process'
import { join } from 'path'
import { ROOT } from '../../../scripts/steps'
import { getBundle } from '../../program'
import { readFiles, temporaryFolder, writeFiles } from '../temporary'

// Loads compilers and formatters, which takes its time on a busy machine.
jest.setTimeout(60_000)

const folder = temporaryFolder()

/** Runs the export as npm does for a user who is in a folder. */
function runExport(args: string[], from = folder.path) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [getBundle('export'), ...args], {
    cwd: ROOT,
    env: { ...process.env, INIT_CWD: from },
    encoding: 'utf8'
  })
  return { status, stdout, stderr }
}

it('The export writes the destination, and the same bytes again, into a folder seen from where the user is.', () => {
  expect(runExport(['crisp']).stdout).toMatch(/^Wrote \d+ files to .*crisp\.\n$/)
  const first = readFiles(join(folder.path, 'crisp'))
  expect(Object.keys(first)).toEqual(
    expect.arrayContaining(['index.ts', 'metadata.json', 'versioning-info.ts', 'identifyUser/index.ts'])
  )
  expect(Object.keys(first).filter((path) => !/\.(ts|json|snap)$/.test(path))).toEqual([])

  expect(runExport(['crisp']).status).toBe(0)
  expect(readFiles(join(folder.path, 'crisp'))).toEqual(first)
})

it.each([[[]], [['a', 'b']], [['--help']]])(
  'The export explains itself for the arguments %j and exits with 2.',
  (args) => {
    expect(runExport(args)).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('Usage: npm run export -- <folder>') as string
    })
  }
)

it.each(['src', 'src/api', '__tests__/src'])('The export does not write into its own source %s.', (own) => {
  expect(runExport([own], ROOT)).toEqual({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('is part of the source of the export. Name a folder outside of it.') as string
  })
})

it('The export exits with 2 and names a file that it would have to keep.', () => {
  writeFiles(folder.path, { 'notes.txt': 'mine' })
  const { status, stdout, stderr } = runExport(['.'])
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain('does not write (notes.txt)')
})
