import type { ActionDefinition, DestinationDefinition, GlobalSetting, InputField } from '@segment/actions-core'
import mapValues from 'lodash/mapValues'
import pick from 'lodash/pick'

type Field = InputField | GlobalSetting
type Action = ActionDefinition<never>

/** The parts of a destination that its metadata and types describe, whatever its settings are. */
export type Definition = Pick<DestinationDefinition<never>, 'name' | 'slug' | 'mode' | 'description' | 'presets'> & {
  authentication?: { scheme: string; fields: Record<string, GlobalSetting> }
  actions: Record<string, Action>
  audienceConfig?: unknown
}

/**
 * The `metadata.json` of a destination, as upstream's `generate:metadata-payload` writes it: what of the definition is
 * data, with every key present and in upstream's order.
 * @throws Error when the definition uses what this destination does not: hooks, sync modes, dynamic fields, audiences
 */
export function buildMetadata(destination: Definition): string {
  if (destination.audienceConfig) throw new Error('scripts/generate does not know audienceConfig yet.')
  const { authentication, actions, presets = [] } = destination
  const metadata = {
    ...pick(destination, ['slug', 'name', 'mode', 'description']),
    authentication: authentication
      ? { scheme: authentication.scheme, fields: mapValues(authentication.fields, describeSetting) }
      : null,
    audienceConfig: null,
    actions: mapValues(actions, describeAction),
    presets: presets.map(describePreset)
  }
  return `${JSON.stringify(metadata, null, 2)}\n`
}

/** What settings and fields have in common, ahead of the rest. */
function describeHead({ label, description, type, required = false, multiple = false }: Field) {
  return { label, description, type, required, multiple }
}

function describeSetting(field: Field) {
  return { ...describeHead(field), choices: describeChoices(field), ...pickOrNull(field, ['default', 'depends_on']) }
}

function describeAction(action: Action, key: string) {
  for (const part of ['hooks', 'syncMode', 'dynamicFields'] as const) {
    if (action[part]) throw new Error(`scripts/generate does not know ${part} of ${key} yet.`)
  }
  return {
    title: action.title,
    description: action.description,
    platform: action.platform ?? 'cloud',
    defaultSubscription: action.defaultSubscription ?? null,
    hidden: action.hidden ?? false,
    hasPerformBatch: action.performBatch !== undefined,
    syncMode: null,
    hooks: null,
    dynamicFields: null,
    fields: mapValues(action.fields, describeField)
  }
}

function describeField(field: InputField): object {
  const properties = field.type === 'object' ? field.properties : undefined
  return {
    ...describeHead(field),
    allowNull: field.allowNull ?? false,
    dynamic: field.dynamic ?? false,
    default: field.default ?? null,
    choices: describeChoices(field),
    placeholder: field.placeholder ?? null,
    properties: properties ? mapValues(properties as Record<string, InputField>, describeField) : null,
    ...pickOrNull(field, ['category', 'depends_on', 'readOnly']),
    hidden: field.unsafe_hidden ?? null,
    ...pickOrNull(field, ['minimum', 'maximum', 'defaultObjectUI', 'disabledInputMethods', 'displayMode', 'format']),
    additionalProperties: field.additionalProperties ?? false
  }
}

function describePreset(preset: NonNullable<Definition['presets']>[number]) {
  return {
    ...pick(preset, ['name', 'type', 'partnerAction']),
    subscribe: preset.type === 'automatic' ? preset.subscribe : undefined,
    mapping: preset.mapping ?? {},
    eventSlug: preset.type === 'specificEvent' ? preset.eventSlug : null
  }
}

function describeChoices({ choices }: Field) {
  if (!choices || choices.length === 0) return null
  return choices.map((choice) => (typeof choice === 'string' ? { label: choice, value: choice } : choice))
}

function pickOrNull<T extends object>(object: T, keys: (keyof T & string)[]) {
  return Object.fromEntries(keys.map((key) => [key, object[key] ?? null]))
}
