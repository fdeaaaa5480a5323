import type { Route, RouteDefinition } from './route'
import type { Method } from './types'

/** A path pattern such as `/v1/website/:website_id` as a function that reads its parameters, decoded. */
export function toPathMatcher(pattern: string): (path: string) => Record<string, string> | undefined {
  const parts = pattern.split('/')
  return (path) => {
    const sent = path.split('?', 1)[0].split('/')
    if (sent.length !== parts.length) return undefined
    const params: Record<string, string> = {}
    for (const [at, part] of parts.entries()) {
      if (!part.startsWith(':')) {
        if (part !== sent[at]) return undefined
        continue
      }
      const value = decode(sent[at])
      if (!value) return undefined
      params[part.slice(1)] = value
    }
    return params
  }
}

interface AddedRoute {
  definition: RouteDefinition
  match: (path: string) => Record<string, string> | undefined
}

/** Routes that a test added or put in the place of the sandbox's own. */
export class Overrides {
  private readonly byName = new Map<string, RouteDefinition>()
  private readonly added: AddedRoute[] = []

  constructor(private readonly routes: readonly Route[]) {}

  /** Adds a route, or takes the place of one. Throws when it says neither which nor where. */
  set(definition: RouteDefinition): void {
    const own = this.routes.find(({ name, method, path, shortPath }) =>
      definition.name !== undefined && definition.path === undefined
        ? name === definition.name
        : method === definition.method && [path, shortPath].includes(definition.path)
    )
    if (own) {
      this.byName.set(own.name, definition)
    } else if (definition.method && definition.path) {
      this.added.unshift({ definition, match: toPathMatcher(definition.path) })
    } else {
      throw new Error(`There is no route named "${definition.name}"; a new one needs a method and a path.`)
    }
  }

  /** What stands in the place of a route of the sandbox's own. */
  get(name: string): RouteDefinition | undefined {
    return this.byName.get(name)
  }

  /** A route that was added for a path that the sandbox does not know. */
  find(method: Method, path: string): { definition: RouteDefinition; params: Record<string, string> } | undefined {
    for (const { definition, match } of this.added) {
      const params = definition.method === method ? match(path) : undefined
      if (params) return { definition, params }
    }
    return undefined
  }

  /** Takes all of them out. */
  clear(): void {
    this.byName.clear()
    this.added.length = 0
  }
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
