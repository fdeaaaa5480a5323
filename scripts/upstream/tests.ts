import { sep } from 'path'

/** What of jest's `--json` is read. */
interface Results {
  numPassedTests: number
  snapshot: { total: number; unchecked: number }
  testResults: { name: string; assertionResults: { status: string }[] }[]
}

/** What of istanbul's `json-summary` is read. */
interface Coverage {
  total: Record<'lines' | 'branches', { pct: number }>
}

const TESTS_PER_ACTION = 2

/**
 * Reads what a run of the tests left.
 * @param results - jest's results
 * @param coverage - the coverage's summary
 * @param actions - the keys of the actions
 * @returns a line about it, and what upstream would object to although all tests pass
 */
export function summaryOf(
  results: unknown,
  coverage: unknown,
  actions: string[]
): { summary: string; problems: string[] } {
  const { numPassedTests, snapshot, testResults } = results as Results
  const { lines, branches } = (coverage as Coverage).total
  const problems = snapshot.unchecked > 0 ? [`${snapshot.unchecked} snapshots belong to no test.`] : []
  for (const action of actions) {
    const tests = testResults.filter(({ name }) => name.split(sep).join('/').includes(`/${action}/__tests__/`))
    const passed = tests.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'passed')
    if (passed.length < TESTS_PER_ACTION) problems.push(`${action} has fewer than ${TESTS_PER_ACTION} tests.`)
  }
  return {
    summary: `${numPassedTests} tests, ${snapshot.total} snapshots, lines ${lines.pct} %, branches ${branches.pct} %`,
    problems
  }
}
