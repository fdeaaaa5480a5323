import type { FieldView, Json } from '../wire'

/** A mapping's value as people write it: `$.traits.email` for a path, else the value itself, JSON for the rest. */
export function textOf(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  const path = pathOf(value)
  return path ?? JSON.stringify(value)
}

/** The value that a text means for a field; undefined leaves the field unmapped. Throws when it means none. */
export function valueOf(text: string, { type }: FieldView): Json | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  if (/^\$\.?/.test(trimmed)) return { '@path': trimmed }
  if (/^[{[]/.test(trimmed)) return JSON.parse(trimmed) as Json
  if (type === 'number' || type === 'integer') {
    if (Number.isNaN(Number(trimmed))) throw new Error('no number')
    return Number(trimmed)
  }
  if (type === 'boolean' && /^(true|false)$/.test(trimmed)) return trimmed === 'true'
  return text
}

function pathOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const keys = Object.keys(value)
  const path = (value as { '@path'?: unknown })['@path']
  return keys.length === 1 && typeof path === 'string' ? path : undefined
}
