import { readFileSync } from 'fs'
import { delimiter, dirname, join } from 'path'
import { Failure, npm, programOf, ROOT, run, runSteps, step } from '../steps'
import { temporaryFolder } from '../temporary'

const VERSIONS = ['20', '22', '24']

/** Runs the test suite on other versions of Node: `npm run test:nodes -- 22 24`. Others come from the npm package `node`. */
async function main(versions: string[]): Promise<boolean> {
  let passed = true
  for (const version of versions) {
    if (!(await step(`Node ${version}`, () => testOn(nodeOf(version))))) passed = false
  }
  return passed
}

/** The path of a Node of that major version: this process's own or one that is installed for the moment. */
function nodeOf(version: string): string {
  if (!/^\d+$/.test(version)) throw new Failure(`${version} is no major version. For example: 22 24`)
  if (process.versions.node.startsWith(`${version}.`)) return process.execPath
  const folder = temporaryFolder(`node-${version}-`)
  // The package brings the binary by a script of its installation.
  npm(['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts=false', `node@${version}`], folder)
  return programOf(folder, 'node')
}

function testOn(node: string): string {
  const path = [dirname(node), process.env.PATH].join(delimiter)
  const results = join(temporaryFolder('test-nodes-'), 'results.json')
  run(node, ['node_modules/jest/bin/jest.js', '--ci', '--json', '--outputFile', results], ROOT, { PATH: path })
  const { numPassedTests } = JSON.parse(readFileSync(results, 'utf8')) as { numPassedTests: number }
  return `${numPassedTests} tests pass on ${run(node, ['--version'], ROOT)}`
}

const versions = process.argv.slice(2)
void runSteps(() => main(versions.length > 0 ? versions : VERSIONS))
