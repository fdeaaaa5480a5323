import type { Choices } from '../choices'
import { added, listed, peopleNotFound } from '../responses'
import type { Route, Visit } from '../route'
import { eventBody } from '../schemas'
import type { Answer, CustomData } from '../types'
import { ALL_TIERS, getPage, INVALID, MISSING, onPage, onPerson, PEOPLE_PATH } from './common'

interface EventBody {
  text: string
  data?: CustomData
  color?: string
}

/** A person's event stream. The scope that covers it is not published, so none is asked for. */
export function eventRoutes(choices: Choices): Route[] {
  return [
    {
      tiers: ALL_TIERS,
      name: 'people.events.add',
      method: 'POST',
      path: `${PEOPLE_PATH}/events/:people_id`,
      summary: 'Add a people event; it is stamped on arrival.',
      body: eventBody(choices),
      answers: { 201: { reason: 'added' }, 400: INVALID, 404: MISSING },
      handle: onPerson<EventBody>(({ website, body }, person) => {
        website.addEvent(person, body)
        return added()
      })
    },
    {
      tiers: ALL_TIERS,
      name: 'people.events.list',
      method: 'GET',
      path: `${PEOPLE_PATH}/events/:people_id/list/:page_number`,
      summary: 'List people events.',
      answers: {
        200: { reason: 'listed', data: { type: 'array', items: { type: 'object' } } },
        400: INVALID,
        404: MISSING
      },
      handle: onPage(list)
    }
  ]
}

function list({ website, params, choices }: Visit, page: number): Answer {
  const person = website.find(params.people_id)
  if (!person) return peopleNotFound()
  return listed(getPage(choices.eventOrder === 'newestFirst' ? [...person.events].reverse() : person.events, page))
}
