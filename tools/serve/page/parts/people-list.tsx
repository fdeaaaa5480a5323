import { useEffect } from 'preact/hooks'
import type { PersonSummary } from '../../wire'
import { refreshPeople, showMorePeople, showPerson } from '../people'
import { Avatar } from '../pieces/avatar'
import { Empty } from '../pieces/empty'
import { WindowedList } from '../pieces/windowed-list'
import { people, personId, search, tab } from '../store'
import { counted, short } from '../text'

/** The people of the sandbox, those last changed first. */
export function PeopleList() {
  useEffect(() => {
    const timer = setTimeout(() => void refreshPeople(), 120)
    return () => clearTimeout(timer)
  }, [search.value])
  const { total, people: shown } = people.value
  return (
    <>
      <label class="field">
        <span>Find by name, email or user ID</span>
        <input
          type="search"
          value={search.value}
          onInput={({ currentTarget }) => (search.value = currentTarget.value)}
        />
      </label>
      {total === 0 ? (
        <Empty title={search.value ? 'No person found' : 'No people yet'}>
          {search.value
            ? 'No name, email or user ID holds this text. Shorten it to find more.'
            : 'Send an identify call with an email to create a person.'}
        </Empty>
      ) : (
        <WindowedList items={shown} rowHeight={50} rows={10} label="People" getKey={({ peopleId }) => peopleId}>
          {(person, tabIndex) => <PersonLine person={person} tabIndex={tabIndex} />}
        </WindowedList>
      )}
      {shown.length < total && (
        <p class="row">
          <span class="hint">
            {shown.length.toLocaleString('en')} of {total.toLocaleString('en')}
          </span>
          <button type="button" class="button quiet small" onClick={() => void showMorePeople()}>
            Show more
          </button>
        </p>
      )}
    </>
  )
}

function PersonLine({ person, tabIndex }: { person: PersonSummary; tabIndex: 0 | -1 }) {
  const { peopleId, name, email, events } = person
  const open = () => {
    tab.value = 'person'
    void showPerson(peopleId)
  }
  return (
    <button
      type="button"
      class="line"
      tabIndex={tabIndex}
      aria-current={peopleId === personId.value ? 'true' : undefined}
      onClick={open}
    >
      <Avatar name={name || email} seed={peopleId} small />
      <span class="line-title line-two">
        <bdi>{short(name)}</bdi>
        <bdi class="hint">{short(email)}</bdi>
      </span>
      <span class="line-note">{counted(events, 'event')}</span>
    </button>
  )
}
