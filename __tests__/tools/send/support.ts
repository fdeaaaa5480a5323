import { mkdtemp, readFile, rm, writeFile } from 'fs/promises'
import { tmpdir } from 'os'
import { join } from 'path'
import type { Clock } from '../../../tools/clock'
import { createSandbox } from '../../../tools/sandbox'
import type { Sandbox, SandboxOptions } from '../../../tools/sandbox'
import { send } from '../../../tools/send'
import type { SendOptions, Surroundings } from '../../../tools/send'
import type { Summary } from '../../../tools/send/summary'

/** A clock that runs so many times faster, for waits of seconds and minutes. */
export function fastClock(times: number, startedAt = Date.parse('2025-06-15T12:00:00Z')): Clock {
  const begin = performance.now()
  return {
    now: () => startedAt + (performance.now() - begin) * times,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms / times)
        signal?.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve()
        })
      }),
    random: () => 0.5
  }
}

/** A clock that moves only when told to. Sleepers wake when their time has come. */
export class ManualClock implements Clock {
  private time = Date.parse('2025-06-15T12:00:00Z')
  private sleepers: { at: number; wake: () => void }[] = []

  now = () => this.time
  random = () => 0.5
  sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      this.sleepers.push({ at: this.time + ms, wake: resolve })
      signal?.addEventListener('abort', () => resolve())
    })

  get sleeping(): number {
    return this.sleepers.length
  }

  advance(ms: number): void {
    this.time += ms
    const due = this.sleepers.filter(({ at }) => at <= this.time)
    this.sleepers = this.sleepers.filter(({ at }) => at > this.time)
    for (const { wake } of due) wake()
  }
}

export const KEY = 'an-identifier:a-very-secret-key'

/** A folder, a sandbox and `send` between them. */
export class Bench {
  readonly said: string[] = []
  interrupt: () => void = () => undefined

  private constructor(readonly folder: string, readonly crisp: Sandbox) {}

  static async make(options: SandboxOptions = {}): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'send-'))
    return new Bench(folder, await createSandbox({ apiKey: KEY, ...options }))
  }

  async close(): Promise<void> {
    await this.crisp.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** Writes a file: events as NDJSON, or the very bytes. */
  async file(name: string, content: object[] | string | Buffer): Promise<string> {
    const bytes = Array.isArray(content) ? content.map((event) => `${JSON.stringify(event)}\n`).join('') : content
    await writeFile(this.path(name), bytes)
    return this.path(name)
  }

  async read(name: string): Promise<string> {
    return readFile(this.path(name), 'utf8')
  }

  /** Lines of a failed file. */
  async entries(name: string): Promise<{ failed: Record<string, unknown>; event?: unknown; text?: string }[]> {
    const text = await this.read(name)
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { failed: Record<string, unknown> })
  }

  /** Delivers to the sandbox by `--endpoint`. */
  async send(options: Partial<SendOptions>, surroundings: Partial<Surroundings> = {}): Promise<Summary> {
    process.env.CRISP_API_KEY = KEY
    const to = options.sandbox || options.dryRun ? {} : { endpoint: this.crisp.url, websiteId: this.crisp.websiteId }
    try {
      return await send(
        { failed: this.path('failed.ndjson'), ...to, files: [], selection: {}, ...options },
        {
          clock: fastClock(200),
          screen: { write: (text) => this.said.push(text) },
          style: 'none',
          again: (state) => `actions-crisp send … --state ${state}`,
          onStart: (interrupt) => (this.interrupt = interrupt),
          ...surroundings
        }
      )
    } finally {
      delete process.env.CRISP_API_KEY
    }
  }

  /** Texts of a person's events in Crisp, in the order in which they came. */
  events(email: string): string[] {
    return this.eventsOfEach([email])[0]
  }

  /** The same of several people. The journal is read once: it makes its entries anew whenever it is asked. */
  eventsOfEach(emails: string[]): string[][] {
    const arrived = this.crisp.journal
      .entries()
      .filter(({ route, status }) => route.startsWith('people.events') && status === 201)
    return emails.map((email) =>
      arrived
        .filter(({ path }) => path.includes(encodeURIComponent(email)))
        .map(({ requestBody }) => (requestBody as { text: string }).text)
    )
  }
}

export const identify = (person: number | string, traits: object = {}) => ({
  type: 'identify',
  messageId: `identify-${person}-${JSON.stringify(traits)}`,
  userId: `user-${person}`,
  timestamp: '2025-01-01T00:00:00.000Z',
  traits: { email: `p${person}@example.com`, name: `Person ${person}`, ...traits }
})

export const track = (person: number | string, event: string, more: object = {}) => ({
  type: 'track',
  messageId: `track-${person}-${event}`,
  userId: `user-${person}`,
  timestamp: '2025-01-02T00:00:00.000Z',
  event,
  context: { traits: { email: `p${person}@example.com` } },
  ...more
})

/** The e-mails of the first so many people. */
export const emailsOf = (people: number) => Array.from({ length: people }, (_, person) => `p${person}@example.com`)

/** Identify and track of several people in turns. */
export function mixed(events: number, people: number): object[] {
  return Array.from({ length: events }, (_, index) => {
    const person = Math.floor(index / 3) % people
    return index % 3 === 0 ? identify(person, { step: index }) : track(person, `step ${index}`)
  })
}
