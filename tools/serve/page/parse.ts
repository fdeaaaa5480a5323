import { jsonLanguage } from '@codemirror/lang-json'
import { isJsonObject } from '../wire'
import type { JsonObject } from '../wire'

/** Something about the editor's text, with the place where it is. */
export interface Remark {
  from: number
  to: number
  sentence: string
}

/** What the editor holds. */
export type Parsed =
  | { kind: 'event'; event: JsonObject; warning?: Remark }
  | { kind: 'batch'; events: JsonObject[]; warning?: Remark }
  | { kind: 'wrong'; sentence: string; place?: Remark }

/** A node of the editor's syntax tree, as far as it is read here. */
interface SyntaxNode {
  from: number
  to: number
  parent: { name: string } | null
  prevSibling: { name: string } | null
}

/** Texts longer than this are not searched for duplicate keys. */
const MAX_CHECKED = 200_000

/** Reads the editor's text: an object is an event, a list of objects a batch. */
export function parse(text: string): Parsed {
  if (text.trim() === '') return { kind: 'wrong', sentence: 'Write an event, or choose an example above.' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const place = findSyntaxError(text)
    return { kind: 'wrong', sentence: `${getPosition(text, place.from)}: ${place.sentence}`, place }
  }
  const repeated = findRepeatedKey(text)
  const warning = repeated && {
    ...repeated,
    sentence: `${getPosition(text, repeated.from)}: ${repeated.sentence}`
  }
  if (isJsonObject(value)) return { kind: 'event', event: value, warning }
  if (!Array.isArray(value)) {
    return { kind: 'wrong', sentence: 'An event is an object in braces; a batch is a list of them in brackets.' }
  }
  if (value.length === 0) return { kind: 'wrong', sentence: 'The batch is empty: put at least one event into it.' }
  const wrong = value.findIndex((one) => !isJsonObject(one))
  if (wrong >= 0) return { kind: 'wrong', sentence: `Entry ${wrong + 1} of the batch is not an event in braces.` }
  return { kind: 'batch', events: value as JsonObject[], warning }
}

function getPosition(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n')
  return `Line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`
}

/** The engine gives no position for some mistakes, and its own words for all: the editor's parser knows the place. */
function findSyntaxError(text: string): Remark {
  let found: Remark | undefined
  jsonLanguage.parser.parse(text).iterate({
    enter: ({ type, from, to, node }) => {
      if (found) return false
      if (type.isError)
        found = { from, to: Math.max(to, Math.min(from + 1, text.length)), sentence: describe(text, node) }
      return undefined
    }
  })
  return found ?? { from: 0, to: text.length, sentence: 'This is not valid JSON.' }
}

function describe(text: string, { from, to, parent, prevSibling }: SyntaxNode): string {
  const word = text.slice(from, Math.max(to, from + 1)).trim()
  const [inside, before] = [parent?.name, prevSibling?.name]
  if (word.startsWith("'")) return 'Use double quotes instead of single quotes.'
  if (word.startsWith('"') && to > from) return describeString(word)
  if (before === ':')
    return isPunctuation(word) ? 'A value is missing.' : `${word} is not a value. A text needs double quotes.`
  if (before === 'PropertyName') return 'A colon and a value are missing after the name.'
  if (before === ',') {
    if (/^[}\]]/.test(word)) return 'There is a comma too many before this.'
    if (inside === 'Array') return isPunctuation(word) ? 'A value is missing.' : `${word} is not a value.`
    return isPunctuation(word) ? 'A property is missing.' : 'A property name needs double quotes.'
  }
  if (inside === 'Object') return describeInObject(word, before)
  if (inside === 'Array') return word === '' || /^[}]/.test(word) ? 'The closing ] is missing.' : 'A comma is missing.'
  return before === undefined ? `${word} is not valid JSON.` : 'Nothing may follow the end of the event.'
}

function describeInObject(word: string, before: string | undefined): string {
  if (before === '{') return 'A property name needs double quotes.'
  return word === '' || /^\]/.test(word) ? 'The closing } is missing.' : 'A comma is missing.'
}

function describeString(word: string): string {
  if (word.length === 1 || !word.endsWith('"')) return 'This text has no closing quote, or a line break in it.'
  return 'This text has an escape that JSON does not know.'
}

function isPunctuation(word: string): boolean {
  return word === '' || /^[,:}\]]/.test(word)
}

/** `JSON.parse` takes the last of several values silently. */
function findRepeatedKey(text: string): Remark | undefined {
  if (text.length > MAX_CHECKED) return undefined
  const keys = new Map<number, Set<string>>()
  let found: Remark | undefined
  jsonLanguage.parser.parse(text).iterate({
    enter: ({ name, from, to, node }) => {
      if (found || name !== 'PropertyName') return
      const object = node.parent?.parent?.from ?? 0
      const seen = keys.get(object) ?? new Set()
      const key = text.slice(from, to)
      if (seen.has(key)) found = { from, to, sentence: `${key} is there twice; the last value counts.` }
      keys.set(object, seen.add(key))
    }
  })
  return found
}
