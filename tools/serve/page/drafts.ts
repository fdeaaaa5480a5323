import isEqual from 'lodash/isEqual'
import { isJsonObject } from '../wire'
import type { ActionView, FieldView, Json, Mapping, SubscriptionView } from '../wire'

/** A subscription as it is being edited. */
export interface Draft {
  id: string
  on: boolean
  /** A preset of the definition, one that only Engage sends to, or the user's own. */
  origin: 'preset' | 'engage' | 'own'
  name: string
  partnerAction: string
  subscribe: string
  /** The mapping to each action that was chosen so far: switching back finds it again. */
  mappings: Record<string, Mapping>
  /** What is typed into fields of the mapping, by action and field, where it is not the mapping's own text. */
  texts: Record<string, Record<string, string>>
  /** The whole mapping as JSON, while it is edited in that form. */
  json?: string
}

/** A field that cannot be sent as it stands. */
export interface WrongField {
  label: string
  sentence: string
}

/** The draft of a subscription. */
export function toDraft(
  { id, name, partnerAction, subscribe, mapping }: SubscriptionView,
  origin: Draft['origin']
): Draft {
  return { id, on: true, origin, name, partnerAction, subscribe, mappings: { [partnerAction]: mapping }, texts: {} }
}

/** The subscription that a draft stands for. What is wrong in it keeps its previous value. */
export function toSubscription({ id, name, partnerAction, subscribe, mappings }: Draft): SubscriptionView {
  return { id, name: name.trim() || 'Subscription', partnerAction, subscribe, mapping: mappings[partnerAction] ?? {} }
}

/** The defaults of an action's fields, as a mapping. */
export function getDefaults({ fields }: ActionView): Mapping {
  return Object.fromEntries(fields.flatMap(({ key, default: value }) => (value === undefined ? [] : [[key, value]])))
}

/** A draft with another action; what was mapped to it before is there again. */
export function changeAction(draft: Draft, action: ActionView): Draft {
  const mappings = { [action.key]: getDefaults(action), ...draft.mappings }
  return { ...draft, partnerAction: action.key, mappings, json: undefined }
}

/** A draft with another text in a field. */
export function changeField(draft: Draft, field: FieldView, text: string): Draft {
  const { partnerAction, texts, mappings } = draft
  const changed = { ...draft, texts: { ...texts, [partnerAction]: { ...texts[partnerAction], [field.key]: text } } }
  const read = readText(text, field)
  if ('sentence' in read) return changed
  const { [field.key]: _old, ...others } = mappings[partnerAction] ?? {}
  const mapping = read.value === undefined ? others : { ...others, [field.key]: read.value }
  return { ...changed, mappings: { ...mappings, [partnerAction]: mapping } }
}

/** A draft with another mapping; what was typed into its fields is gone. */
export function changeMapping(draft: Draft, mapping: Mapping): Draft {
  const { [draft.partnerAction]: _typed, ...texts } = draft.texts
  return { ...draft, texts, mappings: { ...draft.mappings, [draft.partnerAction]: mapping } }
}

/** A draft whose mapping is edited as JSON. */
export function changeJson(draft: Draft, json: string): Draft {
  const read = readMapping(json)
  return { ...('sentence' in read ? draft : changeMapping(draft, read.mapping)), json }
}

/** Reads a mapping that is written as JSON. */
export function readMapping(text: string): { mapping: Mapping } | { sentence: string } {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? { mapping: value as Mapping } : { sentence: 'A mapping is an object in braces.' }
  } catch {
    return { sentence: 'Not valid JSON yet; the previous value is still used.' }
  }
}

/** What a field shows: what was typed, else the mapping's value as text. */
export function getText({ texts, mappings, partnerAction }: Draft, field: FieldView): string {
  return texts[partnerAction]?.[field.key] ?? toText(mappings[partnerAction]?.[field.key], field)
}

/** The fields of a draft that keep it from being sent. */
export function findWrongFields(draft: Draft, fields: FieldView[]): WrongField[] {
  if (draft.json !== undefined) {
    const read = readMapping(draft.json)
    return 'sentence' in read ? [{ label: 'the mapping', sentence: read.sentence }] : []
  }
  const typed = draft.texts[draft.partnerAction] ?? {}
  return fields.flatMap((field) => {
    const read = field.key in typed ? readText(typed[field.key], field) : undefined
    return read && 'sentence' in read ? [{ label: field.label, sentence: read.sentence }] : []
  })
}

/**
 * What a text means for a field: `$.traits.email` a path, what begins like JSON the JSON, numbers and truth values by
 * the field's type, everything else itself. No value leaves the field unmapped.
 */
export function readText(text: string, { type, multiple }: FieldView): { value?: Json } | { sentence: string } {
  const trimmed = text.trim()
  if (trimmed === '') return {}
  if (/^\$\.([^\d\s]|$)/.test(trimmed)) return { value: { '@path': trimmed } }
  const isStructure = /^\{(\s*"|\s*\}$|$)/.test(trimmed) || (/^[{[]/.test(trimmed) && (multiple || type === 'object'))
  if (isStructure) return readJson(trimmed)
  if (type === 'number' || type === 'integer') {
    return Number.isNaN(Number(trimmed))
      ? { sentence: 'Not a number yet; the previous value is still used.' }
      : { value: Number(trimmed) }
  }
  if (type === 'boolean' && /^(true|false)$/.test(trimmed)) return { value: trimmed === 'true' }
  return { value: text }
}

/** The text of a mapping's value, in the shortest form that is read as the same value. */
export function toText(value: Json | undefined, field: FieldView): string {
  if (value === undefined) return ''
  const path = isJsonObject(value) && typeof value['@path'] === 'string' ? value['@path'] : undefined
  const short = path ?? (typeof value === 'string' ? value : JSON.stringify(value))
  const read = readText(short, field)
  if ('value' in read && isEqual(read.value, value)) return short
  return JSON.stringify(typeof value === 'object' ? value : { '@literal': value })
}

/** The template that a text with placeholders is probably meant to be; a plain text is delivered as it stands. */
export function toTemplate(value: Json | undefined): Json | undefined {
  return typeof value === 'string' && /\{\{[^}]+\}\}/.test(value) ? { '@template': value } : undefined
}

function readJson(text: string): { value: Json } | { sentence: string } {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return { sentence: 'Not valid JSON yet; the previous value is still used.' }
  }
}
