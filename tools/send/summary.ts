import type { Checkpoint } from './checkpoint'
import { toLines } from './dry-run'
import type { DryRun } from './dry-run'
import type { EarlyEnd } from './rate-limiter'
import { countLines, OUTCOMES } from './stats'
import type { Counts, OutcomeName, Stats } from './stats'

/** All that is told at the end of a run, in the form of `--json`. */
export interface Summary {
  type: 'summary'
  /** Whether every line has its outcome. */
  finished: boolean
  /** Why not, in a sentence. */
  stopped?: string
  /** When and how to go on. */
  goOn?: string
  lines: number
  outcomes: Record<OutcomeName, number>
  reasons: Counts
  /** Lines that were read and wait for a later run. */
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

/** What the summary is made of. */
export interface SummarySource {
  checkpoint: Checkpoint
  ended?: EarlyEnd
  /** The command line that goes on; undefined when nothing was saved. */
  again?: string
  state?: string
  dryRun?: DryRun
}

/** Puts the summary of a run together. */
export function buildSummary({ checkpoint, ended, again, state, dryRun }: SummarySource): Summary {
  const { stats, waiting, today, failed, isFinished } = checkpoint
  return {
    type: 'summary',
    finished: isFinished,
    stopped: ended && getReason(ended),
    goOn: ended && getGoOn(ended, again),
    lines: stats.lines,
    outcomes: Object.fromEntries(OUTCOMES.map((name) => [name, countLines(stats, name)])) as Summary['outcomes'],
    reasons: stats.counts,
    waiting: waiting.length,
    answersLost: stats.answersLost,
    requests: stats.requests,
    requestsToday: today.requests,
    problems: stats.problems,
    failedFile: failed.bytes > 0 ? failed.path : undefined,
    state,
    dryRun,
    exitStatus: getExitStatus(stats, ended)
  }
}

/**
 * 0 all delivered or deliberately left out, 1 some failed, 2 bad use (also a key or a website that Crisp refuses), 3
 * stopped by the quota or by stop signals, 130 interrupted.
 */
function getExitStatus(stats: Stats, ended: EarlyEnd | undefined): number {
  if (ended?.why === 'interrupted') return 130
  if (ended?.why === 'settings') return 2
  if (ended) return 3
  return countLines(stats, 'failed') > 0 || stats.problems.length > 0 ? 1 : 0
}

function getReason(ended: EarlyEnd): string {
  switch (ended.why) {
    case 'quota':
      return 'The quota of requests for today is spent.'
    case 'stop signals':
      return 'Crisp accepts no more requests: it has answered with nothing but stop signals (429, 420 or 423), or asks for a longer wait than 15 minutes.'
    case 'interrupted':
      return 'Interrupted.'
    case 'settings':
      return ended.reason
  }
}

function getGoOn(ended: EarlyEnd, again: string | undefined): string {
  const when = 'until' in ended ? `after ${new Date(ended.until).toISOString()} ` : ''
  const how = again === undefined ? 'by giving the command again' : `with: ${again}`
  return `Nothing is lost. Go on ${when}${how}`
}

/** The summary as text for people. */
export function toText(summary: Summary): string {
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
  if (dryRun) text.push(...toLines(dryRun))
  return `${text.join('\n')}\n`
}
