import type { Clock } from '../clock'
import { DAILY_QUOTA } from '../quota'
import { presetSubscriptions, Runtime } from '../runtime'
import { assertSame, readCheckpoint, writeCheckpoint } from './checkpoint'
import type { Checkpoint, CommandKey } from './checkpoint'
import { buildDelivery } from './deliver'
import { RequestCounter } from './dry-run'
import { assertWritable, buildDefaultName, findInputs, getFingerprints, STDIN } from './inputs'
import type { Input } from './inputs'
import { buildNotice, Progress } from './progress'
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
import type { Summary } from './summary'
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

/** What `send` works with beside its options. */
export interface Surroundings {
  clock: Clock
  /** Shows progress and says what the user should know at once. */
  screen: Screen
  style: ProgressStyle
  /** Whether notices are lines of JSON. */
  isJson?: boolean
  /** The command line that goes on with the state file of that name. */
  again: (state: string) => string
  /** Called with what ends the run early, in good order. */
  onStart: (interrupt: () => void) => void
}

/**
 * Delivers files of Segment events through Segment's runtime.
 * @returns what became of every line, over all runs with the same state file
 * @throws UserError when the command cannot be carried out as it was given
 */
export async function send(options: SendOptions, surroundings: Surroundings): Promise<Summary> {
  const inputs = await findInputs(options.files)
  const hasStdin = inputs.some(({ name }) => name === STDIN)
  const target = await openTarget(options, hasStdin)
  try {
    const job = await prepare(target, inputs, options, surroundings.clock.now())
    if (job.earlier?.isFinished) return buildSummary({ checkpoint: job.earlier, state: job.state })
    surroundings.screen.write(buildNotice(target.notice, surroundings.isJson ?? false))
    return await runJob(job, target, inputs, options, surroundings)
  } finally {
    await target.close()
  }
}

/** Reads all that the command names but its events, and checks it. */
async function prepare({ key }: Target, inputs: Input[], options: SendOptions, now: number): Promise<Job> {
  const { selection, failed, dryRun } = options
  const state = dryRun ? undefined : options.state
  const given = options.mapping === undefined ? undefined : readSubscriptions(options.mapping)
  const subscriptions = given ?? presetSubscriptions()
  const command: CommandKey = {
    inputs: state === undefined ? inputs.map((input) => ({ ...input, sha256: '' })) : await getFingerprints(inputs),
    target: key,
    options: JSON.stringify({ subscriptions: given, selection, failed })
  }
  const earlier = state === undefined ? undefined : await readCheckpoint(state)
  if (state !== undefined && earlier) assertSame(state, earlier.command, command)
  const job = {
    command,
    subscriptions,
    selection,
    batchSize: getBatchSize(options.batchSize, subscriptions),
    failed: failed ?? earlier?.failed.path ?? buildDefaultName(now, 'failed.ndjson'),
    state,
    earlier,
    dryRun
  }
  const isOver = earlier?.isFinished ?? false
  if (!dryRun && !isOver) await assertWritable(inputs, { state, failed: job.failed, isNew: !earlier })
  return job
}

async function runJob(
  job: Job,
  { settings, port, redact, tokenType }: Target,
  inputs: Input[],
  { quota, rate, dryRun = false }: SendOptions,
  { clock, screen, style, again, onStart }: Surroundings
): Promise<Summary> {
  const limiter = new RateLimiter(dryRun ? {} : { quota, rate }, clock, job.earlier && { ...job.earlier.today })
  const session = new Session(job, limiter)
  await session.open()
  const { subscriptions } = job
  const counter = new RequestCounter()
  const onReports: RequestCounter['add'] | undefined = dryRun ? (reports) => counter.add(reports) : undefined
  const runtime = new Runtime({ settings, port, subscriptions, gate: limiter, record: dryRun })
  let bytes = 0
  const lines = readLines(inputs, {
    onRead: (more) => (bytes += more),
    onDamage: (problem) => addProblem(session.stats, problem)
  })
  const run = new Run(session, lines, buildDelivery({ runtime, limiter, clock, redact, onReports }), clock)
  const size = getSize(inputs)
  const progress = new Progress(style, screen, clock, () => ({
    settled: countSettled(session.stats),
    lines: session.stats.lines,
    read: size > 0 ? Math.min(1, bytes / size) : undefined,
    requests: session.requests,
    requestsToday: limiter.today.requests,
    quota
  }))
  onStart(() => run.interrupt())
  progress.start()
  try {
    const { checkpoint, ended } = await run.run()
    const isKept = job.state !== undefined || dryRun || checkpoint.isFinished
    const state = isKept ? job.state : await saveUnasked(checkpoint, inputs, clock.now())
    return buildSummary({
      checkpoint,
      ended,
      state,
      again: state === undefined ? undefined : again(state),
      dryRun: dryRun ? counter.getDryRun(quota ?? DAILY_QUOTA[tokenType ?? 'plugin']) : undefined
    })
  } finally {
    progress.stop()
    await session.close()
    runtime.close()
  }
}

/** Bytes of all inputs; 0 when it is not known. */
function getSize(inputs: Input[]): number {
  return inputs.some(({ name }) => name === STDIN) ? 0 : inputs.reduce((sum, { size }) => sum + size, 0)
}

/** A run that ends early without a state file gets one, unless it has neither settled a line nor made a request. */
async function saveUnasked(checkpoint: Checkpoint, inputs: Input[], now: number): Promise<string | undefined> {
  if (countSettled(checkpoint.stats) === 0 && checkpoint.stats.requests === 0) return undefined
  const path = buildDefaultName(now, 'state.json')
  const command = { ...checkpoint.command, inputs: await getFingerprints(inputs) }
  await writeCheckpoint(path, { ...checkpoint, command })
  return path
}
