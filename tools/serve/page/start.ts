import { effect } from '@preact/signals'
import type { TesterState, Update } from '../wire'
import { openRun, refreshPeople, refreshPerson, showLatestPerson, useExample } from './actions'
import { api } from './api'
import { previewSoon } from './forecast'
import * as store from './store'

const mostRows = 500

/** Reads the tester's state, fills the page and listens to what happens. */
export async function start(): Promise<void> {
  try {
    await fill()
  } catch (error) {
    store.problem.value = (error as Error).message
  }
  listen()
  effect(() => {
    void [store.parsed.value, store.activeSubscriptions.value]
    previewSoon()
  })
}

async function fill(): Promise<void> {
  const state = await api.state()
  store.tester.value = state
  store.settings.value = {}
  store.drafts.value = state.presets.map(({ type, eventSlug: _slug, ...view }, id) => ({
    id,
    on: type === 'automatic',
    origin: type === 'automatic' ? 'preset' : 'engage',
    view
  }))
  show(state)
  if (store.text.value === '' && state.examples.length > 0) useExample(state.examples[0])
  if (state.runs.length > 0) await openRun(state.runs[0].id)
  if (state.mode === 'sandbox' && !store.personId.value) await showLatestPerson()
}

function show({ runs, journal, faults, quota, people }: TesterState): void {
  store.runs.value = runs
  store.journal.value = journal
  store.faults.value = faults
  store.quota.value = quota
  store.peopleCount.value = people
}

function listen(): void {
  const source = new EventSource('/api/live')
  let wasLost = false
  source.onopen = () => {
    store.connected.value = true
    if (wasLost) void api.state().then(show)
    wasLost = false
  }
  source.onerror = () => {
    store.connected.value = false
    wasLost = true
  }
  source.onmessage = ({ data }: MessageEvent<string>) => take(JSON.parse(data) as Update)
}

function take({ runs, journal, faults, quota, people, reset }: Update): void {
  if (reset) {
    store.runs.value = []
    store.journal.value = []
    store.run.value = undefined
    store.person.value = undefined
    store.personId.value = ''
  }
  store.runs.value = merge([...runs].reverse(), store.runs.value, ({ id }) => id)
  store.journal.value = merge([...journal].reverse(), store.journal.value, ({ n }) => n)
  store.faults.value = faults
  store.quota.value = quota
  store.peopleCount.value = people
  if (store.isLive.value || (journal.length === 0 && runs.length === 0 && !reset)) return
  void refreshPerson()
  if (store.tab.value === 'people') void refreshPeople()
}

/** The newest first, each once, so many at most. */
function merge<T>(added: T[], shown: T[], idOf: (one: T) => number): T[] {
  const known = new Set(shown.map(idOf))
  return [...added.filter((one) => !known.has(idOf(one))), ...shown].slice(0, mostRows)
}
