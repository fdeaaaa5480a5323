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

/** The schemas are all our own and `strict`; to check them against the meta-schema would compile that first. */
const OPTIONS = { allowUnionTypes: true, verbose: true, validateSchema: false, keywords: [LENGTH_KEYWORD] }

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

/** The deepest JSON that is taken. Far deeper JSON can be parsed, but not written again. */
const MAX_DEPTH = 100

/** Parses a body. Throws a sentence when it is no JSON, or nested too deeply. */
export function parseJson(text: string): unknown {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new Error('body must be JSON')
  }
  // Brackets inside of texts count here too, so the exact and slower question follows.
  if (countOpenBrackets(text) > MAX_DEPTH && isDeeper(json, MAX_DEPTH)) {
    throw new Error(`body must not be nested more than ${MAX_DEPTH} levels deep`)
  }
  return json
}

/** How deep brackets nest, or more. */
function countOpenBrackets(text: string): number {
  let most = 0
  let open = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x5b || code === 0x7b) most = Math.max(most, ++open)
    else if (code === 0x5d || code === 0x7d) open--
  }
  return most
}

function isDeeper(json: unknown, levels: number): boolean {
  if (typeof json !== 'object' || json === null) return false
  return levels === 0 || Object.values(json).some((value) => isDeeper(value, levels - 1))
}
