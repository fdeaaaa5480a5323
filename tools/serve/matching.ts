import get from 'lodash/get'
import { generateFql, parseFql, validate } from '@segment/destination-subscriptions'
import type { Condition, GroupCondition } from '@segment/destination-subscriptions'
import type { Clause, ClauseGroup, JsonObject, Match, MatchNode } from './types'

/**
 * Whether a condition takes an event, clause by clause, by the matcher of Segment's runtime.
 * @param subscribe - the condition, in FQL
 */
export function match(subscribe: string, event: JsonObject): Match {
  const parsed = parseFql(subscribe)
  if ('error' in parsed) {
    return { matches: false, error: 'The condition cannot be read. Write one such as type = "track".' }
  }
  return { matches: validate(parsed, event), condition: groupOf(parsed, event) }
}

type Leaf = Exclude<Condition, GroupCondition>

function groupOf(group: GroupCondition, event: JsonObject): ClauseGroup {
  const children = group.children.map((child) => nodeOf(child, event))
  return { kind: 'group', operator: group.operator, matches: validate(group, event), children }
}

function nodeOf(condition: Condition, event: JsonObject): MatchNode {
  return condition.type === 'group' ? groupOf(condition, event) : clauseOf(condition, event)
}

function clauseOf(leaf: Leaf, event: JsonObject): Clause {
  const alone: GroupCondition = { type: 'group', operator: 'and', children: [leaf] }
  const path = pathOf(leaf)
  const actual: unknown = get(event, path)
  const matches = validate(alone, event)
  return {
    kind: 'clause',
    fql: generateFql(alone),
    matches,
    path,
    ...(actual !== undefined && { actual }),
    sentence: `${path} ${expectation(leaf)}; this event ${actual === undefined ? 'has none' : `has ${shown(actual)}`}.`
  }
}

function pathOf(leaf: Leaf): string {
  switch (leaf.type) {
    case 'event-type':
      return 'type'
    case 'event-property':
      return `properties.${leaf.name}`
    case 'event-trait':
      return `traits.${leaf.name}`
    case 'event-context':
      return `context.${leaf.name}`
    default:
      return leaf.type
  }
}

const words: Record<Leaf['operator'], string> = {
  '=': 'must be',
  number_equals: 'must be the number',
  '!=': 'must not be',
  number_not_equals: 'must be a number other than',
  '<': 'must be a number below',
  '<=': 'must be a number of at most',
  '>': 'must be a number above',
  '>=': 'must be a number of at least',
  contains: 'must contain',
  not_contains: 'must not contain',
  starts_with: 'must start with',
  not_starts_with: 'must not start with',
  ends_with: 'must end with',
  not_ends_with: 'must not end with',
  exists: 'must be there',
  not_exists: 'must not be there',
  is_true: 'must be true',
  is_false: 'must be false'
}

function expectation({ operator, value }: Leaf): string {
  const isWhole = ['exists', 'not_exists', 'is_true', 'is_false'].includes(operator)
  return isWhole ? words[operator] : `${words[operator]} ${shown(value)}`
}

const longest = 80

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
