import deburr from 'lodash/deburr'
import type { Scalar } from './crisp/types'
import { KEY_MAX } from './crisp/limits'

/** How nested JSON becomes flat. */
export interface FlatRules {
  /** The keys that Crisp accepts; they are never changed. */
  legalKey: RegExp
  /**
   * Arrays that hold more than scalars: `index` spreads them by index behind everything else, `json` writes them as one
   * JSON string, because stale indices would stay in data that is merged.
   */
  arrays: 'index' | 'json'
}

/** A key on its way: as written while that is legal, else in snake_case. */
type Path = { written: string } | { snake: string }

interface Found {
  value: Scalar
  legal: boolean
}

const ROOT: Path = { snake: '' }

/**
 * Nested JSON as flat entries with legal keys, shallow before deep, earlier before later, in linear time.
 *
 * Keys of nested objects are joined by `_`. Where two entries meet in one key, the one whose key was legal wins, then the
 * shallower, then the earlier. null, undefined, empty arrays and numbers that are not finite are left out; so is an
 * entry whose key holds nothing legal. Arrays of scalars become one text, joined by ", ".
 *
 * @param source - any object; `__proto__` in it is a key like others
 * @param rules - what a legal key is and what becomes of arrays
 * @returns the entries in their order of precedence
 */
export function flatten(source: object, rules: FlatRules): Map<string, Scalar> {
  const found = new Map<string, Found>()
  let level: [Path, unknown][] = [[ROOT, source]]
  let spreadLast: [Path, unknown][] = []

  while (level.length > 0) {
    const next: [Path, unknown][] = []
    for (const [path, container] of level) {
      for (const [key, value] of Object.entries(container as object)) {
        const child = join(path, key, rules.legalKey)
        const scalar = toScalar(value, rules.arrays)
        if (scalar !== undefined) keep(found, child, scalar)
        else if (!isContainer(value)) continue
        else if (!Array.isArray(value)) next.push([child, value])
        else if (rules.arrays === 'index') spreadLast.push([child, value])
      }
    }
    level = next
    if (level.length === 0) {
      level = spreadLast
      spreadLast = []
    }
  }
  return new Map(Array.from(found, ([key, { value }]) => [key, value]))
}

/**
 * Text cut on code points, so that no character is halved.
 * @param text - the text
 * @param units - how many UTF-16 units it may have at most
 */
export function cut(text: string, units: number): string {
  if (text.length <= units) return text
  const last = text.charCodeAt(units - 1)
  const halves = last >= 0xd800 && last <= 0xdbff
  return text.slice(0, halves ? units - 1 : units)
}

/**
 * A key in snake_case, without splitting digits from letters (`last30Days` becomes `last30days`), at most 50 long.
 * lodash's snakeCase splits digits, which would rename Engage's audience keys.
 * @returns the empty string when the key holds no Latin letter and no digit
 */
export function snakeCase(key: string): string {
  return cut(
    deburr(key)
      .replace(/([a-z])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$&_')
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, '_')
      .replace(/^_+/, ''),
    KEY_MAX
  ).replace(/_+$/, '')
}

function join(path: Path, key: string, legalKey: RegExp): Path {
  const written = path === ROOT ? key : 'written' in path ? `${path.written}_${key}` : undefined
  if (written !== undefined && legalKey.test(written)) return { written }
  const parent = 'written' in path ? snakeCase(path.written) : path.snake
  const part = snakeCase(key)
  return { snake: parent && part ? cut(`${parent}_${part}`, KEY_MAX) : parent || part }
}

function keep(found: Map<string, Found>, path: Path, value: Scalar): void {
  const legal = 'written' in path
  const key = legal ? path.written : path.snake
  if (!key) return
  const before = found.get(key)
  if (!before || (legal && !before.legal)) found.set(key, { value, legal })
}

function toScalar(value: unknown, arrays: FlatRules['arrays']): Scalar | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  if (!Array.isArray(value)) return undefined
  if (value.some(isContainer)) return arrays === 'json' ? toJson(value) : undefined
  const parts = value.map((part) => toScalar(part, arrays)).filter(isDefined)
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

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined
}
