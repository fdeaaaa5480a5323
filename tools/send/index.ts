import type { Subscription } from '@segment/actions-core'
import { DAILY_QUOTA } from '../quota'
import { presetSubscriptions, Runtime } from '../runtime'
import { newTally, noteProblem, settled } from './account'
import { assertSame, readCheckpoint, writeCheckpoint } from './checkpoint'
import type { Checkpoint, Command } from './checkpoint'
import type { Clock } from './clock'
import { connect } from './connection'
import type { Connection, ConnectionFlags } from './connection'
import { makeDelivery } from './deliver'
import { Estimator } from './estimate'
import { FailedFile } from './failed-file'
import { assertWritable, defaultName } from './files'
import { SpendingGate } from './gate'
import { findInputs, fingerprint, STDIN } from './inputs'
import type { Input } from './inputs'
import { noticeLine } from './notice'
import { BATCHES_AT_ONCE, batchSize } from './pace'
import { Progress } from './progress'
import type { ProgressStyle, Screen } from './progress'
import { readLines } from './read'
import { Run } from './run'
import { redactor } from './secrets'
import type { Selection } from './select'
import { readSubscriptions } from './subscriptions'
import { summarize } from './summary'
import type { Summary } from './summary'

/** What `send` is asked to do. */
export interface SendOptions extends ConnectionFlags {
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
 * @throws Refusal when the command cannot be carried out as it was given
 */
export async function send(options: SendOptions, surroundings: Surroundings): Promise<Summary> {
  const inputs = await findInputs(options.files)
  const connection = await connect(
    options,
    inputs.some(({ name }) => name === STDIN)
  )
  try {
    return await sendTo(connection, inputs, options, surroundings)
  } finally {
    await connection.close()
  }
}

/** What a command comes to before anything is sent. */
interface Plan {
  command: Command
  subscriptions: Subscription[]
  /** Path of the checkpoint, if one is kept. */
  state?: string
  /** Where an earlier run stopped. */
  from?: Checkpoint
}

async function planOf({ target }: Connection, inputs: Input[], options: SendOptions): Promise<Plan> {
  const { selection, failed } = options
  const state = options.dryRun ? undefined : options.state
  const subscriptions = options.mapping === undefined ? undefined : readSubscriptions(options.mapping)
  const command: Command = {
    inputs: state === undefined ? inputs.map((input) => ({ ...input, sha256: '' })) : await fingerprint(inputs),
    target,
    options: JSON.stringify({ subscriptions, selection, failed })
  }
  const from = state === undefined ? undefined : await readCheckpoint(state)
  if (state !== undefined && from) assertSame(state, from.command, command)
  return { command, subscriptions: subscriptions ?? presetSubscriptions(), state, from }
}

async function sendTo(
  connection: Connection,
  inputs: Input[],
  options: SendOptions,
  { clock, screen, style, isJson = false, again, onStart }: Surroundings
): Promise<Summary> {
  const { selection, quota, dryRun } = options
  const { command, subscriptions, state, from } = await planOf(connection, inputs, options)
  if (from?.isFinished) return summarize({ checkpoint: from, state })
  const failedPath = options.failed ?? from?.failed.path ?? defaultName(clock.now(), 'failed.ndjson')
  if (!dryRun) await assertWritable(inputs, { state, failed: failedPath, isNew: !from })

  screen.write(noticeLine(connection.says, isJson))
  const failed = new FailedFile(from?.failed ?? { path: failedPath, bytes: 0 }, !dryRun)
  await failed.resume()
  const gate = new SpendingGate(dryRun ? {} : { quota, rate: options.rate }, clock, from && { ...from.spent })
  const estimator = new Estimator()
  const runtime = new Runtime({
    settings: connection.settings,
    port: connection.port,
    subscriptions,
    gate,
    record: dryRun ?? false
  })
  const tally = structuredClone(from?.tally ?? newTally())
  let bytes = 0
  const run = new Run({
    lines: readLines(inputs, {
      read: (more) => (bytes += more),
      damaged: (problem) => noteProblem(tally, problem)
    }),
    subscriptions,
    selection,
    batchSize: batchSize(options.batchSize, subscriptions),
    batchesAtOnce: BATCHES_AT_ONCE,
    deliver: makeDelivery({
      runtime,
      gate,
      clock,
      redact: redactor(connection.secrets),
      watch: dryRun ? (reports) => estimator.watch(reports) : undefined
    }),
    gate,
    failed,
    clock,
    command,
    tally,
    from,
    state
  })
  const size = sizeOf(inputs)
  const progress = new Progress(style, screen, clock, () => ({
    settled: settled(tally),
    lines: tally.lines,
    read: size > 0 ? Math.min(1, bytes / size) : undefined,
    requests: tally.requests + gate.requests,
    requestsToday: gate.spent.requests,
    quota
  }))
  onStart(() => run.interrupt())
  progress.start()
  try {
    const { checkpoint, closed } = await run.run()
    const saved =
      state ?? (dryRun || checkpoint.isFinished ? undefined : await saveUnasked(checkpoint, inputs, clock.now()))
    return summarize({
      checkpoint,
      closed,
      state: saved,
      again: saved === undefined ? undefined : again(saved),
      dryRun: dryRun ? daysOf(estimator, quota ?? DAILY_QUOTA[connection.tokenType ?? 'plugin']) : undefined
    })
  } finally {
    progress.stop()
    await failed.close()
    runtime.close()
  }
}

/** Bytes of all inputs; 0 when it is not known. */
function sizeOf(inputs: Input[]): number {
  return inputs.some(({ name }) => name === STDIN) ? 0 : inputs.reduce((sum, { size }) => sum + size, 0)
}

/** A run that ends early without a state file gets one, unless it has neither settled a line nor spent a request. */
async function saveUnasked(checkpoint: Checkpoint, inputs: Input[], now: number): Promise<string | undefined> {
  if (settled(checkpoint.tally) === 0 && checkpoint.tally.requests === 0) return undefined
  const path = defaultName(now, 'state.json')
  const command = { ...checkpoint.command, inputs: await fingerprint(inputs) }
  await writeCheckpoint(path, { ...checkpoint, command })
  return path
}

function daysOf({ estimate }: Estimator, quota: number) {
  return { ...estimate, quota, days: Math.ceil((estimate.requests / quota) * 10) / 10 }
}
