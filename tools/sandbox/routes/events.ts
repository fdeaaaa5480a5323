import { added, invalidData, listed, peopleNotFound } from '../answers'
import type { Choices } from '../choices'
import { pageNumber, pageOf } from '../paging'
import type { Route, Visit } from '../route'
import { eventBody } from '../schemas'
import type { Answer, CustomData } from '../types'
import { onPerson } from './on-person'

const tiers = ['user', 'plugin', 'website'] as const
const missing = { reason: 'people_not_found' }
const invalid = { reason: 'invalid_data' }

interface EventBody {
  text: string
  data?: CustomData
  color?: string
}

/** A person's event stream. The scope that covers it is not published, so none is asked for. */
export function eventRoutes(choices: Choices): Route[] {
  return [
    {
      tiers,
      name: 'people.events.add',
      method: 'POST',
      path: '/v1/website/:website_id/people/events/:people_id',
      summary: 'Add a people event; it is stamped on arrival.',
      body: eventBody(choices),
      answers: { 201: { reason: 'added' }, 400: invalid, 404: missing },
      handle: onPerson<EventBody>(({ website, body }, person) => {
        website.addEvent(person, body)
        return added()
      })
    },
    {
      tiers,
      name: 'people.events.list',
      method: 'GET',
      path: '/v1/website/:website_id/people/events/:people_id/list/:page_number',
      summary: 'List people events.',
      answers: {
        200: { reason: 'listed', data: { type: 'array', items: { type: 'object' } } },
        400: invalid,
        404: missing
      },
      handle: list
    }
  ]
}

function list({ website, params, choices }: Visit): Answer {
  const page = pageNumber(params.page_number)
  if (page === undefined) return invalidData('page_number must be a number from 1')
  const person = website.find(params.people_id)
  if (!person) return peopleNotFound()
  return listed(pageOf(choices.eventOrder === 'newestFirst' ? [...person.events].reverse() : person.events, page))
}
