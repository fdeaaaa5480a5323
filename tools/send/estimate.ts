import type { Exchange, SubscriptionReport } from '../runtime'
import { routeOf } from './routes'

/** Requests that are shown in full. */
const SHOWN = 3

/** What a dry run finds out. */
export interface Estimate {
  requests: number
  /** Requests by route. */
  routes: Record<string, number>
  /** The first few, as they would go over the wire, without secrets. */
  first: Exchange['request'][]
}

/** Counts the requests of a dry run. */
export class Estimator {
  readonly estimate: Estimate = { requests: 0, routes: {}, first: [] }

  /** Takes the reports of a batch; all of them hold the exchanges of the whole batch. */
  watch(reports: SubscriptionReport[]): void {
    const { estimate } = this
    for (const { request } of reports[0]?.exchanges ?? []) {
      const route = routeOf(request)
      estimate.requests++
      estimate.routes[route] = (estimate.routes[route] ?? 0) + 1
      if (estimate.first.length < SHOWN) estimate.first.push(request)
    }
  }
}
