import fc from 'fast-check'
import type { Arbitrary, JsonValue } from 'fast-check'

/** Keys that have made trouble somewhere. */
const troublesome = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'user_id',
  'userId',
  'User ID',
  'email',
  'name',
  'company',
  'address',
  'a.b',
  'a b',
  'a_b',
  'A_B',
  'é',
  '日本',
  '🚀',
  '\ud83d',
  '_',
  '__',
  '-',
  '',
  '0',
  'order_completed_last_30days',
  'occurred_at',
  'x'.repeat(50),
  'x'.repeat(51),
  'X'.repeat(60)
)

/** Any code point. fast-check's own `binary` unit spends a second on a table of all of them. */
export const codePoint = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code))

const key = fc.oneof(
  troublesome,
  fc.string({ unit: codePoint, maxLength: 60 }),
  fc.stringMatching(/^[a-z0-9_-]{1,12}$/),
  fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/)
)

const scalar = fc.oneof(
  fc.string({ unit: codePoint, maxLength: 200 }),
  fc.string({ unit: 'grapheme', minLength: 100, maxLength: 140 }),
  fc.constantFrom('', ' ', '\u0000', '\ud83d', 'null'),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null)
)

/** An object without a prototype of the test's making: `__proto__` is a key like others, as JSON.parse has it. */
const objectOf = (value: Arbitrary<unknown>) =>
  fc
    .array(fc.tuple(key, value), { maxLength: 14 })
    .map((entries) => Object.fromEntries(entries) as Record<string, JsonValue>)

/** Any JSON, with the keys and values that are likely to make trouble. */
export const json: Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'json' },
    scalar as Arbitrary<JsonValue>,
    objectOf(tie('value')),
    fc.array(tie('value'), { maxLength: 6 }) as Arbitrary<JsonValue>
  )
})).value

/** A JSON object, such as traits or properties. */
export const jsonObject = objectOf(json)
