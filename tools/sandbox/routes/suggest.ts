import type { Counts } from '../indexes'
import { deleted, listed } from '../responses'
import type { Route } from '../route'
import { closed } from '../schemas'
import type { Website } from '../website'
import { ALL_TIERS, getPage, INVALID, onPage, PEOPLE_PATH } from './common'

interface SuggestionKind {
  /** As in the path of the list, and of the removal. */
  plural: 'segments' | 'data' | 'events'
  singular: 'segment' | 'data' | 'event'
  /** The field that holds the word, in both directions. */
  field: 'segment' | 'key' | 'text'
  scope?: string
  counts: (website: Website) => Counts
}

const KINDS: SuggestionKind[] = [
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
  return KINDS.flatMap(toRoutes)
}

function toRoutes({ plural, singular, field, scope, counts }: SuggestionKind): Route[] {
  const shared = { scope, tiers: ALL_TIERS } as const
  return [
    {
      ...shared,
      right: 'read',
      name: `people.suggest.${plural}.list`,
      method: 'GET',
      path: `${PEOPLE_PATH}/suggest/${plural}/:page_number`,
      summary: `List suggested people ${plural}.`,
      answers: {
        200: {
          reason: 'listed',
          data: {
            type: 'array',
            items: { type: 'object', properties: { [field]: { type: 'string' }, count: { type: 'integer' } } }
          }
        },
        400: INVALID
      },
      handle: onPage(({ website }, page) =>
        listed(getPage(counts(website).list(), page).map(({ word, count }) => ({ [field]: word, count })))
      )
    },
    {
      ...shared,
      right: 'write',
      name: `people.suggest.${plural}.remove`,
      method: 'DELETE',
      path: `${PEOPLE_PATH}/suggest/${singular}`,
      summary: `Delete a suggested people ${singular}.`,
      body: closed({ [field]: { type: 'string', minLength: 1 } }, [field]),
      answers: { 200: { reason: 'deleted' }, 400: INVALID },
      handle: ({ website, body }) => {
        counts(website).forget((body as Record<string, string>)[field])
        return deleted()
      }
    }
  ]
}
