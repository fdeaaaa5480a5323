import fc from 'fast-check'
import type { Schema } from '../../../tools/sandbox/schemas'

/** JSON that a schema allows. Covers the part of JSON Schema that the sandbox's routes use. */
export function fromSchema(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const types = [schema.type ?? 'string'].flat()
  return fc.oneof(...types.map((type) => ofType(type, schema)))
}

function ofType(type: string, schema: Schema): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return text(schema)
    case 'boolean':
      return fc.boolean()
    case 'array':
      return schema.uniqueItems
        ? fc.uniqueArray(fromSchema(schema.items ?? {}), { maxLength: 3 })
        : fc.array(fromSchema(schema.items ?? {}), { maxLength: 3 })
    case 'object':
      return object(schema)
    case 'null':
      return fc.constant(null)
    default:
      return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  }
}

function text({ pattern, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (pattern?.includes('@')) {
    // Few addresses, so that they collide.
    return fc.oneof(fc.constantFrom('ada@example.com', 'BOB@example.com', 'cyd+x@example.com'), fc.emailAddress())
  }
  if (pattern)
    return fc.oneof(fc.constantFrom('user_id', '__proto__', 'constructor'), fc.stringMatching(new RegExp(pattern)))
  return fc.string({ minLength, maxLength, unit: 'grapheme-ascii' })
}

function object({ properties = {}, required = [], additionalProperties, propertyNames, maxProperties = 4 }: Schema) {
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, fromSchema(schema)])),
    { requiredKeys: required }
  )
  if (typeof additionalProperties !== 'object') return known
  return fc.dictionary(fromSchema(propertyNames ?? {}) as fc.Arbitrary<string>, fromSchema(additionalProperties), {
    maxKeys: Math.min(maxProperties, 4)
  })
}

const hostile = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    null,
    '',
    0,
    -1,
    1e308,
    [],
    {},
    true,
    'x'.repeat(2000),
    '\u0000',
    '\ud800',
    '🤷'.repeat(200)
  ),
  fc
    .constantFrom('{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}')
    .map((s) => JSON.parse(s) as unknown),
  fc.integer({ min: 1, max: 3000 }).map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown)
)

/** JSON that a schema allows, with something else in one place or another. */
export function almostFromSchema(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof(
    hostile,
    fc
      .tuple(
        fromSchema(schema),
        hostile,
        fc.oneof(fc.constantFrom('__proto__', 'data', 'email'), fc.string()),
        fc.nat(8)
      )
      .map(([json, junk, key, at]) => spoil(json, junk, key, at))
  )
}

function spoil(json: unknown, junk: unknown, key: string, at: number): unknown {
  if (typeof json !== 'object' || json === null) return junk
  const keys = Object.keys(json)
  if (keys.length === 0 || at === 0) {
    return Object.defineProperty({ ...json }, key, { value: junk, enumerable: true })
  }
  const chosen = keys[at % keys.length]
  const inside = (json as Record<string, unknown>)[chosen]
  return { ...json, [chosen]: at % 2 ? junk : spoil(inside, junk, key, at >> 1) }
}
