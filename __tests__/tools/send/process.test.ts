import { spawn } from 'child_process'
import type { ChildProcess, ChildProcessWithoutNullStreams } from 'child_process'
import { closeSync, openSync, readFileSync } from 'fs'
import { readdir } from 'fs/promises'
import { gzipSync } from 'zlib'
import type { Summary } from '../../../tools/send/summary'
import { PROGRAM } from '../../program'
import { itOnPosix } from '../posix'
import { Bench, emailsOf, identify, KEY, mixed, track } from './support'

jest.setTimeout(120_000)

let bench: Bench
let running: ChildProcess[] = []
beforeEach(async () => (bench = await Bench.make()))
afterEach(async () => {
  running.forEach((child) => child.kill('SIGKILL'))
  running = []
  await bench.close()
})

interface Result {
  status: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

interface StartOptions {
  key?: boolean
  input?: string | Buffer
  /** A script that runs before the program. */
  preload?: string
  /** Another command line in place of the program's. */
  command?: string[]
  /** A file descriptor in place of a pipe. */
  stdout?: number
}

/** The command as a process of its own, in the folder of the test. */
function start(args: string[], { key = true, input, preload, command, stdout: to }: StartOptions = {}) {
  const { CRISP_API_KEY: _key, ...env } = process.env
  const [program, ...words] = command ?? [
    process.execPath,
    ...(preload ? ['--require', preload] : []),
    PROGRAM,
    'send',
    ...args
  ]
  const child = spawn(program, words, {
    cwd: bench.folder,
    env: key ? { ...env, CRISP_API_KEY: KEY } : env,
    stdio: ['pipe', to ?? 'pipe', 'pipe']
  }) as ChildProcessWithoutNullStreams
  running.push(child)
  let stdout = ''
  let stderr = ''
  if (to === undefined) child.stdout.on('data', (text: Buffer) => (stdout += text.toString()))
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
  if (input !== undefined) child.stdin.end(input)
  const ended = new Promise<Result>((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }))
  )
  return { child, ended }
}

const toSandbox = () => ['--endpoint', bench.crisp.url, '--website-id', bench.crisp.websiteId]
const summaryOf = ({ stdout }: Result) => JSON.parse(stdout) as Summary

/** Calls a function when the sandbox sees its nth request. */
function onRequest(nth: number, call: () => void): void {
  bench.crisp.faults.add({ nth, effect: { type: 'handler', handle: () => (call(), undefined) } })
}

/** Goes on with an interrupted run, in this process. */
const goOn = () => bench.send({ files: ['events'], state: 's', failed: undefined, batchSize: 20 })

function deliveredTexts(people: number): string[] {
  return bench.eventsOfEach(emailsOf(people)).flat()
}

/** With `SEND_EVENTS=50000` it takes some minutes and covers more. */
const EVENTS = Number(process.env.SEND_EVENTS ?? 300)

it('loses nothing to kill -9 and faults together, and every repeat is counted or was in flight', async () => {
  const [people, batchSize, kills] = [Math.ceil(EVENTS / 12), 10, 3]
  await bench.close()
  bench = await Bench.make({ journalSize: 4 * EVENTS })
  const broken = Array.from({ length: 5 }, () => ({ type: 'track', event: 'Of no person' }))
  const lines = [...broken, ...mixed(EVENTS, people)].map((event) => JSON.stringify(event))
  await bench.file('events.gz', gzipSync(lines.join('\n')))
  const args = [
    ...['events.gz', ...toSandbox(), '--failed', 'f'],
    ...['--batch-size', String(batchSize), '--json', '--no-progress']
  ]
  const every = (step: number, from: number) =>
    Array.from({ length: Math.ceil((3 * EVENTS) / step) }, (_, index) => from + index * step)
  const step = Math.max(250, EVENTS / 100)
  bench.crisp.faults.add({ nth: every(step, 50), effect: { type: 'answer', status: 500, reason: 'server_error' } })
  bench.crisp.faults.add({ nth: every(step, 90), effect: { type: 'reset', applied: true } })
  bench.crisp.faults.add({ nth: every(step, 130), effect: { type: 'reset' } })
  for (let kill = 0; kill < kills; kill++) {
    const { child, ended } = start(args)
    onRequest(Math.floor(0.4 * EVENTS), () => child.kill('SIGKILL'))
    expect((await ended).signal).toBe('SIGKILL')
  }
  const result = await start(args).ended
  expect(result.status).toBe(1)
  const summary = summaryOf(result)
  expect(summary).toMatchObject({ finished: true, lines: EVENTS + 5, waiting: 0 })
  expect(summary.outcomes).toEqual({ delivered: EVENTS, dropped: 0, failed: 5, 'not subscribed': 0 })
  expect(await bench.entries('f')).toHaveLength(5)

  const texts = deliveredTexts(people)
  const different = new Set(texts).size
  expect(different).toBe(mixed(EVENTS, people).filter((event) => 'event' in event).length)
  expect(summary.answersLost).toBeGreaterThan(0)
  expect(texts.length - different).toBeLessThanOrEqual(summary.answersLost + kills * 2 * batchSize)
  expect((await readdir(bench.folder)).sort()).toEqual(['events.gz', 'f'])
}, 1_200_000)

itOnPosix('finishes what is in flight on the first Ctrl-C and saves', async () => {
  await bench.file('events', mixed(150, 20))
  const args = ['events', ...toSandbox(), '--state', 's', '--batch-size', '20', '--json']
  const { child, ended } = start(args)
  onRequest(100, () => child.kill('SIGINT'))
  const result = await ended
  expect(result.status).toBe(130)
  expect(summaryOf(result)).toMatchObject({ finished: false, stopped: 'Interrupted.' })
  const notices = result.stderr.trimEnd().split('\n')
  expect(notices.map((line) => JSON.parse(line) as object)).toContainEqual({
    type: 'notice',
    text: 'Finishing what is in flight; once more stops at once.'
  })
  expect(await goOn()).toMatchObject({ finished: true, exitStatus: 0 })
  const texts = deliveredTexts(20)
  expect(texts).toHaveLength(100)
  expect(new Set(texts).size).toBe(100)
})

itOnPosix('finishes and saves as well when the terminal is closed', async () => {
  await bench.file('events', mixed(150, 20))
  const args = ['events', ...toSandbox(), '--state', 's', '--batch-size', '20', '--json']
  const { child, ended } = start(args)
  onRequest(100, () => {
    child.stdout.destroy()
    child.stderr.destroy()
    child.kill('SIGHUP')
    setTimeout(() => child.kill('SIGHUP'), 5)
  })
  expect(await ended).toMatchObject({ status: 130, signal: null })
  expect(JSON.parse(await bench.read('s'))).toMatchObject({ checkpoint: { isFinished: false } })
  expect(await goOn()).toMatchObject({ finished: true, outcomes: { delivered: 150 } })
  const texts = deliveredTexts(20)
  expect(texts).toHaveLength(new Set(texts).size)
})

itOnPosix('stops at once on the second Ctrl-C and loses nothing', async () => {
  await bench.file('events', mixed(150, 20))
  const args = ['events', ...toSandbox(), '--state', 's', '--batch-size', '20', '--json']
  const { child, ended } = start(args)
  bench.crisp.faults.add({
    nth: 100,
    effect: { type: 'handler', handle: () => (child.kill('SIGINT'), new Promise(() => undefined)) }
  })
  child.stderr.on('data', (text: Buffer) => {
    if (text.includes('Finishing')) child.kill('SIGINT')
  })
  const result = await ended
  expect(result.status).toBe(130)
  expect(result.stdout).toBe('')
  bench.crisp.faults.clear()
  // The run named a failed file, which is empty: it is taken over, and gone in the end.
  expect(await readdir(bench.folder)).toContainEqual(expect.stringMatching(/\.failed\.ndjson$/))
  expect(await goOn()).toMatchObject({ finished: true, outcomes: { delivered: 150 } })
  expect(new Set(deliveredTexts(20)).size).toBe(100)
  expect((await readdir(bench.folder)).sort()).toEqual(['events', 's'])
})

itOnPosix.each([
  ['SIGINT', 'commander'],
  ['SIGTERM', 'commander'],
  ['SIGHUP', 'tinyglobby']
])('ends in good order on a %s that comes while the program loads %s', async (signal, name) => {
  await bench.file('events', mixed(30, 3))
  await bench.file(
    'early.js',
    `const { Module } = require('module')
     const load = Module._load
     let isSent = false
     Module._load = function (name, ...rest) {
       if (name === ${JSON.stringify(name)} && !isSent) isSent = process.kill(process.pid, ${JSON.stringify(signal)})
       return load.call(this, name, ...rest)
     }`
  )
  const result = await start(['events', ...toSandbox()], { preload: bench.path('early.js') }).ended
  expect(result).toMatchObject({ status: 130, signal: null, stdout: '' })
  expect(result.stderr).toMatch(/^Interrupted before anything was sent\.\n$/m)
  expect(bench.crisp.journal.count()).toBe(0)
})

const itOnLinux = process.platform === 'linux' ? it : it.skip

describe('what Linux has instead of files', () => {
  const shell = (line: string) =>
    start([], { command: ['/bin/bash', '-c', line.replaceAll('SEND', `${process.execPath} ${PROGRAM} send`)] }).ended

  itOnLinux('is read: another program by <(…), and /dev/stdin', async () => {
    await bench.file('events', [identify(1), track(1, 'Came')])
    const to = `${toSandbox().join(' ')} --json --no-progress`
    expect(summaryOf(await shell(`SEND <(cat events) <(cat events) ${to}`))).toMatchObject({ lines: 4, finished: true })
    expect(summaryOf(await shell(`cat events | SEND /dev/stdin ${to}`))).toMatchObject({ lines: 2, finished: true })
    expect(summaryOf(await shell(`SEND /dev/stdin ${to} < events`))).toMatchObject({ lines: 2, finished: true })
  })

  itOnLinux('is full, and a sentence says so', async () => {
    await bench.file('events', [{ type: 'track', event: 'Of no person' }])
    const failed = await start(['events', ...toSandbox(), '--failed', '/dev/full']).ended
    expect(failed).toMatchObject({ status: 2, stdout: '' })
    expect(failed.stderr).toMatch(
      /^The failed file \/dev\/full cannot be written: no space is left on the disk\. [^\n]*\n$/m
    )
    const full = openSync('/dev/full', 'w')
    const summary = await start(['events', ...toSandbox()], { stdout: full }).ended
    closeSync(full)
    expect(summary.status).toBe(2)
    expect(summary.stderr).toMatch(/^Standard output cannot be written: no space is left on the disk\.\n$/m)
  })
})

it('reads standard input, and says that it delivers to a sandbox where no credentials are given', async () => {
  const input = [identify(1), track(1, 'Came')].map((event) => JSON.stringify(event)).join('\r\n')
  const result = await start([], { key: false, input }).ended
  expect(result).toMatchObject({ status: 0, signal: null })
  expect(result.stderr).toMatch(/No credentials were given: delivering to an embedded sandbox/)
  expect(result.stdout).toMatch(/^2 lines read\n {2}delivered {7}2\n {2}requests {8}5 \(5 today\)\n {2}duration .*\n$/)
})

it('goes on with the same standard input, and refuses another', async () => {
  const input = (people: number) =>
    mixed(120, people)
      .map((event) => JSON.stringify(event))
      .join('\n')
  const args = ['-', ...toSandbox(), '--state', 's', '--batch-size', '20', '--json']
  const first = await start([...args, '--quota', '100'], { input: input(20) }).ended
  expect(first.status).toBe(3)
  const other = await start(args, { input: input(19) }).ended
  expect(other).toMatchObject({ status: 2, stdout: '' })
  expect(other.stderr).toMatch(/Standard input has changed since the earlier run/)
  expect((await start(args, { input: input(20).slice(0, 500) }).ended).status).toBe(2)
  const last = await start(args, { input: input(20) }).ended
  expect(summaryOf(last)).toMatchObject({ finished: true, outcomes: { delivered: 120 } })
  expect(deliveredTexts(20)).toHaveLength(80)
})

it('shows the key in no output and no process list', async () => {
  await bench.file('events', mixed(50, 5))
  const { child, ended } = start(['events', ...toSandbox(), '--state', 's'])
  let commandLine = ''
  onRequest(5, () => {
    if (process.platform === 'linux') commandLine = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')
  })
  const { stdout, stderr, status } = await ended
  expect(status).toBe(0)
  const everything = [stdout, stderr, commandLine, await bench.read('s')].join()
  for (const secret of [...KEY.split(':'), btoa(KEY)]) expect(everything).not.toContain(secret)
})
