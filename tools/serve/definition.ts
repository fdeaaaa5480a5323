import destination from '../../src'
import { defaultMapping } from '../runtime'
import type { ActionView, FieldView, JsonObject, PresetView } from './types'

interface InputField {
  label: string
  description?: string
  type: string
  required?: unknown
  choices?: unknown
  default?: unknown
  minimum?: number
  maximum?: number
}

/** The settings of the definition, for a form. */
export function settingsFields(): FieldView[] {
  return Object.entries(destination.authentication?.fields ?? {}).map(([key, field]) => fieldView(key, field))
}

/** The actions of the definition and the fields that their mappings fill. */
export function actionViews(): ActionView[] {
  return Object.entries(destination.actions).map(([key, { title, description, fields }]) => ({
    key,
    title,
    description,
    fields: Object.entries(fields).map(([name, field]) => fieldView(name, field))
  }))
}

/** The presets of the definition, those included that have no condition of their own. */
export function presetViews(): PresetView[] {
  return (destination.presets ?? []).map((preset) => ({
    name: preset.name ?? preset.partnerAction,
    partnerAction: preset.partnerAction,
    mapping: preset.mapping ?? {},
    ...(preset.type === 'automatic'
      ? { type: preset.type, subscribe: preset.subscribe }
      : { type: preset.type, subscribe: 'type = "identify"', eventSlug: preset.eventSlug })
  }))
}

/** A mapping that takes another one's place field by field. */
export function mappingWith(action: string, changes: JsonObject): JsonObject {
  return { ...defaultMapping(action), ...changes }
}

function fieldView(key: string, field: InputField): FieldView {
  return {
    key,
    label: field.label,
    description: field.description ?? '',
    type: field.type,
    required: field.required === true,
    choices: choicesOf(field.choices),
    ...(field.default !== undefined && { default: field.default }),
    ...(field.minimum !== undefined && { minimum: field.minimum }),
    ...(field.maximum !== undefined && { maximum: field.maximum })
  }
}

function choicesOf(choices: unknown): FieldView['choices'] {
  if (!Array.isArray(choices)) return []
  return choices.map((choice: string | { label: string; value: unknown }) =>
    typeof choice === 'string' ? { label: choice, value: choice } : { label: choice.label, value: String(choice.value) }
  )
}
