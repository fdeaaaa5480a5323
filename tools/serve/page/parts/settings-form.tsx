import { useState } from 'preact/hooks'
import { api } from '../api'
import type { FieldView } from '../../wire'
import { isLive, settings, tester } from '../store'

/** The settings of the definition. Empty ones are filled by the server. */
export function SettingsForm() {
  const [said, say] = useState('')
  const check = async () => {
    say('Asking Crisp…')
    try {
      const { ok, error } = await api.authenticate(settings.value, isLive.value)
      say(ok ? 'Crisp accepts these settings.' : error ?? 'Crisp does not accept these settings.')
    } catch (error) {
      say((error as Error).message)
    }
  }
  return (
    <details class="fold">
      <summary>
        Settings <span class="count">{isLive.value ? 'from the environment' : filledCount()}</span>
      </summary>
      <p class="hint">
        {isLive.value
          ? 'The credentials come from CRISP_API_KEY, CRISP_WEBSITE_ID and CRISP_TOKEN_TYPE of the tester’s environment.'
          : 'What you leave empty is filled in from the sandbox. Whatever you write, events stay in the sandbox.'}
      </p>
      <form
        class="mapping"
        onSubmit={(event) => {
          event.preventDefault()
          void check()
        }}
      >
        {!isLive.value &&
          tester.value?.settingsFields.map((field) => <SettingsField key={field.key} field={field} />)}
        <div class="row">
          <button type="submit" class="button small">
            Check the settings
          </button>
          <p class="said" role="status">
            {said}
          </p>
        </div>
      </form>
    </details>
  )
}

function filledCount(): string {
  return Object.values(settings.value).some(Boolean) ? 'changed' : 'of the sandbox'
}

function SettingsField({ field: { key, label, description, type, choices } }: { field: FieldView }) {
  const id = `setting-${key}`
  const value = settings.value[key] ?? ''
  const change = (typed: string) => {
    settings.value = { ...settings.value, [key]: typed }
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {choices.length > 0 ? (
        <select
          id={id}
          value={value}
          aria-describedby={`${id}-about`}
          onChange={({ currentTarget }) => change(currentTarget.value)}
        >
          <option value="">As the sandbox has it</option>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...(type === 'password' ? { type: 'password' } : { type: 'text' })}
          id={id}
          class="mono"
          autocomplete="off"
          spellcheck={false}
          placeholder="As the sandbox has it"
          value={value}
          aria-describedby={`${id}-about`}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      )}
      <p class="hint" id={`${id}-about`}>
        {description}
      </p>
    </div>
  )
}
