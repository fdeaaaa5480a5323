import type { Choices } from './choices'
import type { Access } from './auth'
import type { Lag } from './indexes'
import type { Schema } from './schemas'
import type { Answer, Method } from './types'
import type { Website } from './website'

/** A request as routes, fault rules and overrides see it. */
export interface SandboxRequest {
  /** Name of the route, such as `people.profile.update`; empty when the path is none of the API. */
  readonly route: string
  readonly method: Method
  /** As it came, with the query. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | undefined>>
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed JSON; undefined when there is none or when it cannot be read. */
  readonly body: unknown
  readonly websiteId: string
}

/** What a route's handler works with: the request, once it has passed, and the website it is about. */
export interface Visit<Body = unknown> extends SandboxRequest {
  readonly body: Body
  /** The default one where the path has no `:website_id`. */
  readonly website: Website
  readonly choices: Choices
  /** Where a fault lets the search lag behind writes. */
  readonly lag?: Lag
}

/** A documented answer of a route. */
export interface DocumentedAnswer {
  reason: string
  description?: string
  data?: Schema
}

/** One route of the API, close to how Crisp's reference tells it. */
export interface Route extends Access {
  name: string
  method: Method
  path: string
  /** The same route without its last, optional part. */
  shortPath?: string
  summary: string
  body?: Schema
  query?: Schema
  answers: Record<number, DocumentedAnswer | DocumentedAnswer[]>
  /** A method, which may ask for more than `unknown` of the body: by then it has passed the schema `body`. */
  handle(visit: Visit): Answer | Promise<Answer>
}

/**
 * A route added or overridden by a test. By `name` it takes the place of that route and inherits what it leaves out;
 * with `method` and `path`, any path of the server's, it is a new one (or takes the place of the one there). `next` is the
 * route it replaces.
 */
export interface RouteDefinition extends Access {
  name?: string
  method?: Method
  path?: string
  handler: (request: Visit, next: () => Promise<Answer>) => Answer | Promise<Answer>
}

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
