import { evaluateLiquid } from '@segment/actions-core/mapping-kit/liquid-directive'
import validateMapping from '@segment/actions-core/mapping-kit/validate'
import isPlainObject from 'lodash/isPlainObject'

/** What is wrong with the mapping of one field. */
export interface MappingProblem {
  /** The field of the action. */
  field: string
  /** A sentence that names the directive. */
  problem: string
}

/** The directives of Segment's mappings, each with the keys it cannot do without. */
const REQUIRED_KEYS: Record<string, string[]> = {
  '@if': [],
  '@case': ['operator'],
  '@replace': ['pattern', 'value'],
  '@arrayPath': [],
  '@path': [],
  '@template': [],
  '@literal': [],
  '@flatten': ['separator'],
  '@json': ['mode', 'value'],
  '@merge': ['direction', 'objects'],
  '@transform': ['apply', 'mapping'],
  '@excludeWhenNull': [],
  '@liquid': []
}

const MAX_DEPTH = 100

/**
 * Finds the fields whose mapping fails for every event or for some: Segment's runtime would fail with the framework's
 * words or, for parts that it reads late, only for the events that get there.
 * @param mapping - a value or a directive for each field
 * @returns at most one problem for each field; none for a mapping that works
 */
export function findMappingProblems(mapping: Record<string, unknown>): MappingProblem[] {
  return Object.entries(mapping).flatMap(([field, value]) => {
    const problem = field.startsWith('@')
      ? `"${field}" stands where a field should. Put the directive into the value of a field.`
      : findProblem(value, 0) ?? findShapeProblem(value)
    return problem === undefined ? [] : [{ field, problem }]
  })
}

function findProblem(value: unknown, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return `The mapping is nested more than ${MAX_DEPTH} levels deep.`
  if (Array.isArray(value)) return findFirst(value, depth)
  if (!isRecord(value)) return undefined
  return findDirectiveProblem(value) ?? findFirst(Object.values(value), depth)
}

function findFirst(values: unknown[], depth: number): string | undefined {
  for (const value of values) {
    const problem = findProblem(value, depth + 1)
    if (problem !== undefined) return problem
  }
  return undefined
}

function findDirectiveProblem(value: Record<string, unknown>): string | undefined {
  const keys = Object.keys(value).filter((key) => key !== '_metadata')
  const name = keys.find((key) => key.startsWith('@'))
  if (name === undefined) return undefined
  if (!Object.hasOwn(REQUIRED_KEYS, name)) {
    return `"${name}" is not a directive. The directives are ${Object.keys(REQUIRED_KEYS).join(', ')}.`
  }
  const other = keys.find((key) => key !== name)
  if (other !== undefined) return `"${name}" must stand alone, but "${other}" stands next to it.`
  return findArgumentProblem(name, value[name])
}

function findArgumentProblem(name: string, argument: unknown): string | undefined {
  if (name === '@liquid') return findLiquidProblem(argument)
  if (name === '@template' && typeof argument === 'string' && !isClosed(argument)) {
    return '"@template" has a {{ without its }}, or the other way round.'
  }
  if (name === '@if' && isRecord(argument) && !argument.exists && !argument.blank) {
    return '"@if" needs "exists" or "blank": what to look at.'
  }
  const missing = isRecord(argument) ? REQUIRED_KEYS[name].find((key) => !argument[key]) : undefined
  return missing === undefined ? undefined : `"${name}" needs "${missing}".`
}

function isClosed(template: string): boolean {
  return template.split('{{').length === template.split('}}').length
}

/** Without an event, what a template reads is empty: only what is wrong with the template itself counts. */
function findLiquidProblem(template: unknown): string | undefined {
  if (typeof template !== 'string') return '"@liquid" takes a text.'
  try {
    evaluateLiquid(template, {})
  } catch (thrown) {
    const { name, message } = thrown as Error
    const [, disabled] = /((?:tag|filter) "[^"]*") is disabled/.exec(message) ?? []
    if (disabled !== undefined) return `"@liquid" cannot use the ${disabled}: Segment has switched it off.`
    if (message.startsWith('liquid template values are limited')) return '"@liquid" takes at most 1000 characters.'
    if (name !== 'RenderError')
      return `"@liquid" has a mistake: ${message.replace(/^(parse|tokenization) error: /i, '')}.`
  }
  return undefined
}

/** What the framework itself checks: the kinds of the arguments. */
function findShapeProblem(value: unknown): string | undefined {
  try {
    validateMapping({ field: value })
    return undefined
  } catch (thrown) {
    return toSentence(thrown as Error & Iterable<Error>)
  }
}

/** `/field/@path should be …` becomes `"@path" should be …`. */
function toSentence(thrown: Error & Partial<Iterable<Error>>): string {
  const [{ message }] = typeof thrown[Symbol.iterator] === 'function' ? (thrown as Iterable<Error>) : [thrown]
  const [, path, rest] = /^\/field\/?(\S*) ([^]*)$/.exec(message) ?? []
  return rest === undefined ? message : `${path ? `"${path.split('/').join('.')}"` : 'The mapping'} ${rest}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isPlainObject(value)
}
