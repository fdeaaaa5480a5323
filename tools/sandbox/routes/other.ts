import { listed, resolved, updated } from '../responses'
import type { Route } from '../route'
import { closed } from '../schemas'
import { ALL_TIERS, INVALID, MISSING, onPage, onPerson, PEOPLE_PATH } from './common'

/**
 * Routes around people whose subject the sandbox does not hold: a person has no conversations or campaigns, and an import
 * or export is accepted and has no effect. They are here for their paths, tiers and statuses.
 */
export function otherRoutes(): Route[] {
  return [
    {
      tiers: ALL_TIERS,
      name: 'people.conversations.list',
      method: 'GET',
      path: `${PEOPLE_PATH}/conversations/:people_id/list/:page_number`,
      summary: 'List people conversations; always empty here.',
      answers: {
        200: { reason: 'listed', data: { type: 'array', items: { type: 'string' } } },
        400: INVALID,
        404: MISSING
      },
      handle: listNothing
    },
    {
      tiers: ['user'],
      name: 'people.campaigns.list',
      method: 'GET',
      path: `${PEOPLE_PATH}/campaigns/:people_id/list/:page_number`,
      summary: 'List people campaigns; always empty here.',
      answers: {
        200: { reason: 'listed', data: { type: 'array', items: { type: 'object' } } },
        400: INVALID,
        404: MISSING
      },
      handle: listNothing
    },
    {
      tiers: ['user'],
      name: 'people.export',
      method: 'POST',
      path: `${PEOPLE_PATH}/export/profiles`,
      summary: 'Export people profiles; accepted without effect here.',
      answers: { 202: { reason: 'processed' } },
      handle: () => ({ status: 202, reason: 'processed' })
    },
    {
      tiers: ['user'],
      name: 'people.import',
      method: 'POST',
      path: `${PEOPLE_PATH}/import/profiles`,
      summary: 'Import people profiles; accepted without effect here.',
      body: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
      answers: { 202: { reason: 'processed' }, 400: INVALID },
      handle: () => ({ status: 202, reason: 'processed' })
    }
  ]
}

const listNothing = onPerson((visit) => onPage(() => listed([]))(visit))

const SUBSCRIPTION = {
  scope: 'website:people:subscriptions',
  tiers: ALL_TIERS,
  path: `${PEOPLE_PATH}/subscription/:people_id`
} as const

/** Whether a person takes emails. */
export function subscriptionRoutes(): Route[] {
  return [
    {
      ...SUBSCRIPTION,
      right: 'read',
      name: 'people.subscription.read',
      method: 'GET',
      summary: 'Get people subscription status.',
      answers: {
        200: { reason: 'resolved', data: { type: 'object', properties: { email: { type: 'boolean' } } } },
        404: MISSING
      },
      handle: onPerson(({ website }, person) => resolved(website.readSubscription(person)))
    },
    {
      ...SUBSCRIPTION,
      right: 'write',
      name: 'people.subscription.update',
      method: 'PATCH',
      summary: 'Update people subscription status.',
      body: closed({ email: { type: 'boolean' } }, ['email']),
      answers: { 200: { reason: 'updated' }, 400: INVALID, 404: MISSING },
      handle: onPerson<{ email: boolean }>(({ website, body }, person) => {
        website.setSubscription(person, { email: body.email })
        return updated()
      })
    }
  ]
}
