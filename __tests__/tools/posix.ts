/** For tests of what a process does about a signal: Windows has none, `kill` ends a process there at once. */
export const itOnPosix = process.platform === 'win32' ? it.skip : it
