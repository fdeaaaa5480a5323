import { spawn } from 'child_process'
import type { ChildProcess } from 'child_process'
import { readFileSync } from 'fs'
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

/** The command as a process of its own, in the folder of the test. */
function start(args: string[], { key = true, input }: { key?: boolean; input?: string | Buffer } = {}) {
  const { CRISP_API_KEY: _key, ...env } = process.env
  const child = spawn(process.execPath, [PROGRAM, 'send', ...args], {
    cwd: bench.folder,
    env: key ? { ...env, CRISP_API_KEY: KEY } : env
  })
  running.push(child)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()))
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

function deliveredTexts(people: number): string[] {
  return bench.eventsOfEach(emailsOf(people)).flat()
}

it('goes on after kill -9 as if nothing had happened, but for what was in flight', async () => {
  const [people, batchSize] = [25, 20]
  const broken = Array.from({ length: 5 }, () => ({ type: 'track', event: 'nobody' }))
  await bench.file(
    'events.gz',
    gzipSync([...broken, ...mixed(600, people)].map((event) => JSON.stringify(event)).join('\n'))
  )
  const args = [
    'events.gz',
    ...toSandbox(),
    '--state',
    's',
    '--failed',
    'f',
    '--batch-size',
    String(batchSize),
    '--json'
  ]
  for (const nth of [150, 170]) {
    const { child, ended } = start(args)
    onRequest(nth, () => child.kill('SIGKILL'))
    expect((await ended).signal).toBe('SIGKILL')
    bench.crisp.faults.clear()
  }
  const result = await start(args).ended
  expect(summaryOf(result)).toMatchObject({
    lines: 605,
    outcomes: { delivered: 600, failed: 5 },
    waiting: 0,
    finished: true
  })
  expect(result.status).toBe(1)
  expect(await bench.entries('f')).toHaveLength(5)

  const texts = deliveredTexts(people)
  expect(new Set(texts).size).toBe(400)
  expect(texts.length - 400).toBeLessThanOrEqual(2 * 2 * batchSize)
})

itOnPosix('finishes what is in flight on the first Ctrl-C and saves', async () => {
  await bench.file('events', mixed(300, 20))
  const args = ['events', ...toSandbox(), '--state', 's', '--batch-size', '20', '--json']
  const { child, ended } = start(args)
  onRequest(80, () => child.kill('SIGINT'))
  const result = await ended
  expect(result.status).toBe(130)
  expect(summaryOf(result)).toMatchObject({ finished: false, stopped: 'Interrupted.' })
  const notices = result.stderr.trimEnd().split('\n')
  expect(notices.map((line) => JSON.parse(line) as object)).toContainEqual({
    type: 'notice',
    text: 'Finishing what is in flight; once more stops at once.'
  })
  const last = await start(args).ended
  expect(last.status).toBe(0)
  const texts = deliveredTexts(20)
  expect(texts).toHaveLength(200)
  expect(new Set(texts).size).toBe(200)
})

itOnPosix('finishes and saves as well when the terminal is closed', async () => {
  await bench.file('events', mixed(300, 20))
  const args = ['events', ...toSandbox(), '--state', 's', '--batch-size', '20', '--json']
  const { child, ended } = start(args)
  onRequest(80, () => {
    child.stdout.destroy()
    child.stderr.destroy()
    child.kill('SIGHUP')
    setTimeout(() => child.kill('SIGHUP'), 5)
  })
  expect(await ended).toMatchObject({ status: 130, signal: null })
  expect(JSON.parse(await bench.read('s'))).toMatchObject({ checkpoint: { isFinished: false } })
  expect(summaryOf(await start(args).ended)).toMatchObject({ finished: true, outcomes: { delivered: 300 } })
  const texts = deliveredTexts(20)
  expect(texts).toHaveLength(new Set(texts).size)
})

itOnPosix('stops at once on the second Ctrl-C and loses nothing', async () => {
  await bench.file('events', mixed(300, 20))
  const args = ['events', ...toSandbox(), '--state', 's', '--batch-size', '20', '--json']
  const { child, ended } = start(args)
  bench.crisp.faults.add({
    nth: 80,
    effect: { type: 'handler', handle: () => (child.kill('SIGINT'), new Promise(() => undefined)) }
  })
  child.stderr.on('data', (text: Buffer) => {
    if (text.includes('Finishing')) child.kill('SIGINT')
  })
  const result = await ended
  expect(result.status).toBe(130)
  expect(result.stdout).toBe('')
  bench.crisp.faults.clear()
  expect(summaryOf(await start(args).ended)).toMatchObject({ finished: true, outcomes: { delivered: 300 } })
  expect(new Set(deliveredTexts(20)).size).toBe(200)
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
    mixed(200, people)
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
  expect(summaryOf(last)).toMatchObject({ finished: true, outcomes: { delivered: 200 } })
  expect(deliveredTexts(20)).toHaveLength(134 - 1)
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
