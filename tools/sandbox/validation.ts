import Ajv from 'ajv'
import type { ErrorObject, ValidateFunction } from 'ajv'
import type { Schema } from './schemas'

/** A JSON Schema keyword: `maxLength` counts code points; this counts UTF-16 units, as JavaScript's `length` does. */
const LENGTH_KEYWORD = {
  keyword: 'x-utf16-max-length',
  type: 'string' as const,
  schemaType: 'number' as const,
  validate: (limit: number, text: string) => text.length <= limit,
  error: { message: ({ schema }: { schema: number }) => `must NOT have more than ${schema} characters` }
}

const OPTIONS = { allowUnionTypes: true, verbose: true, keywords: [LENGTH_KEYWORD] }

/** What becomes of keys that a schema does not list: they vanish before a handler sees them, or make the JSON invalid. */
const AJV = { ignored: new Ajv({ ...OPTIONS, removeAdditional: true }), refused: new Ajv(OPTIONS) }

/** By the schema's text: each sandbox makes the same schemas, and compiling them is most of the time of a start. */
const VALIDATORS = new Map<string, ValidateFunction>()

/** The validator of a schema, compiled once in the process. */
export function getValidator(schema: Schema, unknownKeys: keyof typeof AJV): ValidateFunction {
  const key = unknownKeys + JSON.stringify(schema)
  let validator = VALIDATORS.get(key)
  if (!validator) VALIDATORS.set(key, (validator = AJV[unknownKeys].compile(schema)))
  return validator
}

/** The first thing that is wrong with JSON; undefined when it keeps to the schema. */
export function findProblem(schema: Schema, unknownKeys: keyof typeof AJV, json: unknown): ErrorObject | undefined {
  const validator = getValidator(schema, unknownKeys)
  return validator(json) ? undefined : validator.errors?.[0]
}
