import { LIMITS } from '../../wire'
import type { PersonChange, PersonEventView, PersonView, ValueChange } from '../../wire'
import { openRun } from '../actions'
import { companyFacts, contactFacts, dataFacts } from '../facts'
import { Avatar } from '../pieces/avatar'
import { CopyButton } from '../pieces/copy-button'
import { Empty } from '../pieces/empty'
import { Mark } from '../pieces/mark'
import { showMoreEvents } from '../people'
import { peopleCount, person, run } from '../store'
import { clock, counted, short, valueText } from '../text'
import { Facts } from './facts'

/** A person as Crisp shows them next to a conversation. */
export function PersonPanel() {
  if (person.value) return <Card view={person.value} />
  if (peopleCount.value === 0) {
    return (
      <Empty title="No people yet">
        Send an identify call with an email: the person appears here as support agents see them.
      </Empty>
    )
  }
  const isOfRun = run.value?.kind === 'event' && run.value.people.length === 0
  return (
    <Empty title={isOfRun ? 'This event changed no person' : 'No person chosen'}>
      {hasNoIdentity() ? 'The event has neither email nor user ID. ' : ''}Choose a person under People.
    </Empty>
  )
}

/** Whether the run shown is an event that says nothing about whose it is. */
function hasNoIdentity(): boolean {
  const event = run.value?.input.event
  if (!event) return false
  const { traits, context } = event as { traits?: { email?: unknown }; context?: { traits?: { email?: unknown } } }
  return !event.userId && !traits?.email && !context?.traits?.email
}

function Card({ view }: { view: PersonView }) {
  const { profile, data, change } = view
  const marks = new Map((change?.changes ?? []).map((one) => [one.path, one]))
  const shared = { marks, created: change?.created }
  const company = (profile.company ?? {}) as Record<string, unknown>
  return (
    <article class="person" aria-label={`Person ${short(getName(view))}`}>
      <PersonHead view={view} marks={marks} />
      {change && <ChangeNote change={change} />}
      <Segments segments={profile.segments} change={change?.created ? undefined : marks.get('segments')} />
      <Facts title="Contact" facts={contactFacts((profile.person ?? {}) as Record<string, unknown>)} {...shared} />
      <Facts title="Company" facts={companyFacts(company)} prefix="company" {...shared} />
      <Facts
        title="Custom data"
        facts={dataFacts(data)}
        prefix="data"
        {...shared}
        none="Traits that have no place in the profile appear here."
      />
      <Stream view={view} />
      <CopyButton label="Copy" of="the person as JSON" quiet text={() => JSON.stringify(view, null, 2)} />
    </article>
  )
}

function getName({ email, profile }: PersonView): string {
  const { nickname } = (profile.person ?? {}) as { nickname?: unknown }
  return typeof nickname === 'string' ? nickname : email
}

function PersonHead({ view, marks }: { view: PersonView; marks: Map<string, ValueChange> }) {
  const { email, peopleId, change } = view
  const name = getName(view)
  return (
    <header class="person-head">
      <Avatar name={name} seed={peopleId} />
      <div>
        <h3>
          <bdi>{short(name)}</bdi> <Mark change={marks.get('person.nickname')} isNew={change?.created} />
        </h3>
        <p>
          <bdi>{short(email)}</bdi> <Mark change={change?.created ? undefined : marks.get('email')} />
        </p>
      </div>
    </header>
  )
}

function Segments({ segments, change }: { segments: unknown; change?: ValueChange }) {
  if (!Array.isArray(segments) || segments.length === 0) return null
  return (
    <section>
      <h4>
        Segments <Mark change={change} />
      </h4>
      <ul class="row" aria-label="Segments">
        {segments.map((segment) => (
          <li key={String(segment)} class="count">
            <bdi>{short(String(segment))}</bdi>
          </li>
        ))}
      </ul>
    </section>
  )
}

function ChangeNote({ change: { created, changes, newEvents, runId } }: { change: PersonChange }) {
  const parts = [
    ...(created ? ['created'] : changes.length > 0 ? [counted(changes.length, 'change')] : []),
    ...(newEvents > 0 ? [counted(newEvents, 'new event')] : [])
  ]
  return (
    <p class="change-note">
      <span class="mark">Changed by run #{runId}</span> {parts.join(', ') || 'nothing changed'}
      {run.value?.id !== runId && (
        <button type="button" class="button quiet small" onClick={() => void openRun(runId)}>
          Show the run
        </button>
      )}
    </p>
  )
}

function Stream({ view: { events, totalEvents } }: { view: PersonView }) {
  return (
    <section>
      <h4>
        Events <span class="count">{totalEvents.toLocaleString('en')}</span>
      </h4>
      {totalEvents === 0 ? (
        <p class="hint">Send a track call of this person: it appears here.</p>
      ) : (
        <ol class="stream">
          {events.map((event, index) => (
            <StreamEvent key={totalEvents - index} event={event} />
          ))}
        </ol>
      )}
      {events.length < totalEvents && events.length < LIMITS.personEvents && (
        <button type="button" class="button quiet small" onClick={() => void showMoreEvents()}>
          Show more
        </button>
      )}
    </section>
  )
}

function StreamEvent({ event: { text, color, timestamp, data, isNew } }: { event: PersonEventView }) {
  const entries = Object.entries(data)
  return (
    <li class={isNew ? 'stream-event stream-new' : 'stream-event'}>
      <span class={`dot dot-${color ?? 'grey'}`} aria-hidden="true" />
      <div>
        <p class="stream-head">
          <bdi class="stream-text">{short(text)}</bdi>
          {color && <span class="unseen"> in {color}</span>}
          {isNew && <span class="mark">new</span>}
          <time>{clock(timestamp)}</time>
        </p>
        {entries.length > 0 && (
          <dl class="stream-data">
            {entries.map(([key, value]) => (
              <div key={key}>
                <dt>
                  <bdi>{short(key)}</bdi>
                </dt>
                <dd>
                  <bdi>{valueText(value)}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </li>
  )
}
