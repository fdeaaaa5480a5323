import { addSubscription, send, useExample } from '../actions'
import { Icon } from '../pieces/icon'
import { busy, drafts, forecast, isLive, parsed, suggestion, tester } from '../store'
import { counted } from '../text'
import { Editor } from './editor'
import { History } from './history'
import { SettingsForm } from './settings-form'
import { Subscriptions } from './subscriptions'

/** Part one: what is sent. */
export function EventPart() {
  return (
    <section class="part" id="event" aria-labelledby="event-title" tabIndex={-1}>
      <h2 id="event-title">Event</h2>
      <Examples />
      <Editor />
      <SendRow />
      <Subscriptions />
      <SettingsForm />
      <History />
    </section>
  )
}

function Examples() {
  const examples = tester.value?.examples ?? []
  return (
    <div class="examples" role="group" aria-label="Examples">
      {examples.map((example) => (
        <button
          key={example.id}
          type="button"
          class="chip"
          title={example.description}
          onClick={() => useExample(example)}
        >
          {example.name}
        </button>
      ))}
    </div>
  )
}

function SendRow() {
  const held = parsed.value
  const isWrong = held.kind === 'wrong'
  const what = held.kind === 'batch' ? `batch of ${held.events.length.toLocaleString('en')}` : 'event'
  return (
    <div class="send-row">
      <p id="editor-state" class={isWrong ? 'said said-wrong' : 'said'} aria-live="polite">
        {isWrong ? held.sentence : <Forecast />}
      </p>
      <Suggestion />
      <button
        type="button"
        class={isLive.value ? 'button primary danger' : 'button primary'}
        disabled={isWrong || busy.value}
        onClick={() => void send()}
      >
        <Icon name="send" />
        {busy.value ? 'Sending…' : `Send ${what}${isLive.value ? ' to live Crisp' : ''}`}
      </button>
      {!isLive.value && (
        <span class="hint">
          or <kbd>Ctrl</kbd> <kbd>Enter</kbd> in the editor
        </span>
      )}
    </div>
  )
}

function Forecast() {
  const { previews = [], taken } = forecast.value ?? {}
  const active = drafts.value.filter(({ on }) => on)
  if (active.length === 0) return <>Every subscription is off: nothing will be sent.</>
  if (!forecast.value) return <>Ready to send.</>
  if (taken) {
    const said = active.map(({ view }, index) => `${counted(taken[index] ?? 0, 'event')} through ${view.name}`)
    return <>Will send {said.join(', ')}.</>
  }
  const matching = previews.filter(({ match }) => match.matches).map(({ subscription }) => subscription.name)
  return matching.length > 0 ? (
    <>
      Will go through <strong>{matching.join(' and ')}</strong>.
    </>
  ) : (
    <>No subscription takes this event: nothing will be sent.</>
  )
}

function Suggestion() {
  const view = suggestion.value
  if (!view || drafts.value.some((draft) => draft.view.name === view.name)) return null
  return (
    <button type="button" class="button small" onClick={() => addSubscription(view)}>
      <Icon name="plus" />
      Add the subscription “{view.name}”
    </button>
  )
}
