import { useState } from 'preact/hooks'
import type { SubscriptionView } from '../../wire'
import { addSubscription, changeDraft, removeDraft } from '../actions'
import { Icon } from '../pieces/icon'
import { Switch } from '../pieces/switch'
import { activeSubscriptions, drafts, tester } from '../store'
import type { Draft } from '../store'
import { MappingForm } from './mapping-form'

/** The subscriptions that events go through: the presets, and what the user adds. */
export function Subscriptions() {
  return (
    <details class="fold">
      <summary>
        Subscriptions and mappings <span class="count">{activeSubscriptions.value.length} on</span>
      </summary>
      {drafts.value.map((draft) => (
        <DraftForm key={draft.id} draft={draft} />
      ))}
      <button type="button" class="button small" onClick={() => addSubscription(blank())}>
        <Icon name="plus" />
        Add a subscription
      </button>
    </details>
  )
}

const origins = {
  preset: 'Preset: Segment adds it by itself.',
  engage: 'Preset for Engage audiences from the warehouse: off, as most sources have no use for it.',
  own: 'Your own.'
}

function DraftForm({ draft: { id, on, origin, view } }: { draft: Draft }) {
  const change = (changes: Partial<SubscriptionView>) => changeDraft(id, { view: { ...view, ...changes } })
  const [isOpen, open] = useState(false)
  const action = tester.value?.actions.find(({ key }) => key === view.partnerAction)
  return (
    <fieldset class="draft">
      <legend class="unseen">{view.name}</legend>
      <div class="draft-head">
        <Switch on={on} onChange={(value) => changeDraft(id, { on: value })} describedBy={`draft-${id}`}>
          {view.name}
        </Switch>
        {origin === 'own' && (
          <button type="button" class="button quiet small" onClick={() => removeDraft(id)}>
            <Icon name="cross" />
            Remove<span class="unseen"> {view.name}</span>
          </button>
        )}
      </div>
      <p class="hint" id={`draft-${id}`}>
        {origins[origin]}
      </p>
      {origin === 'own' && (
        <div class="pair">
          <label class="field">
            <span>Name</span>
            <input value={view.name} onInput={({ currentTarget }) => change({ name: currentTarget.value })} />
          </label>
          <label class="field">
            <span>Action</span>
            <select
              value={view.partnerAction}
              onChange={({ currentTarget }) =>
                change({ partnerAction: currentTarget.value, mapping: defaults(currentTarget.value) })
              }
            >
              {tester.value?.actions.map(({ key, title }) => (
                <option key={key} value={key}>
                  {title}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      <label class="field">
        <span>Condition</span>
        <input
          class="mono"
          value={view.subscribe}
          spellcheck={false}
          onInput={({ currentTarget }) => change({ subscribe: currentTarget.value })}
        />
      </label>
      <details class="fold inner" onToggle={({ currentTarget }) => open(currentTarget.open)}>
        <summary>
          Mapping to {action?.title} <span class="count">{Object.keys(view.mapping).length} fields</span>
        </summary>
        {isOpen && (
          <MappingForm
            id={id}
            fields={action?.fields ?? []}
            mapping={view.mapping}
            onChange={(mapping) => change({ mapping })}
          />
        )}
      </details>
    </fieldset>
  )
}

function blank(): SubscriptionView {
  const partnerAction = tester.value?.actions.at(-1)?.key ?? 'trackEvent'
  return {
    name: 'My subscription',
    partnerAction,
    subscribe: 'type = "screen"',
    mapping: defaults(partnerAction)
  }
}

function defaults(action: string): SubscriptionView['mapping'] {
  const fields = tester.value?.actions.find(({ key }) => key === action)?.fields ?? []
  return Object.fromEntries(fields.flatMap(({ key, default: value }) => (value === undefined ? [] : [[key, value]])))
}
