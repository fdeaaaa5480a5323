import { OUTCOMES } from './outcome'
import type { Outcome, Settlement } from './outcome'

/** Lines by what became of them and why. */
export type Counts = Record<Outcome, Record<string, number>>

/** What is counted over a run and all runs that it goes on from. */
export interface Tally {
  /** Lines that were taken in. */
  lines: number
  /** Events that were selected to be sent, for `--limit`. */
  selected: number
  counts: Counts
  /** Events of which an answer was lost, so that they were sent again and may have arrived twice. */
  answersLost: number
  /** Requests in all. */
  requests: number
  /** What was wrong with inputs as a whole. */
  problems: string[]
}

/** Different reasons that are told apart for each outcome; Crisp's own words could make it any number. */
const REASONS = 50
const OTHER = 'Other reasons.'
const PROBLEMS = 100

/** An empty tally. */
export function newTally(): Tally {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, {}])) as Counts
  return { lines: 0, selected: 0, counts, answersLost: 0, requests: 0, problems: [] }
}

/** Counts a line as settled. */
export function count(tally: Tally, { outcome, reason = '' }: Settlement): void {
  const reasons = tally.counts[outcome]
  const isNew = !Object.hasOwn(reasons, reason)
  const name = isNew && Object.keys(reasons).length >= REASONS ? OTHER : reason
  reasons[name] = (reasons[name] ?? 0) + 1
}

/** Notes what is wrong with an input, once. */
export function noteProblem(tally: Tally, problem: string): void {
  if (tally.problems.length < PROBLEMS && !tally.problems.includes(problem)) tally.problems.push(problem)
}

/** Lines with the outcome, whatever the reason. */
export function total(tally: Tally, outcome: Outcome): number {
  return Object.values(tally.counts[outcome]).reduce((sum, lines) => sum + lines, 0)
}

/** Lines that are settled. */
export function settled(tally: Tally): number {
  return OUTCOMES.reduce((sum, outcome) => sum + total(tally, outcome), 0)
}

/**
 * Makes sure that every line that was taken in has exactly one outcome or still waits.
 * @throws Error when the counts do not add up: a defect of this program
 */
export function assertWhole(tally: Tally, waiting: number): void {
  const accounted = settled(tally) + waiting
  if (accounted !== tally.lines) {
    throw new Error(`The counts do not add up: ${tally.lines} lines were read, ${accounted} are accounted for.`)
  }
}
