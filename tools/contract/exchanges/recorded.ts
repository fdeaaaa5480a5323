import { add, created, filter, missing, updated } from '../scenario'
import type { Scenario } from '../scenario'

const SUPERFACE = 'superfaceai/station, recordings of Dec 2021'

/** Real traffic of api.crisp.chat, recorded and published by others. */
export const recorded: Scenario[] = [
  {
    name: 'a person is created, updated by id and by email, found and read',
    confidence: 'recorded',
    source: SUPERFACE,
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
    source: SUPERFACE,
    exchanges: [
      created,
      { method: 'GET', path: '/people/data/{id}', status: 200, reason: 'resolved', data: { data: {} } }
    ]
  },
  {
    name: 'an update of an unknown person answers people_not_found',
    confidence: 'recorded',
    source: SUPERFACE,
    exchanges: [
      {
        method: 'PATCH',
        path: '/people/profile/999',
        body: { email: '{unknown}', person: { phone: '+420123456789', geolocation: {} } },
        ...missing
      }
    ]
  },
  {
    name: 'an event is added by email',
    confidence: 'recorded',
    source: SUPERFACE,
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
    name: 'an event of an unknown person answers people_not_found',
    confidence: 'recorded',
    source: SUPERFACE,
    exchanges: [
      { method: 'POST', path: '/people/events/{unknown}', body: { text: 'order_sent', data: {} }, ...missing }
    ]
  }
]
