import { generateFql, parseFql, validate } from '@segment/destination-subscriptions'
import type { Condition, GroupCondition } from '@segment/destination-subscriptions'
import { fieldsToJsonSchema, transform, validateSchema } from '@segment/actions-core'
import type { ActionDefinition, JSONLikeObject } from '@segment/actions-core'
import get from 'lodash/get'
import { findMappingProblems } from '../runtime/mapping-problems'
import { findTriggerProblem } from '../runtime/trigger'
import destination from '../../src'
import type { Settings } from '../../src/generated-types'
import type { Clause, ClauseGroup, FieldError, JsonObject, Match, MatchNode, Preview, SubscriptionView } from './wire'

/** What a subscription makes of an event, without sending anything. */
export function preview(subscription: SubscriptionView, event: JsonObject): Preview {
  const { partnerAction, mapping, subscribe } = subscription
  const taken = match(subscribe, event)
  const mappingProblems = findMappingProblems(mapping).map(({ field, problem }) => ({ field, message: problem }))
  const known = { subscription, match: taken, mappingProblems }
  if (!taken.matches || mappingProblems.length > 0)
    return { ...known, fieldErrors: taken.matches ? mappingProblems : [] }
  return { ...known, ...mapPayload(partnerAction, destination.actions[partnerAction].fields, mapping, event) }
}

/** Why the mapping of a preview fails, as a sentence; undefined when it works, or is not used. */
export function getMappingFailure({ payload, match: { matches }, fieldErrors }: Preview): string | undefined {
  return matches && payload === undefined ? describeMappingFailure(fieldErrors) : undefined
}

/** Failing fields in a sentence; undefined for none. */
export function describeMappingFailure(errors: FieldError[]): string | undefined {
  if (errors.length === 0) return undefined
  return errors.map(({ field, message }) => `The mapping of ${field} fails: ${message}`).join(' ')
}

/**
 * Whether a trigger takes an event, clause by clause, by the matcher of Segment's runtime.
 * @param subscribe - the trigger, in FQL
 */
export function match(subscribe: string, event: JsonObject): Match {
  const { problem, reading } = findTriggerProblem(subscribe) ?? {}
  const parsed = parseFql(subscribe)
  if ((problem !== undefined && reading === undefined) || 'error' in parsed) return { matches: false, problem }
  const matches = validate(parsed, event)
  return { matches, condition: toGroup(parsed, event), ...(problem !== undefined && { problem }) }
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
  const path = getPath(leaf)
  const actual: unknown = get(event, path)
  const matches = validate(alone, event)
  return {
    kind: 'clause',
    fql: generateFql(alone),
    matches,
    path,
    ...(actual !== undefined && { actual }),
    sentence: `${path} ${actual === undefined ? 'is missing' : `is ${toShortJson(actual)}`}${
      matches ? ', as required' : `; required is ${describe(leaf)}`
    }${matches && !EXACT.includes(leaf.operator) ? `: ${describe(leaf)}` : ''}.`
  }
}

/** What they require is what the event has. */
const EXACT: Leaf['operator'][] = ['=', 'number_equals', 'is_true', 'is_false', 'not_exists']

function getPath(leaf: Leaf): string {
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

const WORDS: Record<Leaf['operator'], string> = {
  '=': '',
  number_equals: 'the number',
  '!=': 'anything but',
  number_not_equals: 'a number other than',
  '<': 'a number below',
  '<=': 'a number of at most',
  '>': 'a number above',
  '>=': 'a number of at least',
  contains: 'a text that contains',
  not_contains: 'a text that does not contain',
  starts_with: 'a text that starts with',
  not_starts_with: 'a text that does not start with',
  ends_with: 'a text that ends with',
  not_ends_with: 'a text that does not end with',
  exists: 'any value',
  not_exists: 'no value',
  is_true: 'true',
  is_false: 'false'
}

function describe({ operator, value }: Leaf): string {
  const isWhole = ['exists', 'not_exists', 'is_true', 'is_false'].includes(operator)
  if (isWhole) return WORDS[operator]
  return `${WORDS[operator]} ${toShortJson(value)}`.trim()
}

const MAX_SHOWN = 80

function toShortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

/** What an action is handed for an event, and why it would not be; no payload when the mapping fails. */
interface MappedPayload {
  payload?: JsonObject
  fieldErrors: FieldError[]
}

type Fields = ActionDefinition<Settings>['fields']

/**
 * Maps an event and checks the result against the action's schema, as Segment's runtime does before it calls the
 * action. The errors are those of the framework alone; the action itself may refuse more.
 * @param key - the action's key; its schema is compiled once
 */
function mapPayload(key: string, fields: Fields, mapping: JsonObject, event: JsonObject): MappedPayload {
  let mapped: JsonObject
  try {
    mapped = transform(mapping as JSONLikeObject, event)
  } catch {
    return { fieldErrors: findFailingFields(mapping, event) }
  }
  const payload = removeEmptyValues(mapped, fields)
  try {
    validateSchema(payload, getSchema(key, fields), { schemaKey: `crisp-tester:${key}` })
    return { payload, fieldErrors: [] }
  } catch (thrown) {
    return { payload, fieldErrors: toFieldErrors(thrown) }
  }
}

/** Some directives fail only for some events. */
function findFailingFields(mapping: JsonObject, event: JsonObject): FieldError[] {
  return Object.entries(mapping).flatMap(([field, value]) => {
    try {
      transform({ [field]: value } as JSONLikeObject, event)
      return []
    } catch (thrown) {
      return [{ field, message: `${(thrown as Error).message.split('\n')[0]}.` }]
    }
  })
}

/** The framework's validation errors, each with its field; none for another kind of error. */
export function toFieldErrors(thrown: unknown): FieldError[] {
  if (!(thrown instanceof Error) || thrown.name !== 'AggregateAjvError') return []
  const errors = [...(thrown as unknown as Iterable<{ path: string; message: string }>)]
  return errors.flatMap(({ path, message }) => {
    const field = path.replace(/^\$\.?/, '')
    if (field !== '') return [{ field, message }]
    // Fields that are required under a condition are reported for the whole payload, with the name of the schema's part.
    const [, missing] = /missing the required field '([^']+)'/.exec(message) ?? []
    if (missing !== undefined) return [{ field: missing, message: 'It is required here.' }]
    return /must match "(then|else)" schema/.test(message) ? [] : [{ field, message }]
  })
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
