import { summarize } from '../../../scripts/upstream/summary'

const coverage = { total: { lines: { pct: 99.5 }, branches: { pct: 98 } } }
const suite = (action: string, ...statuses: string[]) => ({
  name: `/tmp/src/destinations/crisp/${action}/__tests__/index.test.ts`,
  assertionResults: statuses.map((status) => ({ status }))
})
const results = (testResults: unknown[], unchecked = 0) => ({
  numPassedTests: 4,
  snapshot: { total: 2, unchecked },
  testResults
})

it('tells the tests, the snapshots and the coverage', () => {
  const run = results([suite('send', 'passed', 'passed')])
  expect(summarize(run, coverage, ['send'])).toEqual({
    summary: '4 tests, 2 snapshots, lines 99.5 %, branches 98 %',
    problems: []
  })
})

it('counts only the tests of the action that ran', () => {
  const run = results([suite('send', 'passed', 'pending'), suite('other', 'passed', 'passed')])
  expect(summarize(run, coverage, ['send', 'other']).problems).toEqual(['send has fewer than 2 tests.'])
})

it('finds snapshots that no test looks at', () => {
  const run = results([suite('send', 'passed', 'passed')], 3)
  expect(summarize(run, coverage, ['send']).problems).toEqual(['3 snapshots belong to no test.'])
})
