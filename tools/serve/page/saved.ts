import { isJsonObject } from '../wire'
import type { Json, JsonObject, SubscriptionView } from '../wire'
import { getDefaults, toDraft } from './drafts'
import type { Draft } from './drafts'
import * as store from './store'

const PLACE = 'crisp-tester'
const PAUSE_MS = 250

let timer: ReturnType<typeof setTimeout> | undefined

/** What a reload keeps: event, subscriptions and settings, never a secret. */
interface SavedPage {
  text: string
  drafts: Draft[]
  settings: Record<string, string>
  tag: string
}

/** Keeps what is written on the page for a reload of this tab. To be called in an effect. */
export function saveSoon(): void {
  const page: SavedPage = {
    text: store.text.value,
    drafts: store.drafts.value,
    settings: withoutSecrets(store.settings.value),
    tag: store.tag.value
  }
  clearTimeout(timer)
  const save = () => {
    try {
      sessionStorage.setItem(PLACE, JSON.stringify(page))
    } catch {
      // Too large, or refused by the browser: a reload then starts afresh.
    }
  }
  timer = setTimeout(save, PAUSE_MS)
  onpagehide = save
}

/** Puts back what was written before a reload. */
export function restore(): void {
  try {
    const page = JSON.parse(sessionStorage.getItem(PLACE) ?? 'null') as SavedPage | null
    if (!page) return
    store.text.value = page.text
    store.settings.value = page.settings
    store.tag.value = page.tag
    const actions = store.tester.value?.actions ?? []
    const usable = page.drafts.filter(({ partnerAction }) => actions.some(({ key }) => key === partnerAction))
    const fresh = store.drafts.value.filter(({ id }) => !usable.some((draft) => draft.id === id))
    store.drafts.value = [...fresh, ...usable].sort((a, b) => Number(a.origin === 'own') - Number(b.origin === 'own'))
  } catch {
    sessionStorage.removeItem(PLACE)
  }
}

/** Event, subscriptions and settings as one file, without a secret. */
export function buildFile(): string {
  const held = store.parsed.value
  const what = held.kind === 'event' ? { event: held.event } : held.kind === 'batch' ? { events: held.events } : {}
  const subscriptions = store.activeSubscriptions.value
  return `${JSON.stringify({ ...what, subscriptions, settings: withoutSecrets(store.settings.value) }, null, 2)}\n`
}

/**
 * Takes over a file: one that `buildFile` has made, or a list of subscriptions as `send` reads them.
 * @returns a sentence: what was taken over, or what is wrong
 */
export function readFile(content: string): string {
  let json: unknown
  try {
    json = JSON.parse(content)
  } catch {
    return 'The file is not JSON.'
  }
  const file: JsonObject | undefined = Array.isArray(json)
    ? { subscriptions: json }
    : isJsonObject(json)
    ? json
    : undefined
  if (!file) return 'The file holds neither an object nor a list of subscriptions.'
  const subscriptions = file.subscriptions ?? []
  if (!Array.isArray(subscriptions)) return '"subscriptions" of the file is not a list.'
  const drafts: Draft[] = []
  for (const [index, one] of subscriptions.entries()) {
    const view = toView(one)
    if (!view) return `Subscription ${index + 1} of the file has no known "partnerAction" or no "subscribe".`
    drafts.push(toDraft(view, 'own'))
  }
  const what = file.event ?? file.events
  if (what !== undefined) store.text.value = JSON.stringify(what, null, 2)
  if (isJsonObject(file.settings)) store.settings.value = withoutSecrets(file.settings as Record<string, string>)
  if (drafts.length > 0) takeOver(drafts)
  return `Imported: ${
    [what === undefined ? '' : 'the event', drafts.length === 0 ? '' : `${drafts.length} subscriptions`]
      .filter(Boolean)
      .join(', ') || 'nothing'
  }.`
}

/** Those of the same ID are replaced, all others stay, switched off. */
function takeOver(drafts: Draft[]): void {
  const shown = store.drafts.value.map((draft) => {
    const imported = drafts.find(({ id }) => id === draft.id)
    return imported ? { ...imported, origin: draft.origin } : { ...draft, on: false }
  })
  const known = new Set(shown.map(({ id }) => id))
  store.drafts.value = [...shown, ...drafts.filter(({ id }) => !known.has(id))]
}

function toView(json: unknown): SubscriptionView | undefined {
  if (!isJsonObject(json)) return undefined
  const { id, name, partnerAction, subscribe, mapping } = json
  const action = store.tester.value?.actions.find(({ key }) => key === partnerAction)
  if (!action || typeof subscribe !== 'string') return undefined
  return {
    id: typeof id === 'string' ? id : crypto.randomUUID(),
    name: typeof name === 'string' ? name : action.title,
    partnerAction: action.key,
    subscribe,
    mapping: isJsonObject(mapping) ? (mapping as Record<string, Json>) : getDefaults(action)
  }
}

function withoutSecrets(settings: Record<string, string>): Record<string, string> {
  const secrets =
    store.tester.value?.settingsFields.filter(({ type }) => type === 'password').map(({ key }) => key) ?? []
  return Object.fromEntries(
    Object.entries(settings).filter(([key, value]) => !secrets.includes(key) && typeof value === 'string')
  )
}
