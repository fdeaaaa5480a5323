import { main } from '../../tools/cli'
import { readText } from './read'

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

it('Every npx actions-crisp of the README stands after the sentence that says where it works: in this folder.', () => {
  const sentence = /[^.]*\bin this folder\b[^.]*\./.exec(README)
  expect(sentence).not.toBeNull()
  const end = (sentence?.index ?? 0) + (sentence?.[0].length ?? 0)
  expect(COMMANDS.filter(({ index }) => index < end)).toEqual([])
})
