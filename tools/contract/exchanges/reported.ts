import { add, created, invalid, missing, person, profile, updated } from '../scenario'
import type { Scenario } from '../scenario'

/** What third parties, and Crisp employees in issues, say of the API. */
export const reported: Scenario[] = [
  {
    name: 'a second profile with the same email is refused',
    confidence: 'reported',
    source: 'php-crisp-api issue 22; superfaceai/station',
    exchanges: [created, { ...add, body: person, status: 409, reason: 'people_exists', data: {} }]
  },
  {
    name: 'an update to the email of another person is refused',
    confidence: 'reported',
    source: "w6w-io/w6w-apps, from the reference's examples; superfaceai/station for the status",
    exchanges: [
      created,
      { ...add, body: { email: '{other}', person: { nickname: 'Other' } }, data: '$any' },
      {
        method: 'PATCH',
        path: '/people/profile/{id}',
        body: { email: '{other}' },
        status: 409,
        reason: 'people_email_exists'
      }
    ]
  },
  {
    name: 'a PATCH replaces the segments',
    confidence: 'reported',
    source: 'cyph/cyph modules/init-email-marketing.js, in production',
    exchanges: [
      created,
      { method: 'PATCH', path: '/people/profile/{id}', body: { segments: ['a', 'b'] }, ...updated },
      { method: 'PATCH', path: '/people/profile/{id}', body: { segments: ['c'] }, ...updated },
      {
        method: 'GET',
        path: '/people/profile/{id}',
        status: 200,
        reason: 'resolved',
        data: profile({ segments: ['c'] })
      }
    ]
  },
  {
    name: 'a list of segments with one twice is refused',
    confidence: 'reported',
    source: 'chaynHQ/bloom-backend e32b07b, in production; the status is inferred',
    exchanges: [
      created,
      { method: 'PATCH', path: '/people/profile/{id}', body: { segments: ['a', 'b', 'a'] }, ...invalid },
      { method: 'PATCH', path: '/people/profile/{id}', body: { segments: ['a', 'b'] }, ...updated }
    ]
  },
  {
    name: 'people are listed by the name of a search field',
    confidence: 'reported',
    source: 'qodex copy of the reference',
    exchanges: ['active', 'nickname'].map((sort_field) => ({
      method: 'GET',
      path: '/people/profiles/1',
      query: { sort_field, sort_order: 'descending' },
      status: [200, 206],
      reason: 'listed',
      data: '$list'
    }))
  },
  {
    name: 'custom data that is not inside data is refused',
    confidence: 'reported',
    source: 'chaynHQ/bloom-backend issues 740 and 1099',
    exchanges: [created, { method: 'PATCH', path: '/people/data/{id}', body: { plan: 'pro' }, ...invalid }]
  },
  {
    name: 'an event with a null color, a list as data, or an empty body is refused',
    confidence: 'reported',
    source: 'ruby-crisp-api issues 1 and 7',
    exchanges: [
      created,
      { method: 'POST', path: '/people/events/{id}', body: { text: 'null', color: null }, ...invalid },
      { method: 'POST', path: '/people/events/{id}', body: { text: 'list', data: [] }, ...invalid },
      { method: 'POST', path: '/people/events/{id}', ...invalid }
    ]
  },
  {
    name: 'the limits of events hold: 80 characters, 10 properties, keys of [A-Za-z0-9_-]',
    confidence: 'reported',
    source: 'Crisp staff in crisp-sdk-android issue 177, said of chat-session events',
    exchanges: [
      created,
      { method: 'POST', path: '/people/events/{id}', body: { text: 't'.repeat(80) }, status: 201, reason: 'added' },
      { method: 'POST', path: '/people/events/{id}', body: { text: 't'.repeat(81) }, ...invalid },
      { method: 'POST', path: '/people/events/{id}', body: { text: 't', data: properties(11) }, ...invalid },
      { method: 'POST', path: '/people/events/{id}', body: { text: 't', data: { 'a b': 1 } }, ...invalid },
      { method: 'POST', path: '/people/events/{id}', body: { text: 't', data: { a: { b: 1 } } }, ...invalid },
      { method: 'POST', path: '/people/events/{id}', body: { text: 't', data: { a: 'v'.repeat(121) } }, ...invalid }
    ]
  },
  {
    name: 'a profile is removed once',
    confidence: 'reported',
    source: 'fwuensche/crisp_client README',
    exchanges: [
      created,
      { method: 'DELETE', path: '/people/profile/{id}', status: 200, reason: 'deleted' },
      { method: 'DELETE', path: '/people/profile/{id}', ...missing }
    ]
  },
  {
    name: 'a method that a path does not have answers 405',
    confidence: 'reported',
    source: 'mrehb/crisp-connector',
    exchanges: [{ method: 'GET', path: '/people/profile', status: 405 }]
  },
  {
    name: 'a wrong key answers invalid_session',
    confidence: 'reported',
    source: 'production comments; node-crisp-api issue 42',
    exchanges: [{ method: 'GET', path: '', as: 'wrong key', status: 401, reason: 'invalid_session' }]
  },
  {
    name: 'an email in a path may be percent-encoded',
    confidence: 'reported',
    source: 'several integrations in production',
    exchanges: [
      created,
      { method: 'GET', path: '/people/profile/{email:encoded}', status: 200, reason: 'resolved', data: '$any' }
    ]
  }
]

/** What follows from the rest and is said by no source. */
export const inferred: Scenario[] = [
  {
    name: 'no token answers 401',
    confidence: 'inferred',
    source: 'status inferred',
    exchanges: [{ method: 'GET', path: '', as: 'no key', status: 401 }]
  },
  {
    name: 'custom data and PUT of an unknown person answer people_not_found',
    confidence: 'inferred',
    source: 'from the recordings of PATCH and events',
    exchanges: [
      { method: 'PATCH', path: '/people/data/{unknown}', body: { data: { a: 1 } }, ...missing },
      { method: 'PUT', path: '/people/data/{unknown}', body: { data: { a: 1 } }, ...missing },
      { method: 'GET', path: '/people/profile/{unknown}', ...missing }
    ]
  },
  {
    name: 'a PATCH merges nested objects',
    confidence: 'inferred',
    source: 'from the wording of the reference',
    exchanges: [
      created,
      {
        method: 'PATCH',
        path: '/people/profile/{id}',
        body: { person: { geolocation: { city: 'Brno' } } },
        ...updated
      },
      {
        method: 'PATCH',
        path: '/people/profile/{id}',
        body: { person: { geolocation: { country: 'CZ' } } },
        ...updated
      },
      {
        method: 'GET',
        path: '/people/profile/{id}',
        status: 200,
        reason: 'resolved',
        data: profile({ person: { nickname: 'Contract', geolocation: { city: 'Brno', country: 'CZ' } } })
      }
    ]
  },
  {
    name: 'what a profile must have: an email, a nickname, texts that are texts',
    confidence: 'inferred',
    source: 'required fields of the reference; the status from the pattern of other errors',
    exchanges: [
      { ...add, body: { person: { nickname: 'x' } }, ...invalid },
      { ...add, body: { email: '{unknown}' }, ...invalid },
      { ...add, body: { email: '{unknown}', person: {} }, ...invalid },
      { ...add, body: { email: '{unknown}', person: { nickname: 1 } }, ...invalid }
    ]
  }
]

function properties(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, n]))
}
