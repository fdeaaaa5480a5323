import { created, person, profile, updated } from '../scenario'
import type { Scenario } from '../scenario'

/** Crisp's own documentation, examples and clients. */
export const documented: Scenario[] = [
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
        data: profile({ notepad: 'kept', segments: ['contract'] })
      },
      { method: 'PUT', path: '/people/profile/{id}', body: person, status: 200, reason: 'updated' },
      {
        method: 'GET',
        path: '/people/profile/{id}',
        status: 200,
        reason: 'resolved',
        data: profile({})
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
      { method: 'HEAD', path: '/people/profile/{unknown}', status: 404 }
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
  }
]
