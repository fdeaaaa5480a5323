import type {
  FaultSwitch,
  Forecast,
  JsonObject,
  PeoplePage,
  PersonView,
  Preview,
  Refusal,
  Run,
  SubscriptionView,
  TesterState
} from '../wire'

/** A refusal of the server, in its own words. */
class ApiError extends Error {}

/** What is sent: an event or a batch, through which subscriptions, with which settings. */
export interface Sending {
  event?: JsonObject
  events?: JsonObject[]
  subscriptions: SubscriptionView[]
  settings: JsonObject
}

export const api = {
  state: () => call<TesterState>('GET', '/api/state'),
  preview: (sending: Sending) => call<Forecast>('POST', '/api/preview', sending),
  send: (sending: Sending, tag: string, live: boolean) =>
    callForRun('/api/events', { ...sending, by: 'page', tag, live }),
  replay: (id: number, tag: string, live: boolean) => callForRun(`/api/history/${id}/replay`, { tag, live }),
  cancel: (id: number) => call<undefined>('POST', `/api/history/${id}/cancel`, {}),
  run: (id: number) => call<Run>('GET', `/api/history/${id}`),
  event: (id: number, index: number) =>
    call<{ event: JsonObject; previews: Preview[] }>('GET', `/api/history/${id}/events/${index}`),
  people: (search: string, offset: number, limit: number) =>
    call<PeoplePage>(
      'GET',
      `/api/people?${new URLSearchParams({ search, offset: String(offset), limit: String(limit) })}`
    ),
  person: (id: string, events: number) =>
    call<PersonView>('GET', `/api/people/${encodeURIComponent(id)}?events=${events}`),
  setFault: (name: string, on: boolean, times?: number) =>
    call<FaultSwitch[]>('PUT', `/api/faults/${name}`, { on, times }),
  reset: () => call<undefined>('POST', '/api/reset', {}),
  authenticate: (settings: JsonObject, live: boolean) =>
    call<{ ok: boolean; error?: string }>('POST', '/authenticate', { ...settings, live })
}

async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const { ok, json } = await ask(method, path, body)
  if (!ok) throw new ApiError((json as Refusal).error)
  return json as Answer
}

/** A run comes with the status of its outcome; only an answer without a run is a refusal. */
async function callForRun(path: string, body: unknown): Promise<Run> {
  const { json } = await ask('POST', path, body)
  if (typeof (json as Run).id !== 'number') throw new ApiError((json as Refusal).error)
  return json as Run
}

async function ask(method: string, path: string, body?: unknown): Promise<{ ok: boolean; json: unknown }> {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    })
  } catch {
    throw new ApiError('The tester does not answer. Start it again: actions-crisp serve.')
  }
  const text = await response.text()
  try {
    return { ok: response.ok, json: text === '' ? undefined : (JSON.parse(text) as unknown) }
  } catch {
    throw new ApiError(`The tester answered ${response.status} with something that is not JSON.`)
  }
}
