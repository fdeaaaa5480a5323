import { peopleNotFound } from '../answers'
import type { Visit } from '../route'
import type { PersonRecord } from '../person-record'
import type { Answer } from '../types'

/** A handler that is about the person in the path: by people_id or e-mail, else 404 `people_not_found`. */
export function onPerson<Body = unknown>(handle: (visit: Visit<Body>, person: PersonRecord) => Answer) {
  return (visit: Visit<Body>): Answer => {
    const person = visit.website.find(visit.params.people_id)
    return person ? handle(visit, person) : peopleNotFound()
  }
}
