import { spawnSync } from 'child_process'
import { existsSync } from 'fs'
import { join } from 'path'

/**
 * `npm run fuzz`: the properties, tried for minutes. FUZZ_RUNS is how many times more often than in `npm test` (90
 * unless told otherwise), FUZZ_SEED where to start; the same seed tries the same.
 */
const factor = process.env.FUZZ_RUNS ?? '90'
const seed = process.env.FUZZ_SEED ?? String(Math.floor(Math.random() * 2 ** 31))
process.stdout.write(`FUZZ_SEED=${seed} FUZZ_RUNS=${factor}\n`)

const root = join(__dirname, '../..')
const files = [
  '__tests__/properties',
  '__tests__/tools/sandbox/fuzz.test.ts',
  '__tests__/tools/function/like-the-destination.test.ts'
].filter((path) => existsSync(join(root, path)))
const { status } = spawnSync(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), '--verbose', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, FUZZ_RUNS: factor, FUZZ_SEED: seed }
})
process.stdout.write(`FUZZ_SEED=${seed} FUZZ_RUNS=${factor}: ${status === 0 ? 'nothing found' : 'see above'}\n`)
process.exitCode = status ?? 1
