import fs from 'fs/promises'
import { tmpdir } from 'os'
import { join } from 'path'
import { replaceFile } from '../../tools/replace-file'
import { JumpingClock } from './clock'

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

it('puts the new content in the place of the old one, and leaves nothing beside it', async () => {
  await replaceFile(path, 'new')
  expect([await fs.readFile(path, 'utf8'), await fs.readdir(folder)]).toEqual(['new', ['state.json']])
})

it.each(['EPERM', 'EACCES', 'EBUSY'])('waits for a program that holds the file (%s)', async (code) => {
  const rename = jest.spyOn(fs, 'rename').mockRejectedValueOnce(held(code)).mockRejectedValueOnce(held(code))
  await replaceFile(path, 'new', new JumpingClock())
  expect(rename).toHaveBeenCalledTimes(3)
  expect(await fs.readFile(path, 'utf8')).toBe('new')
})

it('gives up after two seconds, with the old content and nothing beside it', async () => {
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

it('keeps two processes that write one file apart', async () => {
  const rename = jest.spyOn(fs, 'rename')
  await replaceFile(path, 'new')
  expect(rename.mock.calls[0][0]).toContain(String(process.pid))
})
