import { api } from './api'
import { activeSubscriptions, forecast, parsed, settings } from './store'

const pauseMs = 200
const mostEvents = 500

let timer: ReturnType<typeof setTimeout> | undefined
let latest = 0

/** Asks, once the typing pauses, which subscriptions would take what is in the editor. Sends nothing to Crisp. */
export function previewSoon(): void {
  clearTimeout(timer)
  timer = setTimeout(() => void preview(), pauseMs)
}

async function preview(): Promise<void> {
  const asked = ++latest
  const held = parsed.value
  if (held.kind === 'wrong' || (held.kind === 'batch' && held.events.length > mostEvents)) {
    forecast.value = undefined
    return
  }
  const subscriptions = activeSubscriptions.value
  const what = held.kind === 'event' ? { event: held.event } : { events: held.events }
  try {
    const answer = await api.preview({ ...what, subscriptions, settings: settings.value })
    if (asked === latest) forecast.value = answer
  } catch {
    if (asked === latest) forecast.value = undefined
  }
}
