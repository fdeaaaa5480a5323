import pc from 'picocolors'
import { settingsFrom, tokenTypeFrom } from '../credentials'
import { createSandbox } from '../sandbox'
import { scenarios } from './exchanges'
import { runScenario, type Outcome, type Target } from './run'

type Environment = Readonly<Record<string, string | undefined>>

/** The real API, with credentials from the environment. Throws a sentence when it must not or cannot be used. */
export function liveTarget(env: Environment): Target {
  if (env.CI && env.CI !== 'false') throw new Error('The live API is never used in CI.')
  const { apiKey, websiteId } = settingsFrom(env)
  return { url: 'https://api.crisp.chat', websiteId, apiKey, tier: tokenTypeFrom(env), pauseMs: 300 }
}

/** Plays every scenario and prints one line each, with what differs below it. Returns what became of them. */
export async function runContract(target: Target, print: (line: string) => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const scenario of scenarios) {
    const outcome = await runScenario(scenario, target)
    outcomes.push(outcome)
    print(`${mark(outcome)} ${scenario.name} ${pc.dim(`(${scenario.confidence}: ${scenario.source})`)}`)
    for (const line of outcome.differences) print(`    ${line}`)
  }
  return outcomes
}

/** A question that comes out otherwise than the sandbox's default is news, not a breach. */
export function breaches(outcomes: Outcome[]): Outcome[] {
  return outcomes.filter(({ scenario, differences }) => scenario.confidence !== 'question' && differences.length > 0)
}

function mark({ scenario, differences }: Outcome): string {
  if (differences.length === 0) return pc.green('same ')
  return scenario.confidence === 'question' ? pc.yellow('other') : pc.red('DIFFERS')
}

async function main(argv: readonly string[], env: Environment): Promise<number> {
  const unknown = argv.find((flag) => flag !== '--live')
  if (unknown !== undefined) throw new Error(`There is no flag ${unknown}; there is --live.`)
  const live = argv.includes('--live') ? liveTarget(env) : undefined
  const sandbox = live ? undefined : await createSandbox()
  const target = live ?? { url: '', websiteId: '', apiKey: '', tier: 'plugin', ...sandbox }
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  print(live ? `Against ${live.url}, with people made up for this run.` : 'Against an embedded sandbox.')
  const outcomes = await runContract(target, print)
  await sandbox?.close()
  const bad = breaches(outcomes).length
  const other = outcomes.filter(({ differences }) => differences.length > 0).length - bad
  const requests = outcomes.reduce((sum, outcome) => sum + outcome.requests, 0)
  print(`${outcomes.length} scenarios, ${requests} requests: ${bad} differ, ${other} questions have another answer.`)
  return bad === 0 ? 0 : 1
}

if (require.main === module) {
  main(process.argv.slice(2), process.env).then(
    (status) => (process.exitCode = status),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`)
      process.exitCode = 2
    }
  )
}
