import { LIMITS } from '../../wire'
import type { Forecast as ForecastAnswer, Preview } from '../../wire'
import { addSubscription, send, useExample } from '../actions'
import { Icon } from '../pieces/icon'
import { PayloadView } from '../pieces/payload'
import { activeDrafts, busy, forecast, isLive, parsed, suggestion, tester, wrongFields } from '../store'
import { counted, short } from '../text'
import { Editor } from './editor'
import { FaultsView } from './faults'
import { FileForm } from './file-form'
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
      <Payloads />
      <Subscriptions />
      <SettingsForm />
      {!isLive.value && <FaultsView />}
      <FileForm />
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
  const isWrong = held.kind === 'wrong' || wrongFields.value.length > 0
  const what = held.kind === 'batch' ? `batch of ${held.events.length.toLocaleString('en')}` : 'event'
  return (
    <div class="send-row">
      <div class="send-words" aria-live="polite">
        <p id="editor-state" class={isWrong ? 'said said-wrong' : 'said'}>
          <EditorState />
        </p>
        {held.kind !== 'wrong' && held.warning && <p class="said said-warn">{short(held.warning.sentence)}</p>}
      </div>
      <Suggestion />
      <button
        type="button"
        id="send"
        class={isLive.value ? 'button primary danger' : 'button primary'}
        disabled={isWrong}
        aria-disabled={busy.value}
        onClick={() => void send()}
      >
        <Icon name="send" />
        {busy.value ? 'Sending…' : `Send ${what}${isLive.value ? ' to live Crisp' : ''}`}
      </button>
      {!isLive.value && (
        <span class="hint">
          or <kbd>Ctrl</kbd> <kbd>Enter</kbd>
        </span>
      )}
    </div>
  )
}

function EditorState() {
  const held = parsed.value
  if (held.kind === 'wrong') return <>{short(held.sentence)}</>
  const [wrong] = wrongFields.value
  if (wrong) {
    return (
      <>
        Correct {short(wrong.label)} in {short(wrong.subscription)} first.
      </>
    )
  }
  return <ForecastLine />
}

/** What would become of the event, as far as it is known before it is sent. */
function ForecastLine() {
  const held = parsed.value
  if (held.kind === 'event' && held.event.type === 'delete') return <>Deletes the person with this user ID.</>
  if (activeDrafts.value.length === 0) return <>Every subscription is off: nothing will be sent.</>
  if (held.kind === 'batch' && held.events.length > LIMITS.checkedEvents) {
    return <>Ready to send. A batch of more than {LIMITS.checkedEvents} events is not checked before.</>
  }
  if (!forecast.value) return <>Ready to send.</>
  const partly = forecast.value.isPartial ? ' The rest is not checked: it would take too long.' : ''
  return held.kind === 'batch' ? (
    <>
      <BatchLine forecast={forecast.value} />
      {partly}
    </>
  ) : (
    <>
      <EventLine previews={forecast.value.previews} />
      {partly}
    </>
  )
}

function BatchLine({ forecast: { previews, counts = [] } }: { forecast: ForecastAnswer }) {
  const said = previews.map(({ subscription: { name } }, index) => {
    const { taken = 0, failing = 0 } = counts[index] ?? {}
    return `${counted(taken, 'event')} through ${short(name)}${failing > 0 ? ` (${failing} will fail)` : ''}`
  })
  return <>Will send {said.join(', ')}.</>
}

function EventLine({ previews }: { previews: Preview[] }) {
  const matching = previews.filter(({ match }) => match.matches)
  const failing = matching.filter(({ failure }) => failure !== undefined)
  const names = matching.filter(({ failure }) => failure === undefined).map(({ subscription }) => subscription.name)
  if (matching.length === 0) return <>No match: no trigger takes this event, so nothing will be sent.</>
  return (
    <>
      {names.length > 0 && (
        <>
          Will go through <strong>{short(names.join(' and '))}</strong>.{' '}
        </>
      )}
      {failing.map(({ subscription: { id, name }, failure }) => (
        <span key={id} class="said-wrong">
          Will fail in <strong>{short(name)}</strong>: {short(failure ?? '')}{' '}
        </span>
      ))}
    </>
  )
}

function Suggestion() {
  const offered = suggestion.value?.subscription
  if (!offered || activeDrafts.value.some(({ name }) => name === offered.name)) return null
  return (
    <button type="button" class="button small" onClick={() => addSubscription(offered)}>
      <Icon name="plus" />
      Add the subscription “{offered.name}”
    </button>
  )
}

/** The mapped payloads, while the event and the mappings are written. */
function Payloads() {
  const previews = forecast.value?.previews.filter(({ match, payload }) => match.matches && payload) ?? []
  if (previews.length === 0) return null
  return (
    <details class="fold">
      <summary>
        Mapped payload <span class="count">live</span>
      </summary>
      {previews.map(({ subscription: { id, name }, payload, fieldErrors }) => (
        <div key={id} class="payload">
          <h3>
            <bdi>{short(name)}</bdi>
          </h3>
          <PayloadView payload={payload} fieldErrors={fieldErrors} label={`Payload of ${short(name)}`} />
        </div>
      ))}
    </details>
  )
}
