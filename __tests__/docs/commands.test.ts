import { readdirSync } from 'fs'
import { join } from 'path'
import { main } from '../../tools/cli'
import { readText, ROOT } from './read'

const README = readText('README.md')
const COMMANDS = [...README.matchAll(/npx actions-crisp(?: ([a-z]+))?/g)]

afterEach(() => {
  jest.restoreAllMocks()
  process.exitCode = undefined
})

it.each([...new Set(COMMANDS.map(([, name]) => name))])(
  'The command actions-crisp %s of the README exists.',
  async (name) => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true)
    jest.spyOn(process.stderr, 'write').mockReturnValue(true)
    await main(['node', 'actions-crisp', name, '--help'])
    expect(process.exitCode).toBe(0)
  }
)

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`)
].filter((page) => readText(page).includes('npx actions-crisp'))

it('The README and other pages have commands that npx runs.', () => {
  expect(PAGES).toEqual(expect.arrayContaining(['README.md', 'docs/send.md']))
})

it.each(PAGES)('Every npx actions-crisp of %s is in or after the sentence that says where it works.', (page) => {
  const text = readText(page)
  const sentence = /[^.\n]*\bin this folder\b/i.exec(text)
  expect(sentence).not.toBeNull()
  expect(text.indexOf('npx actions-crisp')).toBeGreaterThanOrEqual(sentence?.index ?? Infinity)
})

it('Every npx actions-crisp of the README stands after the sentence that says where it works: in this folder.', () => {
  const sentence = /[^.]*\bin this folder\b[^.]*\./.exec(README)
  expect(sentence).not.toBeNull()
  const end = (sentence?.index ?? 0) + (sentence?.[0].length ?? 0)
  expect(COMMANDS.filter(({ index }) => index < end)).toEqual([])
})
