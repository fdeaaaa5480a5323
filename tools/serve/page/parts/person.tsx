import type { PersonChange, PersonView } from '../../wire'
import { openRun, showMoreEvents } from '../actions'
import { companyFacts, contactFacts, dataFacts } from '../facts'
import { Avatar } from '../pieces/avatar'
import { Empty } from '../pieces/empty'
import { Mark } from '../pieces/mark'
import { person, run } from '../store'
import { counted, short } from '../text'
import { Facts } from './facts'
import { StreamEvent } from './stream-event'

/** A person as Crisp shows them beside a conversation. */
export function PersonPanel() {
  if (!person.value) {
    return (
      <Empty title="Nobody here yet">
        Send an identify call with an e-mail: the person appears here as support agents see them.
      </Empty>
    )
  }
  return <Card view={person.value} />
}

function Card({ view }: { view: PersonView }) {
  const { email, profile, data, events, totalEvents, change } = view
  const details = (profile.person ?? {}) as Record<string, unknown>
  const company = (profile.company ?? {}) as Record<string, unknown>
  const name = typeof details.nickname === 'string' ? details.nickname : email
  const marks = new Map((change?.changes ?? []).map((one) => [one.path, one]))
  return (
    <article class="person" aria-label={`Person ${short(name)}`}>
      <header class="person-head">
        <Avatar name={name} seed={view.peopleId} />
        <div>
          <h3>
            <bdi>{short(name)}</bdi> <Mark change={marks.get('person.nickname')} isNew={change?.created} />
          </h3>
          <p>
            <bdi>{short(email)}</bdi> <Mark change={change?.created ? undefined : marks.get('email')} />
          </p>
        </div>
      </header>
      {change && <ChangeNote change={change} />}
      <Facts title="Contact" facts={contactFacts(details)} marks={marks} created={change?.created} />
      <Facts title="Company" facts={companyFacts(company)} prefix="company" marks={marks} created={change?.created} />
      <Facts
        title="Custom data"
        facts={dataFacts(data)}
        prefix="data"
        marks={marks}
        created={change?.created}
        none="Traits that have no place in the profile appear here."
      />
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
        {events.length < totalEvents && events.length < 1000 && (
          <button type="button" class="button quiet small" onClick={() => void showMoreEvents()}>
            Show more
          </button>
        )}
      </section>
    </article>
  )
}

function ChangeNote({ change: { created, changes, newEvents, runId } }: { change: PersonChange }) {
  const parts = [
    ...(created ? ['created'] : changes.length > 0 ? [counted(changes.length, 'change')] : []),
    ...(newEvents > 0 ? [counted(newEvents, 'new event')] : [])
  ]
  return (
    <p class="change-note">
      <span class="mark">Last run</span> {parts.join(', ') || 'nothing changed'}
      {run.value?.id !== runId && (
        <button type="button" class="button quiet small" onClick={() => void openRun(runId)}>
          Show the run
        </button>
      )}
    </p>
  )
}
