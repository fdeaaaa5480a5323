import { useEffect } from 'preact/hooks'
import { refreshPeople, showPerson } from '../actions'
import { Avatar } from '../pieces/avatar'
import { Empty } from '../pieces/empty'
import { people, personId, search } from '../store'
import { counted, short } from '../text'

/** Everybody in the sandbox, those last changed first. */
export function PeopleList() {
  useEffect(() => {
    const timer = setTimeout(() => void refreshPeople(), 120)
    return () => clearTimeout(timer)
  }, [search.value])
  const { total, people: shown } = people.value
  return (
    <>
      <label class="field">
        <span>Find by name or e-mail</span>
        <input
          type="search"
          value={search.value}
          onInput={({ currentTarget }) => (search.value = currentTarget.value)}
        />
      </label>
      {total === 0 ? (
        <Empty title={search.value ? 'Nobody found' : 'Nobody here yet'}>
          {search.value
            ? 'No name and no e-mail holds this text. Shorten it to find more.'
            : 'Send an identify call with an e-mail to create somebody.'}
        </Empty>
      ) : (
        <ul class="people" aria-label="People">
          {shown.map(({ peopleId, name, email, events }) => (
            <li key={peopleId}>
              <button
                type="button"
                class="line line-person"
                aria-current={peopleId === personId.value ? 'true' : undefined}
                onClick={() => void showPerson(peopleId)}
              >
                <Avatar name={name || email} seed={peopleId} small />
                <span class="line-title">
                  <bdi>{short(name)}</bdi>
                  <bdi class="hint">{short(email)}</bdi>
                </span>
                <span class="line-note">{counted(events, 'event')}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {shown.length < total && (
        <p class="row">
          <span class="hint">
            {shown.length} of {total.toLocaleString('en')}
          </span>
          {shown.length < 200 ? (
            <button type="button" class="button quiet small" onClick={() => void refreshPeople(true)}>
              Show more
            </button>
          ) : (
            <span class="hint">Search to find the others.</span>
          )}
        </p>
      )}
    </>
  )
}
