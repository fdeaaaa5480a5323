import { useRef, useState } from 'preact/hooks'
import { findTriggerProblem, TRIGGER_FORMS } from '../../../runtime/trigger'
import { addSubscription, changeDraft, removeDraft } from '../actions'
import { changeAction, getDefaults } from '../drafts'
import type { Draft } from '../drafts'
import { Icon } from '../pieces/icon'
import { Switch } from '../pieces/switch'
import { activeDrafts, drafts, tester } from '../store'
import { short } from '../text'
import { MappingForm } from './mapping-form'

/** The subscriptions that events go through: the presets, and what the user adds. */
export function Subscriptions() {
  const add = useRef<HTMLButtonElement>(null)
  const remove = (id: string) => {
    removeDraft(id)
    add.current?.focus()
  }
  return (
    <details class="fold">
      <summary>
        Subscriptions and mappings <span class="count">{activeDrafts.value.length} on</span>
      </summary>
      {drafts.value.map((draft) => (
        <DraftForm key={draft.id} draft={draft} onRemove={() => remove(draft.id)} />
      ))}
      <button type="button" class="button small" ref={add} onClick={addBlank}>
        <Icon name="plus" />
        Add a subscription
      </button>
    </details>
  )
}

const ORIGINS = {
  preset: 'Added by Segment when you connect Crisp.',
  engage: 'Preset for Engage audiences from the warehouse. It is off: most sources have no use for it.',
  own: 'Your own.'
}

function DraftForm({ draft, onRemove }: { draft: Draft; onRemove: () => void }) {
  const { id, on, origin, name, partnerAction } = draft
  const [isOpen, open] = useState(false)
  const action = tester.value?.actions.find(({ key }) => key === partnerAction)
  return (
    <fieldset class="draft">
      <legend class="unseen">{short(name)}</legend>
      <div class="draft-head">
        <Switch
          on={on}
          onChange={(value) => changeDraft(id, (old) => ({ ...old, on: value }))}
          describedBy={`draft-${id}`}
        >
          {short(name)}
        </Switch>
        {origin === 'own' && (
          <button type="button" class="button quiet small" onClick={onRemove}>
            <Icon name="cross" />
            Remove<span class="unseen"> {short(name)}</span>
          </button>
        )}
      </div>
      <p class="hint" id={`draft-${id}`}>
        {ORIGINS[origin]}
      </p>
      {origin === 'own' && <NameAndAction draft={draft} />}
      <Trigger draft={draft} />
      <details class="fold inner" onToggle={({ currentTarget }) => open(currentTarget.open)}>
        <summary>
          Mapping to {action?.title}{' '}
          <span class="count">{Object.keys(draft.mappings[partnerAction] ?? {}).length} fields</span>
        </summary>
        {isOpen && action && <MappingForm draft={draft} action={action} />}
      </details>
    </fieldset>
  )
}

function NameAndAction({ draft: { id, name, partnerAction } }: { draft: Draft }) {
  const actions = tester.value?.actions ?? []
  const choose = (wanted: string) => {
    const action = actions.find(({ key }) => key === wanted)
    if (action) changeDraft(id, (old) => changeAction(old, action))
  }
  return (
    <div class="pair">
      <label class="field">
        <span>Name</span>
        <input
          value={name}
          onInput={({ currentTarget: { value } }) => changeDraft(id, (old) => ({ ...old, name: value }))}
        />
      </label>
      <label class="field">
        <span>Action</span>
        <select value={partnerAction} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {actions.map(({ key, title }) => (
            <option key={key} value={key}>
              {title}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

/** The trigger, with what Segment makes of it where that is not what it says. */
function Trigger({ draft: { id, subscribe } }: { draft: Draft }) {
  const found = findTriggerProblem(subscribe)
  return (
    <div class="field">
      <label for={`trigger-${id}`}>Trigger</label>
      <input
        id={`trigger-${id}`}
        class="mono"
        value={subscribe}
        spellcheck={false}
        aria-invalid={found !== undefined}
        aria-describedby={found && `trigger-${id}-problem`}
        onInput={({ currentTarget: { value } }) => changeDraft(id, (old) => ({ ...old, subscribe: value }))}
      />
      {found && (
        <div id={`trigger-${id}-problem`}>
          <p class={found.reading === undefined ? 'said said-wrong' : 'said said-warn'}>{short(found.problem, 1000)}</p>
          <ul class="forms hint" aria-label="Usable forms">
            {TRIGGER_FORMS.map((form) => (
              <li key={form}>
                <code>{form}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

function addBlank(): void {
  const action = tester.value?.actions.at(-1)
  if (!action) return
  const mapping = getDefaults(action)
  addSubscription({ name: 'My subscription', partnerAction: action.key, subscribe: 'type = "screen"', mapping })
}
