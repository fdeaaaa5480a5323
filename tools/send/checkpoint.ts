import crypto from 'crypto'
import { readFile } from 'fs/promises'
import { basename, resolve } from 'path'
import isEqual from 'lodash/isEqual'
import { replaceFile } from '../replace-file'
import { toFileError, UserError } from '../user-error'
import type { FailedMark } from './failed-file'
import { STDIN } from './inputs'
import type { Fingerprint, Input } from './inputs'
import type { DailyRequests } from './rate-limiter'
import type { Stats } from './stats'

/** What makes two runs the same command: a run goes on only where all of it is equal. */
export interface CommandKey {
  inputs: Fingerprint[]
  /** `sandbox`, or where the events go and to which website. */
  target: string
  /** The subscriptions and the selection, as JSON. */
  options: string
}

/** Where a run stands; enough to go on after it ended in any way. Holds neither events nor the key. */
export interface Checkpoint {
  command: CommandKey
  stats: Stats
  /** Places of the lines that were read and have no outcome yet. */
  waiting: number[]
  /** Of all lines that were read, for inputs that cannot be read twice. */
  sha256: string
  failed: FailedMark
  today: DailyRequests
  /** True when every line has its outcome. */
  isFinished: boolean
}

/** A checkpoint as it stands in its file. */
interface CheckpointFile {
  version: number
  /** Of the checkpoint's JSON. */
  sha256: string
  checkpoint: Checkpoint
}

const VERSION = 3

/** Names the state file of a command that names none, the same whenever that command is given. */
export function buildStateName(inputs: Input[], target: string, settings: string): string {
  const paths = inputs.map(({ name }) => (name === STDIN ? name : resolve(name)))
  const hash = crypto.createHash('sha256').update(JSON.stringify([paths, target, settings]))
  const [first] = inputs
  const name = first.name === STDIN ? 'stdin' : basename(first.name)
  return `crisp-send-${name}-${hash.digest('hex').slice(0, 8)}.state.json`
}

/**
 * Reads a checkpoint.
 * @returns undefined when there is none yet
 * @throws UserError when the file is damaged, of another version or something else
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw toFileError(error, `The state file ${path}`, 'read')
  }
  const file = parseFile(text)
  if (!file) throw new UserError(`The file ${path} is no state of this command. Name another one with --state.`)
  if (file.version !== VERSION) {
    throw new UserError(
      `The state file ${path} was written by another version of this command. Go on with that version. To start again, delete the file or name another with --state.`
    )
  }
  if (file.sha256 !== getHash(file.checkpoint)) {
    throw new UserError(
      `The state file ${path} is damaged. Put back a copy of it. To start again and send everything once more, delete it or name another with --state.`
    )
  }
  return file.checkpoint
}

function parseFile(text: string): CheckpointFile | undefined {
  try {
    const json = JSON.parse(text) as Partial<CheckpointFile> | null
    if (typeof json?.version === 'number') return json as CheckpointFile
  } catch {
    // Not JSON, like any other file that is no checkpoint.
  }
  return undefined
}

function getHash(checkpoint: Checkpoint): string {
  return crypto
    .createHash('sha256')
    .update(JSON.stringify(checkpoint) ?? '')
    .digest('hex')
}

/**
 * Puts a checkpoint in place of the one before; it is on the disk afterwards.
 * @throws UserError when it cannot be written
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const file: CheckpointFile = { version: VERSION, sha256: getHash(checkpoint), checkpoint }
  try {
    await replaceFile(path, JSON.stringify(file))
  } catch (error) {
    throw toFileError(error, `The state file ${path}`, 'written', 'Make room for it, or name another one with --state.')
  }
}

/**
 * Makes sure that a run may go on from a checkpoint.
 * @throws UserError when the inputs or the command are not the same
 */
export function assertSame(path: string, then: CommandKey, now: CommandKey): void {
  const advice = `Undo that to go on. To start again, delete ${path} or name another file with --state.`
  const names = ({ inputs }: CommandKey) => inputs.map(({ name }) => name).join(', ')
  const paths = ({ inputs }: CommandKey) => inputs.map(({ name }) => (name === STDIN ? name : resolve(name)))
  if (!isEqual(paths(then), paths(now))) {
    throw new UserError(`The state file is of a run with other files: ${names(then)}. ${advice}`)
  }
  const changed = now.inputs.find(({ size, sha256 }, index) => {
    const before = then.inputs[index]
    return before.size !== size || before.sha256 !== sha256
  })
  if (changed) throw buildChangedInput(changed.name, advice)
  if (then.target !== now.target) throw new UserError(`The state file is of a run to ${then.target}. ${advice}`)
  if (then.options !== now.options) {
    throw new UserError(
      `The state file is of a run with another --mapping, --only, --from, --to, --limit or --failed. ${advice}`
    )
  }
}

/** The error of going on with an input that is not what it was. */
export function buildChangedInput(
  name: string,
  advice = 'To start again, delete the state file or name another with --state.'
): UserError {
  const what = name === STDIN ? 'Standard input' : `The file ${name}`
  return new UserError(`${what} has changed since the earlier run, so its place in it is lost. ${advice}`)
}
