import { mkdtemp, readFile, realpath, rm, writeFile } from 'fs/promises'
import { tmpdir } from 'os'
import { join } from 'path'
import type { Clock } from '../../../tools/clock'
import { createSandbox } from '../../../tools/sandbox'
import type { Sandbox, SandboxOptions } from '../../../tools/sandbox'
import { send } from '../../../tools/send'
import type { SendOptions, Surroundings } from '../../../tools/send'
import type { Summary } from '../../../tools/send/summary'
import { JumpingClock } from '../clock'

export const KEY = 'an-identifier:a-very-secret-key'

/** A folder, a sandbox and `send` between them. */
export class Bench {
  readonly said: string[] = []
  private readonly cwd = process.cwd()
  private ending = new AbortController()

  private constructor(readonly folder: string, readonly crisp: Sandbox) {
    process.chdir(folder)
  }

  /** Ends the run that is under way in good order. */
  interrupt = () => this.ending.abort()

  static async make(options: SandboxOptions = {}): Promise<Bench> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'send-')))
    return new Bench(folder, await createSandbox({ apiKey: KEY, ...options }))
  }

  async close(): Promise<void> {
    process.chdir(this.cwd)
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
    this.ending = new AbortController()
    const to = options.sandbox || options.dryRun ? {} : { endpoint: this.crisp.url, websiteId: this.crisp.websiteId }
    try {
      return await send(
        { failed: this.path('failed.ndjson'), ...to, files: [], selection: {}, ...options },
        {
          clock: new JumpingClock(),
          screen: { write: (text) => this.said.push(text) },
          style: 'none',
          signal: this.ending.signal,
          commands: { again: 'actions-crisp send …', getSendFailed: (path) => `actions-crisp send ${path}` },
          ...surroundings
        }
      )
    } finally {
      delete process.env.CRISP_API_KEY
    }
  }

  /** The moments at which requests come from now on, by a clock; of one person, if an email is given. */
  recordTimes(clock: Clock, person?: string): number[] {
    const times: number[] = []
    const record = () => {
      times.push(clock.now())
      return false
    }
    this.crisp.faults.add({ person, when: record, effect: { type: 'latency', ms: 0 } })
    return times
  }

  /** Texts of a person's events in Crisp, in the order in which they came. */
  events(email: string): string[] {
    return this.eventsOfEach([email])[0]
  }

  /** The same of several people. The journal is read once: it builds its entries whenever it is asked. */
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

/** The emails of the first people, as many as asked for. */
export const emailsOf = (people: number) => Array.from({ length: people }, (_, person) => `p${person}@example.com`)

/** Identify and track of several people in turns. */
export function mixed(events: number, people: number): object[] {
  return Array.from({ length: events }, (_, index) => {
    const person = Math.floor(index / 3) % people
    return index % 3 === 0 ? identify(person, { step: index }) : track(person, `step ${index}`)
  })
}
