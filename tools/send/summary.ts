import type { Checkpoint } from './checkpoint'
import { toLines, toTotal } from './dry-run'
import type { DryRun } from './dry-run'
import { cut, toDuration } from './progress'
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
  /** Milliseconds of all runs. */
  duration: number
  problems: string[]
  failedFile?: string
  /** The command line that sends the failed events again. */
  sendFailed?: string
  state?: string
  dryRun?: DryRun
  exitStatus: number
}

/** Command lines that may be typed next. */
export interface Commands {
  /** Goes on. */
  again: string
  /** Sends a failed file. */
  getSendFailed: (path: string) => string
}

/** What the summary is made of. */
export interface SummarySource {
  checkpoint: Checkpoint
  ended?: EarlyEnd
  state?: string
  /** True when what was delivered is gone with the sandbox, so that no run can go on. */
  isEmbedded?: boolean
  commands?: Commands
  dryRun?: DryRun
}

/** Puts the summary of a run together. */
export function buildSummary({ checkpoint, ended, state, isEmbedded, commands, dryRun }: SummarySource): Summary {
  const { stats, waiting, today, failed, isFinished } = checkpoint
  const failedFile = failed.bytes > 0 ? failed.path : undefined
  return {
    type: 'summary',
    finished: isFinished,
    stopped: ended && getReason(ended),
    goOn: ended && !isEmbedded ? getGoOn(ended, commands?.again) : undefined,
    lines: stats.lines,
    outcomes: Object.fromEntries(OUTCOMES.map((name) => [name, countLines(stats, name)])) as Summary['outcomes'],
    reasons: stats.counts,
    waiting: waiting.length,
    answersLost: stats.answersLost,
    requests: stats.requests,
    requestsToday: today.requests,
    duration: stats.duration,
    problems: stats.problems,
    failedFile,
    sendFailed: failedFile && commands?.getSendFailed(failedFile),
    state,
    dryRun,
    exitStatus: getExitStatus(stats, ended)
  }
}

/**
 * 0 all delivered or deliberately left out, 1 some failed, 2 invalid usage (also a key or a website that Crisp refuses), 3
 * stopped by the quota or by rate-limit responses, 130 interrupted.
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
    case 'rate limit':
      return 'Crisp accepts no more requests: it has answered with nothing but rate-limit responses (429, 420, or 423), or asks for a longer wait than 15 minutes.'
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

/** The outcomes in the order in which the summary tells them. */
const ORDER: OutcomeName[] = ['delivered', 'dropped', 'failed', 'not subscribed']
const NAME_WIDTH = 16

/**
 * The summary as text for people; what to do next stands last.
 * @param columns - the width of the screen: reasons are cut to it
 */
export function toText(summary: Summary, columns = 80): string {
  const { lines, outcomes, waiting, requests, requestsToday, duration, answersLost, problems, dryRun } = summary
  const toRow = (name: string, value: string | number) => `  ${name.padEnd(NAME_WIDTH)}${value}`
  const text = [...(dryRun ? toLines(dryRun) : []), `${lines} ${lines === 1 ? 'line' : 'lines'} read`]
  for (const name of ORDER) {
    if (outcomes[name] === 0 && name !== 'delivered') continue
    text.push(toRow(name, outcomes[name]))
    for (const [reason, events] of Object.entries(summary.reasons[name])) {
      if (reason) text.push(cut(`    ${events} × ${reason}`, columns))
    }
  }
  if (waiting > 0) text.push(toRow('not sent yet', waiting))
  text.push(toRow('requests', `${requests} (${requestsToday} today)`))
  text.push(toRow('duration', toDuration(Math.round(duration / 1_000))))
  if (answersLost > 0) {
    const again = answersLost === 1 ? '1 event was' : `${answersLost} events were`
    text.push(`${again} sent again because an answer was lost; a Track may appear twice.`)
  }
  text.push(...problems)
  if (summary.stopped) text.push(summary.stopped)
  if (summary.failedFile) text.push(`What failed is in ${summary.failedFile}.`)
  if (summary.sendFailed) text.push(`Send it again with: ${summary.sendFailed}`)
  if (summary.goOn) text.push(summary.goOn)
  if (dryRun) text.push(toTotal(dryRun))
  return `${text.join('\n')}\n`
}
