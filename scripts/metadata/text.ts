import type { ActionDefinition, DestinationDefinition, GlobalSetting, InputField } from '@segment/actions-core'

type Field = InputField | GlobalSetting
type Action = ActionDefinition<never>

/** The parts of a destination that its metadata describe, whatever its settings are. */
export type Described = Pick<DestinationDefinition<never>, 'name' | 'slug' | 'mode' | 'description' | 'presets'> & {
  authentication?: { scheme: string; fields: Record<string, GlobalSetting> }
  actions: Record<string, Action>
  audienceConfig?: unknown
}

/** Where the metadata are kept, from the root of the package. */
export const METADATA_FILE = 'src/metadata.json'

/**
 * The `metadata.json` of a destination, as upstream's `generate:metadata-payload` writes it: what of the definition is
 * data, with every key present and in upstream's order.
 * @throws Error when the definition uses what this destination does not: hooks, sync modes, dynamic fields, audiences
 */
export function metadataText(destination: Described): string {
  if (destination.audienceConfig) throw notDescribed('audienceConfig')
  const { slug, name, mode, description, authentication, actions, presets = [] } = destination
  const metadata = {
    slug,
    name,
    mode,
    description,
    authentication: authentication
      ? { scheme: authentication.scheme, fields: mapped(authentication.fields, settingOf) }
      : null,
    audienceConfig: null,
    actions: mapped(actions, actionOf),
    presets: presets.map(presetOf)
  }
  return `${JSON.stringify(metadata, null, 2)}\n`
}

/** What settings and fields have in common, ahead of the rest. */
function headOf({ label, description, type, required = false, multiple = false }: Field) {
  return { label, description, type, required, multiple }
}

function settingOf(field: Field) {
  return {
    ...headOf(field),
    choices: choicesOf(field),
    default: field.default ?? null,
    depends_on: field.depends_on ?? null
  }
}

function actionOf(action: Action, key: string) {
  for (const part of ['hooks', 'syncMode', 'dynamicFields'] as const) {
    if (action[part]) throw notDescribed(`${part} of ${key}`)
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
    fields: mapped(action.fields, fieldOf)
  }
}

function fieldOf(field: InputField): object {
  return {
    ...headOf(field),
    allowNull: field.allowNull ?? false,
    dynamic: field.dynamic ?? false,
    default: field.default ?? null,
    choices: choicesOf(field),
    placeholder: field.placeholder ?? null,
    properties:
      field.type === 'object' && field.properties
        ? mapped(field.properties as Record<string, InputField>, fieldOf)
        : null,
    category: field.category ?? null,
    depends_on: field.depends_on ?? null,
    readOnly: field.readOnly ?? null,
    hidden: field.unsafe_hidden ?? null,
    minimum: field.minimum ?? null,
    maximum: field.maximum ?? null,
    defaultObjectUI: field.defaultObjectUI ?? null,
    disabledInputMethods: field.disabledInputMethods ?? null,
    displayMode: field.displayMode ?? null,
    format: field.format ?? null,
    additionalProperties: field.additionalProperties ?? false
  }
}

function presetOf(preset: NonNullable<Described['presets']>[number]) {
  return {
    name: preset.name,
    type: preset.type,
    partnerAction: preset.partnerAction,
    subscribe: preset.type === 'automatic' ? preset.subscribe : undefined,
    mapping: preset.mapping ?? {},
    eventSlug: preset.type === 'specificEvent' ? preset.eventSlug : null
  }
}

function choicesOf({ choices }: Field) {
  if (!choices || choices.length === 0) return null
  return choices.map((choice) => (typeof choice === 'string' ? { label: choice, value: choice } : choice))
}

function mapped<T>(record: Record<string, T>, to: (value: T, key: string) => object) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value, key)]))
}

function notDescribed(part: string): Error {
  return new Error(`scripts/metadata does not describe ${part} yet.`)
}
