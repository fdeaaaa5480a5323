import { fieldsToJsonSchema, transform, validateSchema } from '@segment/actions-core'
import type { ActionDefinition, JSONLikeObject } from '@segment/actions-core'
import type { Settings } from '../../src/generated-types'
import type { FieldError, JsonObject } from './types'

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
  const schema = schemaOf(key, fields)
  const mapped: JsonObject = transform(mapping as JSONLikeObject, event)
  const payload = withoutEmptyValues(mapped, fields)
  try {
    validateSchema(payload, schema, { schemaKey: `crisp-tester:${key}` })
    return { payload, fieldErrors: [] }
  } catch (thrown) {
    return { payload, fieldErrors: fieldErrorsOf(thrown) }
  }
}

/** The framework's validation errors, each with its field; none for another kind of error. */
export function fieldErrorsOf(thrown: unknown): FieldError[] {
  if (!(thrown instanceof Error) || thrown.name !== 'AggregateAjvError') return []
  const errors = [...(thrown as unknown as Iterable<{ path: string; message: string }>)]
  return errors.map(({ path, message }) => ({ field: path.replace(/^\$\.?/, ''), message }))
}

const schemas = new Map<string, ReturnType<typeof fieldsToJsonSchema>>()

function schemaOf(key: string, fields: Fields): ReturnType<typeof fieldsToJsonSchema> {
  const schema = schemas.get(key) ?? fieldsToJsonSchema(fields)
  schemas.set(key, schema)
  return schema
}

/** The runtime leaves out empty texts, and null where a field does not allow it. */
function withoutEmptyValues(payload: JsonObject, fields: Fields): JsonObject {
  const kept = Object.entries(payload).filter(
    ([key, value]) => !Object.hasOwn(fields, key) || (value !== '' && (value !== null || fields[key].allowNull))
  )
  return Object.fromEntries(kept)
}
