import type { Exchange, SubscriptionReport } from '../runtime'

/** Requests that are shown in full. */
const SHOWN = 3

/** What a dry run finds out. */
export interface DryRun {
  requests: number
  /** Requests by route. */
  routes: Record<string, number>
  /** The first few, as they would go over the wire, without secrets. */
  first: Exchange['request'][]
  /** Requests a day that the days are counted with. */
  quota: number
  /** Days of quota, a fraction for less than one. */
  days: number
}

/** Counts the requests of a dry run. */
export class RequestCounter {
  private requests = 0
  private readonly routes: DryRun['routes'] = {}
  private readonly first: DryRun['first'] = []

  /** Takes the reports of a batch; all of them hold the exchanges of the whole batch. */
  add(reports: SubscriptionReport[]): void {
    for (const { request } of reports[0]?.exchanges ?? []) {
      const route = getRoute(request)
      this.requests++
      this.routes[route] = (this.routes[route] ?? 0) + 1
      if (this.first.length < SHOWN) this.first.push(request)
    }
  }

  /** What was counted, in days of this quota. */
  getDryRun(quota: number): DryRun {
    const { requests, routes, first } = this
    return { requests, routes, first, quota, days: requests / quota }
  }
}

/** The route of a request as Crisp's reference writes it: without website, person or query. */
function getRoute({ method, url }: Exchange['request']): string {
  const path = new URL(url).pathname
    .replace(/^\/v1\/website\/[^/]+/, '')
    .replace(/^(\/people\/(?:profile|data|events))\/[^/]+/, '$1/{person}')
    .replace(/^(\/people\/profiles)\/[^/]+/, '$1/{page}')
  return `${method} ${path}`
}

/** The first requests of a dry run in full, and all of them by route. */
export function toLines({ routes, first }: DryRun): string[] {
  const counts = Object.entries(routes).sort(([, a], [, b]) => b - a)
  return [
    ...(first.length > 0 ? ['The first requests:'] : []),
    ...first.map((request) => JSON.stringify(request, null, 2)),
    'Requests by route:',
    ...counts.map(([route, number]) => `  ${String(number).padStart(8)}  ${route}`)
  ]
}

/** What a dry run comes to, in a sentence. */
export function toTotal({ requests, quota, days }: DryRun): string {
  const share = days > 1 ? `${toCeiling(days, 10)} days` : `${toCeiling(days * 100, 100)} % of a day`
  const number = requests === 1 ? '1 request' : `${requests} requests`
  return `Dry run: ${number} would be made, ${share} at a quota of ${quota} a day.`
}

/** Rounds up to a fraction, so that no plan is too tight; a tiny error of the division does not count. */
const toCeiling = (value: number, parts: number) => Math.ceil(Number((value * parts).toFixed(6))) / parts
