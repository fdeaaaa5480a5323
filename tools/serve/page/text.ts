/** Characters that reorder or hide the text around them: controls, bidirectional marks, most of zero width. */
const invisible = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** Those that do no harm: line ends, and the joiners of emoji and of several scripts. */
const harmless = ['\n', '\t', '\u200c', '\u200d']

/** Text in which nothing hides: characters that cannot be seen are written as escapes. */
export function visible(text: string): string {
  return text.replace(invisible, (character) => (harmless.includes(character) ? character : escaped(character)))
}

function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16)
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}

/** Visible text, cut at a length that a line can take. */
export function short(text: string, most = 300): string {
  const cut = text.length > most ? `${text.slice(0, most)}… (${text.length.toLocaleString('en')} characters)` : text
  return visible(cut)
}

/** A value of a person or an event, as text. */
export function valueText(value: unknown, most?: number): string {
  return short(typeof value === 'string' ? value : JSON.stringify(value) ?? '', most)
}

/** `1 event`, `2 events`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

/** A duration for people. */
export function duration(ms: number | null): string {
  if (ms === null) return '–'
  return ms < 1000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** The time of day. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB')
}

/** The part of a path that tells requests to Crisp apart, decoded to be read. */
export function pathOf({ pathname, search }: URL): string {
  const path = pathname.replace(/^\/v1\/website\/[^/]+/, '') + search
  return short(decoded(path) || '/', 300)
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
