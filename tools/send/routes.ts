import type { Exchange } from '../runtime'

/** The route of a request as Crisp's reference writes it: without website, person or query. */
export function routeOf({ method, url }: Exchange['request']): string {
  const path = new URL(url).pathname
    .replace(/^\/v1\/website\/[^/]+/, '')
    .replace(/^(\/people\/(?:profile|data|events))\/[^/]+/, '$1/{person}')
    .replace(/^(\/people\/profiles)\/[^/]+/, '$1/{page}')
  return `${method} ${path}`
}
