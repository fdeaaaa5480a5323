import type { RequestClient, RequestOptions } from '@segment/actions-core'
import type { Settings } from '../generated-types'
import { CRISP_API_VERSION } from '../versioning-info'
import { secretsOf, websiteOf } from './credentials'
import { failureFrom, isSuccess, unreadable } from './errors'
import { aborted, CrispFailure, notAttempted } from './failure'
import { PEOPLE_PER_PAGE } from './limits'
import type { Answer, FlatData, NewProfile, PersonEvent, PersonHit, ProfileUpdate } from './types'

const HOST = 'https://api.crisp.chat'

/** Milliseconds until the head of an answer must be there, and from then on until its body must be read. */
export const REQUEST_TIMEOUT = 10_000

/** What the client is given of the bundle of an action, of `testAuthentication` or of `onDelete`. */
interface Bundle {
  settings: Settings
  signal?: AbortSignal
}

/**
 * Crisp's REST API for one website, a function a route. Every `person` is a `people_id` or an e-mail, which Crisp takes
 * in its place (help.crisp.chat, "How to push user events from your backend").
 *
 * Every function throws a {@link CrispFailure}. After one that means that nothing can succeed now (`stop`), and after
 * the runtime's abort, no function sends anything: the delivery ends.
 */
export class CrispClient {
  /** The website's ID. */
  readonly websiteId: string
  private stopped?: CrispFailure

  /**
   * @param request - Segment's request client, authenticated by the destination's `extendRequest`
   * @param bundle - the settings, and the runtime's abort signal
   * @throws IntegrationError when the website ID is malformed
   */
  constructor(private readonly request: RequestClient, private readonly bundle: Bundle) {
    this.websiteId = websiteOf(bundle.settings)
  }

  /** GET the website. */
  readWebsite(): Promise<Answer> {
    return this.call('', { method: 'GET' })
  }

  /**
   * GET the number of people: needs the permission that the destination needs.
   * @param headers - replace the headers of the settings
   */
  countPeople(headers?: Record<string, string>): Promise<Answer> {
    return this.call('/people/stats', { method: 'GET', headers })
  }

  /** GET the people whose custom data `key` is `value`, latest update first. The filter is not documented by Crisp. */
  searchByData(key: string, value: string, perPage = PEOPLE_PER_PAGE.min): Promise<Answer<PersonHit[]>> {
    const filter = [{ model: 'people', criterion: `data.${key}`, operator: 'eq', query: [value] }]
    const query = new URLSearchParams({
      per_page: String(perPage),
      sort_field: 'updated_at',
      sort_order: 'descending',
      search_filter: JSON.stringify(filter)
    })
    return this.call(`/people/profiles/1?${query.toString()}`, { method: 'GET' })
  }

  /** POST a new profile; the answer tells its `people_id`. */
  createProfile(profile: NewProfile): Promise<Answer<{ people_id?: string }>> {
    return this.call('/people/profile', { method: 'POST', json: profile })
  }

  /** PATCH a profile: what is not named stays. */
  updateProfile(person: string, profile: ProfileUpdate): Promise<Answer> {
    return this.call(`/people/profile/${encodeURIComponent(person)}`, { method: 'PATCH', json: profile })
  }

  /** DELETE a profile with its custom data and events. */
  deleteProfile(person: string): Promise<Answer> {
    return this.call(`/people/profile/${encodeURIComponent(person)}`, { method: 'DELETE' })
  }

  /** GET a person's custom data, `data.data` of the answer. */
  readData(person: string): Promise<Answer<{ data?: FlatData }>> {
    return this.call(`/people/data/${encodeURIComponent(person)}`, { method: 'GET' })
  }

  /** PATCH a person's custom data: keys that are not named stay. */
  updateData(person: string, data: FlatData): Promise<Answer> {
    return this.call(`/people/data/${encodeURIComponent(person)}`, { method: 'PATCH', json: { data } })
  }

  /** POST an event to a person's event stream. */
  addEvent(person: string, event: PersonEvent): Promise<Answer> {
    return this.call(`/people/events/${encodeURIComponent(person)}`, { method: 'POST', json: event })
  }

  private async call<Data>(path: string, options: RequestOptions): Promise<Answer<Data>> {
    if (this.stopped) throw notAttempted(this.stopped)
    if (this.bundle.signal?.aborted) throw aborted()
    const url = `${HOST}/${CRISP_API_VERSION}/website/${this.websiteId}${path}`
    try {
      const { status, data, content } = await this.request<Answer<Data>['body']>(url, options)
      const body = data ?? content
      if (!isSuccess(body)) throw unreadable()
      return { status, body: data || {} }
    } catch (thrown) {
      const failure = failureFrom(thrown, secretsOf(this.bundle.settings))
      if (failure.kind === 'stop') this.stopped ??= failure
      throw failure
    }
  }
}
