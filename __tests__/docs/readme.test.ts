import { commandsIn, isRunBy } from '../../scripts/readme/commands'
import { TRIES } from '../../scripts/readme/tries'
import { readText } from './read'

it('tells people to run nothing that the gate does not run, by itself or in npm run check:readme', () => {
  const gate = readText('.ci/run')
  expect(isRunBy(gate, 'npm run check:readme')).toBe(true)
  const others = commandsIn(readText('README.md')).filter((command) => !isRunBy(gate, command))
  expect(others.length).toBeGreaterThan(10)
  expect(others.filter((command) => !(command in TRIES))).toEqual([])
  expect(Object.keys(TRIES).filter((command) => !others.includes(command))).toEqual([])
})
