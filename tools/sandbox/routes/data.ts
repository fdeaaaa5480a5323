import type { Choices } from '../choices'
import { resolved, updated } from '../responses'
import type { Route } from '../route'
import { dataBody } from '../schemas'
import { ALL_TIERS, INVALID, MISSING, onPerson, PEOPLE_PATH } from './common'

const SHARED = {
  scope: 'website:people:data',
  tiers: ALL_TIERS,
  path: `${PEOPLE_PATH}/data/:people_id`
} as const

interface DataBody {
  data: Record<string, unknown>
}

/** A person's custom data: read, save, update. Always inside `data`, in both directions. */
export function dataRoutes(choices: Choices): Route[] {
  return [
    {
      ...SHARED,
      right: 'read',
      name: 'people.data.read',
      method: 'GET',
      summary: 'Get people data.',
      answers: {
        200: {
          reason: 'resolved',
          data: { type: 'object', properties: { data: { type: 'object', additionalProperties: true } } }
        },
        404: MISSING
      },
      handle: onPerson((_visit, person) => resolved({ data: person.data }))
    },
    {
      ...SHARED,
      right: 'write',
      name: 'people.data.save',
      method: 'PUT',
      summary: 'Save people data, replacing any already-set data.',
      body: dataBody(choices),
      answers: { 200: { reason: 'updated' }, 400: INVALID, 404: MISSING },
      handle: onPerson<DataBody>(({ website, body }, person) => {
        website.replaceData(person, body.data)
        return updated()
      })
    },
    {
      ...SHARED,
      right: 'write',
      name: 'people.data.update',
      method: 'PATCH',
      summary: 'Update people data, merging with already-set data.',
      body: dataBody(choices),
      answers: { 200: { reason: 'updated' }, 400: INVALID, 404: MISSING },
      handle: onPerson<DataBody>(({ website, body }, person) => {
        website.mergeData(person, body.data)
        return updated()
      })
    }
  ]
}
