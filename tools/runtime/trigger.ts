import { generateFql, parseFql } from '@segment/destination-subscriptions'
import type { Condition, GroupCondition } from '@segment/destination-subscriptions'

/** What is wrong with a trigger. */
export interface TriggerProblem {
  /** A sentence that says what happened, then what to do. */
  problem: string
  /** The trigger as Segment reads it; absent when it cannot read it. */
  reading?: string
  /** True when it is only written in another way, such as `type = track`. */
  isHarmless?: boolean
}

/** The forms of a trigger that Segment reads as they are written. */
export const TRIGGER_FORMS = [
  'type = "track"',
  'event != "Order Completed"',
  'properties.total >= 100',
  'properties.isPaid = true',
  'traits.email != null',
  'contains(event, "Order")',
  '!match(name, "Draft*")',
  'type = "track" and (userId = "u1" or userId = "u2")'
]

/** The parser's time grows with the square of the length. */
const MAX_LENGTH = 10_000

const HINT = `Write it like ${TRIGGER_FORMS[0]} or ${TRIGGER_FORMS[2]}.`

/**
 * Finds out whether Segment reads a trigger as it is written. Segment's parser skips what it does not know:
 * `type == "track"` becomes `type = "="`, and of mixed `and` and `or` the last one counts for all.
 * @param trigger - a condition in FQL
 * @returns undefined when Segment reads what is written
 */
export function findTriggerProblem(trigger: string): TriggerProblem | undefined {
  if (trigger.trim() === '') return { problem: `The trigger is empty. ${HINT}` }
  if (trigger.length > MAX_LENGTH)
    return { problem: `The trigger is longer than ${MAX_LENGTH} characters. Shorten it.` }
  if (/(=|<|>)\s*$/.test(trigger)) return { problem: `A value is missing at the end of the trigger. ${HINT}` }
  const condition = parseFql(trigger)
  if ('error' in condition || !isComplete(condition)) return { problem: `Segment cannot read this trigger. ${HINT}` }
  const reading = generateFql(condition)
  if (hasInnerAsterisk(condition)) {
    return { problem: 'match() takes one * at the start or the end. To search inside a text, use contains().', reading }
  }
  const isSame = toTokens(trigger) === toTokens(reading) && isBalanced(trigger)
  const isHarmless = isSame || (toWords(trigger) === toWords(reading) && isBalanced(trigger))
  const unknown = isHarmless ? findUnknownOperator(condition) : undefined
  if (unknown !== undefined) return { problem: `Segment does not know the operator "${unknown}". ${HINT}` }
  if (isSame) return undefined
  return { problem: `Segment reads this trigger as: ${reading}`, reading, ...(isHarmless && { isHarmless }) }
}

/** The operators that Segment's matcher knows; the parser takes any word for one, and no event matches those. */
const OPERATORS = [
  ...['=', '!=', '<', '<=', '>', '>=', 'number_equals', 'number_not_equals', 'contains', 'not_contains'],
  ...['starts_with', 'not_starts_with', 'ends_with', 'not_ends_with', 'exists', 'not_exists', 'is_true', 'is_false']
]

/** The parser leaves holes where it skips an empty group. */
function isComplete(condition: Condition | undefined): boolean {
  if (!condition) return false
  return condition.type !== 'group' || condition.children.every(isComplete)
}

function findUnknownOperator(condition: Condition): string | undefined {
  if (condition.type !== 'group') return OPERATORS.includes(condition.operator) ? undefined : condition.operator
  return condition.children.map(findUnknownOperator).find((operator) => operator !== undefined)
}

/** `match(event, "*Order*")` is read as "starts with `*Order`". */
function hasInnerAsterisk({ children }: GroupCondition): boolean {
  return children.some((child) =>
    child.type === 'group'
      ? hasInnerAsterisk(child)
      : child.operator.endsWith('starts_with') && String(child.value).includes('*')
  )
}

const STRING = /"[^"]*"|'[^']*'/g
const TOKEN = /"[^"]*"|'[^']*'|(?:\\[^]|[\p{L}\p{N}_.-])+|[<>!]=|\S/gu

/**
 * The meaningful parts of a trigger, to compare. Round brackets are left out: the parser keeps the groups it can read
 * and fails on the others, and brackets around one comparison say nothing.
 */
function toTokens(trigger: string): string {
  const tokens = [...trigger.matchAll(TOKEN)].map(([token]) => token).filter((token) => token !== '(' && token !== ')')
  return tokens.map((token, index) => toPlainToken(token, tokens[index - 1])).join(' ')
}

/** Without escapes; numbers in their shortest form, also where a comparison of size has them in quotes. */
function toPlainToken(token: string, before: string | undefined): string {
  const isSize = before !== undefined && /^[<>]=?$/.test(before)
  const text = isSize ? token.replace(/^"(.*)"$/, '$1') : token
  if (/^-?\d+(\.\d+)?$/.test(text)) return String(Number(text))
  return text.startsWith('"') || text.startsWith("'") ? text : text.replace(/\\([^])/g, '$1')
}

const WORD = /"(?:[^"\\]|\\.)*"|[\w.$-]+|[=!<>~&|]+|[^\s(),]/g

/** The words of a trigger, in no order: `event contains "x"` and `contains(event, "x")` are the same. */
function toWords(trigger: string): string {
  const words = (trigger.match(WORD) ?? []).map((word) => {
    const bare = word.replace(/^"(?!(?:true|false|null)")([\w.$-]+)"$/, '$1')
    if (/^(and|or)$/i.test(bare)) return bare.toLowerCase()
    return /^-?\d+(\.\d+)?$/.test(bare) ? String(Number(bare)) : bare
  })
  return words.sort().join(' ')
}

function isBalanced(trigger: string): boolean {
  const brackets = trigger.replace(STRING, '').replace(/\\[^]/g, '')
  return brackets.split('(').length === brackets.split(')').length
}
