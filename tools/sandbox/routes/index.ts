import type { Choices } from '../choices'
import type { Route } from '../route'
import { dataRoutes } from './data'
import { eventRoutes } from './events'
import { otherRoutes, subscriptionRoutes } from './other'
import { profileRoutes } from './profile'
import { suggestRoutes } from './suggest'
import { websiteRoutes } from './website'

/** Every route of the sandbox, in the order of Crisp's reference. */
export function getRoutes(choices: Choices): Route[] {
  return [
    ...websiteRoutes(choices),
    ...suggestRoutes(),
    ...profileRoutes(choices),
    ...otherRoutes(),
    ...eventRoutes(choices),
    ...dataRoutes(choices),
    ...subscriptionRoutes()
  ]
}
