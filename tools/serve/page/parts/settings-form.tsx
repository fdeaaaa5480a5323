import { api } from '../api'
import type { FieldView } from '../../wire'
import { isLive, settings, settingsSaid, tester } from '../store'

/** The settings of the definition. Empty ones are filled by the server. */
export function SettingsForm() {
  const isChanged = Object.values(settings.value).some(Boolean)
  return (
    <details class="fold">
      <summary>
        Settings{' '}
        <span class="count">{isLive.value ? 'from the environment' : isChanged ? 'changed' : 'Sandbox defaults'}</span>
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
        {!isLive.value && tester.value?.settingsFields.map((field) => <SettingsField key={field.key} field={field} />)}
        <div class="row">
          <button type="submit" class="button small">
            Check the settings
          </button>
          <p class="said" role="status">
            {settingsSaid.value}
          </p>
        </div>
      </form>
    </details>
  )
}

/** A real key is unknown to the sandbox, which says nothing about the live Crisp. */
async function check(): Promise<void> {
  const crisp = isLive.value ? 'The live Crisp' : 'The sandbox'
  settingsSaid.value = `Asking ${crisp.toLowerCase().replace('crisp', 'Crisp')}…`
  try {
    const { ok, error = '' } = await api.authenticate(settings.value, isLive.value)
    const sandboxOnly = ' Only the sandbox was asked, which knows its own key and website; the live Crisp was not.'
    settingsSaid.value = ok
      ? `${crisp} accepts these settings.`
      : `${crisp} does not accept these settings: ${error}${isLive.value ? '' : sandboxOnly}`
  } catch (error) {
    settingsSaid.value = (error as Error).message
  }
}

function SettingsField({ field }: { field: FieldView }) {
  const { key, label, description, type, choices } = field
  const id = `setting-${key}`
  const change = (typed: string) => {
    settings.value = { ...settings.value, [key]: typed }
    settingsSaid.value = ''
  }
  const shared = { id, value: settings.value[key] ?? '', 'aria-describedby': `${id}-about` }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {choices.length > 0 ? (
        <select {...shared} onChange={({ currentTarget }) => change(currentTarget.value)}>
          <option value="">Sandbox defaults</option>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          {...(type === 'password' ? { type: 'password' } : { type: 'text' })}
          class="mono"
          autocomplete="off"
          spellcheck={false}
          placeholder="Sandbox defaults"
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      )}
      <p class="hint" id={`${id}-about`}>
        {description}
      </p>
    </div>
  )
}
