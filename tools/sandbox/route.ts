import type { Choices } from './choices'
import type { Access } from './auth'
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
