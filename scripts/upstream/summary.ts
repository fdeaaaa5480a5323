import { sep } from 'path'

/** What of jest's `--json` is read. */
interface Results {
  numPassedTests: number
  snapshot: { total: number; unchecked: number }
  testResults: { name: string; assertionResults: { status: string }[] }[]
}

/**
 * Sums up a run of the tests.
 * @param results - jest's results
 * @param coverage - istanbul's `json-summary`
 * @param actions - the keys of the actions
 * @returns a line about it, and what upstream would object to although all tests pass
 */
export function summarize(results: unknown, coverage: unknown, actions: string[]) {
  const { numPassedTests, snapshot, testResults } = results as Results
  const { lines, branches } = (coverage as { total: Record<'lines' | 'branches', { pct: number }> }).total
  const problems = snapshot.unchecked > 0 ? [`${snapshot.unchecked} snapshots belong to no test.`] : []
  for (const action of actions) {
    const tests = testResults.filter(({ name }) => name.split(sep).join('/').includes(`/${action}/__tests__/`))
    const passed = tests.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'passed')
    if (passed.length < 2) problems.push(`${action} has fewer than 2 tests.`)
  }
  const parts = [
    `${numPassedTests} tests`,
    `${snapshot.total} snapshots`,
    `lines ${lines.pct} %`,
    `branches ${branches.pct} %`
  ]
  return { summary: parts.join(', '), problems }
}
