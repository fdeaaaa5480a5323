import { added, deleted, peopleExists, peopleNotFound, resolved, updated } from '../answers'
import type { Choices } from '../choices'
import type { Route, Visit } from '../route'
import { profileBody } from '../schemas'
import type { Answer, ProfileWrite } from '../types'
import { onPerson } from './on-person'

const path = '/v1/website/:website_id/people/profile/:people_id'
const access = { scope: 'website:people:profiles', tiers: ['user', 'plugin', 'website'] } as const
const invalid = { reason: 'invalid_data', description: 'The body breaks a rule; data.message says which.' }
const missing = { reason: 'people_not_found', description: 'No profile has this people_id or e-mail.' }
const taken = { reason: 'people_exists', description: 'The e-mail belongs to another profile.' }

/** One profile: add, check, read, save, update, remove. */
export function profileRoutes(choices: Choices): Route[] {
  return [
    {
      ...access,
      right: 'write',
      name: 'people.profile.add',
      method: 'POST',
      path: '/v1/website/:website_id/people/profile',
      summary: 'Add a people profile.',
      body: profileBody(choices, 'required'),
      answers: {
        201: { reason: 'added', data: { type: 'object', properties: { people_id: { type: 'string' } } } },
        400: invalid,
        409: taken
      },
      handle: add
    },
    {
      ...access,
      right: 'read',
      name: 'people.profile.check',
      method: 'HEAD',
      path,
      summary: 'Check that a people profile exists.',
      answers: { 200: { reason: 'resolved' }, 404: missing },
      handle: onPerson(() => resolved({}))
    },
    {
      ...access,
      right: 'read',
      name: 'people.profile.read',
      method: 'GET',
      path,
      summary: 'Get a people profile.',
      answers: { 200: { reason: 'resolved', data: { type: 'object' } }, 404: missing },
      handle: onPerson((visit, person) => resolved(visit.website.read(person)))
    },
    {
      ...access,
      right: 'write',
      name: 'people.profile.save',
      method: 'PUT',
      path,
      summary: 'Save a people profile, overwriting all previous information.',
      body: profileBody(choices, 'required'),
      answers: { 200: { reason: 'updated' }, 400: invalid, 404: missing, 409: taken },
      handle: save
    },
    {
      ...access,
      right: 'write',
      name: 'people.profile.update',
      method: 'PATCH',
      path,
      summary: 'Update a people profile, saving only changed fields on the previous revision.',
      body: profileBody(choices, 'optional'),
      answers: { 200: { reason: 'updated' }, 400: invalid, 404: missing, 409: taken },
      handle: onPerson<ProfileWrite>(({ website, body }, person) =>
        website.patch(person, body) === 'taken' ? peopleExists() : updated()
      )
    },
    {
      ...access,
      right: 'write',
      name: 'people.profile.remove',
      method: 'DELETE',
      path,
      summary: 'Remove a people profile.',
      answers: { 200: { reason: 'deleted' }, 404: missing },
      handle: onPerson(({ website }, person) => {
        website.remove(person)
        return deleted()
      })
    }
  ]
}

function add({ website, body }: Visit<ProfileWrite & { email: string }>): Answer {
  const person = website.create(body)
  return person === 'taken' ? peopleExists() : added({ people_id: person.peopleId })
}

function save({ website, body, params, choices }: Visit<ProfileWrite & { email: string }>): Answer {
  const person = website.find(params.people_id)
  if (person) return website.replace(person, body) === 'taken' ? peopleExists() : updated()
  if (choices.putMissing === 'notFound') return peopleNotFound()
  return website.create(body) === 'taken' ? peopleExists() : updated()
}
