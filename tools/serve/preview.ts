import { generateFql, parseFql, validate } from '@segment/destination-subscriptions'
import type { Condition, GroupCondition } from '@segment/destination-subscriptions'
import { fieldsToJsonSchema, transform, validateSchema } from '@segment/actions-core'
import type { ActionDefinition, JSONLikeObject } from '@segment/actions-core'
import get from 'lodash/get'
import destination from '../../src'
import type { Settings } from '../../src/generated-types'
import type { Clause, ClauseGroup, FieldError, JsonObject, Match, MatchNode, Preview, SubscriptionView } from './wire'

/** What a subscription makes of an event, without sending anything. */
export function preview(subscription: SubscriptionView, event: JsonObject): Preview {
  const taken = match(subscription.subscribe, event)
  if (!taken.matches) return { subscription, match: taken, fieldErrors: [] }
  const { partnerAction, mapping } = subscription
  return {
    subscription,
    match: taken,
    ...mapPayload(partnerAction, destination.actions[partnerAction].fields, mapping, event)
  }
}

/**
 * Whether a condition takes an event, clause by clause, by the matcher of Segment's runtime.
 * @param subscribe - the condition, in FQL
 */
export function match(subscribe: string, event: JsonObject): Match {
  const parsed = parseFql(subscribe)
  if ('error' in parsed) {
    return { matches: false, error: 'The condition cannot be read. Write one such as type = "track".' }
  }
  return { matches: validate(parsed, event), condition: toGroup(parsed, event) }
}

type Leaf = Exclude<Condition, GroupCondition>

function toGroup(group: GroupCondition, event: JsonObject): ClauseGroup {
  const children = group.children.map((child) => toNode(child, event))
  return { kind: 'group', operator: group.operator, matches: validate(group, event), children }
}

function toNode(condition: Condition, event: JsonObject): MatchNode {
  return condition.type === 'group' ? toGroup(condition, event) : toClause(condition, event)
}

function toClause(leaf: Leaf, event: JsonObject): Clause {
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
    sentence: `${path} ${describe(leaf)}; this event ${actual === undefined ? 'has none' : `has ${shown(actual)}`}.`
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

function describe({ operator, value }: Leaf): string {
  const isWhole = ['exists', 'not_exists', 'is_true', 'is_false'].includes(operator)
  return isWhole ? words[operator] : `${words[operator]} ${shown(value)}`
}

const longest = 80

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** What an action is handed for an event, and why it would not be. */
export interface MappedPayload {
  payload: JsonObject
  fieldErrors: FieldError[]
}

type Fields = ActionDefinition<Settings>['fields']

/**
 * Maps an event and checks the result against the action's schema, as Segment's runtime does before it calls the
 * action. The errors are those of the framework alone; the action itself may refuse more.
 * @param key - the action's key; its schema is compiled once
 */
export function mapPayload(key: string, fields: Fields, mapping: JsonObject, event: JsonObject): MappedPayload {
  const schema = getSchema(key, fields)
  const mapped: JsonObject = transform(mapping as JSONLikeObject, event)
  const payload = removeEmptyValues(mapped, fields)
  try {
    validateSchema(payload, schema, { schemaKey: `crisp-tester:${key}` })
    return { payload, fieldErrors: [] }
  } catch (thrown) {
    return { payload, fieldErrors: toFieldErrors(thrown) }
  }
}

/** The framework's validation errors, each with its field; none for another kind of error. */
export function toFieldErrors(thrown: unknown): FieldError[] {
  if (!(thrown instanceof Error) || thrown.name !== 'AggregateAjvError') return []
  const errors = [...(thrown as unknown as Iterable<{ path: string; message: string }>)]
  return errors.map(({ path, message }) => ({ field: path.replace(/^\$\.?/, ''), message }))
}

const schemas = new Map<string, ReturnType<typeof fieldsToJsonSchema>>()

function getSchema(key: string, fields: Fields): ReturnType<typeof fieldsToJsonSchema> {
  const schema = schemas.get(key) ?? fieldsToJsonSchema(fields)
  schemas.set(key, schema)
  return schema
}

/** The runtime leaves out empty texts, and null where a field does not allow it. */
function removeEmptyValues(payload: JsonObject, fields: Fields): JsonObject {
  const kept = Object.entries(payload).filter(
    ([key, value]) => !Object.hasOwn(fields, key) || (value !== '' && (value !== null || fields[key].allowNull))
  )
  return Object.fromEntries(kept)
}
