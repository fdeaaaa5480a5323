/**
 * What sending files costs: `npx tsx bench/send.ts` prints events a second, requests an event and memory for 10,000 and
 * 100,000 events from gzip; `npx tsx bench/send.ts faults` delivers 50,000 events among faults and counts what was lost
 * and what came twice.
 */
import { spawn } from 'child_process'
import { createReadStream, createWriteStream, readFileSync } from 'fs'
import { mkdtemp, rm } from 'fs/promises'
import { tmpdir } from 'os'
import { join } from 'path'
import { createInterface } from 'readline'
import { Readable } from 'stream'
import { pipeline } from 'stream/promises'
import { createGunzip, createGzip } from 'zlib'
import { createSandbox } from '../tools/sandbox'
import type { Sandbox } from '../tools/sandbox'
import { send } from '../tools/send'
import type { Summary } from '../tools/send/summary'

const KEY = 'bench-identifier:bench-key'
const EVENTS_A_PERSON = 20

/** An identify, then tracks, for one person after another, four of them in turns. */
function* makeEvents(events: number): Generator<string> {
  for (let index = 0; index < events; index++) {
    const person = Math.floor(index / (4 * EVENTS_A_PERSON)) * 4 + (index % 4)
    const step = Math.floor(index / 4) % EVENTS_A_PERSON
    const email = `person-${person}@example.com`
    const whose = { messageId: `m${index}`, userId: `user-${person}`, timestamp: '2025-01-01T00:00:00Z' }
    const event =
      step % 5 === 0
        ? { type: 'identify', ...whose, traits: { email, name: `Person ${person}`, plan: 'pro', visits: step } }
        : { type: 'track', ...whose, event: `Event ${index}`, context: { traits: { email } }, properties: { step } }
    yield `${JSON.stringify(event)}\n`
  }
}

async function writeEvents(path: string, events: number): Promise<void> {
  await pipeline(Readable.from(makeEvents(events)), createGzip(), createWriteStream(path))
}

/** The most memory that a process has held, in MB, while it runs; only Linux tells. */
function getPeak(pid: number | undefined): number | undefined {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024
  } catch {
    return undefined
  }
}

async function measure(folder: string, events: number): Promise<Record<string, number | string>> {
  const crisp = await createSandbox({ apiKey: KEY, journalSize: 1 })
  const file = join(folder, 'events.gz')
  await writeEvents(file, events)
  const cli = join(__dirname, '../tools/cli.ts')
  const args = ['send', file, '--endpoint', crisp.url, '--website-id', crisp.websiteId, '--json', '--no-progress']
  const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), cli, ...args], {
    env: { ...process.env, CRISP_API_KEY: KEY },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore']
  })
  let peak: number | undefined
  let stdout = ''
  let startedAt = 0
  const poll = setInterval(() => {
    peak = getPeak(child.pid) ?? peak
    if (startedAt === 0 && crisp.journal.count() > 0) startedAt = performance.now()
  }, 50)
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()))
  await new Promise((resolve) => child.on('close', resolve))
  clearInterval(poll)
  const seconds = (performance.now() - startedAt) / 1_000
  const { requests, outcomes } = JSON.parse(stdout) as Summary
  await crisp.close()
  return {
    events,
    delivered: outcomes.delivered,
    'events/s': Math.round(events / seconds),
    'requests/event': (requests / events).toFixed(3),
    'peak memory, MB': peak === undefined ? 'unknown' : Math.round(peak)
  }
}

/** The same clock, so many times faster, for the waits of the run and the time-outs of the destination. */
function hurry(times: number) {
  const real = globalThis.setTimeout
  const hurried = (run: () => void, ms = 0) => real(run, ms >= 5_000 ? ms / times : ms)
  globalThis.setTimeout = Object.assign(hurried, real) as typeof setTimeout
  const begin = performance.now()
  return {
    now: () => Date.now() + (performance.now() - begin) * (times - 1),
    elapsed: () => performance.now() * times,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        real(resolve, ms / times)
        signal?.addEventListener('abort', () => resolve())
      }),
    random: Math.random
  }
}

function addFaults({ faults }: Sandbox): void {
  faults.add({ probability: 0.01, seed: 1, effect: { type: 'answer', status: 500, reason: 'server_error' } })
  faults.add({ probability: 0.005, seed: 2, effect: { type: 'reset' } })
  faults.add({ probability: 0.005, seed: 3, effect: { type: 'reset', applied: true } })
  faults.add({ probability: 0.005, seed: 4, effect: { type: 'hang' } })
  for (let burst = 1; burst <= 20; burst++) {
    const nth = Array.from({ length: 15 }, (_, index) => burst * 2_500 + index)
    faults.add({ nth, effect: { type: 'answer', status: burst % 2 ? 429 : 420, reason: 'rate_limited' } })
  }
}

async function amongFaults(folder: string, events: number): Promise<Record<string, number>> {
  const crisp = await createSandbox({ apiKey: KEY, journalSize: 1 })
  addFaults(crisp)
  const file = join(folder, 'events.gz')
  await writeEvents(file, events)
  process.env.CRISP_API_KEY = KEY
  const { requests, outcomes, answersLost } = await send(
    {
      files: [file],
      selection: {},
      endpoint: crisp.url,
      websiteId: crisp.websiteId,
      failed: join(folder, 'failed.ndjson')
    },
    { clock: hurry(25), screen: process.stderr, style: 'lines' }
  )
  const kept = new Map<string, number>()
  for (let person = 0; person < events / EVENTS_A_PERSON; person++) {
    for (const { text } of crisp.people.get(`person-${person}@example.com`)?.events ?? []) {
      kept.set(text, (kept.get(text) ?? 0) + 1)
    }
  }
  let lost = 0
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    const { event } = JSON.parse(line) as { event?: string }
    if (event !== undefined && !kept.has(event)) lost++
  }
  await crisp.close()
  const twice = [...kept.values()].filter((times) => times > 1).length
  return { events, requests, ...outcomes, answersLost, lost, twice }
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-send-'))
  try {
    if (process.argv.includes('faults')) console.table([await amongFaults(folder, 50_000)])
    else console.table([await measure(folder, 10_000), await measure(folder, 100_000)])
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

void main()
