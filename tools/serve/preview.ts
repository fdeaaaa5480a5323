import destination from '../../src'
import { match } from './matching'
import { mapPayload } from './payload'
import type { JsonObject, Preview, SubscriptionView } from './types'

/** What a subscription makes of an event, without sending anything. */
export function preview(subscription: SubscriptionView, event: JsonObject): Preview {
  const taken = match(subscription.subscribe, event)
  if (!taken.matches) return { subscription, match: taken, fieldErrors: [] }
  const { partnerAction, mapping } = subscription
  return {
    subscription,
    match: taken,
    ...mapPayload(partnerAction, destination.actions[partnerAction].fields, mapping, event)
  }
}
