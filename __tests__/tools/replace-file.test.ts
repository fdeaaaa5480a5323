import fs from 'fs/promises'
import { tmpdir } from 'os'
import { join } from 'path'
import { removeLeftovers, replaceFile } from '../../tools/replace-file'
import { JumpingClock } from './clock'
import { itOnPosix } from './posix'

let folder: string
let path: string
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'replace-'))
  path = join(folder, 'state.json')
  await fs.writeFile(path, 'old')
})
afterEach(async () => {
  jest.restoreAllMocks()
  await fs.rm(folder, { recursive: true })
})

/** As Windows answers while another program has the file open. */
const held = (code: string) => Object.assign(new Error(`${code}: it is held`), { code })

it('puts the new content in the place of the old one, and leaves nothing next to it', async () => {
  await replaceFile(path, 'new')
  expect([await fs.readFile(path, 'utf8'), await fs.readdir(folder)]).toEqual(['new', ['state.json']])
})

it.each(['EPERM', 'EACCES', 'EBUSY'])('waits for a program that holds the file (%s)', async (code) => {
  const rename = jest.spyOn(fs, 'rename').mockRejectedValueOnce(held(code)).mockRejectedValueOnce(held(code))
  await replaceFile(path, 'new', new JumpingClock())
  expect(rename).toHaveBeenCalledTimes(3)
  expect(await fs.readFile(path, 'utf8')).toBe('new')
})

it('gives up after two seconds, with the old content and nothing next to it', async () => {
  const rename = jest.spyOn(fs, 'rename').mockImplementation(() => Promise.reject(held('EPERM')))
  const clock = new JumpingClock()
  const startedAt = clock.now()
  await expect(replaceFile(path, 'new', clock)).rejects.toThrow('EPERM')
  expect(clock.now() - startedAt).toBeGreaterThan(1_900)
  expect(clock.now() - startedAt).toBeLessThan(2_100)
  expect(rename.mock.calls.length).toBeGreaterThan(2)
  expect([await fs.readFile(path, 'utf8'), await fs.readdir(folder)]).toEqual(['old', ['state.json']])
})

it('does not wait for what will not pass', async () => {
  const rename = jest.spyOn(fs, 'rename').mockRejectedValue(held('ENOSPC'))
  await expect(replaceFile(path, 'new')).rejects.toThrow('ENOSPC')
  expect(rename).toHaveBeenCalledTimes(1)
})

it('keeps two that write one file apart, by names that cannot be guessed', async () => {
  const rename = jest.spyOn(fs, 'rename')
  await Promise.all([replaceFile(path, 'new'), replaceFile(path, 'new')])
  const names = rename.mock.calls.map(([from]) => String(from).slice(path.length))
  expect(names).toEqual([
    expect.stringMatching(/^\.[0-9a-f]{12}\.tmp$/),
    expect.stringMatching(/^\.[0-9a-f]{12}\.tmp$/)
  ])
  expect(names[0]).not.toBe(names[1])
})

itOnPosix('writes to no link that stands where it would write, and lets only the user read the file', async () => {
  const victim = join(folder, 'victim')
  await fs.writeFile(victim, 'untouched')
  for (const guess of [`${path}.tmp`, `${path}.${process.pid}.tmp`]) await fs.symlink(victim, guess)
  await replaceFile(path, 'new')
  expect([await fs.readFile(victim, 'utf8'), await fs.readFile(path, 'utf8')]).toEqual(['untouched', 'new'])
  expect((await fs.stat(path)).mode & 0o777).toBe(0o600)
})

it('removes what a crash left next to a file, and nothing else', async () => {
  const others = ['state.json.tmp', 'state.json.notes.tmp', 'other.json.0123456789ab.tmp']
  for (const name of [...others, 'state.json.0123456789ab.tmp']) await fs.writeFile(join(folder, name), '')
  await removeLeftovers(path)
  expect((await fs.readdir(folder)).sort()).toEqual([...others, 'state.json'].sort())
})
