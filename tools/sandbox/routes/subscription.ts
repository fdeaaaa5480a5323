import { resolved, updated } from '../answers'
import type { Route } from '../route'
import { closed } from '../schemas'
import { onPerson } from './on-person'

const shared = {
  scope: 'website:people:subscriptions',
  tiers: ['user', 'plugin', 'website'],
  path: '/v1/website/:website_id/people/subscription/:people_id'
} as const
const missing = { reason: 'people_not_found' }

/** Whether a person takes e-mails. */
export function subscriptionRoutes(): Route[] {
  return [
    {
      ...shared,
      right: 'read',
      name: 'people.subscription.read',
      method: 'GET',
      summary: 'Get people subscription status.',
      answers: {
        200: { reason: 'resolved', data: { type: 'object', properties: { email: { type: 'boolean' } } } },
        404: missing
      },
      handle: onPerson(({ website }, person) => resolved(website.readSubscription(person)))
    },
    {
      ...shared,
      right: 'write',
      name: 'people.subscription.update',
      method: 'PATCH',
      summary: 'Update people subscription status.',
      body: closed({ email: { type: 'boolean' } }, ['email']),
      answers: { 200: { reason: 'updated' }, 400: { reason: 'invalid_data' }, 404: missing },
      handle: onPerson<{ email: boolean }>(({ website, body }, person) => {
        website.setSubscription(person, { email: body.email })
        return updated()
      })
    }
  ]
}
