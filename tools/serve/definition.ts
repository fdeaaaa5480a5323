import destination from '../../src'
import { defaultMapping } from '../runtime'
import type { ActionView, FieldView, PresetView } from './wire'

interface InputField {
  label: string
  description?: string
  type: string
  required?: unknown
  multiple?: boolean
  /** Filled by Segment alone. */
  unsafe_hidden?: boolean
  choices?: unknown
  minimum?: number
  maximum?: number
}

/** The settings of the definition, for a form. */
export function getSettingsFields(): FieldView[] {
  return Object.entries(destination.authentication?.fields ?? {}).map(([key, field]) =>
    toFieldView(key, field, field.default)
  )
}

/** The actions of the definition and the fields that their mappings fill. */
export function getActions(): ActionView[] {
  return Object.entries(destination.actions).map(([key, { title, description, fields }]) => {
    const defaults = defaultMapping(key)
    return {
      key,
      title,
      description,
      fields: Object.entries(fields)
        .filter(([, field]) => !field.unsafe_hidden)
        .map(([name, field]) => toFieldView(name, field, defaults[name]))
    }
  })
}

/** The presets of the definition, those included that have no trigger of their own. */
export function getPresets(): PresetView[] {
  return (destination.presets ?? []).map((preset, index) => ({
    id: `preset-${index + 1}`,
    name: preset.name ?? preset.partnerAction,
    partnerAction: preset.partnerAction,
    mapping: preset.mapping ?? {},
    ...(preset.type === 'automatic'
      ? { type: preset.type, subscribe: preset.subscribe }
      : { type: preset.type, subscribe: 'type = "identify"', eventSlug: preset.eventSlug })
  }))
}

function toFieldView(key: string, field: InputField, usual: FieldView['default']): FieldView {
  return {
    key,
    label: field.label,
    description: field.description ?? '',
    type: field.type,
    multiple: field.multiple === true,
    required: field.required === true,
    choices: toChoices(field.choices),
    ...(usual !== undefined && { default: usual }),
    ...(field.minimum !== undefined && { minimum: field.minimum }),
    ...(field.maximum !== undefined && { maximum: field.maximum })
  }
}

function toChoices(choices: unknown): FieldView['choices'] {
  if (!Array.isArray(choices)) return []
  return choices.map((choice: string | { label: string; value: unknown }) =>
    typeof choice === 'string' ? { label: choice, value: choice } : { label: choice.label, value: String(choice.value) }
  )
}
