import { commandsIn, isRunBy } from '../../../scripts/readme/commands'

it('finds every command once, with what it is given', () => {
  const text =
    'npm ci && npm start\n`npm run export -- <folder>`, `npm run check:readme`; npm start\nnpx actions-crisp send a.ndjson'
  expect(commandsIn(text)).toEqual([
    'npm ci',
    'npm start',
    'npm run export -- <folder>',
    'npm run check:readme',
    'npx actions-crisp send a.ndjson'
  ])
})

it('does not take a text without a command for one that is in order', () => {
  expect(() => commandsIn('Install it.')).toThrow('no command')
})

it.each(['\n', '\r\n'])('reads a script with lines that end in %j', (end) => {
  const script = ['npm ci', 'npm run test:nodes -- 22 24', ''].join(end)
  expect(
    ['npm ci', 'npm run test:nodes', 'npm run test', 'npm test'].map((command) => isRunBy(script, command))
  ).toEqual([true, true, false, false])
})
