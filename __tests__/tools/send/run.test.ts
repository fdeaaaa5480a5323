import { newTally } from '../../../tools/send/account'
import type { Checkpoint } from '../../../tools/send/checkpoint'
import { FailedFile } from '../../../tools/send/failed-file'
import { SpendingGate } from '../../../tools/send/gate'
import type { Line } from '../../../tools/send/read'
import { Run } from '../../../tools/send/run'
import { ManualClock } from './support'

const command = { inputs: [], target: 'nowhere', options: '' }
const failed = { path: 'failed', bytes: 0 }

/** Lines without end, and what became of whoever reads them. */
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
  const gate = new SpendingGate({}, clock)
  const tally = { ...newTally(), lines: earlier, counts: { ...newTally().counts, delivered: { '': earlier } } }
  const from: Checkpoint = {
    version: 1,
    command,
    tally,
    waiting: [],
    sha256: '',
    failed,
    spent: { day: '', requests: 0 },
    isFinished: false
  }
  const run = new Run({
    lines,
    subscriptions: [],
    selection: {},
    batchSize: 10,
    batchesAtOnce: 1,
    deliver: async () => [],
    gate,
    failed: new FailedFile(failed, false),
    clock,
    command,
    tally: structuredClone(tally),
    from: earlier > 0 ? from : undefined
  })
  const running = run.run()
  while (seen.lines < 5) await new Promise(setImmediate)
  run.interrupt()
  expect((await running).closed).toEqual({ why: 'interrupted' })
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  expect(seen.isClosed).toBe(true)
})
