import type { Command } from 'commander'
import { settingsFrom, tokenTypeFrom } from '../credentials'
import { createSandbox } from '../sandbox'
import { documented } from './exchanges/documented'
import { questions } from './exchanges/questions'
import { recorded } from './exchanges/recorded'
import { inferred, reported } from './exchanges/reported'
import { runScenario } from './run'
import type { ScenarioResult, Target } from './run'
import type { Scenario } from './scenario'
import { getStyle, PLAIN } from '../style'
import type { Style } from '../style'

/** The whole contract, the best known first. */
export const SCENARIOS: Scenario[] = [...recorded, ...documented, ...reported, ...inferred, ...questions]

type Environment = Readonly<Record<string, string | undefined>>

/** The real API, with credentials from the environment. Throws a sentence when it must not or cannot be used. */
export function liveTarget(env: Environment): Target {
  if (env.CI && env.CI !== 'false') throw new Error('The live API is never used in CI.')
  const { apiKey, websiteId } = settingsFrom(env)
  return { url: 'https://api.crisp.chat', websiteId, apiKey, tier: tokenTypeFrom(env), pauseMs: 300 }
}

/** Plays every scenario and prints one line each, with what differs below it. Returns what became of them. */
export async function runContract(
  target: Target,
  print: (line: string) => void,
  style: Style = PLAIN
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = []
  for (const scenario of SCENARIOS) {
    const result = await runScenario(scenario, target)
    results.push(result)
    print(`${toMark(result, style)} ${scenario.name} ${style('dim', `(${scenario.confidence}: ${scenario.source})`)}`)
    for (const line of result.differences) print(`    ${line}`)
  }
  return results
}

/** A question that comes out otherwise than the sandbox's default is news, not a breach. */
export function findBreaches(results: ScenarioResult[]): ScenarioResult[] {
  return results.filter(({ scenario, differences }) => scenario.confidence !== 'question' && differences.length > 0)
}

function toMark({ scenario, differences }: ScenarioResult, style: Style): string {
  if (differences.length === 0) return style('green', 'same ')
  return scenario.confidence === 'question' ? style('yellow', 'other') : style('red', 'DIFFERS')
}

/** `actions-crisp contract`: the exchanges, against an embedded sandbox or, with `--live`, against Crisp. */
export function addContractCommand(program: Command): void {
  program
    .command('contract')
    .description("Hold a sandbox, or Crisp itself, against the recorded and documented exchanges of Crisp's API.")
    .option('--live', 'ask Crisp, with CRISP_API_KEY, CRISP_WEBSITE_ID and CRISP_TOKEN_TYPE; about 160 requests')
    .addHelpText(
      'after',
      '\nExamples:\n  npx actions-crisp contract\n  CRISP_API_KEY=identifier:key CRISP_WEBSITE_ID=... npx actions-crisp contract --live'
    )
    .action(async ({ live }: { live?: true }, command: Command) => {
      try {
        process.exitCode = await runCommand(live ? liveTarget(process.env) : undefined)
      } catch (error) {
        command.error((error as Error).message, { exitCode: 2 })
      }
    })
}

async function runCommand(live: Target | undefined): Promise<number> {
  const sandbox = live ? undefined : await createSandbox()
  const target = live ?? { url: '', websiteId: '', apiKey: '', tier: 'plugin', ...sandbox }
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  print(live ? `Against ${live.url}, with people made up for this run.` : 'Against an embedded sandbox.')
  const results = await runContract(target, print, getStyle(process.stdout))
  await sandbox?.close()
  const breaches = findBreaches(results).length
  const others = results.filter(({ differences }) => differences.length > 0).length - breaches
  const requests = results.reduce((sum, result) => sum + result.requests, 0)
  print(
    `${results.length} scenarios, ${requests} requests: ${breaches} differ, ${others} questions have another answer.`
  )
  return breaches === 0 ? 0 : 1
}
