import { runInNewContext } from 'vm'
import destination from '../../src'
import { readText } from './read'

const README = readText('README.md')

it('The README has one heading for each thing that a reader comes for, in this order.', () => {
  const text = README.replace(/```[^]*?```/g, '')
  expect([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading)).toEqual([
    'Crisp for Segment',
    'Status',
    'Try it',
    'Use it from code',
    'Set up',
    'What agents see',
    'What it costs',
    'How people are matched',
    'When events fail',
    'Tools',
    'Develop'
  ])
})

it('The README has at most 900 words outside code blocks.', () => {
  const text = README.replace(/```[^]*?```/g, '').replace(/[|]|-{3,}/g, ' ')
  expect(text.trim().split(/\s+/).length).toBeLessThanOrEqual(900)
})

it('The example of the README prints the requests of one identify call.', async () => {
  const code = /```js\nimport destination from 'actions-crisp'\n([^]*?)```/.exec(README)?.[1] ?? ''
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(10)
  const log = jest.fn()
  await runInNewContext(`(async () => {${code}})()`, { destination, console: { log } })
  const person = (part: string) => expect.stringMatching(new RegExp(`/people/${part}/ada%40example\\.com$`)) as string
  expect(log.mock.calls).toEqual([
    ['PATCH', person('profile'), { person: { nickname: 'Ada Lovelace' } }],
    ['PATCH', person('data'), { data: { plan: 'team' } }]
  ])
})

it('The day of the README adds up.', () => {
  const table = /^\| calls [^]*?\n\n/m.exec(README)?.[0] ?? ''
  const rows = table
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => line.split('|').map((cell) => Number(cell.replace(/,/g, ''))))
  const total = rows.pop()?.[4]
  expect(rows.length).toBeGreaterThan(2)
  for (const [, calls, , each, requests] of rows) expect(calls * each).toBe(requests)
  expect(rows.reduce((sum, [, , , , requests]) => sum + requests, 0)).toBe(total)
})
