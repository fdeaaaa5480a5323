import { DEFAULT_REQUEST_TIMEOUT } from '@segment/actions-core'
import type { RequestClient, RequestExtension, RequestOptions } from '@segment/actions-core'
import type { Settings } from '../generated-types'
import { CRISP_API_VERSION } from '../versioning-info'
import { getAuthHeaders, getTokenType, getWebsiteId, redactSecrets } from './credentials'
import { CrispError, isEnvelope, readAnswer, toCrispError, toNotAttempted } from './errors'
import { PEOPLE_PER_PAGE } from './limits'
import type { Answer, FlatData, NewProfile, PersonEvent, ProfileUpdate } from './types'

const HOST = 'https://api.crisp.chat'

/** Requests in a row without an answer of Crisp that end a delivery: each may cost a time-out. */
const UNANSWERED_MAX = 10

/**
 * What every request needs. The time-out is in milliseconds and is set because the runtime's default ends where the
 * runtime passes a signal. Answers are not cloned, because the request client hangs on large clones. Redirects are not
 * followed: another host must not get the key or a person.
 */
export const extendRequest: RequestExtension<Settings> = ({ settings }) => ({
  headers: getAuthHeaders(settings),
  timeout: DEFAULT_REQUEST_TIMEOUT,
  redirect: 'manual',
  skipResponseCloning: true
})

/** What the client takes of the bundle of an action, of `testAuthentication` or of `onDelete`. */
interface Bundle {
  settings: Settings
  signal?: Pick<AbortSignal, 'aborted'>
}

/**
 * Crisp's REST API for one website and one delivery, a function for each route. Every `person` is a `people_id` or an
 * email, which Crisp takes in its place (help.crisp.chat, "How to push user events from your backend").
 *
 * Every function throws a {@link CrispError}. After one of kind `stop`, after the runtime's abort, and after ten requests
 * in a row without an answer of Crisp, no function sends anything; after one of kind `limit`, no person is added.
 */
export class CrispClient {
  /** What the settings address: the website and the token's type. */
  readonly scope: { websiteId: string; key: string }
  private stopped?: CrispError
  private limited?: CrispError
  private unanswered = 0

  /**
   * @param request - Segment's request client, extended by {@link extendRequest}
   * @param bundle - the settings, and the runtime's abort signal
   * @throws IntegrationError when the website ID is malformed
   */
  constructor(private readonly request: RequestClient, private readonly bundle: Bundle) {
    const websiteId = getWebsiteId(bundle.settings)
    this.scope = { websiteId, key: `${websiteId} ${getTokenType(bundle.settings)}` }
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

  /**
   * GET the people with `value` as custom data `key`, in no order. Crisp does not document this filter, and sorting by
   * `updated_at` fails in production (demarche.numerique.gouv.fr 4a81978).
   */
  searchByData(key: string, value: string, perPage = PEOPLE_PER_PAGE.min): Promise<Answer> {
    const filter = [{ model: 'people', criterion: `data.${key}`, operator: 'eq', query: [value] }]
    const query = new URLSearchParams({ per_page: String(perPage), search_filter: JSON.stringify(filter) })
    return this.call(`/people/profiles/1?${query.toString()}`, { method: 'GET' })
  }

  /** POST a new profile; the answer holds its `people_id`. */
  async createProfile(profile: NewProfile): Promise<Answer<{ people_id?: unknown } | undefined>> {
    if (this.limited) throw toNotAttempted(this.limited)
    return this.call('/people/profile', { method: 'POST', json: profile }, 'creation')
  }

  /** GET a profile. */
  readProfile(person: string): Promise<Answer> {
    return this.call(`/people/profile/${encodeURIComponent(person)}`, { method: 'GET' })
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
  readData(person: string): Promise<Answer> {
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

  private async call<Data>(path: string, options: RequestOptions, only?: 'creation'): Promise<Answer<Data>> {
    if (this.stopped) throw toNotAttempted(this.stopped)
    if (this.bundle.signal?.aborted) {
      throw new CrispError('stop', 504, "Not attempted: Segment's time for it is over.", undefined, false)
    }
    const url = `${HOST}/${CRISP_API_VERSION}/website/${this.scope.websiteId}${path}`
    try {
      const { status, data } = await this.request<Answer<Data>['body']>(url, options)
      if (!isEnvelope(data) || data.error) throw readAnswer(status, undefined)
      this.unanswered = 0
      return { status, body: data }
    } catch (thrown) {
      throw this.note(toCrispError(thrown, (body) => redactSecrets(this.bundle.settings, body), only))
    }
  }

  /** Keeps what a failure means for the requests that follow. */
  private note(error: CrispError): CrispError {
    if (error.kind === 'limit') this.limited ??= error
    if (error.kind === 'stop') this.stopped ??= error
    if (error.body) this.unanswered = 0
    else if (error.isAttempted && ++this.unanswered >= UNANSWERED_MAX) this.stopped ??= error
    return error
  }
}
