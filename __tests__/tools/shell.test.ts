import { execFileSync } from 'child_process'
import { commandLine } from '../../tools/shell'

const words = ['send', 'a b.json', "it's $HOME `x` \\n!", '*.gz', '', '--state=s', 'C:\\logs\\a.json']

it('gives a POSIX shell back the very words', () => {
  const line = commandLine([process.execPath, '-p', 'JSON.stringify(process.argv.slice(1))', ...words], 'linux')
  expect(JSON.parse(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' }))).toEqual(words)
})

it('leaves words that need no quotes as they are', () => {
  expect(commandLine(['npx', 'send', 'events.ndjson', '--quota', '2'], 'linux')).toBe(
    'npx send events.ndjson --quota 2'
  )
})

it('changes nothing within a word on Windows', () => {
  expect(commandLine(['send', 'C:\\logs\\a.json', 'C:\\my logs\\$a.json', 'b(1).gz'], 'win32')).toBe(
    'send C:\\logs\\a.json "C:\\my logs\\$a.json" "b(1).gz"'
  )
})
