import deburr from 'lodash/deburr'
import { KEY_MAX, LEGAL_KEY } from './api/limits'
import type { Scalar } from './api/types'

/**
 * What becomes of arrays that hold more than scalars: `index` spreads them by index behind everything else, `json` writes
 * them as one JSON text, because old indices would stay in data that is merged.
 */
export type ArrayRule = 'index' | 'json'

/** The way to a value: its keys, joined by `_`. */
interface Path {
  /** As written, while that is legal. */
  legal?: string
  /** In snake_case, cut. */
  snake: string
  /** True when the snake_case has lost a difference between keys. */
  isLossy: boolean
  /** Of the keys as written, while they are not legal. */
  hash: number
}

const ROOT: Path = { snake: '', isLossy: false, hash: hashText('') }
const OTHER_ALPHABET = /(?![A-Za-z0-9])[\p{L}\p{N}]/u

/**
 * Nested JSON as flat entries with legal keys, shallow before deep, earlier before later, in linear time.
 *
 * Keys of nested objects are joined by `_`. If two entries get one key, the one whose key was legal wins, then the
 * shallower, then the earlier. null, undefined, empty arrays and numbers that are not finite are left out. Arrays of
 * scalars become one text, joined by ", ".
 *
 * @param source - any object; `__proto__` in it is a key like others
 * @returns the entries in their order of precedence
 */
export function flatten(source: object, arrays: ArrayRule): Map<string, Scalar> {
  const entries = new Map<string, Scalar>()
  const legalKeys = new Set<string>()
  let level: [Path, unknown][] = [[ROOT, source]]
  let arraysLeft: [Path, unknown][] = []

  while (level.length > 0) {
    const next: [Path, unknown][] = []
    for (const [path, container] of level) {
      for (const [key, value] of Object.entries(container as object)) {
        const child = join(path, key)
        const scalar = toScalar(value, arrays)
        if (scalar !== undefined) add(entries, legalKeys, child, scalar)
        else if (!isContainer(value)) continue
        else if (!Array.isArray(value)) next.push([child, value])
        else if (arrays === 'index') arraysLeft.push([child, value])
      }
    }
    level = next
    if (level.length === 0) {
      level = arraysLeft
      arraysLeft = []
    }
  }
  return entries
}

/**
 * Text cut between characters, never inside one.
 * @param units - how many UTF-16 units it may have at most
 */
export function cut(text: string, units: number): string {
  if (text.length <= units) return text
  const last = text.charCodeAt(units - 1)
  const isHalf = last >= 0xd800 && last <= 0xdbff
  return text.slice(0, isHalf ? units - 1 : units)
}

/**
 * The key as Crisp takes it. A legal key is never changed: audience keys keep their names, and Crisp's own examples have
 * capitals. Any other becomes snake_case, with a hash of the whole key where two keys could become one.
 */
function toKey({ legal, snake, isLossy, hash }: Path): string {
  if (legal !== undefined) return legal
  if (!isLossy && snake !== '') return snake
  const suffix = hash.toString(36).padStart(6, '0').slice(-6)
  const start = snake.slice(0, KEY_MAX - suffix.length - 1).replace(/_+$/, '')
  return `${start || 'key'}_${suffix}`
}

/** snake_case that keeps digits with their letters, unlike lodash's: `last30Days` becomes `last30days`. */
function toSnakeCase(key: string): string {
  return key
    .replace(/([a-z])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$&_')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^_+|_+$/g, '')
}

function join(parent: Path, key: string): Path {
  const isTop = parent === ROOT
  const written = isTop ? key : parent.legal === undefined ? undefined : `${parent.legal}_${key}`
  if (written !== undefined && LEGAL_KEY.test(written)) return { legal: written, snake: '', isLossy: false, hash: 0 }
  const { snake: start, hash: before } =
    parent.legal === undefined ? parent : { snake: toSnakeCase(parent.legal), hash: hashText(parent.legal) }
  const hash = hashText(isTop ? key : `_${key}`, before)
  const plain = deburr(key)
  const snake = [start, toSnakeCase(plain)].filter(Boolean).join('_')
  const isLossy = parent.isLossy || snake.length > KEY_MAX || OTHER_ALPHABET.test(plain)
  return { snake: snake.slice(0, KEY_MAX), isLossy, hash }
}

/**
 * FNV-1a, 32 bits: tells texts apart, no secret depends on it.
 * @param hash - of the text before, to go on with
 */
export function hashText(text: string, hash = 0x811c9dc5): number {
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0
  }
  return hash
}

function add(entries: Map<string, Scalar>, legalKeys: Set<string>, path: Path, value: Scalar): void {
  const key = toKey(path)
  const isBetter = path.legal !== undefined && !legalKeys.has(key)
  if (isBetter || !entries.has(key)) entries.set(key, value)
  if (isBetter) legalKeys.add(key)
}

function toScalar(value: unknown, arrays: ArrayRule): Scalar | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  if (!Array.isArray(value)) return undefined
  if (value.some(isContainer)) return arrays === 'json' ? toJson(value) : undefined
  const parts = value.map((part) => toScalar(part, arrays)).filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(', ') : undefined
}

/** JSON.stringify recurses: an array nested too deeply for the stack has no text and is left out. */
function toJson(value: unknown[]): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Date)
}
