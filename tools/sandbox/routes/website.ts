import type { Choices } from '../choices'
import { invalidData, listed, resolved } from '../responses'
import type { Route, Visit } from '../route'
import { PER_PAGE } from '../schemas'
import { findPeople, readSearch, SearchError, SORT_FIELDS } from '../search'
import type { Answer } from '../types'
import { ALL_TIERS, onPage, PEOPLE_PATH, WEBSITE_PATH } from './common'

const ACCESS = { scope: 'website:people:profiles', right: 'read', tiers: ALL_TIERS } as const

/** The website itself, which is also Crisp's own check of credentials, and all its people: count, list and search. */
export function websiteRoutes(choices: Choices): Route[] {
  return [
    {
      name: 'website.read',
      method: 'GET',
      path: WEBSITE_PATH,
      summary: 'Get a website; Crisp shows this call to verify a token.',
      answers: {
        200: {
          reason: 'resolved',
          data: {
            type: 'object',
            properties: {
              website_id: { type: 'string' },
              name: { type: 'string' },
              domain: { type: 'string' },
              logo: { type: 'string' }
            }
          }
        }
      },
      handle: ({ website }) =>
        resolved({ website_id: website.id, name: website.name, domain: website.domain, logo: website.logo })
    },
    {
      ...ACCESS,
      name: 'people.stats',
      method: 'GET',
      path: `${PEOPLE_PATH}/stats`,
      summary: 'Get people statistics.',
      answers: {
        200: { reason: 'resolved', data: { type: 'object', properties: { total: { type: 'integer' } } } }
      },
      handle: ({ website }) => resolved({ total: website.size })
    },
    {
      ...ACCESS,
      name: 'people.profiles.list',
      method: 'GET',
      path: `${PEOPLE_PATH}/profiles/:page_number`,
      shortPath: `${PEOPLE_PATH}/profiles`,
      summary: 'List people profiles; search_filter is a JSON array in a string.',
      query: {
        type: 'object',
        properties: {
          per_page: { type: 'string', description: '20 to 50' },
          sort_field: { type: 'string', enum: SORT_FIELDS },
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
      handle: onPage(list)
    }
  ]
}

function list({ website, query, choices, lag }: Visit, page: number): Answer {
  const size = readPageSize(query.per_page, choices)
  if (size === undefined) return invalidData(`per_page must be from ${PER_PAGE.min} to ${PER_PAGE.max}`)
  try {
    const found = findPeople(website, readSearch(query, choices), lag)
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

function readPageSize(sent: string | undefined, choices: Choices): number | undefined {
  if (sent === undefined || sent === '') return PER_PAGE.default
  const size = /^\d{1,9}$/.test(sent) ? Number(sent) : NaN
  if (size >= PER_PAGE.min && size <= PER_PAGE.max) return size
  if (Number.isNaN(size) || choices.perPage === 'refused') return undefined
  return Math.min(PER_PAGE.max, Math.max(PER_PAGE.min, size))
}
