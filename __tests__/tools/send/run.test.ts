import type { Checkpoint } from '../../../tools/send/checkpoint'
import { RateLimiter } from '../../../tools/send/rate-limiter'
import type { Line } from '../../../tools/send/reader'
import { Run } from '../../../tools/send/run'
import { Session } from '../../../tools/send/session'
import { createStats } from '../../../tools/send/stats'
import { ManualClock } from '../clock'

const command = { inputs: [], target: 'nowhere', options: '' }

/** Lines without end, and what became of their reader. */
function endless() {
  const seen = { lines: 0, isClosed: false }
  const lines = async function* (): AsyncGenerator<Line> {
    try {
      for (let n = 1; ; n++) {
        seen.lines++
        yield { n, line: n, file: 'events', bytes: Buffer.from('{"type":"track"}') }
        await new Promise(setImmediate)
      }
    } finally {
      seen.isClosed = true
    }
  }
  return { seen, lines: lines() }
}

it.each([
  ['new', 0],
  ['at the place where an earlier run stopped', 1_000_000]
])('closes the input of a run that ends early, also before it is %s', async (_what, earlier) => {
  const { seen, lines } = endless()
  const clock = new ManualClock()
  const stats = { ...createStats(), lines: earlier, counts: { ...createStats().counts, delivered: { '': earlier } } }
  const checkpoint: Checkpoint = {
    command,
    stats,
    waiting: [],
    sha256: '',
    failed: { path: 'failed', bytes: 0 },
    today: { day: '', requests: 0 },
    isFinished: false
  }
  const job = {
    command,
    subscriptions: [],
    selection: {},
    batchSize: 10,
    inputs: [],
    earlier: earlier > 0 ? checkpoint : undefined
  }
  const run = new Run(await Session.open(job, new RateLimiter({}, clock)), lines, async () => [], clock)
  const running = run.run()
  while (seen.lines < 5) await new Promise(setImmediate)
  run.interrupt()
  expect((await running).ended).toEqual({ why: 'interrupted' })
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  expect(seen.isClosed).toBe(true)
})
