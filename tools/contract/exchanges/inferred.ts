import type { Scenario } from '../scenario'
import { add, created, invalid, missing, profile, updated } from './blocks'

/** What follows from the rest without anybody having said so. */
export const inferred: Scenario[] = [
  {
    name: 'no token answers 401',
    confidence: 'inferred',
    source: 'status inferred',
    exchanges: [{ method: 'GET', path: '', as: 'nobody', status: 401 }]
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
      { ...add, body: { email: '{nobody}' }, ...invalid },
      { ...add, body: { email: '{nobody}', person: {} }, ...invalid },
      { ...add, body: { email: '{nobody}', person: { nickname: 1 } }, ...invalid }
    ]
  }
]
