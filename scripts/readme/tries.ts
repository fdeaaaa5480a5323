import { accessSync, chmodSync, constants, readdirSync, writeFileSync } from 'fs'
import { join } from 'path'
import { failOn, Failure, npm, npmProgram, ROOT, run } from '../steps'
import type { Summary } from '../../tools/send/summary'
import { temporaryFolder } from '../temporary'
import { visit } from './visit'

/** Events that all succeed: the exit status tells of any that did not. */
const EVENTS = [
  { type: 'identify', userId: 'u1', traits: { email: 'ada@example.com', name: 'Ada' } },
  { type: 'track', userId: 'u1', event: 'Order Completed' }
]

/** Runs an npm script; the arguments and variables make a long one short. */
const script = (name: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) =>
  npm(['run', name, '--', ...args], ROOT, env)

/** What writes files of the repository has nothing new to write. */
function writesNothingNew(name: string): string {
  const before = run('git', ['status', '--short'], ROOT)
  script(name)
  const after = run('git', ['status', '--short'], ROOT)
  if (after !== before) throw new Failure(`It changes files:\n${after}`)
  return 'nothing new to write'
}

/** How the commands of the README that the gate does not run are tried, each told in a few words. */
export const TRIES: Record<string, () => string | Promise<string>> = {
  'npm start': () => visit('npm', ['start'], /tester ready at (\S+)/, '/'),
  'npm run build': () => {
    // npx makes the command executable only when it first meets the folder, and not after a build that writes it anew.
    const command = join(ROOT, 'dist/tools/cli.js')
    chmodSync(command, 0o644)
    script('build')
    accessSync(command, constants.X_OK)
    return 'builds a command that can be run'
  },
  'npm run format': () => writesNothingNew('format'),
  'npm run types': () => writesNothingNew('types'),
  'npm run metadata': () => writesNothingNew('metadata'),
  'npm run contract': () => script('contract').split('\n').pop() ?? '',
  'npm run export -- <folder>': () => {
    const folder = join(temporaryFolder('export-'), 'crisp')
    script('export', [folder])
    return `${readdirSync(folder).length} files and folders`
  },
  'npm run bench': () => {
    script('bench', ['wall'])
    return 'measures wall time'
  },
  'npm run fuzz': () => {
    script('fuzz', [], { FUZZ_RUNS: '0.1' })
    return 'nothing found in a tenth of the runs of npm test'
  },
  'npm run mutation': () => {
    script('mutation', ['--dryRunOnly'])
    return 'would start'
  },
  'npx actions-crisp sandbox': () =>
    visit('npx', ['actions-crisp', 'sandbox', '--port', '0'], /sandbox ready at (\S+)/, '/openapi.json'),
  'npx actions-crisp serve': () =>
    visit('npx', ['actions-crisp', 'serve', '--port', '0'], /tester ready at (\S+)/, '/'),
  'npx actions-crisp send events.ndjson': () => {
    const folder = temporaryFolder('send-')
    writeFileSync(join(folder, 'events.ndjson'), EVENTS.map((event) => JSON.stringify(event)).join('\n'))
    const args = ['--prefix', ROOT, 'actions-crisp', 'send', 'events.ndjson', '--json']
    const { outcomes } = JSON.parse(run(process.execPath, [npmProgram('npx'), ...args], folder)) as Summary
    failOn(outcomes.delivered === EVENTS.length ? [] : [`Not all events were delivered: ${JSON.stringify(outcomes)}`])
    return `${outcomes.delivered} events delivered`
  }
}
