import type { DestinationDefinition, RequestClient } from '@segment/actions-core'
import destination from '../src'
import type { Settings } from '../src/generated-types'
import type { Payload as IdentifyPayload } from '../src/identifyUser/generated-types'
import { toCustomData, toProfile } from '../src/identifyUser/profile'
import { toEvent } from '../src/trackEvent/event'
import type { Payload as TrackPayload } from '../src/trackEvent/generated-types'

/**
 * What one would write first: look the person up, then create or update, then the custom data, one after the other, event
 * by event. It maps values as the destination does and handles no failure.
 */
export const plain: DestinationDefinition<Settings> = {
  ...destination,
  actions: {
    identifyUser: {
      ...destination.actions.identifyUser,
      perform: (request, data: Data<IdentifyPayload>) => identify(request, data),
      performBatch: undefined
    },
    trackEvent: {
      ...destination.actions.trackEvent,
      perform: (request, data: Data<TrackPayload>) => track(request, data),
      performBatch: undefined
    }
  }
}

interface Data<Payload> {
  settings: Settings
  payload: Payload
}

const toUrl = ({ websiteId }: Settings, path: string) => `https://api.crisp.chat/v1/website/${websiteId}/people/${path}`

async function identify(request: RequestClient, { settings, payload }: Data<IdentifyPayload>) {
  const email = payload.email ?? ''
  const person = encodeURIComponent(email)
  const { status } = await request(toUrl(settings, `profile/${person}`), { throwHttpErrors: false })
  const profile = { email, ...toProfile(payload) }
  if (status === 404) {
    const created = { ...profile, person: { nickname: email, ...profile.person } }
    await request(toUrl(settings, 'profile'), { method: 'post', json: created })
  } else {
    await request(toUrl(settings, `profile/${person}`), { method: 'patch', json: profile })
  }
  const data = { ...toCustomData(payload), ...(payload.userId ? { user_id: payload.userId } : {}) }
  return request(toUrl(settings, `data/${person}`), { method: 'patch', json: { data } })
}

async function track(request: RequestClient, { settings, payload }: Data<TrackPayload>) {
  const person = payload.email
    ? await findByEmail(request, settings, payload.email)
    : await findByUserId(request, settings, payload.userId ?? '')
  if (person === undefined) return undefined
  return request(toUrl(settings, `events/${person}`), { method: 'post', json: toEvent(payload) })
}

async function findByEmail(request: RequestClient, settings: Settings, email: string): Promise<string | undefined> {
  const person = encodeURIComponent(email)
  const { status } = await request(toUrl(settings, `profile/${person}`), { throwHttpErrors: false })
  return status === 404 ? undefined : person
}

async function findByUserId(request: RequestClient, settings: Settings, userId: string): Promise<string | undefined> {
  const filter = [{ model: 'people', criterion: 'data.user_id', operator: 'eq', query: [userId] }]
  const query = encodeURIComponent(JSON.stringify(filter))
  const { data } = await request<{ data: { people_id: string }[] }>(
    toUrl(settings, `profiles/1?search_filter=${query}`)
  )
  return data.data[0]?.people_id
}
