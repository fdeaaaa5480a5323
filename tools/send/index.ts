import { rm } from 'fs/promises'
import type { Clock } from '../clock'
import { lock } from '../lock'
import type { Lock } from '../lock'
import { DAILY_QUOTA } from '../quota'
import { removeLeftovers } from '../replace-file'
import { presetSubscriptions, Runtime } from '../runtime'
import { UserError } from '../user-error'
import { assertSame, buildStateName, readCheckpoint } from './checkpoint'
import type { CommandKey } from './checkpoint'
import { buildDelivery } from './deliver'
import { RequestCounter } from './dry-run'
import { buildFailedName } from './failed-file'
import { assertWritable, findInputs, getFileKey, getFingerprints, STDIN } from './inputs'
import type { Input } from './inputs'
import { Progress } from './progress'
import type { ProgressStyle, Screen } from './progress'
import { RateLimiter } from './rate-limiter'
import { readLines } from './reader'
import { Run } from './run'
import type { Selection } from './select'
import { Session } from './session'
import type { Job } from './session'
import { addProblem, countSettled } from './stats'
import { getBatchSize, readSubscriptions } from './subscriptions'
import { buildSummary } from './summary'
import type { Commands, Summary } from './summary'
import { openTarget } from './target'
import type { Target, TargetFlags } from './target'

/** What `send` is asked to do. */
export interface SendOptions extends TargetFlags {
  /** Paths, globs, and `-` for standard input. */
  files: string[]
  /** Path of a file with subscriptions; the presets by default. */
  mapping?: string
  selection: Selection & { limit?: number }
  /** Requests a day. */
  quota?: number
  /** Requests a second. */
  rate?: number
  /** Events delivered together at most. */
  batchSize?: number
  /** Path of the file for what failed. */
  failed?: string
  /** Path of the checkpoint. */
  state?: string
}

/** What `send` works with, apart from its options. */
export interface Surroundings {
  clock: Clock
  /** Shows progress and says what the user should know at once. */
  screen: Screen
  style: ProgressStyle
  /** Whether notices are lines of JSON. */
  isJson?: boolean
  /** Ends the run early, in good order. */
  signal?: AbortSignal
  /** The command lines that the summary offers. */
  commands?: Commands
}

/**
 * Delivers files of Segment events through Segment's runtime.
 * @returns what became of every line, over all runs with the same state file
 * @throws UserError when the command cannot be carried out as it was given
 */
export async function send(options: SendOptions, surroundings: Surroundings): Promise<Summary> {
  const { signal, commands } = surroundings
  const locks: Lock[] = []
  const progress = new Progress(surroundings.style, surroundings.screen, surroundings.clock, surroundings.isJson)
  const inputs = await findInputs(options.files)
  const target = await openTarget(
    options,
    inputs.some(({ name }) => name === STDIN),
    signal
  )
  try {
    const job = await prepare(target, inputs, options, surroundings, locks)
    if (job.earlier?.isFinished) return buildSummary({ checkpoint: job.earlier, state: job.state, commands })
    await target.check()
    progress.say(target.notice)
    if (job.earlier) progress.say(`Going on where the earlier run stopped, by ${job.state}.`)
    return await runJob(job, target, options, surroundings, progress)
  } catch (thrown) {
    if (signal?.aborted && thrown === signal.reason) {
      throw new UserError('Interrupted before anything was sent.', { exitStatus: 130 })
    }
    throw thrown
  } finally {
    await target.close()
    for (const held of locks) await held.release()
  }
}

/** Reads all that the command names but its events, checks it, and locks the files that are written. */
async function prepare(
  { key, isEmbedded }: Target,
  inputs: Input[],
  options: SendOptions,
  { clock, signal }: Surroundings,
  locks: Lock[]
): Promise<Job> {
  const { selection, dryRun } = options
  const given = options.mapping === undefined ? undefined : readSubscriptions(options.mapping)
  const subscriptions = given ?? presetSubscriptions()
  const settings = JSON.stringify({ subscriptions: given, selection, failed: options.failed })
  const byDefault = isEmbedded ? undefined : buildStateName(inputs, key, settings)
  const state = dryRun ? undefined : options.state ?? byDefault
  if (state !== undefined) {
    await lockFile(state, locks)
    await removeLeftovers(state)
  }
  const earlier = state === undefined ? undefined : await readCheckpoint(state)
  const command: CommandKey = {
    inputs: state === undefined ? [] : await getFingerprints(inputs, signal),
    target: key,
    options: settings
  }
  if (state !== undefined && earlier) assertSame(state, earlier.command, command)
  const failed = dryRun ? undefined : options.failed ?? earlier?.failed.path ?? buildFailedName(clock.now())
  await assertWritable(inputs, [state, failed])
  if (failed !== undefined) await lockFile(failed, locks)
  const batchSize = getBatchSize(options.batchSize, subscriptions)
  return { command, subscriptions, selection, batchSize, inputs, failed, state, earlier }
}

async function runJob(
  job: Job,
  { settings, port, redact, tokenType, isEmbedded }: Target,
  { quota, rate, dryRun = false, state: givenState }: SendOptions,
  { clock, signal, commands }: Surroundings,
  progress: Progress
): Promise<Summary> {
  const limiter = new RateLimiter(dryRun ? {} : { quota, rate }, clock, job.earlier && { ...job.earlier.today })
  const session = await Session.open(job, limiter)
  const { inputs, subscriptions } = job
  const counter = new RequestCounter()
  const onReports: RequestCounter['add'] | undefined = dryRun ? (reports) => counter.add(reports) : undefined
  const runtime = new Runtime({ settings, port, subscriptions, hooks: limiter, record: dryRun })
  let bytes = 0
  const lines = readLines(inputs, {
    onRead: (more) => (bytes += more),
    onDamage: (problem) => addProblem(session.stats, problem)
  })
  const run = new Run(session, lines, buildDelivery({ runtime, limiter, clock, redact, onReports }), clock)
  const size = getSize(inputs)
  const interrupt = () => {
    progress.say('Finishing what is in flight; once more stops at once.')
    run.interrupt()
  }
  signal?.addEventListener('abort', interrupt)
  progress.start(() => ({
    settled: countSettled(session.stats),
    lines: session.stats.lines,
    read: size > 0 ? Math.min(1, bytes / size) : undefined,
    requests: session.requests,
    requestsToday: limiter.today.requests,
    quota,
    wait: run.wait
  }))
  if (signal?.aborted) interrupt()
  try {
    const { checkpoint, ended } = await run.run()
    const isWorthKeeping = countSettled(checkpoint.stats) > 0 || checkpoint.stats.requests > 0
    const isKept = givenState !== undefined || (isWorthKeeping && !checkpoint.isFinished)
    if (!isKept && job.state !== undefined) await rm(job.state, { force: true })
    return buildSummary({
      checkpoint,
      ended,
      state: isKept ? job.state : undefined,
      isEmbedded,
      commands,
      dryRun: dryRun ? counter.getDryRun(quota ?? DAILY_QUOTA[tokenType ?? 'plugin']) : undefined
    })
  } finally {
    signal?.removeEventListener('abort', interrupt)
    progress.stop()
    await session.close()
    runtime.close()
  }
}

/** Bytes of all inputs; 0 when it is not known. */
function getSize(inputs: Input[]): number {
  return inputs.some(({ size }) => size === 0) ? 0 : inputs.reduce((sum, { size }) => sum + size, 0)
}

async function lockFile(path: string, locks: Lock[]): Promise<void> {
  const held = await lock(await getFileKey(path))
  if (!held)
    throw new UserError(`Another run of this command uses ${path} now. Wait for its end, or name another file.`)
  locks.push(held)
}
