import { deleted, invalidData, listed } from '../answers'
import type { Counts } from '../counts'
import { pageNumber, pageOf } from '../paging'
import type { Route } from '../route'
import { closed } from '../schemas'
import type { Website } from '../store'

interface Suggestions {
  /** As in the path of the list, and of the removal. */
  plural: 'segments' | 'data' | 'events'
  singular: 'segment' | 'data' | 'event'
  /** The field that holds the word, in both directions. */
  field: 'segment' | 'key' | 'text'
  scope?: string
  counts: (website: Website) => Counts
}

const kinds: Suggestions[] = [
  {
    plural: 'segments',
    singular: 'segment',
    field: 'segment',
    scope: 'website:people:profiles',
    counts: ({ segments }) => segments
  },
  {
    plural: 'data',
    singular: 'data',
    field: 'key',
    scope: 'website:people:data',
    counts: ({ dataKeys }) => dataKeys
  },
  { plural: 'events', singular: 'event', field: 'text', counts: ({ eventTexts }) => eventTexts }
]

/** Words that are in use, offered where an agent types one. Removing a suggestion leaves the people as they are. */
export function suggestRoutes(): Route[] {
  return kinds.flatMap(routesOf)
}

function routesOf({ plural, singular, field, scope, counts }: Suggestions): Route[] {
  const shared = { scope, tiers: ['user', 'plugin', 'website'] } as const
  return [
    {
      ...shared,
      right: 'read',
      name: `people.suggest.${plural}.list`,
      method: 'GET',
      path: `/v1/website/:website_id/people/suggest/${plural}/:page_number`,
      summary: `List suggested people ${plural}.`,
      answers: {
        200: {
          reason: 'listed',
          data: {
            type: 'array',
            items: { type: 'object', properties: { [field]: { type: 'string' }, count: { type: 'integer' } } }
          }
        },
        400: { reason: 'invalid_data' }
      },
      handle: ({ website, params }) => {
        const page = pageNumber(params.page_number)
        if (page === undefined) return invalidData('page_number must be a number from 1')
        return listed(pageOf(counts(website).list(), page).map(({ word, count }) => ({ [field]: word, count })))
      }
    },
    {
      ...shared,
      right: 'write',
      name: `people.suggest.${plural}.remove`,
      method: 'DELETE',
      path: `/v1/website/:website_id/people/suggest/${singular}`,
      summary: `Delete a suggested people ${singular}.`,
      body: closed({ [field]: { type: 'string', minLength: 1 } }, [field]),
      answers: { 200: { reason: 'deleted' }, 400: { reason: 'invalid_data' } },
      handle: ({ website, body }) => {
        counts(website).forget((body as Record<string, string>)[field])
        return deleted()
      }
    }
  ]
}
