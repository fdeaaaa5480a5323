import { transform } from '@segment/actions-core'
import type { Subscription } from '@segment/actions-core'
import { evaluateLiquid, getLiquidKeys } from '@segment/actions-core/mapping-kit/liquid-directive'
import validate from '@segment/actions-core/mapping-kit/validate'
import { generateFql, parseFql } from '@segment/destination-subscriptions'
import type { Condition } from '@segment/destination-subscriptions'

/** What is wrong with a part of a subscription. */
export interface FieldProblem {
  /** `subscribe`, or the name of the mapped field. */
  field: string
  /** A sentence without the field. */
  problem: string
}

/**
 * Finds what is wrong with a trigger. Segment's parser takes almost any text: it leaves out what it cannot read, so that
 * `type == "track"` becomes: the type is "=". A trigger is good when the conditions that it read say all that the text
 * says.
 * @param subscribe - the trigger, in Segment's filter language (FQL)
 */
export function findTriggerProblem(subscribe: string): string | undefined {
  if (subscribe.trim() === '') return 'it is empty. Write a condition such as type = "track".'
  const read = readTrigger(subscribe)
  if (read === undefined) return `${quote(subscribe)} cannot be read. Write a condition such as type = "track".`
  if (getWords(read).join() !== getWords(subscribe).join()) {
    return `${quote(subscribe)} is read as ${quote(read)}. Write a condition such as type = "track".`
  }
  return undefined
}

/** What Segment's parser reads, as text; undefined when it reads nothing that could be matched. */
function readTrigger(subscribe: string): string | undefined {
  try {
    const trigger = parseFql(subscribe)
    return 'error' in trigger || !isMatched(trigger) ? undefined : generateFql(trigger)
  } catch {
    return undefined
  }
}

/** The operators that Segment's matcher knows; the parser takes any word for one, and no event is matched by others. */
const OPERATORS = [
  ...['=', '!=', '<', '<=', '>', '>=', 'number_equals', 'number_not_equals', 'contains', 'not_contains'],
  ...['starts_with', 'not_starts_with', 'ends_with', 'not_ends_with', 'exists', 'not_exists', 'is_true', 'is_false']
]

function isMatched(condition: Condition): boolean {
  return condition.type === 'group' ? condition.children.every(isMatched) : OPERATORS.includes(condition.operator)
}

const WORD = /"(?:[^"\\]|\\.)*"|[\w.$-]+|[=!<>~&|]+|[^\s(),]/g

/** The words of a trigger, whatever their order: `event contains "x"` and `contains(event, "x")` are the same. */
function getWords(trigger: string): string[] {
  return (trigger.match(WORD) ?? []).map(normalize).sort()
}

/** Quotes around a single word, the case of and and or, and the zeros of a number mean nothing. */
function normalize(word: string): string {
  const bare = word.replace(/^"([\w.$-]+)"$/, '$1')
  if (/^(and|or)$/i.test(bare)) return bare.toLowerCase()
  return /^-?\d+(\.\d+)?$/.test(bare) ? String(Number(bare)) : bare
}

const quote = (text: string) => `\`${text.length > 80 ? `${text.slice(0, 79)}…` : text}\``

/**
 * Finds what is wrong with a mapping, before any event meets it: directives that there are not, or that are not used as
 * they may be, and Liquid that cannot be read.
 */
export function findMappingProblem(mapping: Subscription['mapping']): FieldProblem | undefined {
  for (const [field, value] of Object.entries(mapping ?? {})) {
    const problem = findValueProblem(value)
    if (problem !== undefined) return { field, problem }
  }
  return undefined
}

function findValueProblem(value: unknown): string | undefined {
  try {
    validate(value)
    for (const template of findTemplates(value)) checkLiquid(template)
    transform({ value } as Parameters<typeof transform>[0], {})
  } catch (thrown) {
    return getMessage(thrown)
  }
  return undefined
}

/** All Liquid in a value, however deep. */
function findTemplates(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '@liquid' && typeof inner === 'string' ? [inner] : findTemplates(inner)
  )
}

/** Throws for Liquid that cannot be read, or that Segment does not allow. */
function checkLiquid(template: string): void {
  getLiquidKeys(template)
  evaluateLiquid(template, {})
}

function getMessage(thrown: unknown): string {
  const [first] = thrown instanceof Error && Symbol.iterator in thrown ? (thrown as Iterable<Error> & Error) : [thrown]
  const text = first instanceof Error ? first.message : String(first)
  return text.replace(/\s+/g, ' ').replace(/[.,]*$/, '.')
}
