import { batch, effect } from '@preact/signals'
import { LIMITS } from '../wire'
import type { Status, TesterState, Update } from '../wire'
import { openRun, previewSoon, send, useExample } from './actions'
import { api } from './api'
import { toDraft } from './drafts'
import { refreshPeople, refreshPerson, showLatestPerson } from './people'
import { restore, saveSoon } from './saved'
import * as store from './store'
import { listen } from './stream'
import type { StreamMessage } from './stream'

/** What the stream tells while the state is read. It may be newer than the answer, so it is taken after it. */
const waiting: StreamMessage[] = []
let readsUnderWay = 0

/** Reads the tester's state, fills the page and listens to what happens. */
export async function start(): Promise<void> {
  listen((message) => {
    if (readsUnderWay > 0) waiting.push(message)
    else take(message)
  })
  try {
    await readState(fill)
  } catch (error) {
    store.problems.value = { state: (error as Error).message }
  }
  effect(() => {
    void [store.parsed.value, store.activeSubscriptions.value]
    previewSoon()
  })
  effect(saveSoon)
  effect(() => {
    const { suggestion, text } = store
    if (suggestion.value && suggestion.value.text !== text.value) suggestion.value = undefined
  })
  addEventListener('keydown', sendByKey)
  addEventListener('hashchange', () => void openLinked())
}

async function readState(use: (state: TesterState) => void | Promise<void>): Promise<void> {
  readsUnderWay++
  try {
    await use(await api.state())
  } finally {
    readsUnderWay--
    if (readsUnderWay === 0) waiting.splice(0).forEach(take)
  }
}

async function fill(state: TesterState): Promise<void> {
  batch(() => {
    store.tester.value = state
    store.drafts.value = state.presets.map(({ type, eventSlug: _slug, ...view }) => ({
      ...toDraft(view, type === 'automatic' ? 'preset' : 'engage'),
      on: type === 'automatic'
    }))
    restore()
    show(state)
    if (store.text.value === '' && state.examples.length > 0) useExample(state.examples[0])
  })
  const isOpened = await openLinked()
  if (!isOpened && state.runs.length > 0) await openRun(state.runs[0].id)
  if (state.mode === 'sandbox' && !store.run.value) await showLatestPerson()
}

/** Opens the run that the address names. */
async function openLinked(): Promise<boolean> {
  const id = Number(/^#run-(\d+)$/.exec(location.hash)?.[1])
  if (!id || id === store.run.value?.id || !store.runs.value.some((run) => run.id === id)) return false
  await openRun(id)
  return true
}

/** Live Crisp is reached by the button alone. */
function sendByKey(event: KeyboardEvent): void {
  const isSend = event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.defaultPrevented
  if (!isSend || store.isLive.value || document.querySelector('dialog[open]')) return
  event.preventDefault()
  void send()
}

function take(message: StreamMessage): void {
  if (message.kind === 'update') return takeUpdate(message.update)
  store.connected.value = message.kind === 'open'
  if (message.kind === 'open') void refresh()
}

/** After a break, and when another page has opened the stream: what was missed is in the state. */
async function refresh(): Promise<void> {
  try {
    await readState(takeState)
    if (store.isLive.value) return
    await refreshPerson()
    if (store.tab.value === 'people') await refreshPeople()
  } catch {
    // The stream says that the connection is lost.
  }
}

function takeState(state: TesterState): void {
  batch(() => {
    notePossibleRestart(state)
    store.tester.value = state
    show(state)
    const { state: _solved, ...others } = store.problems.value
    store.problems.value = others
  })
}

/** Another process knows nothing of what the page shows. */
function notePossibleRestart({ serverId }: Status): void {
  const known = store.tester.value?.serverId
  if (known === undefined || known === serverId) return
  forget()
  store.notice.value = 'The server was started again. Its people, history and faults of before are gone.'
}

function forget(): void {
  store.runs.value = []
  store.journal.value = []
  store.run.value = undefined
  store.person.value = undefined
  store.personId.value = ''
  store.people.value = { total: 0, people: [] }
  store.problems.value = {}
  history.replaceState(null, '', location.pathname)
}

function show(state: TesterState): void {
  showStatus(state)
  store.runs.value = state.runs
  store.journal.value = state.journal
}

function showStatus({ faults, quota, people, running }: Status): void {
  const own = store.ownRun.value
  store.faults.value = faults
  store.quota.value = quota
  store.peopleCount.value = people
  store.running.value = running
  // A run that was sent before the page was loaded again has ended.
  if (own && !store.ownRun.value && !store.busy.value) void openRun(own.id)
}

function takeUpdate(update: Update): void {
  const { runs, journal, reset, oldestRun } = update
  if (update.serverId !== store.tester.value?.serverId) return void refresh()
  batch(() => {
    if (reset) {
      forget()
      store.notice.value = 'The sandbox was emptied: people, history, journal and faults are gone.'
    }
    showStatus(update)
    const shown = merge([...runs].reverse(), store.runs.value, ({ id }) => id, LIMITS.runs)
    store.runs.value = shown.filter(({ id }) => id >= oldestRun)
    store.journal.value = merge([...journal].reverse(), store.journal.value, ({ n }) => n, LIMITS.journalRows)
  })
  if (store.isLive.value || (journal.length === 0 && runs.length === 0 && !reset)) return
  void refreshPerson()
  if (store.tab.value === 'people') void refreshPeople()
}

/** The newest first, each once, so many at most. */
function merge<T>(added: T[], shown: T[], getId: (one: T) => number, most: number): T[] {
  const known = new Set(shown.map(getId))
  return [...added.filter((one) => !known.has(getId(one))), ...shown].slice(0, most)
}
