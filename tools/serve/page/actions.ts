import { batch } from '@preact/signals'
import type { Example, Run, SubscriptionView } from '../wire'
import { api } from './api'
import * as store from './store'
import { counted } from './text'

let eventsShown = 50
let peopleShown = 50
let lastDraft = 1000

/** Puts an example into the editor. */
export function useExample(example: Example): void {
  batch(() => {
    store.text.value = JSON.stringify(example.json, null, 2)
    store.suggestion.value = example.subscription
  })
}

/** Sends what the editor holds. */
export async function send(): Promise<void> {
  const held = store.parsed.value
  if (held.kind === 'wrong' || store.busy.value) return
  const what = held.kind === 'event' ? { event: held.event } : { events: held.events }
  const sending = { ...what, subscriptions: store.activeSubscriptions.value, settings: store.settings.value }
  await working(() => api.send(sending, store.isLive.value))
}

/** Does a run again. */
export async function replay(id: number): Promise<void> {
  await working(() => api.replay(id, store.isLive.value))
}

/** Shows a run of the history. */
export async function openRun(id: number): Promise<void> {
  await reporting(async () => showRun(await api.run(id)))
}

/** Puts a run's event and subscriptions back to where they can be changed and sent again. */
export function editAgain({ input }: Run): void {
  const known = store.drafts.value.filter(({ origin }) => origin !== 'own')
  const wanted = input.subscriptions
  const drafts = known.map((draft) => {
    const used = wanted.find(({ name }) => name === draft.view.name)
    return { ...draft, on: used !== undefined, view: used ?? draft.view }
  })
  const own = wanted
    .filter(({ name }) => !known.some(({ view }) => view.name === name))
    .map((view) => ({ id: ++lastDraft, on: true, origin: 'own' as const, view }))
  batch(() => {
    store.drafts.value = [...drafts, ...own]
    store.suggestion.value = undefined
    store.text.value = JSON.stringify(input.event ?? input.events, null, 2)
  })
}

/** Adds a subscription of the user's own and switches it on. */
export function addSubscription(view: SubscriptionView): void {
  store.drafts.value = [...store.drafts.value, { id: ++lastDraft, on: true, origin: 'own', view }]
}

/** Changes a subscription in place. */
export function changeDraft(id: number, change: Partial<store.Draft>): void {
  store.drafts.value = store.drafts.value.map((draft) => (draft.id === id ? { ...draft, ...change } : draft))
}

export function removeDraft(id: number): void {
  store.drafts.value = store.drafts.value.filter((draft) => draft.id !== id)
}

/** Shows a person in full. */
export async function showPerson(id: string): Promise<void> {
  eventsShown = 50
  store.personId.value = id
  store.tab.value = 'person'
  await refreshPerson()
}

export async function showMoreEvents(): Promise<void> {
  eventsShown = Math.min(1000, eventsShown + 100)
  await refreshPerson()
}

/** Reads the person shown once more. */
export async function refreshPerson(): Promise<void> {
  const id = store.personId.value
  if (!id) return
  try {
    const person = await api.person(id, eventsShown)
    if (id === store.personId.value) store.person.value = person
  } catch {
    if (id === store.personId.value) store.person.value = undefined
  }
}

/** Reads the list of people; more of it when asked. */
export async function refreshPeople(more = false): Promise<void> {
  if (more) peopleShown = Math.min(200, peopleShown + 50)
  await reporting(async () => {
    store.people.value = await api.people(store.search.value, peopleShown)
  })
}

/** Shows the person who was changed last, if there is anybody. */
export async function showLatestPerson(): Promise<void> {
  const { people } = await api.people('', 1)
  if (people.length > 0) await showPerson(people[0].peopleId)
}

export async function setFault(name: string, on: boolean): Promise<void> {
  await reporting(async () => {
    store.faults.value = await api.setFault(name, on)
  })
}

export async function resetAll(): Promise<void> {
  await reporting(async () => {
    await api.reset()
  })
}

async function working(work: () => Promise<Run>): Promise<void> {
  store.busy.value = true
  try {
    await reporting(async () => showRun(await work(), true))
  } finally {
    store.busy.value = false
  }
}

async function reporting(work: () => Promise<void>): Promise<void> {
  store.problem.value = ''
  try {
    await work()
  } catch (error) {
    store.problem.value = (error as Error).message
  }
}

function showRun(run: Run, isNew = false): void {
  store.run.value = run
  if (isNew) {
    store.announcement.value = `${run.title}: ${run.outcome}, ${counted(run.requests, 'request')}.`
    document.getElementById('what-happens')?.scrollIntoView({ block: 'nearest' })
  }
  const changed = run.people.at(-1)
  if (changed) void showPerson(changed.peopleId)
}
