import { total } from './account'
import type { Counts, Tally } from './account'
import type { Checkpoint } from './checkpoint'
import type { Estimate } from './estimate'
import type { Closed } from './gate'
import { OUTCOMES } from './outcome'
import type { Outcome } from './outcome'

/** All that is told at the end of a run, in the form of `--json`. */
export interface Summary {
  type: 'summary'
  /** Whether every line is settled. */
  finished: boolean
  /** Why not, in a sentence. */
  stopped?: string
  /** When and how to go on. */
  goOn?: string
  lines: number
  outcomes: Record<Outcome, number>
  reasons: Counts
  /** Lines that were taken in and wait for a later run. */
  waiting: number
  answersLost: number
  requests: number
  requestsToday: number
  problems: string[]
  failedFile?: string
  state?: string
  dryRun?: DryRun
  exitStatus: number
}

/** What a dry run tells beside the counts. */
export interface DryRun extends Estimate {
  /** Requests a day that the days are reckoned with. */
  quota: number
  /** Days of quota. */
  days: number
}

/** What the summary is made of. */
export interface SummaryParts {
  checkpoint: Checkpoint
  closed?: Closed
  /** The command line that goes on; undefined when nothing was saved. */
  again?: string
  state?: string
  dryRun?: DryRun
}

/** Puts the summary of a run together. */
export function summarize({ checkpoint, closed, again, state, dryRun }: SummaryParts): Summary {
  const { tally, waiting, spent, failed, isFinished } = checkpoint
  return {
    type: 'summary',
    finished: isFinished,
    stopped: closed && whyOf(closed),
    goOn: closed && goOnOf(closed, again),
    lines: tally.lines,
    outcomes: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, total(tally, outcome)])) as Summary['outcomes'],
    reasons: tally.counts,
    waiting: waiting.length,
    answersLost: tally.answersLost,
    requests: tally.requests,
    requestsToday: spent.requests,
    problems: tally.problems,
    failedFile: failed.bytes > 0 ? failed.path : undefined,
    state,
    dryRun,
    exitStatus: exitStatusOf(tally, closed)
  }
}

/**
 * 0 all delivered or deliberately left out, 1 some failed, 2 bad use (also a key or a website that Crisp refuses), 3
 * stopped by the quota or by stop signals, 130 interrupted.
 */
function exitStatusOf(tally: Tally, closed: Closed | undefined): number {
  if (closed?.why === 'interrupted') return 130
  if (closed?.why === 'settings') return 2
  if (closed) return 3
  return total(tally, 'failed') > 0 || tally.problems.length > 0 ? 1 : 0
}

function whyOf(closed: Closed): string {
  switch (closed.why) {
    case 'quota':
      return 'The quota of requests for today is spent.'
    case 'stop signals':
      return 'Crisp accepts no more requests: it has answered with nothing but stop signals (429, 420 or 423), or asks for a longer wait than 15 minutes.'
    case 'interrupted':
      return 'Interrupted.'
    case 'settings':
      return closed.reason
  }
}

function goOnOf(closed: Closed, again: string | undefined): string {
  const when = 'until' in closed ? `after ${new Date(closed.until).toISOString()} ` : ''
  const how = again === undefined ? 'by giving the command again' : `with: ${again}`
  return `Nothing is lost. Go on ${when}${how}`
}

/** The summary for people. */
export function summaryText(summary: Summary): string {
  const { lines, outcomes, waiting, requests, requestsToday, answersLost, problems, dryRun } = summary
  const text = [`${lines} lines read, ${requests} requests (${requestsToday} today)`]
  for (const outcome of OUTCOMES) {
    if (outcomes[outcome] === 0) continue
    text.push(`  ${outcome}: ${outcomes[outcome]}`)
    for (const [reason, events] of Object.entries(summary.reasons[outcome])) {
      if (reason) text.push(`    ${events} × ${reason}`)
    }
  }
  if (waiting > 0) text.push(`  not settled yet: ${waiting}`)
  if (answersLost > 0) {
    text.push(`${answersLost} events were sent again because an answer was lost; a Track among them may appear twice.`)
  }
  text.push(...problems)
  if (summary.failedFile) text.push(`What failed is in ${summary.failedFile}; send that file to try again.`)
  if (summary.stopped) text.push(summary.stopped)
  if (summary.goOn) text.push(summary.goOn)
  if (dryRun) text.push(...dryRunText(dryRun))
  return `${text.join('\n')}\n`
}

function dryRunText({ requests, routes, first, quota, days }: DryRun): string[] {
  const counts = Object.entries(routes).sort(([, a], [, b]) => b - a)
  return [
    `Dry run: ${requests} requests would be made, ${days} days of a quota of ${quota} a day.`,
    ...counts.map(([route, number]) => `  ${String(number).padStart(8)}  ${route}`),
    ...(first.length > 0 ? ['The first:'] : []),
    ...first.map((request) => JSON.stringify(request, null, 2))
  ]
}
