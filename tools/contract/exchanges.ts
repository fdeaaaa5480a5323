/**
 * What Crisp's REST API is known to answer, as data: recordings of real traffic, documented examples, and questions
 * whose answer nobody has published. The sandbox is held against it in its tests; a user can hold the real API against
 * it with their own credentials.
 *
 * In paths, bodies and expected data `{email}`, `{other}` and `{nobody}` stand for addresses made up for the run, and
 * `{name}` for a value that an earlier step kept. In expected data `$uuid`, `$ms` (milliseconds since the epoch),
 * `$string`, `$number`, `$boolean`, `$list` and `$any` stand for any such value; objects have these keys and no others.
 */
export interface Exchange {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/v1/website/{website_id}`. */
  path: string
  query?: Record<string, string>
  body?: unknown
  /** Another token than the run's. */
  as?: 'wrong key' | 'nobody'
  /** Expected; a list where either is fine. */
  status: number | number[]
  /** Not expected of HEAD, which has no body. */
  reason?: string
  data?: unknown
  /** Keeps a field of the answer's data under a name. */
  keep?: Record<string, string>
}

/** How well an exchange is known. */
export type Confidence = 'recorded' | 'documented' | 'reported' | 'inferred' | 'question'

export interface Scenario {
  name: string
  confidence: Confidence
  /** Where it is known from; for a question, the sandbox's choice that decides it. */
  source: string
  exchanges: Exchange[]
}

const superface = 'superfaceai/station, recordings of Dec 2021'
const add = { method: 'POST', path: '/people/profile', status: 201, reason: 'added' } as const
const person = { email: '{email}', person: { nickname: 'Contract' } }
const created: Exchange = { ...add, body: person, data: { people_id: '$uuid' }, keep: { id: 'people_id' } }
const updated = { status: 200, reason: 'updated', data: {} }
const invalid = { status: 400, reason: 'invalid_data', data: '$any' }
const missing = { status: 404, reason: 'people_not_found', data: {} }
const filter = (criterion: string, value: string) => ({
  search_filter: JSON.stringify([{ criterion, query: [value], operator: 'eq', model: 'people' }])
})

/** A question: how does Crisp take this request about a person who is there? */
function question(choice: string, name: string, ...exchanges: Exchange[]): Scenario {
  return { name, confidence: 'question', source: `choice ${choice}`, exchanges: [created, ...exchanges] }
}

export const scenarios: Scenario[] = [
  {
    name: 'a person is created, updated by id and by e-mail, found and read',
    confidence: 'recorded',
    source: superface,
    exchanges: [
      {
        ...add,
        body: { email: '{email}', person: { nickname: 'Station Test', geolocation: {} } },
        data: { people_id: '$uuid' },
        keep: { id: 'people_id' }
      },
      {
        method: 'PATCH',
        path: '/people/data/{id}',
        body: { data: { propertyAddedOnCreation: 'field value' } },
        ...updated
      },
      {
        method: 'PATCH',
        path: '/people/profile/{email}',
        body: {
          email: '{email}',
          person: { nickname: 'Station Test Support', phone: '+420123456789', geolocation: { country: 'CZ' } },
          company: { name: 'Superface AI' }
        },
        ...updated
      },
      {
        method: 'PATCH',
        path: '/people/data/{email}',
        body: { data: { propertyAddedOnUpdate: 'field value' } },
        ...updated
      },
      {
        method: 'GET',
        path: '/people/profiles',
        query: filter('email', '{email}'),
        status: 200,
        reason: 'listed',
        data: [
          {
            email: '{email}',
            company: { name: 'Superface AI' },
            created_at: '$ms',
            notepad: '',
            people_id: '{id}',
            person: { nickname: 'Station Test Support', phone: '+420123456789', geolocation: { country: 'CZ' } },
            segments: [],
            updated_at: '$ms',
            active: { now: false }
          }
        ]
      },
      {
        method: 'GET',
        path: '/people/data/{id}',
        status: 200,
        reason: 'resolved',
        data: { data: { propertyAddedOnCreation: 'field value', propertyAddedOnUpdate: 'field value' } }
      }
    ]
  },
  {
    name: 'custom data reads as {} before any is set',
    confidence: 'recorded',
    source: superface,
    exchanges: [
      created,
      { method: 'GET', path: '/people/data/{id}', status: 200, reason: 'resolved', data: { data: {} } }
    ]
  },
  {
    name: 'an update of nobody answers people_not_found',
    confidence: 'recorded',
    source: superface,
    exchanges: [
      {
        method: 'PATCH',
        path: '/people/profile/999',
        body: { email: '{nobody}', person: { phone: '+420123456789', geolocation: {} } },
        ...missing
      }
    ]
  },
  {
    name: 'an event is added by e-mail',
    confidence: 'recorded',
    source: superface,
    exchanges: [
      created,
      {
        method: 'POST',
        path: '/people/events/{email}',
        body: { text: 'order_sent', data: { orderId: 'or_12345', amount: '42', currency: 'EUR' } },
        status: 201,
        reason: 'added',
        data: {}
      }
    ]
  },
  {
    name: 'an event of nobody answers people_not_found',
    confidence: 'recorded',
    source: superface,
    exchanges: [{ method: 'POST', path: '/people/events/{nobody}', body: { text: 'order_sent', data: {} }, ...missing }]
  },
  {
    name: 'the website is read to check a token',
    confidence: 'documented',
    source: 'docs.crisp.chat, website token guide and reference',
    exchanges: [{ method: 'GET', path: '', status: 200, reason: 'resolved', data: '$any' }]
  },
  {
    name: 'the documented events are taken',
    confidence: 'documented',
    source: 'node-crisp-api EXAMPLES.md; help.crisp.chat, user events from a backend',
    exchanges: [
      created,
      {
        method: 'POST',
        path: '/people/events/{email}',
        body: { text: 'Added item to basket', data: { price: 10.99, currency: 'USD' }, color: 'red' },
        status: 201,
        reason: 'added'
      },
      {
        method: 'POST',
        path: '/people/events/{id}',
        body: { text: 'basket:item:added', color: 'blue', data: { product: 'iPhone X' } },
        status: 201,
        reason: 'added'
      },
      { method: 'GET', path: '/people/events/{id}/list/1', status: [200, 206], reason: 'listed', data: '$list' }
    ]
  },
  {
    name: 'the documented custom data is merged with PATCH and replaced with PUT',
    confidence: 'documented',
    source: 'docs.crisp.chat reference; node-crisp-api EXAMPLES.md',
    exchanges: [
      created,
      {
        method: 'PUT',
        path: '/people/data/{email}',
        body: { data: { type: 'customer', signup: 'finished' } },
        status: 200,
        reason: 'updated'
      },
      { method: 'PATCH', path: '/people/data/{email}', body: { data: { plan_price: '95' } }, ...updated },
      {
        method: 'GET',
        path: '/people/data/{email}',
        status: 200,
        reason: 'resolved',
        data: { data: { type: 'customer', signup: 'finished', plan_price: '95' } }
      },
      { method: 'PUT', path: '/people/data/{id}', body: { data: { only: true } }, status: 200, reason: 'updated' },
      { method: 'GET', path: '/people/data/{id}', status: 200, reason: 'resolved', data: { data: { only: true } } }
    ]
  },
  {
    name: 'PUT overwrites a profile, PATCH keeps what is not sent',
    confidence: 'documented',
    source: 'docs.crisp.chat reference',
    exchanges: [
      created,
      { method: 'PATCH', path: '/people/profile/{id}', body: { notepad: 'kept' }, ...updated },
      { method: 'PATCH', path: '/people/profile/{id}', body: { segments: ['contract'] }, ...updated },
      {
        method: 'GET',
        path: '/people/profile/{id}',
        status: 200,
        reason: 'resolved',
        data: {
          email: '{email}',
          company: {},
          created_at: '$ms',
          notepad: 'kept',
          people_id: '{id}',
          person: { nickname: 'Contract' },
          segments: ['contract'],
          updated_at: '$ms',
          active: { now: false }
        }
      },
      { method: 'PUT', path: '/people/profile/{id}', body: person, status: 200, reason: 'updated' },
      {
        method: 'GET',
        path: '/people/profile/{id}',
        status: 200,
        reason: 'resolved',
        data: {
          email: '{email}',
          company: {},
          created_at: '$ms',
          notepad: '',
          people_id: '{id}',
          person: { nickname: 'Contract' },
          segments: [],
          updated_at: '$ms',
          active: { now: false }
        }
      }
    ]
  },
  {
    name: 'HEAD tells whether a person exists',
    confidence: 'documented',
    source: 'docs.crisp.chat reference; node-crisp-api',
    exchanges: [
      created,
      { method: 'HEAD', path: '/people/profile/{id}', status: 200 },
      { method: 'HEAD', path: '/people/profile/{nobody}', status: 404 }
    ]
  },
  {
    name: 'people are counted',
    confidence: 'documented',
    source: 'docs.crisp.chat reference; go-crisp-api',
    exchanges: [{ method: 'GET', path: '/people/stats', status: 200, reason: 'resolved', data: { total: '$number' } }]
  },
  {
    name: 'a subscription is read and updated',
    confidence: 'documented',
    source: 'docs.crisp.chat reference; node-crisp-api',
    exchanges: [
      created,
      { method: 'PATCH', path: '/people/subscription/{id}', body: { email: false }, status: 200, reason: 'updated' },
      { method: 'GET', path: '/people/subscription/{id}', status: 200, reason: 'resolved', data: { email: false } }
    ]
  },
  {
    name: 'suggestions are listed',
    confidence: 'documented',
    source: 'docs.crisp.chat reference; node-crisp-api',
    exchanges: ['segments', 'data', 'events'].map((what) => ({
      method: 'GET',
      path: `/people/suggest/${what}/1`,
      status: [200, 206],
      reason: 'listed',
      data: '$list'
    }))
  },
  {
    name: 'a second profile with the same e-mail is refused',
    confidence: 'reported',
    source: 'php-crisp-api issue 22; superfaceai/station',
    exchanges: [created, { ...add, body: person, status: 409, reason: 'people_exists', data: {} }]
  },
  {
    name: "an update to somebody else's e-mail is refused",
    confidence: 'reported',
    source: 'superfaceai/station, status table of its maps',
    exchanges: [
      created,
      { ...add, body: { email: '{other}', person: { nickname: 'Other' } }, data: '$any' },
      {
        method: 'PATCH',
        path: '/people/profile/{id}',
        body: { email: '{other}' },
        status: 409,
        reason: 'people_exists'
      }
    ]
  },
  {
    name: 'custom data that is not inside data is refused',
    confidence: 'reported',
    source: 'chaynHQ/bloom-backend issues 740 and 1099',
    exchanges: [created, { method: 'PATCH', path: '/people/data/{id}', body: { plan: 'pro' }, ...invalid }]
  },
  {
    name: 'an event with a null colour, a list as data, or an empty body is refused',
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
    name: 'no token answers 401',
    confidence: 'inferred',
    source: 'status inferred',
    exchanges: [{ method: 'GET', path: '', as: 'nobody', status: 401 }]
  },
  {
    name: 'an e-mail in a path may be percent-encoded',
    confidence: 'reported',
    source: 'several integrations in production',
    exchanges: [
      created,
      { method: 'GET', path: '/people/profile/{email:encoded}', status: 200, reason: 'resolved', data: '$any' }
    ]
  },
  {
    name: 'custom data and PUT of nobody answer people_not_found',
    confidence: 'inferred',
    source: 'from the recordings of PATCH and events',
    exchanges: [
      { method: 'PATCH', path: '/people/data/{nobody}', body: { data: { a: 1 } }, ...missing },
      { method: 'PUT', path: '/people/data/{nobody}', body: { data: { a: 1 } }, ...missing },
      { method: 'GET', path: '/people/profile/{nobody}', ...missing }
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
        data: {
          email: '{email}',
          company: {},
          created_at: '$ms',
          notepad: '',
          people_id: '{id}',
          person: { nickname: 'Contract', geolocation: { city: 'Brno', country: 'CZ' } },
          segments: [],
          updated_at: '$ms',
          active: { now: false }
        }
      }
    ]
  },
  {
    name: 'what a profile must have: an e-mail, a nickname, texts that are texts',
    confidence: 'inferred',
    source: 'required fields of the reference; the status from the pattern of other errors',
    exchanges: [
      { ...add, body: { person: { nickname: 'x' } }, ...invalid },
      { ...add, body: { email: '{nobody}' }, ...invalid },
      { ...add, body: { email: '{nobody}', person: {} }, ...invalid },
      { ...add, body: { email: '{nobody}', person: { nickname: 1 } }, ...invalid }
    ]
  },
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
    'does an e-mail match in another case?',
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
  question(
    'arrayMerge',
    'does a PATCH replace segments?',
    { method: 'PATCH', path: '/people/profile/{id}', body: { segments: ['a', 'b'] }, ...updated },
    { method: 'PATCH', path: '/people/profile/{id}', body: { segments: ['c'] }, ...updated },
    {
      method: 'GET',
      path: '/people/profile/{id}',
      status: 200,
      reason: 'resolved',
      data: {
        email: '{email}',
        company: {},
        created_at: '$ms',
        notepad: '',
        people_id: '{id}',
        person: { nickname: 'Contract' },
        segments: ['c'],
        updated_at: '$ms',
        active: { now: false }
      }
    }
  ),
  question('putMissing', 'does PUT on nobody answer people_not_found?', {
    method: 'PUT',
    path: '/people/profile/{nobody}',
    body: { email: '{nobody}', person: { nickname: 'X' } },
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
  question('subscription', 'does a new person take e-mails?', {
    method: 'GET',
    path: '/people/subscription/{id}',
    status: 200,
    reason: 'resolved',
    data: { email: true }
  })
]

function properties(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, n]))
}
