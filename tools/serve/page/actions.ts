import { batch } from '@preact/signals'
import { LIMITS } from '../wire'
import type { Example, Run, SubscriptionView } from '../wire'
import { api } from './api'
import type { Sending } from './api'
import { createLatest, reporting } from './asking'
import { toDraft } from './drafts'
import type { Draft } from './drafts'
import { showPerson } from './people'
import * as store from './store'
import { counted } from './text'

const SLOW_MS = 400
const PREVIEW_PAUSE_MS = 200

const latest = { run: createLatest(), preview: createLatest() }

/** Puts an example into the editor. */
export function useExample(example: Example): void {
  const text = JSON.stringify(example.json, null, 2)
  batch(() => {
    store.text.value = text
    store.suggestion.value = example.subscription && { subscription: example.subscription, text }
  })
}

/** What the editor and the forms hold, ready to be sent; undefined while something in them is wrong. */
function readSending(): Sending | undefined {
  const held = store.parsed.value
  if (held.kind === 'wrong' || store.wrongFields.value.length > 0) return undefined
  const what = held.kind === 'event' ? { event: held.event } : { events: held.events }
  return { ...what, subscriptions: store.activeSubscriptions.value, settings: store.settings.value }
}

/** Sends what the editor holds. */
export async function send(): Promise<void> {
  const sending = readSending()
  if (!sending || store.busy.value) return
  if (store.text.value.length > LIMITS.eventBytes) {
    store.refusal.value = `The event is larger than ${LIMITS.eventBytes / 1024 / 1024} MB, which is the limit.`
    return
  }
  await working((tag) => api.send(sending, tag, store.isLive.value))
}

/** Sends some events of a batch again, through the subscriptions of then. */
export async function sendAgain({ input }: Run, indexes: number[]): Promise<void> {
  const all = input.events ?? []
  const events = indexes.map((index) => all[index])
  const { subscriptions } = input
  await working((tag) => api.send({ events, subscriptions, settings: store.settings.value }, tag, store.isLive.value))
}

/** Does a run again. */
export async function replay(id: number): Promise<void> {
  store.isReplayFocused.value = document.activeElement?.id === 'replay'
  await working((tag) => api.replay(id, tag, store.isLive.value))
}

/** Ends the run that is under way. */
export async function cancel(): Promise<void> {
  const id = store.ownRun.value?.id
  if (id !== undefined) await reporting('cancel', () => api.cancel(id))
}

/** Shows a run of the history. */
export async function openRun(id: number): Promise<void> {
  await reporting('run', () => latest.run(() => api.run(id), showRun))
}

/**
 * Puts a run's event and subscriptions back to where they can be changed and sent again. Subscriptions that the run did
 * not have stay, switched off.
 */
export function editAgain({ input }: Run): void {
  const wanted = input.subscriptions
  const known = new Set(store.drafts.value.map(({ id }) => id))
  const drafts = store.drafts.value.map((draft): Draft => {
    const used = wanted.find(({ id }) => id === draft.id)
    if (!used) return { ...draft, on: false }
    const { mappings } = draft
    return { ...toDraft(used, draft.origin), mappings: { ...mappings, [used.partnerAction]: used.mapping } }
  })
  const added = wanted.filter(({ id }) => !known.has(id)).map((one) => toDraft(one, 'own'))
  batch(() => {
    store.drafts.value = [...drafts, ...added]
    store.suggestion.value = undefined
    store.text.value = JSON.stringify(input.event ?? input.events, null, 2)
  })
}

/** Adds a subscription of the user's own and switches it on. */
export function addSubscription(view: Omit<SubscriptionView, 'id'>): void {
  store.drafts.value = [...store.drafts.value, toDraft({ ...view, id: crypto.randomUUID() }, 'own')]
}

export function changeDraft(id: string, change: (draft: Draft) => Draft): void {
  store.drafts.value = store.drafts.value.map((draft) => (draft.id === id ? change(draft) : draft))
}

export function removeDraft(id: string): void {
  store.drafts.value = store.drafts.value.filter((draft) => draft.id !== id)
}

/** Switches a fault. The stream tells the result. */
export async function setFault(name: string, on: boolean, times?: number): Promise<void> {
  await reporting('faults', () => api.setFault(name, on, times))
}

export async function resetAll(): Promise<void> {
  await reporting('reset', api.reset)
}

let previewTimer: ReturnType<typeof setTimeout> | undefined

/** Asks, once the typing pauses, what would become of what is in the editor. Sends nothing to Crisp. */
export function previewSoon(): void {
  clearTimeout(previewTimer)
  previewTimer = setTimeout(() => void preview(), PREVIEW_PAUSE_MS)
}

async function preview(): Promise<void> {
  const held = store.parsed.value
  const isTooLarge = held.kind === 'batch' && held.events.length > LIMITS.checkedEvents
  // Mappings are checked also while the event is not finished.
  const what =
    held.kind === 'batch' && !isTooLarge ? { events: held.events } : { event: held.kind === 'event' ? held.event : {} }
  const sending = { ...what, subscriptions: store.activeSubscriptions.value, settings: {} }
  await latest.preview(
    () => api.preview(sending).catch(() => undefined),
    (answer) => (store.forecast.value = answer)
  )
}

async function working(work: (tag: string) => Promise<Run>): Promise<void> {
  if (store.busy.value) return
  const tag = crypto.randomUUID()
  const slow = setTimeout(() => (store.isSlow.value = true), SLOW_MS)
  batch(() => {
    store.busy.value = true
    store.tag.value = tag
    store.refusal.value = ''
    store.notice.value = ''
  })
  try {
    const made = await work(tag)
    store.tag.value = ''
    await latest.run(async () => made, showRun)
    store.announcement.value = `Run ${made.id}: ${made.title}: ${made.outcome}, ${counted(made.requests, 'request')}.`
  } catch (error) {
    store.refusal.value = (error as Error).message
  } finally {
    clearTimeout(slow)
    batch(() => {
      store.busy.value = false
      store.isSlow.value = false
    })
  }
  showResult()
}

function showRun(run: Run): void {
  batch(() => {
    store.run.value = run
    store.refusal.value = ''
  })
  history.replaceState(null, '', `#run-${run.id}`)
  showResult()
  const changed = run.people.at(-1)
  if (store.isLive.value) return
  if (changed) void showPerson(changed.peopleId)
  else if (run.kind === 'event' && run.outcome !== 'not subscribed') void showPerson('')
}

/** Brings the head of the result into sight. */
function showResult(): void {
  const part = document.getElementById('result')
  if (!part) return
  part.scrollTop = 0
  const { top } = part.getBoundingClientRect()
  if (top < 0 || top > window.innerHeight / 2) part.scrollIntoView({ block: 'start' })
}
