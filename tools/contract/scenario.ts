/**
 * What Crisp's REST API is known to answer, as data: recordings of real traffic, documented examples, and questions
 * whose answer nobody has published. The sandbox is held against it in its tests; a user can hold the real API against
 * it with their own credentials.
 *
 * In paths, bodies and expected data `{email}`, `{other}` and `{nobody}` stand for addresses made up for the run, and
 * `{name}` for a value that an earlier step kept. In expected data `$uuid`, `$ms` (milliseconds since the epoch),
 * `$number`, `$list` and `$any` stand for any such value; objects have these keys and no others.
 */
export interface Exchange {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/v1/website/{website_id}`. */
  path: string
  query?: Record<string, string>
  body?: unknown
  /** Another token than the run's. */
  as?: 'wrong key' | 'nobody'
  /** Expected; a list where either is fine. */
  status: number | number[]
  /** Not expected of HEAD, which has no body. */
  reason?: string
  data?: unknown
  /** Keeps a field of the answer's data under a name. */
  keep?: Record<string, string>
}

/** How well an exchange is known. */
export type Confidence = 'recorded' | 'documented' | 'reported' | 'inferred' | 'question'

export interface Scenario {
  name: string
  confidence: Confidence
  /** Where it is known from; for a question, the sandbox's choice that decides it. */
  source: string
  exchanges: Exchange[]
}
