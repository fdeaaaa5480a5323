import { batch } from '@preact/signals'
import { LIMITS } from '../wire'
import { api } from './api'
import { createLatest, reporting } from './asking'
import * as store from './store'

const PAGE = 50

const latestPerson = createLatest()
const latestPeople = createLatest()

/** Shows a person in full. */
export async function showPerson(id: string): Promise<void> {
  batch(() => {
    store.eventsShown.value = PAGE
    store.personId.value = id
  })
  await refreshPerson()
}

export async function showMoreEvents(): Promise<void> {
  store.eventsShown.value = Math.min(LIMITS.personEvents, store.eventsShown.value + 2 * PAGE)
  await refreshPerson()
}

/** Reads the person shown once more. A person who is gone is not shown. */
export async function refreshPerson(): Promise<void> {
  const id = store.personId.value
  const load = async () => (id ? api.person(id, store.eventsShown.value).catch(() => undefined) : undefined)
  await latestPerson(load, (person) => (store.person.value = person))
}

/** Reads the list of people from its beginning, as far as it was shown. */
export async function refreshPeople(): Promise<void> {
  const length = Math.min(LIMITS.people, Math.max(PAGE, store.people.value.people.length))
  await reporting('people', () =>
    latestPeople(
      () => api.people(store.search.value, 0, length),
      (page) => (store.people.value = page)
    )
  )
}

/** Adds the next people to the list. */
export async function showMorePeople(): Promise<void> {
  const shown = store.people.value.people
  await reporting('people', () =>
    latestPeople(
      () => api.people(store.search.value, shown.length, LIMITS.people),
      ({ total, people }) => (store.people.value = { total, people: [...shown, ...people] })
    )
  )
}

/** Shows the person who was changed last, if there is one and no run is shown by then. */
export async function showLatestPerson(): Promise<void> {
  const { people } = await api.people('', 0, 1)
  if (people.length > 0 && !store.run.value) await showPerson(people[0].peopleId)
}
