import { link, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'fs/promises'
import { tmpdir } from 'os'
import { join } from 'path'
import { assertWritable, findInputs, getFileKey, splitGlob } from '../../../tools/send/inputs'

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'inputs-')))
})
afterEach(async () => rm(folder, { recursive: true }))

async function file(...path: string[]): Promise<string> {
  const whole = join(folder, ...path)
  await mkdir(join(whole, '..'), { recursive: true })
  await writeFile(whole, 'x')
  return whole
}

const names = async (...given: string[]) => (await findInputs(given)).map(({ name }) => name)

describe('a glob', () => {
  it.each(['plain', 'logs (copy)', '(a|b)', "it's !here", 'a+(b)'])('finds files in the folder %s', async (name) => {
    const [first, second] = [await file(name, 'a.gz'), await file(name, 'deep', 'b.gz')]
    expect(await names(join(folder, name, '*.gz'))).toEqual([first])
    expect(await names(join(folder, name, '**', '*.gz'))).toEqual([first, second])
  })

  it('may have its pattern in a folder, and gives the files sorted', async () => {
    const [b, a] = [await file('b1', 'x.gz'), await file('a1', 'x.gz')]
    expect(await names(join(folder, '?1', 'x.gz'))).toEqual([a, b])
    expect(await names(join(folder, '{b1,c1}', 'x.*'))).toEqual([b])
  })

  it('that finds nothing is refused', async () => {
    await expect(names(join(folder, '*.gz'))).rejects.toThrow(`There is no file ${folder}`)
    await expect(names(join(folder, 'none.gz'))).rejects.toThrow(`There is no file ${folder}`)
  })

  it.each([
    ['/', '/my logs (1)/*.gz', '/my logs (1)/', '*.gz'],
    ['/', '*.gz', '', '*.gz'],
    ['/', 'none.gz', '', 'none.gz'],
    ['\\', 'C:\\my logs (1)\\2025\\*\\a.gz', 'C:\\my logs (1)\\2025\\', '*/a.gz'],
    ['\\', 'C:/logs\\[ab].gz', 'C:/logs\\', '[ab].gz']
  ])('where %s parts folders: %s', (separator, name, start, pattern) => {
    expect(splitGlob(name, separator)).toEqual({ folder: start, pattern })
  })
})

it('reads a file once that is named twice, in another spelling or by a link', async () => {
  const path = await file('a.ndjson')
  const link = join(folder, 'link.ndjson')
  await symlink(path, link)
  expect(await names(path, join(folder, '.', 'x', '..', 'a.ndjson'), link, join(folder, '*.ndjson'))).toEqual([path])
})

it('reads a file once that is named twice by a hard link', async () => {
  const path = await file('a.ndjson')
  await link(path, join(folder, 'other.ndjson'))
  expect(await names(path, join(folder, 'other.ndjson'))).toEqual([path])
  await expect(assertWritable(await findInputs([path]), [join(folder, 'other.ndjson')])).rejects.toThrow(
    /is an input of this command/
  )
})

describe('two spellings of a path', () => {
  it('are one file, also before it is there', async () => {
    await symlink(folder, `${folder}-link`)
    expect(await getFileKey(join(`${folder}-link`, 'new'))).toBe(await getFileKey(join(folder, 'new')))
    await rm(`${folder}-link`)
  })

  it.each(['darwin', 'win32'] as const)('that differ in case are one file on %s', async (platform) => {
    const [one, other] = [join(folder, 'State.json'), join(folder, 'STATE.json')]
    expect(await getFileKey(one, platform)).toBe(await getFileKey(other, platform))
    expect(await getFileKey(one, 'linux')).not.toBe(await getFileKey(other, 'linux'))
  })
})
