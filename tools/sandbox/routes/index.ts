import type { Choices } from '../choices'
import type { Route } from '../route'
import { aroundRoutes } from './around'
import { dataRoutes } from './data'
import { eventRoutes } from './events'
import { peopleRoutes } from './people'
import { profileRoutes } from './profile'
import { subscriptionRoutes } from './subscription'
import { suggestRoutes } from './suggest'
import { websiteRoutes } from './website'

/** Every route of the sandbox, in the order of Crisp's reference. */
export function allRoutes(choices: Choices): Route[] {
  return [
    ...websiteRoutes(),
    ...peopleRoutes(choices),
    ...suggestRoutes(),
    ...profileRoutes(choices),
    ...aroundRoutes(),
    ...eventRoutes(choices),
    ...dataRoutes(choices),
    ...subscriptionRoutes()
  ]
}
