import { useEffect, useState } from 'preact/hooks'
import type { FieldView, Json, Mapping } from '../../wire'
import { textOf, valueOf } from '../mapping-text'

interface Props {
  id: number
  fields: FieldView[]
  mapping: Mapping
  onChange: (mapping: Mapping) => void
}

/** The fields of an action and what fills them. */
export function MappingForm({ id, fields, mapping, onChange }: Props) {
  const set = (key: string, value: Json | undefined) => {
    const { [key]: _old, ...others } = mapping
    onChange(value === undefined ? others : { ...others, [key]: value })
  }
  return (
    <div class="mapping">
      <p class="hint">
        A path such as <code>$.traits.email</code> takes the value from the event; any other text is the value itself.
      </p>
      {fields.map((field) => (
        <MappingField
          key={field.key}
          id={`map-${id}-${field.key}`}
          field={field}
          value={mapping[field.key]}
          onChange={(value) => set(field.key, value)}
        />
      ))}
    </div>
  )
}

interface FieldProps {
  id: string
  field: FieldView
  value: Json | undefined
  onChange: (value: Json | undefined) => void
}

function MappingField({ id, field, value, onChange }: FieldProps) {
  const [text, setText] = useState(textOf(value))
  const [isWrong, setWrong] = useState(false)
  useEffect(() => setText(textOf(value)), [JSON.stringify(value)])

  const change = (typed: string) => {
    setText(typed)
    try {
      onChange(valueOf(typed, field))
      setWrong(false)
    } catch {
      setWrong(true)
    }
  }
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      {field.choices.length > 0 ? (
        <select
          id={id}
          value={text}
          aria-describedby={`${id}-about`}
          onChange={({ currentTarget }) => change(currentTarget.value)}
        >
          <option value="">Not mapped</option>
          {field.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          class="mono"
          value={text}
          placeholder="Not mapped"
          spellcheck={false}
          aria-invalid={isWrong}
          aria-describedby={`${id}-about`}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      )}
      <p class={isWrong ? 'hint said-wrong' : 'hint'} id={`${id}-about`}>
        {isWrong ? `This is no ${field.type === 'number' ? 'number' : 'complete JSON'} yet.` : field.description}
      </p>
    </div>
  )
}
