import { add, created, filter, invalid, missing, updated } from '../scenario'
import type { Exchange, Scenario } from '../scenario'

/** The sandbox takes any value here; a fault refuses some. */
const UNPUBLISHED = 'forms and lengths of values are not published'

/** Questions without a published answer: what is expected here is what the sandbox chooses. */
export const questions: Scenario[] = [
  question(
    'dataSearch',
    'is there a search on custom data?',
    { method: 'PATCH', path: '/people/data/{id}', body: { data: { contract_id: '{id}' } }, ...updated },
    {
      method: 'GET',
      path: '/people/profiles/1',
      query: filter('data.contract_id', '{id}'),
      status: [200, 206],
      reason: 'listed',
      data: ['$any']
    }
  ),
  question(
    'emailCase',
    'does an email match in another case?',
    { method: 'GET', path: '/people/profile/{email:upper}', status: 200, reason: 'resolved', data: '$any' },
    { ...add, body: { email: '{email:upper}', person: { nickname: 'X' } }, status: 409, reason: 'people_exists' }
  ),
  question('unknownKeys', 'are keys that the reference does not list ignored?', {
    method: 'PATCH',
    path: '/people/profile/{id}',
    body: { shoe_size: 43 },
    ...updated
  }),
  question(
    'nullValues',
    'is null refused in a profile and in custom data?',
    { method: 'PATCH', path: '/people/profile/{id}', body: { person: { phone: null } }, ...invalid },
    { method: 'PATCH', path: '/people/data/{id}', body: { data: { plan: null } }, ...invalid }
  ),
  question('nestedData', 'is a nested value refused in custom data?', {
    method: 'PATCH',
    path: '/people/data/{id}',
    body: { data: { plan: { name: 'pro' } } },
    ...invalid
  }),
  question(
    'dataKeys',
    'is a custom data key with a space or a dot refused?',
    { method: 'PATCH', path: '/people/data/{id}', body: { data: { 'a b': 1 } }, ...invalid },
    { method: 'PATCH', path: '/people/data/{id}', body: { data: { 'a.b': 1 } }, ...invalid }
  ),
  question('emptyNickname', 'is an empty nickname refused?', {
    method: 'PATCH',
    path: '/people/profile/{id}',
    body: { person: { nickname: '' } },
    ...invalid
  }),
  question('putMissing', 'does PUT on an unknown person answer people_not_found?', {
    method: 'PUT',
    path: '/people/profile/{unknown}',
    body: { email: '{unknown}', person: { nickname: 'X' } },
    ...missing
  }),
  question('eventTimestamp', 'is a timestamp in an event ignored?', {
    method: 'POST',
    path: '/people/events/{id}',
    body: { text: 't', timestamp: 1 },
    status: 201,
    reason: 'added'
  }),
  question(
    'eventColor, eventOrder',
    'what does an event read as, and which comes first?',
    { method: 'POST', path: '/people/events/{id}', body: { text: 'first' }, status: 201, reason: 'added' },
    { method: 'POST', path: '/people/events/{id}', body: { text: 'second' }, status: 201, reason: 'added' },
    {
      method: 'GET',
      path: '/people/events/{id}/list/1',
      status: [200, 206],
      reason: 'listed',
      data: [
        { text: 'second', data: {}, timestamp: '$ms' },
        { text: 'first', data: {}, timestamp: '$ms' }
      ]
    }
  ),
  question('textUnits', 'do the limits of events count UTF-16 units?', {
    method: 'POST',
    path: '/people/events/{id}',
    body: { text: '😀'.repeat(41) },
    ...invalid
  }),
  {
    ...question('none', 'is a phone number of any form taken?', {
      method: 'PATCH',
      path: '/people/profile/{id}',
      body: { person: { phone: '9999-9999' } },
      ...updated
    }),
    source: UNPUBLISHED
  },
  {
    ...question('none', 'is a custom data value of 1,000 characters taken?', {
      method: 'PATCH',
      path: '/people/data/{id}',
      body: { data: { about: 'x'.repeat(1_000) } },
      ...updated
    }),
    source: UNPUBLISHED
  },
  question('perPage', 'is a per_page of 500 refused?', {
    method: 'GET',
    path: '/people/profiles/1',
    query: { per_page: '500' },
    ...invalid
  }),
  question('unknownFilter', 'is an unknown criterion refused?', {
    method: 'GET',
    path: '/people/profiles/1',
    query: filter('shoe_size', '43'),
    ...invalid
  }),
  question('subscription', 'does a new person take emails?', {
    method: 'GET',
    path: '/people/subscription/{id}',
    status: 200,
    reason: 'resolved',
    data: { email: true }
  })
]

/** How does Crisp take this, of a person who is there? */
function question(choice: string, name: string, ...exchanges: Exchange[]): Scenario {
  return { name, confidence: 'question', source: `choice ${choice}`, exchanges: [created, ...exchanges] }
}
