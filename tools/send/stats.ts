/** What may become of a line. Of several subscriptions the outcome that stands last here counts. */
export const OUTCOMES = ['not subscribed', 'delivered', 'dropped', 'failed'] as const

/** The name of an outcome. */
export type OutcomeName = (typeof OUTCOMES)[number]

/** What became of a line, and why. */
export interface Outcome {
  name: OutcomeName
  /** For what was not delivered. */
  reason?: string
  /** Of a failure: the status that Segment gets. */
  status?: number
  /** Of a failure: whether sending the event again could help. */
  retry?: boolean
}

/** The outcome of an event that several subscriptions took: the worst one. */
export function getWorse(one: Outcome | undefined, other: Outcome): Outcome {
  if (!one) return other
  return OUTCOMES.indexOf(one.name) >= OUTCOMES.indexOf(other.name) ? one : other
}

/** Lines by outcome and reason. */
export type Counts = Record<OutcomeName, Record<string, number>>

/** What is counted over a run and all runs that it goes on from. */
export interface Stats {
  /** Lines that were read. */
  lines: number
  /** Events that were selected to be sent, for `--limit`. */
  selected: number
  counts: Counts
  /** Events of which an answer was lost, so that they were sent again and may have arrived twice. */
  answersLost: number
  /** Requests in all. */
  requests: number
  /** Milliseconds of all runs. */
  duration: number
  /** What was wrong with inputs as a whole. */
  problems: string[]
}

/** Different reasons that are told apart for each outcome; Crisp's own words could make it any number. */
const MAX_REASONS = 50
const OTHER = 'Other reasons.'
const MAX_PROBLEMS = 100

/** Stats of nothing. */
export function createStats(): Stats {
  const counts = Object.fromEntries(OUTCOMES.map((name) => [name, {}])) as Counts
  return { lines: 0, selected: 0, counts, answersLost: 0, requests: 0, duration: 0, problems: [] }
}

/** Counts the outcome of a line. */
export function countOutcome(stats: Stats, { name, reason = '' }: Outcome): void {
  const reasons = stats.counts[name]
  const isNew = !Object.hasOwn(reasons, reason)
  const key = isNew && Object.keys(reasons).length >= MAX_REASONS ? OTHER : reason
  reasons[key] = (reasons[key] ?? 0) + 1
}

/** Adds what is wrong with an input, once. */
export function addProblem(stats: Stats, problem: string): void {
  if (stats.problems.length < MAX_PROBLEMS && !stats.problems.includes(problem)) stats.problems.push(problem)
}

/** Counts the lines with the outcome, whatever the reason. */
export function countLines(stats: Stats, name: OutcomeName): number {
  return Object.values(stats.counts[name]).reduce((sum, lines) => sum + lines, 0)
}

/** Counts the lines that have an outcome. */
export function countSettled(stats: Stats): number {
  return OUTCOMES.reduce((sum, name) => sum + countLines(stats, name), 0)
}

/**
 * Makes sure that every line that was read has exactly one outcome or still waits.
 * @throws Error when the counts do not add up: a defect of this program
 */
export function assertComplete(stats: Stats, waiting: number): void {
  const accounted = countSettled(stats) + waiting
  if (accounted !== stats.lines) {
    throw new Error(`The counts do not add up: ${stats.lines} lines were read, ${accounted} are accounted for.`)
  }
}
