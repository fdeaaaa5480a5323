import isEqual from 'lodash/isEqual'
import type { ActionView, FieldError, FieldView, Json, Mapping } from '../../wire'
import { changeDraft } from '../actions'
import {
  changeField,
  changeJson,
  changeMapping,
  findWrongFields,
  getDefaults,
  getText,
  toTemplate,
  toText
} from '../drafts'
import type { Draft } from '../drafts'
import { CopyButton } from '../pieces/copy-button'
import { forecast, tester } from '../store'
import { short } from '../text'

interface Props {
  draft: Draft
  action: ActionView
}

/** What fills the fields of an action: field by field, or as JSON. */
export function MappingForm({ draft, action }: Props) {
  const { id, partnerAction, mappings, json } = draft
  const mapping = mappings[partnerAction] ?? {}
  const text = JSON.stringify(mapping, null, 2)
  const preset = getPresetMapping(draft, action)
  const toggle = () => changeDraft(id, (old) => ({ ...old, json: json === undefined ? text : undefined }))
  return (
    <div class="mapping">
      <div class="row">
        <button type="button" class="button small" aria-pressed={json !== undefined} onClick={toggle}>
          {json === undefined ? 'Edit as JSON' : 'Edit field by field'}
        </button>
        <CopyButton label="Copy" of={`the mapping of ${short(draft.name)}`} text={() => text} />
        <button
          type="button"
          class="button small"
          disabled={isEqual(mapping, preset) && !draft.texts[partnerAction] && json === undefined}
          onClick={() => changeDraft(id, (old) => ({ ...changeMapping(old, preset), json: undefined }))}
        >
          Reset to the preset
        </button>
      </div>
      {json === undefined ? <Fields draft={draft} action={action} preset={preset} /> : <JsonForm draft={draft} />}
    </div>
  )
}

/** The mapping of the preset of the same ID, else the defaults of the fields. */
function getPresetMapping({ id, partnerAction }: Draft, action: ActionView): Mapping {
  const preset = tester.value?.presets.find((one) => one.id === id && one.partnerAction === partnerAction)
  return preset?.mapping ?? getDefaults(action)
}

function JsonForm({ draft }: { draft: Draft }) {
  const { id, name, json = '' } = draft
  const [wrong] = findWrongFields(draft, [])
  const errors = getErrors(draft)
  return (
    <div class="field">
      <textarea
        class="mono"
        rows={14}
        spellcheck={false}
        aria-label={`Mapping of ${short(name)}, as JSON`}
        aria-invalid={wrong !== undefined}
        value={json}
        onInput={({ currentTarget: { value } }) => changeDraft(id, (old) => changeJson(old, value))}
      />
      {wrong && <p class="said said-wrong">{wrong.sentence}</p>}
      {errors.map(({ field, message }) => (
        <p key={field} class="said said-wrong">
          <code>{short(field)}</code> {short(message, 500)}
        </p>
      ))}
    </div>
  )
}

function Fields({ draft, action, preset }: Props & { preset: Mapping }) {
  const errors = getErrors(draft)
  const wrong = findWrongFields(draft, action.fields)
  return (
    <>
      <p class="hint">
        A path such as <code>$.traits.email</code> takes the value from the event; any other text is the value itself.
      </p>
      {action.fields.map((field) => {
        const own = errors.find((error) => error.field === field.key || error.field.startsWith(`${field.key}.`))
        const typed = wrong.find(({ label }) => label === field.label)?.sentence
        return (
          <MappingField
            key={field.key}
            draft={draft}
            field={field}
            problem={typed ?? own?.message}
            isChanged={!isEqual(draft.mappings[draft.partnerAction]?.[field.key], preset[field.key])}
          />
        )
      })}
    </>
  )
}

function getErrors({ id }: Draft): FieldError[] {
  const preview = forecast.value?.previews.find(({ subscription }) => subscription.id === id)
  if (!preview) return []
  return preview.mappingProblems.length > 0 ? preview.mappingProblems : preview.fieldErrors
}

interface FieldProps {
  draft: Draft
  field: FieldView
  problem?: string
  isChanged: boolean
}

function MappingField({ draft, field, problem, isChanged }: FieldProps) {
  const id = `map-${draft.id}-${field.key}`
  const change = (text: string) => changeDraft(draft.id, (old) => changeField(old, field, text))
  const template = toTemplate(draft.mappings[draft.partnerAction]?.[field.key])
  const shared = { id, value: getText(draft, field), 'aria-describedby': `${id}-about` }
  return (
    <div class="field">
      <p>
        <label for={id}>{field.label}</label> {isChanged && <span class="mark">changed</span>}
      </p>
      {field.choices.length > 0 ? (
        <Choices {...shared} field={field} onChange={change} />
      ) : (
        <input
          {...shared}
          class="mono"
          placeholder="Not mapped"
          spellcheck={false}
          aria-invalid={problem !== undefined}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      )}
      <p class={problem === undefined ? 'hint' : 'hint said-wrong'} id={`${id}-about`}>
        {problem === undefined ? field.description : short(problem, 500)}
      </p>
      {template !== undefined && <TemplateOffer template={template} field={field} onChange={change} />}
    </div>
  )
}

interface ChoicesProps {
  id: string
  value: string
  field: FieldView
  onChange: (text: string) => void
}

function Choices({ field: { choices }, onChange, ...shared }: ChoicesProps) {
  return (
    <select {...shared} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      <option value="">Not mapped</option>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  )
}

function TemplateOffer({
  template,
  field,
  onChange
}: {
  template: Json
  field: FieldView
  onChange: (text: string) => void
}) {
  return (
    <p class="said said-warn">
      This text is delivered as it is written, with its braces.{' '}
      <button type="button" class="button small" onClick={() => onChange(toText(template, field))}>
        Use it as a template
      </button>
    </p>
  )
}
