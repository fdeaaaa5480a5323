import { invalidData, listed } from '../answers'
import { pageNumber } from '../paging'
import type { Route } from '../route'
import { onPerson } from './on-person'

const tiers = ['user', 'plugin', 'website'] as const
const missing = { reason: 'people_not_found' }
const invalid = { reason: 'invalid_data' }
const base = '/v1/website/:website_id/people'

/**
 * Routes around people whose subject the sandbox does not hold: nobody has conversations or campaigns, and an import or
 * export is accepted and has no effect. They are here for their paths, tiers and statuses.
 */
export function aroundRoutes(): Route[] {
  return [
    {
      tiers,
      name: 'people.conversations.list',
      method: 'GET',
      path: `${base}/conversations/:people_id/list/:page_number`,
      summary: 'List people conversations; always empty here.',
      answers: {
        200: { reason: 'listed', data: { type: 'array', items: { type: 'string' } } },
        400: invalid,
        404: missing
      },
      handle: nothing
    },
    {
      tiers: ['user'],
      name: 'people.campaigns.list',
      method: 'GET',
      path: `${base}/campaigns/:people_id/list/:page_number`,
      summary: 'List people campaigns; always empty here.',
      answers: {
        200: { reason: 'listed', data: { type: 'array', items: { type: 'object' } } },
        400: invalid,
        404: missing
      },
      handle: nothing
    },
    {
      tiers: ['user'],
      name: 'people.export',
      method: 'POST',
      path: `${base}/export/profiles`,
      summary: 'Export people profiles; accepted without effect here.',
      answers: { 202: { reason: 'processed' } },
      handle: () => ({ status: 202, reason: 'processed' })
    },
    {
      tiers: ['user'],
      name: 'people.import',
      method: 'POST',
      path: `${base}/import/profiles`,
      summary: 'Import people profiles; accepted without effect here.',
      body: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
      answers: { 202: { reason: 'processed' }, 400: invalid },
      handle: () => ({ status: 202, reason: 'processed' })
    }
  ]
}

const nothing = onPerson(({ params }) =>
  pageNumber(params.page_number) ? listed([]) : invalidData('page_number must be a number from 1')
)
