import type { PersonChange, PersonEventView, PersonView, ValueChange } from '../../types'
import { openRun, showMoreEvents } from '../actions'
import { Empty } from '../pieces/empty'
import { person, run } from '../store'
import { clock, counted, short, valueText } from '../text'

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
  const contact = contactOf(details)
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
      <Facts title="Contact" entries={contact} prefix="person" marks={marks} created={change?.created} />
      <Facts title="Company" entries={flat(company)} prefix="company" marks={marks} created={change?.created} />
      <Facts
        title="Custom data"
        entries={Object.entries(data)}
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

interface FactsProps {
  title: string
  entries: [string, unknown][]
  prefix: string
  marks: Map<string, ValueChange>
  created?: boolean
  none?: string
}

function Facts({ title, entries, prefix, marks, created, none }: FactsProps) {
  const gone = [...marks.values()].filter(
    ({ path, after }) => after === undefined && path.startsWith(`${prefix}.`) && prefix !== 'person'
  )
  if (entries.length === 0 && gone.length === 0 && !none) return null
  return (
    <section>
      <h4>{title}</h4>
      {entries.length === 0 && gone.length === 0 ? (
        <p class="hint">{none}</p>
      ) : (
        <dl class="facts">
          {entries.map(([key, value]) => (
            <div key={key} class={marks.has(pathOf(prefix, key)) && !created ? 'fact fact-changed' : 'fact'}>
              <dt>
                <bdi>{short(key)}</bdi>
              </dt>
              <dd>
                <Value value={value} /> <Mark change={created ? undefined : marks.get(pathOf(prefix, key))} />
              </dd>
            </div>
          ))}
          {gone.map(({ path, before }) => (
            <div key={path} class="fact fact-changed">
              <dt>{short(path.slice(prefix.length + 1))}</dt>
              <dd>
                <del>{valueText(before)}</del> <span class="mark">removed</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}

function Value({ value }: { value: unknown }) {
  const kind = typeof value
  return <bdi class={`value value-${kind}`}>{valueText(value)}</bdi>
}

function Mark({ change, isNew }: { change?: ValueChange; isNew?: boolean }) {
  if (isNew) return <span class="mark">new</span>
  if (!change) return null
  return change.before === undefined ? (
    <span class="mark">new</span>
  ) : (
    <span class="mark" title={`Before: ${valueText(change.before)}`}>
      was {valueText(change.before, 60)}
    </span>
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

const hues = 8

/** Initials: the page loads no pictures from other hosts. */
export function Avatar({ name, seed, small }: { name: string; seed: string; small?: boolean }) {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('')
  const hue = [...seed].reduce((sum, character) => sum + character.charCodeAt(0), 0) % hues
  return (
    <span class={`avatar hue-${hue}${small ? ' avatar-small' : ''}`} aria-hidden="true">
      <bdi>{short(initials) || '?'}</bdi>
    </span>
  )
}

const labels: Record<string, string> = {
  phone: 'Phone',
  avatar: 'Picture',
  address: 'Address',
  website: 'Website',
  description: 'About',
  employment: 'Employment',
  geolocation: 'Place',
  gender: 'Gender',
  timezone: 'Time zone',
  locales: 'Languages',
  profiles: 'Profiles'
}

function contactOf(details: Record<string, unknown>): [string, unknown][] {
  return Object.entries(details).flatMap(([key, value]) =>
    key === 'nickname' || isEmpty(value) ? [] : [[labels[key] ?? key, words(value)] as [string, unknown]]
  )
}

function flat(company: Record<string, unknown>): [string, unknown][] {
  return Object.entries(company).flatMap(([key, value]) =>
    isEmpty(value) ? [] : [[key, words(value)] as [string, unknown]]
  )
}

/** The values of an object in a row: `Head of Research, Engines`. */
function words(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.values(value)
    .map((part: unknown) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join(', ')
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function pathOf(prefix: string, label: string): string {
  const key = Object.keys(labels).find((name) => labels[name] === label)
  return `${prefix}.${prefix === 'person' && key ? key : label}`
}
