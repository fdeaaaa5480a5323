import { isJsonObject } from '../wire'
import type { JsonObject } from '../wire'

/** What the editor holds. */
export type Parsed =
  | { kind: 'event'; event: JsonObject }
  | { kind: 'batch'; events: JsonObject[] }
  | { kind: 'wrong'; sentence: string }

/** Reads the editor's text: an object is an event, a list of objects a batch. */
export function parse(text: string): Parsed {
  if (text.trim() === '') return { kind: 'wrong', sentence: 'Write an event, or choose an example above.' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { kind: 'wrong', sentence: syntaxSentence(text, (error as Error).message) }
  }
  if (isJsonObject(value)) return { kind: 'event', event: value }
  if (!Array.isArray(value)) {
    return { kind: 'wrong', sentence: 'An event is an object in braces; a batch is a list of them in brackets.' }
  }
  if (value.length === 0) return { kind: 'wrong', sentence: 'The batch is empty: put at least one event into it.' }
  const wrong = value.findIndex((one) => !isJsonObject(one))
  if (wrong >= 0) return { kind: 'wrong', sentence: `Entry ${wrong + 1} of the batch is not an event in braces.` }
  return { kind: 'batch', events: value as JsonObject[] }
}

/** Where a syntax error is, in the engine's words of it. */
function syntaxSentence(text: string, message: string): string {
  const position = /position (\d+)/.exec(message)?.[1]
  const lineAndColumn = /line (\d+) column (\d+)/.exec(message)
  const before = text.slice(0, position === undefined ? text.length : Number(position)).split('\n')
  const line = lineAndColumn?.[1] ?? before.length
  const column = lineAndColumn?.[2] ?? (before.at(-1) ?? '').length + 1
  const what = message
    .replace(/^JSON\.parse: /, '')
    .replace(/,? ?"[^]*" is not valid JSON/, '')
    .replace(/ (in JSON )?at (position|line) [^]*/, '')
    .slice(0, 200)
  return `Line ${line}, column ${column}: ${what}.`
}
