import isPlainObject from 'lodash/isPlainObject'

type Values = Readonly<Record<string, string>>

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const WILDCARDS: Record<string, (actual: unknown) => boolean> = {
  $uuid: (actual) => typeof actual === 'string' && UUID.test(actual),
  $ms: (actual) => typeof actual === 'number' && actual > 1_000_000_000_000,
  $number: (actual) => typeof actual === 'number',
  $list: (actual) => Array.isArray(actual),
  $any: () => true
}

/** Puts values in the place of `{name}`; `{name:encoded}` and `{name:upper}` change them on the way. */
export function fill<T>(template: T, values: Values): T {
  if (typeof template === 'string') return fillText(template, values) as T
  if (Array.isArray(template)) return template.map((item: unknown) => fill(item, values)) as T
  if (typeof template !== 'object' || template === null) return template
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, values)])) as T
}

/** Where actual JSON is not what was expected: one line a place, none when it is. */
export function findDifferences(expected: unknown, actual: unknown, where = 'data'): string[] {
  if (typeof expected === 'string' && Object.hasOwn(WILDCARDS, expected)) {
    return WILDCARDS[expected](actual) ? [] : [`${where} is ${show(actual)}, not ${expected}`]
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) return [`${where} has ${actual.length} entries, not ${expected.length}`]
    return expected.flatMap((item, at) => findDifferences(item, actual[at], `${where}[${at}]`))
  }
  if (isRecord(expected) && isRecord(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
    return keys.flatMap((key) => {
      if (!Object.hasOwn(actual, key)) return [`${where}.${key} is missing`]
      if (!Object.hasOwn(expected, key)) return [`${where}.${key} is there as well: ${show(actual[key])}`]
      return findDifferences(expected[key], actual[key], `${where}.${key}`)
    })
  }
  return Object.is(expected, actual) ? [] : [`${where} is ${show(actual)}, not ${show(expected)}`]
}

function fillText(text: string, values: Values): string {
  return text.replace(/\{(\w+)(?::(\w+))?\}/g, (whole, name: string, change?: string) => {
    if (!Object.hasOwn(values, name)) return whole
    if (change === 'encoded') return encodeURIComponent(values[name])
    return change === 'upper' ? values[name].toUpperCase() : values[name]
  })
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isPlainObject(value)
}
