import type { Choices } from '../choices'
import { added, deleted, emailExists, peopleExists, peopleNotFound, resolved, updated } from '../responses'
import type { Route, Visit } from '../route'
import { profileBody } from '../schemas'
import type { Answer, ProfileWrite } from '../types'
import { ALL_TIERS, INVALID, MISSING, onPerson, PEOPLE_PATH } from './common'

const PROFILE_PATH = `${PEOPLE_PATH}/profile/:people_id`
const ACCESS = { scope: 'website:people:profiles', tiers: ALL_TIERS } as const
const EXISTS = { reason: 'people_exists', description: 'A profile with this email is there already.' }
const TAKEN = { reason: 'people_email_exists', description: 'The email belongs to another profile.' }

/** One profile: add, check, read, save, update, remove. */
export function profileRoutes(choices: Choices): Route[] {
  return [
    {
      ...ACCESS,
      right: 'write',
      name: 'people.profile.add',
      method: 'POST',
      path: `${PEOPLE_PATH}/profile`,
      summary: 'Add a people profile.',
      body: profileBody(choices, 'required'),
      answers: {
        201: { reason: 'added', data: { type: 'object', properties: { people_id: { type: 'string' } } } },
        400: INVALID,
        409: EXISTS
      },
      handle: add
    },
    {
      ...ACCESS,
      right: 'read',
      name: 'people.profile.check',
      method: 'HEAD',
      path: PROFILE_PATH,
      summary: 'Check that a people profile exists.',
      answers: { 200: { reason: 'resolved' }, 404: MISSING },
      handle: onPerson(() => resolved({}))
    },
    {
      ...ACCESS,
      right: 'read',
      name: 'people.profile.read',
      method: 'GET',
      path: PROFILE_PATH,
      summary: 'Get a people profile.',
      answers: { 200: { reason: 'resolved', data: { type: 'object' } }, 404: MISSING },
      handle: onPerson((visit, person) => resolved(visit.website.read(person)))
    },
    {
      ...ACCESS,
      right: 'write',
      name: 'people.profile.save',
      method: 'PUT',
      path: PROFILE_PATH,
      summary: 'Save a people profile, overwriting all previous information.',
      body: profileBody(choices, 'required'),
      answers: { 200: { reason: 'updated' }, 400: INVALID, 404: MISSING, 409: TAKEN },
      handle: save
    },
    {
      ...ACCESS,
      right: 'write',
      name: 'people.profile.update',
      method: 'PATCH',
      path: PROFILE_PATH,
      summary: 'Update a people profile, saving only changed fields on the previous revision.',
      body: profileBody(choices, 'optional'),
      answers: { 200: { reason: 'updated' }, 400: INVALID, 404: MISSING, 409: TAKEN },
      handle: onPerson<ProfileWrite>(({ website, body }, person) =>
        website.patch(person, body) === 'taken' ? emailExists() : updated()
      )
    },
    {
      ...ACCESS,
      right: 'write',
      name: 'people.profile.remove',
      method: 'DELETE',
      path: PROFILE_PATH,
      summary: 'Remove a people profile.',
      answers: { 200: { reason: 'deleted' }, 404: MISSING },
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
  if (person) return website.replace(person, body) === 'taken' ? emailExists() : updated()
  if (choices.putMissing === 'notFound') return peopleNotFound()
  return website.create(body) === 'taken' ? peopleExists() : updated()
}
