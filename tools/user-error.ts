/** How an error ends a tool. */
export interface UserErrorOptions extends ErrorOptions {
  /** 2 by default. */
  exitStatus?: number
}

/** What ends a tool with one sentence for the user and exit status 2: invalid usage, or something in its surroundings. */
export class UserError extends Error {
  readonly exitStatus: number

  constructor(message: string, { exitStatus = 2, ...options }: UserErrorOptions = {}) {
    super(message, options)
    this.name = 'UserError'
    this.exitStatus = exitStatus
  }
}

/** What the codes of the file system say, in words. */
const FILE_PROBLEMS: Record<string, string> = {
  EACCES: 'permission is denied',
  EPERM: 'it is not allowed',
  EBUSY: 'another program uses it',
  EDQUOT: 'your disk quota is used up',
  EFBIG: 'the file would be too large',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on the disk',
  ENOTDIR: 'a part of its path is no folder',
  ENXIO: 'it cannot be opened',
  EROFS: 'the disk is read-only'
}

/**
 * Turns what the file system threw into a sentence with the path.
 * @param what - names the file in the sentence, for example `The state file events.state.json`
 * @param verb - what was tried, for example `written`
 * @param advice - what to do, as a sentence
 */
export function toFileError(thrown: unknown, what: string, verb: string, advice = ''): UserError {
  const { code = '', message } = thrown as NodeJS.ErrnoException
  const problem = FILE_PROBLEMS[code] ?? message
  return new UserError(`${what} cannot be ${verb}: ${problem}.${advice && ` ${advice}`}`, { cause: thrown })
}
