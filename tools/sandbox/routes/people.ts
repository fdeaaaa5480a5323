import { invalidData, listed, resolved } from '../answers'
import type { Choices } from '../choices'
import { perPage } from '../limits'
import { pageNumber } from '../paging'
import type { Route, Visit } from '../route'
import { findPeople, readSearch, SearchError } from '../search'
import type { Answer } from '../types'

const access = { scope: 'website:people:profiles', right: 'read', tiers: ['user', 'plugin', 'website'] } as const

/** All people: count, list and search. */
export function peopleRoutes(choices: Choices): Route[] {
  return [
    {
      ...access,
      name: 'people.stats',
      method: 'GET',
      path: '/v1/website/:website_id/people/stats',
      summary: 'Get people statistics.',
      answers: {
        200: { reason: 'resolved', data: { type: 'object', properties: { total: { type: 'integer' } } } }
      },
      handle: ({ website }) => resolved({ total: website.size })
    },
    {
      ...access,
      name: 'people.profiles.list',
      method: 'GET',
      path: '/v1/website/:website_id/people/profiles/:page_number',
      shortPath: '/v1/website/:website_id/people/profiles',
      summary: 'List people profiles; search_filter is a JSON array in a string.',
      query: {
        type: 'object',
        properties: {
          per_page: { type: 'string', description: '20 to 50' },
          sort_field: { type: 'string', enum: ['created_at', 'updated_at', 'active'] },
          sort_order: { type: 'string', enum: ['ascending', 'descending'] },
          search_operator: { type: 'string', enum: ['and', 'or'] },
          search_filter: { type: 'string' },
          search_text: { type: 'string' },
          filter_date_start: { type: 'string' },
          filter_date_end: { type: 'string' }
        }
      },
      answers: {
        [choices.listStatus]: { reason: 'listed', data: { type: 'array', items: { type: 'object' } } },
        400: [{ reason: 'invalid_data' }, { reason: 'search_query_too_long' }]
      },
      handle: list
    }
  ]
}

function list({ website, query, params, choices }: Visit): Answer {
  const page = pageNumber(params.page_number)
  if (page === undefined) return invalidData('page_number must be a number from 1')
  const size = pageSize(query.per_page, choices)
  if (size === undefined) return invalidData(`per_page must be from ${perPage.min} to ${perPage.max}`)
  try {
    const found = findPeople(website, readSearch(query, choices))
    const shown = found.slice((page - 1) * size, page * size)
    const more = found.length > size ? Number(choices.listStatus) : 200
    return listed(
      shown.map((person) => website.read(person)),
      more
    )
  } catch (error) {
    if (error instanceof SearchError) return { status: 400, reason: error.reason, data: { message: error.message } }
    throw error
  }
}

function pageSize(sent: string | undefined, choices: Choices): number | undefined {
  if (sent === undefined || sent === '') return perPage.default
  const size = /^\d{1,9}$/.test(sent) ? Number(sent) : NaN
  if (size >= perPage.min && size <= perPage.max) return size
  if (Number.isNaN(size) || choices.perPage === 'refused') return undefined
  return Math.min(perPage.max, Math.max(perPage.min, size))
}
