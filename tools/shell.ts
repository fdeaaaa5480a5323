/** One word for a POSIX shell, whatever is in it. */
export function posixQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/**
 * Words as a command line that may be pasted into a shell. On Windows quotes go around a word and
 * change nothing in it: backslashes mean themselves there.
 * @param platform - as `process.platform` has it
 */
export function commandLine(words: string[], platform: string): string {
  const isWindows = platform === 'win32'
  const plain = isWindows ? /^[\w@+=:,./\\-]+$/ : /^[\w@%+=:,./-]+$/
  const quote = isWindows ? (word: string) => `"${word}"` : posixQuoted
  return words.map((word) => (plain.test(word) ? word : quote(word))).join(' ')
}
