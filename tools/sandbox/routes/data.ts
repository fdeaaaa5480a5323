import { resolved, updated } from '../answers'
import type { Choices } from '../choices'
import type { Route } from '../route'
import { dataBody } from '../schemas'
import { onPerson } from './on-person'

const shared = {
  scope: 'website:people:data',
  tiers: ['user', 'plugin', 'website'],
  path: '/v1/website/:website_id/people/data/:people_id'
} as const
const missing = { reason: 'people_not_found' }
const invalid = { reason: 'invalid_data' }

interface DataBody {
  data: Record<string, unknown>
}

/** A person's custom data: read, save, update. Always inside `data`, in both directions. */
export function dataRoutes(choices: Choices): Route[] {
  return [
    {
      ...shared,
      right: 'read',
      name: 'people.data.read',
      method: 'GET',
      summary: 'Get people data.',
      answers: {
        200: {
          reason: 'resolved',
          data: { type: 'object', properties: { data: { type: 'object', additionalProperties: true } } }
        },
        404: missing
      },
      handle: onPerson((_visit, person) => resolved({ data: person.data }))
    },
    {
      ...shared,
      right: 'write',
      name: 'people.data.save',
      method: 'PUT',
      summary: 'Save people data, replacing any already-set data.',
      body: dataBody(choices),
      answers: { 200: { reason: 'updated' }, 400: invalid, 404: missing },
      handle: onPerson<DataBody>(({ website, body }, person) => {
        website.replaceData(person, body.data)
        return updated()
      })
    },
    {
      ...shared,
      right: 'write',
      name: 'people.data.update',
      method: 'PATCH',
      summary: 'Update people data, merging with already-set data.',
      body: dataBody(choices),
      answers: { 200: { reason: 'updated' }, 400: invalid, 404: missing },
      handle: onPerson<DataBody>(({ website, body }, person) => {
        website.mergeData(person, body.data)
        return updated()
      })
    }
  ]
}
