import { mkdir, open, readdir, readFile, stat, writeFile } from 'fs/promises'
import type { FileHandle } from 'fs/promises'
import { presetSubscriptions } from '../../../tools/runtime'
import { FailedFile } from '../../../tools/send/failed-file'
import { JumpingClock } from '../clock'
import { itOnPosix } from '../posix'
import { Bench, emailsOf, identify, mixed, track } from './support'

let bench: Bench
beforeEach(async () => (bench = await Bench.make()))
afterEach(async () => {
  jest.restoreAllMocks()
  await bench.close()
})

const noPerson = (event: string) => ({ type: 'track', event })
const strangers = (events: number) => Array.from({ length: events }, (_, index) => noPerson(`no ${index}`))

/** The write of a file handle without a spy. */
let writeToFile: (
  this: FileHandle,
  buffer: Buffer,
  offset: number,
  length: number,
  position: number
) => Promise<{ bytesWritten: number }>
beforeAll(async () => {
  const file = await open(__filename, 'r')
  writeToFile = (Object.getPrototypeOf(file) as { write: typeof writeToFile }).write
  await file.close()
})

/** Spies on the writes of all file handles. */
async function spyOnWrites() {
  const file = await open(bench.path('probe'), 'w')
  const prototype = Object.getPrototypeOf(file) as FileHandle
  await file.close()
  return jest.spyOn(prototype, 'write') as unknown as jest.SpyInstance<
    Promise<{ bytesWritten: number }>,
    [Buffer, number, number, number]
  >
}

const failure = (code: string) => Object.assign(new Error(`${code}: something, write`), { code, syscall: 'write' })

describe('a failed file on a disk that fills up', () => {
  it('has every byte, although writes take only a part', async () => {
    const file = await FailedFile.create(bench.path('f'))
    const write = await spyOnWrites()
    write.mockImplementation(function (this: FileHandle, buffer, offset, length, position) {
      return writeToFile.call(this, buffer, offset, Math.ceil(length / 2), position)
    })
    file.add('one\n')
    file.add('é, the second\n')
    expect(await file.flush()).toEqual({ path: bench.path('f'), bytes: 19 })
    expect(await bench.read('f')).toBe('one\né, the second\n')
    await file.close()
  })

  it('keeps entries that could not be written, and does not count them', async () => {
    const file = await FailedFile.create(bench.path('f'))
    const write = await spyOnWrites()
    file.add('one\n')
    write.mockRejectedValueOnce(failure('ENOSPC'))
    await expect(file.flush()).rejects.toThrow(/f cannot be written: no space is left on the disk\./)
    expect(file.unwritten).toBe(1)
    write.mockResolvedValueOnce({ bytesWritten: 0 })
    await expect(file.flush()).rejects.toThrow(/no space is left on the disk/)
    file.add('two\n')
    expect(await file.flush()).toMatchObject({ bytes: 8 })
    await file.close()
    expect(await bench.read('f')).toBe('one\ntwo\n')
  })

  it('ends the run with a sentence, and a later run loses nothing', async () => {
    const events = [...strangers(30), ...mixed(120, 10), ...strangers(30)]
    const options = { files: [await bench.file('e', events)], state: bench.path('s'), batchSize: 10 }
    const write = await spyOnWrites()
    let writes = 0
    write.mockImplementation(async function (this: FileHandle, buffer, offset, length, position) {
      if (++writes < 3) return writeToFile.call(this, buffer, offset, length, position)
      await writeToFile.call(this, buffer, offset, Math.floor(length / 2), position)
      throw failure('ENOSPC')
    })
    await expect(bench.send(options)).rejects.toMatchObject({
      name: 'UserError',
      exitStatus: 2,
      message: `The failed file ${bench.path(
        'failed.ndjson'
      )} cannot be written: no space is left on the disk. Make room for it, or name another one with --failed.`
    })
    write.mockRestore()
    const summary = await bench.send(options)
    expect(summary).toMatchObject({ finished: true, lines: 180, outcomes: { failed: 60, delivered: 120 } })
    const texts = (await bench.entries('failed.ndjson')).map(({ event }) => (event as { event: string }).event)
    expect(texts).toHaveLength(60)
    expect(new Set(texts).size).toBe(30)
    expect(new Set(bench.eventsOfEach(emailsOf(10)).flat()).size).toBe(80)
  })
})

describe('two runs at once', () => {
  it('without names have a failed file each, although they begin in the same second', async () => {
    const run = async (name: string) =>
      bench.send({ files: [await bench.file(name, [noPerson(name)])], failed: undefined })
    const [one, other] = await Promise.all([run('a'), run('b')])
    expect(one.failedFile).not.toBe(other.failedFile)
    for (const [{ failedFile = '' }, name] of [
      [one, 'a'],
      [other, 'b']
    ] as const) {
      expect(await bench.entries(failedFile)).toMatchObject([{ event: { event: name } }])
    }
    expect((await readdir(bench.folder)).sort()).toEqual(['a', 'b', one.failedFile, other.failedFile].sort())
  })

  it.each(['state', 'failed'])('are refused on the same %s file', async (option) => {
    const files = [await bench.file('e', mixed(30, 3))]
    const other = [await bench.file('f', mixed(30, 3))]
    const shared = bench.path('shared')
    let refusal: unknown
    bench.crisp.faults.add({
      nth: 3,
      effect: {
        type: 'handler',
        handle: async () => {
          refusal = await bench
            .send({ files: other, failed: bench.path('x'), [option]: shared })
            .catch((error: unknown) => error)
          return undefined
        }
      }
    })
    expect(await bench.send({ files, [option]: shared })).toMatchObject({ finished: true, outcomes: { delivered: 30 } })
    expect(refusal).toMatchObject({
      message: `Another run of this command uses ${shared} now. Wait for its end, or name another file.`,
      exitStatus: 2
    })
  })

  it('of the same command without a state file are refused as well', async () => {
    const options = { files: [await bench.file('e', mixed(30, 3))], failed: undefined }
    const results = await Promise.allSettled([bench.send(options), bench.send(options)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(bench.eventsOfEach(emailsOf(3)).flat()).toHaveLength(20)
  })
})

describe('a file that cannot be written', () => {
  it.each([
    [
      '--failed in no folder',
      { failed: 'none/f' },
      /^The failed file none\/f cannot be written: there is no such file or/
    ],
    ['--failed that is a folder', { failed: 'folder' }, /^The failed file folder cannot be written: it is a folder\./],
    [
      '--state in no folder',
      { state: 'none/s' },
      /^The state file none\/s cannot be written: there is no such file or/
    ],
    ['--state that is a folder', { state: 'folder' }, /^The state file folder cannot be read: it is a folder\./],
    ['--mapping that is a folder', { mapping: 'folder' }, /^The mapping folder cannot be read: it is a folder\./],
    ['--mapping that is not there', { mapping: 'none' }, /^The mapping none cannot be read: there is no such file or/]
  ])('is noticed before the first request: %s', async (_what, options, sentence) => {
    await mkdir(bench.path('folder'))
    const files = [await bench.file('e', [identify(1)])]
    await expect(bench.send({ files, ...options })).rejects.toMatchObject({
      exitStatus: 2,
      message: expect.stringMatching(sentence)
    })
    expect(bench.crisp.journal.count()).toBe(0)
  })
})

it('waits 15 minutes at most for a server that asks for a year', async () => {
  bench.crisp.people.add({ email: 'p1@example.com' })
  const clock = new JumpingClock()
  const times = bench.recordTimes(clock)
  const year = { type: 'answer', status: 503, reason: 'busy', headers: { 'Retry-After': '31536000' } } as const
  bench.crisp.faults.add({ times: 1, effect: year })
  expect(await bench.send({ files: [await bench.file('e', [track(1, 'a')])] }, { clock })).toMatchObject({
    outcomes: { delivered: 1 }
  })
  expect(times[1] - times[0]).toBe(15 * 60_000)
})

describe('an input that changes during the run', () => {
  const changing = async (quota?: number) => {
    const file = await bench.file('e', mixed(60, 6))
    bench.crisp.faults.add({
      nth: 20,
      effect: {
        type: 'handler',
        handle: async () => {
          await writeFile(file, `${JSON.stringify(track(1, 'later'))}\n`, { flag: 'a' })
          return undefined
        }
      }
    })
    const options = { files: [file], batchSize: 10 }
    return { options, summary: await bench.send({ ...options, quota }) }
  }

  it('is told, and the exit status says so', async () => {
    const { summary } = await changing()
    expect(summary).toMatchObject({ finished: true, exitStatus: 1 })
    expect(summary.problems).toEqual([
      `${bench.path('e')}: The file changed during the run. What was changed after it was read was not sent.`
    ])
  })

  it('lets no later run go on in the wrong place', async () => {
    const { options, summary } = await changing(40)
    expect(summary.problems).toHaveLength(1)
    await expect(bench.send(options)).rejects.toThrow(/The file .*e has changed since the earlier run/)
  })
})

describe('a state file', () => {
  const stopped = async () => {
    const options = { files: [await bench.file('e', mixed(60, 6))], state: bench.path('s'), batchSize: 10 }
    await bench.send({ ...options, quota: 40 })
    return options
  }

  it('that was damaged is refused, however little', async () => {
    const options = await stopped()
    const text = await bench.read('s')
    await writeFile(
      options.state,
      text.replace(/"lines":(\d)/, (_whole, digit) => `"lines":${(Number(digit) + 1) % 10}`)
    )
    await expect(bench.send(options)).rejects.toThrow(
      /^The state file .*s is damaged\. Put back a copy of it\. To start again/
    )
    await writeFile(options.state, text.slice(0, -5))
    await expect(bench.send(options)).rejects.toThrow(/is no state of this command/)
    await writeFile(options.state, text)
    expect(await bench.send(options)).toMatchObject({ finished: true })
  })

  it.each([1, 2, 4])('of version %d of this command is refused', async (version) => {
    const options = await stopped()
    const file = JSON.parse(await bench.read('s')) as object
    await writeFile(options.state, JSON.stringify({ ...file, version }))
    await expect(bench.send(options)).rejects.toThrow(/was written by another version of this command\. Go on with/)
  })

  itOnPosix('can be read by its user only, as the failed file can, and leaves nothing next to it', async () => {
    await writeFile(bench.path('s.0123456789ab.tmp'), 'left by kill -9')
    const options = { files: [await bench.file('e', [noPerson('x')])], state: bench.path('s') }
    await bench.send(options)
    for (const name of ['s', 'failed.ndjson']) expect((await stat(bench.path(name))).mode & 0o777).toBe(0o600)
    expect((await readdir(bench.folder)).sort()).toEqual(['e', 'failed.ndjson', 's'])
  })
})

describe('a failed file of lines that are no events', () => {
  it('fails again with all of them, to the letter', async () => {
    const file = await bench.file('e', '{"type":"x"}\n[1]\n"x"\n7\nnull\n{broken\n')
    const first = await bench.send({ files: [file] })
    expect(first.outcomes).toMatchObject({ failed: 6 })
    const again = await bench.send({ files: [bench.path('failed.ndjson')], failed: bench.path('again') })
    expect(again).toMatchObject({ lines: 6, outcomes: { failed: 6, 'not subscribed': 0 } })
    const strip = ({ failed: _failed, ...rest }: object & { failed: unknown }) => rest
    expect((await bench.entries('again')).map(strip)).toEqual((await bench.entries('failed.ndjson')).map(strip))
  })
})

describe('a mapping that no event could pass', () => {
  const [, tracking] = presetSubscriptions()

  it.each([
    [
      'an unknown directive',
      { mapping: { eventName: { '@nope': 1 } } },
      /the field "eventName" has a problem: .*@nope/
    ],
    [
      'broken Liquid',
      { mapping: { eventName: { '@liquid': '{{ a' } } },
      /the field "eventName" has a problem: .*not closed/
    ],
    [
      'a trigger that is read as another',
      { subscribe: 'type == "track"' },
      /"subscribe" has a problem: Segment reads this trigger as: type = "="/
    ],
    ['a field that there is not', { mapping: { emial: 'x' } }, /there is no field "emial"/],
    [
      'a template that is not closed',
      { mapping: { eventName: { '@template': '{{ event' } } },
      /the field "eventName" has a problem: "@template" has a \{\{ without its \}\}/
    ],
    ['an empty trigger', { subscribe: '' }, /"subscribe" has a problem: The trigger is empty/],
    [
      'a trigger that cannot be read',
      { subscribe: 'foo' },
      /"subscribe" has a problem: Segment cannot read this trigger/
    ]
  ])('is refused before the first request, by name: %s', async (_what, change, problem) => {
    const mapping = await bench.file('m.json', JSON.stringify({ ...tracking, name: 'My tracks', ...change }))
    const refused = bench.send({ files: [await bench.file('e', [track(1, 'a')])], mapping })
    await expect(refused).rejects.toMatchObject({
      exitStatus: 2,
      message: expect.stringMatching(/^Subscription 1 of .*m\.json \(My tracks\): [^\n]*\.$/)
    })
    await expect(refused).rejects.toThrow(problem)
    expect(bench.crisp.journal.count()).toBe(0)
  })
})

describe('an event of an odd shape', () => {
  it('fails alone, and costs no request', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const lines = [
      JSON.stringify(identify(1)),
      JSON.stringify({ ...identify(2), context: null }),
      JSON.stringify(identify(3)),
      JSON.stringify({ ...identify(4), traits: { email: 'p4@example.com', deep: 0 } }).replace(
        '"deep":0',
        `"deep":${deep}`
      ),
      JSON.stringify(identify(5))
    ]
    const summary = await bench.send({ files: [await bench.file('e', lines.join('\n'))] })
    expect(summary).toMatchObject({ lines: 5, outcomes: { delivered: 4, failed: 1 }, requests: 16 })
    const failed = (await bench.entries('failed.ndjson')).map((entry) => entry.failed)
    expect(failed.sort((a, b) => Number(a.line) - Number(b.line))).toEqual([
      {
        reason: expect.stringMatching(/^Segment's runtime can't read this event \(Maximum call stack/),
        status: 400,
        retry: false,
        file: bench.path('e'),
        line: 4
      }
    ])
    expect((await readFile(bench.path('failed.ndjson'), 'utf8')).includes(deep)).toBe(true)
  })

  it('fails with a reason when its type is missing or unknown, whatever is selected', async () => {
    const events = [{ userId: 'u' }, { type: '' }, { type: 'Identity' }, { type: ['track'] }, { type: 'page' }]
    const file = await bench.file('e', events)
    const summary = await bench.send({ files: [file], selection: { only: ['page'] } })
    expect(summary.reasons.failed).toEqual({
      'type is missing.': 2,
      'Identity is not a type that Segment knows.': 1,
      '["track"] is not a type that Segment knows.': 1
    })
    expect(summary.outcomes).toMatchObject({ failed: 4, 'not subscribed': 1 })
  })

  it('fails with its line number where a byte is not UTF-8', async () => {
    const file = await bench.file(
      'e',
      Buffer.concat([Buffer.from('{"type":"track"}\n{"x":"'), Buffer.from([0xe9]), Buffer.from('"}')])
    )
    await bench.send({ files: [file] })
    expect((await bench.entries('failed.ndjson')).map((entry) => entry.failed)).toContainEqual(
      expect.objectContaining({ line: 2, reason: 'The line is not UTF-8 text.' })
    )
  })

  it('is delivered from a body of the HTTP API', async () => {
    const body = { batch: [identify(1), track(1, 'Came')], sentAt: '2025-01-01T00:00:00Z' }
    expect(await bench.send({ files: [await bench.file('e', [body])] })).toMatchObject({ outcomes: { delivered: 2 } })
    expect(bench.events('p1@example.com')).toEqual(['Came'])
  })
})
