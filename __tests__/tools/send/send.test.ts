import { existsSync } from 'fs'
import { readdir, readFile, truncate, writeFile } from 'fs/promises'
import { relative } from 'path'
import { gzipSync } from 'zlib'
import { presetSubscriptions } from '../../../tools/runtime'
import { getBatchSize } from '../../../tools/send/subscriptions'
import { toText } from '../../../tools/send/summary'
import type { Summary } from '../../../tools/send/summary'
import { JumpingClock } from '../clock'
import { Bench, emailsOf, identify, KEY, mixed, track } from './support'

let bench: Bench
beforeEach(async () => (bench = await Bench.make()))
afterEach(async () => bench.close())

const addsUp = ({ outcomes, lines, waiting }: Summary) =>
  expect(Object.values(outcomes).reduce((sum, number) => sum + number, waiting)).toBe(lines)

describe('a file', () => {
  it('ends with every line in one outcome', async () => {
    const file = await bench.file(
      'events.ndjson',
      [
        identify(1),
        track(1, 'Came'),
        track(2, 'Unknown'),
        { type: 'page', userId: 'x' },
        { type: 'track', event: 'Of no person' }
      ]
        .map((event) => JSON.stringify(event))
        .concat('{broken', '42', '', '{"type":"identify","traits":{"email":"no at sign"}}')
        .join('\n')
    )
    const summary = await bench.send({ files: [file] })
    expect(summary).toMatchObject({
      finished: true,
      lines: 8,
      outcomes: { delivered: 2, dropped: 1, 'not subscribed': 1, failed: 4 },
      waiting: 0,
      exitStatus: 1,
      requests: bench.crisp.journal.count()
    })
    addsUp(summary)
    expect(Object.keys(summary.reasons.dropped)[0]).toMatch(/^No Crisp person matches/)
    expect(bench.crisp.people.get('p1@example.com')).toBeDefined()
    expect(
      (await bench.entries('failed.ndjson')).map(({ failed }) => [failed.line, failed.status, failed.retry])
    ).toEqual(
      expect.arrayContaining([
        [6, 400, false],
        [7, 400, false],
        [5, 400, false],
        [9, 400, false]
      ])
    )
    expect(toText(summary)).toMatch(/^8 lines read\n {2}delivered {7}2\n {2}dropped {9}1\n/)
  })

  it('of one event is told of in the singular', async () => {
    const summary = await bench.send({ files: [await bench.file('e', [track(1, 'Came')])], dryRun: true })
    const { dryRun } = summary
    const text = toText({ ...summary, answersLost: 1, dryRun: dryRun && { ...dryRun, requests: 1 } })
    expect(text).toMatch(/^1 line read$/m)
    expect(text).toMatch(/^1 event was sent again because an answer was lost; a Track may appear twice\.$/m)
    expect(text).toMatch(/^Dry run: 1 request would be made, /m)
    expect(toText({ ...summary, answersLost: 2 })).toMatch(/^2 events were sent again because /m)
  })

  it('of any form gives the same, also over several files and a glob', async () => {
    const events = mixed(30, 3)
    await bench.file('b1.txt', events.slice(0, 10))
    await bench.file('b2.txt', gzipSync(JSON.stringify(events.slice(10, 20), null, 2)))
    await bench.file(
      'b3.txt',
      gzipSync(
        events
          .slice(20)
          .map((event) => JSON.stringify(event))
          .join('\r\n')
      )
    )
    const summary = await bench.send({ files: [bench.path('b[123].txt'), bench.path('b1.txt')] })
    expect(summary).toMatchObject({ lines: 30, outcomes: { delivered: 30 }, exitStatus: 0 })
    expect(bench.events('p0@example.com')).toEqual([
      'step 1',
      'step 2',
      'step 10',
      'step 11',
      'step 19',
      'step 20',
      'step 28',
      'step 29'
    ])
  })

  it('that ends early within gzip delivers what was whole, and the exit status says so', async () => {
    const packed = gzipSync(
      mixed(150, 3)
        .map((event, index) => JSON.stringify({ ...event, noise: Math.sin(index) }))
        .join('\n')
    )
    const summary = await bench.send({ files: [await bench.file('cut.gz', packed.subarray(0, packed.length - 500))] })
    expect(summary.exitStatus).toBe(1)
    expect(summary.outcomes.delivered).toBeGreaterThan(50)
    expect(summary.problems).toEqual([expect.stringMatching(/cut\.gz: The gzip data ends early/)])
    addsUp(summary)
  })

  it('keeps the order of every person, identify and track together', async () => {
    const events = Array.from({ length: 60 }, (_, index) =>
      index % 2 === 0 ? identify(index % 3, { step: index }) : track(index % 3, `step ${index}`)
    )
    for (const person of [0, 1, 2]) bench.crisp.people.add({ email: `p${person}@example.com` })
    const summary = await bench.send({ files: [await bench.file('e', events)], batchSize: 7 })
    expect(summary).toMatchObject({ exitStatus: 0, outcomes: { delivered: 60 } })
    const steps = bench.crisp.journal
      .entries()
      .filter(({ path, status }) => path.includes('people/') && Number(status) < 300)
      .flatMap(({ path, requestBody }) => {
        const { text, data } = requestBody as { text?: string; data?: { step?: number } }
        const step = text === undefined ? data?.step : Number(text.slice(5))
        return step === undefined ? [] : [{ who: step % 3, step, path }]
      })
    for (const who of [0, 1, 2]) {
      const own = steps.filter((each) => each.who === who).map(({ step }) => step)
      expect(own).toEqual([...own].sort((a, b) => a - b))
      expect(own).toHaveLength(20)
    }
    expect(bench.crisp.journal.maxInFlight).toBeLessThanOrEqual(20)
  })
})

describe('the failed file', () => {
  it('holds the event to the letter and can be sent as it is', async () => {
    const raw =
      '{ "type":"track",  "event":"Big","userId":"user-1","properties":{"2":1,"1":12345678901234567890,"x":1.0} }'
    const file = await bench.file('events', `${raw}\nnot json\n`)
    bench.crisp.faults.add({
      route: 'people.profiles',
      effect: { type: 'answer', status: 500, reason: 'server_error' }
    })
    const first = await bench.send({ files: [file] })
    expect(first).toMatchObject({ outcomes: { failed: 2 }, exitStatus: 1, failedFile: bench.path('failed.ndjson') })
    const [entry] = (await bench.read('failed.ndjson')).split('\n').filter((line) => line.includes('Big'))
    expect(entry.endsWith(`"event":${raw}}`)).toBe(true)
    expect(JSON.parse(entry)).toMatchObject({ failed: { status: 500, retry: true, line: 1, file } })

    bench.crisp.faults.clear()
    bench.crisp.people.add({ email: 'p1@example.com', data: { user_id: 'user-1' } })
    const again = { files: [bench.path('failed.ndjson')], failed: bench.path('failed2.ndjson') }
    expect(await bench.send(again)).toMatchObject({ lines: 2, outcomes: { delivered: 1, failed: 1 } })
    expect(await bench.entries('failed2.ndjson')).toMatchObject([
      { text: 'not json', failed: { line: expect.any(Number) } }
    ])
  })

  it('is not made where nothing failed, and never written over', async () => {
    const file = await bench.file('events', [identify(1)])
    await bench.send({ files: [file] })
    expect(existsSync(bench.path('failed.ndjson'))).toBe(false)
    await bench.file('failed.ndjson', 'something')
    await expect(bench.send({ files: [file] })).rejects.toThrow(/holds the events of an earlier run/)
    await expect(bench.send({ files: [file], failed: file })).rejects.toThrow(/is an input of this command/)
    await expect(bench.send({ files: [file], state: file })).rejects.toThrow(/is no state of this command|is an input/)
  })

  it('names the subscriptions that failed, so that the others do not get the event twice', async () => {
    const [, preset] = presetSubscriptions()
    const mapping = [
      { ...preset, name: 'One' },
      { ...preset, name: 'Two', mapping: { ...preset.mapping, eventName: 'Two', color: 'red' } }
    ]
    const mappingFile = await bench.file('mapping.json', JSON.stringify({ subscriptions: mapping }))
    const file = await bench.file('events', [identify(1), track(1, 'One')])
    bench.crisp.people.add({ email: 'p1@example.com' })
    const refusal = { type: 'answer', status: 400, reason: 'invalid_data' } as const
    bench.crisp.faults.add({
      route: 'people.events',
      when: ({ body }) => (body as { text: string }).text === 'Two',
      effect: refusal
    })
    const first = await bench.send({ files: [file], mapping: mappingFile })
    expect(first.outcomes).toMatchObject({ failed: 1, 'not subscribed': 1 })
    expect((await bench.entries('failed.ndjson'))[0].failed.subscriptions).toEqual(['Two'])
    bench.crisp.faults.clear()
    await bench.send({ files: [bench.path('failed.ndjson')], failed: bench.path('2'), mapping: mappingFile })
    expect(bench.events('p1@example.com')).toEqual(['One', 'Two'])
  })
})

describe('selecting', () => {
  it('sends some types, some times, or some events', async () => {
    const file = await bench.file('events', [identify(1), track(1, 'a'), identify(2), track(2, 'b')])
    const only = await bench.send({ files: [file], selection: { only: ['identify'] } })
    expect(only.reasons).toMatchObject({ delivered: { '': 2 }, 'not subscribed': { 'Left out by --only.': 2 } })
    const from = await bench.send({ files: [file], selection: { from: Date.parse('2025-01-02') } })
    expect(from.outcomes).toMatchObject({ delivered: 2, 'not subscribed': 2 })
    const to = await bench.send({ files: [file], selection: { to: Date.parse('2025-01-02') } })
    expect(to.reasons['not subscribed']).toEqual({ 'Left out by --from or --to.': 2 })
    expect(await bench.send({ files: [file], selection: { limit: 3 } })).toMatchObject({ lines: 3, finished: true })
  })

  it('fails an event whose time it cannot read', async () => {
    const file = await bench.file('events', [{ ...identify(1), timestamp: 'yesterday' }])
    const summary = await bench.send({ files: [file], selection: { from: 0 } })
    expect(summary.reasons.failed).toEqual({ 'The event has no readable timestamp, which --from and --to need.': 1 })
  })

  it('refuses mappings that cannot be used', async () => {
    const file = await bench.file('events', [identify(1)])
    const mapping = async (content: string) =>
      bench.send({ files: [file], mapping: await bench.file('m.json', content) })
    await expect(mapping('nope')).rejects.toThrow(/is not valid JSON/)
    await expect(mapping('\uFEFF[]')).rejects.toThrow(/holds no subscriptions/)
    await expect(mapping('[]')).rejects.toThrow(/holds no subscriptions/)
    await expect(mapping('{"partnerAction":"x"}')).rejects.toThrow(
      /^Subscription 1 of .*m\.json: "partnerAction" must be identifyUser or trackEvent\.$/
    )
    await expect(mapping('{"partnerAction":"trackEvent","subscribe":"(","mapping":{}}')).rejects.toThrow(
      /Segment cannot read this trigger/
    )
  })
})

describe('a subscription that is switched off', () => {
  const [identifying, tracking] = presetSubscriptions()

  it('gets nothing, as in Segment', async () => {
    const mapping = await bench.file(
      'm',
      JSON.stringify([
        { ...identifying, enabled: true },
        { ...tracking, enabled: false }
      ])
    )
    const summary = await bench.send({ files: [await bench.file('e', [identify(1), track(1, 'Came')])], mapping })
    expect(summary.outcomes).toMatchObject({ delivered: 1, 'not subscribed': 1 })
    expect(bench.events('p1@example.com')).toEqual([])
  })

  it('must not be the only one', async () => {
    const mapping = await bench.file('m', JSON.stringify({ ...tracking, enabled: false }))
    await expect(bench.send({ files: [await bench.file('e', [track(1, 'Came')])], mapping })).rejects.toThrow(
      /Every subscription of .* is disabled/
    )
  })
})

describe('the batch size of a mapping', () => {
  const through = async (batch_size: unknown, events: object[]) => {
    const [preset] = presetSubscriptions()
    const content = JSON.stringify({ ...preset, mapping: { ...preset.mapping, batch_size } })
    return bench.send({ files: [await bench.file('e', events)], mapping: await bench.file('m.json', content) })
  }

  it.each([0, 0.5, -5, 1001])('%d is refused by the schema, event by event, and the run ends', async (size) => {
    const { finished, outcomes, reasons } = await through(size, [identify(1), identify(2)])
    expect({ finished, failed: outcomes.failed }).toEqual({ finished: true, failed: 2 })
    expect(Object.keys(reasons.failed)).toEqual([expect.stringMatching(/batch size/i)])
    expect(bench.crisp.journal.count()).toBe(0)
  })

  it.each([1, 2.5, '3', null])('%j delivers', async (size) => {
    expect(await through(size, [identify(1), identify(2), identify(3)])).toMatchObject({ outcomes: { delivered: 3 } })
  })

  it('is 250 where the mapping has none', () => {
    const [{ mapping: { batch_size: _size, ...mapping } = {}, ...preset }] = presetSubscriptions()
    for (const sizeless of [{}, mapping]) expect(getBatchSize(undefined, [{ ...preset, mapping: sizeless }])).toBe(250)
    expect(getBatchSize(7, [preset])).toBe(7)
  })

  it('may be left out with the whole mapping, which then has the defaults of the fields', async () => {
    const mapping = await bench.file('m.json', '{"partnerAction":"identifyUser","subscribe":"type = \\"identify\\""}')
    const summary = await bench.send({ files: [await bench.file('e', [identify(1)])], mapping })
    expect(summary.outcomes.delivered).toBe(1)
  })
})

describe('the quota', () => {
  it('stops cleanly to the request, and the same command goes on the next day', async () => {
    const file = await bench.file('events', mixed(200, 20))
    const options = { files: [file], state: bench.path('state.json'), quota: 100, batchSize: 20 }
    const day = (number: number) => ({ clock: new JumpingClock(Date.parse(`2025-06-1${number}T12:00:00Z`)) })
    const first = await bench.send(options, day(1))
    expect(first).toMatchObject({
      exitStatus: 3,
      finished: false,
      requests: 100,
      stopped: expect.stringMatching(/quota/)
    })
    expect(first.goOn).toMatch(/Go on after 2025-06-12T00:00:00.000Z with: actions-crisp send …$/)
    addsUp(first)
    expect(bench.crisp.journal.count()).toBe(100)

    const sameDay = await bench.send(options, day(1))
    expect(sameDay).toMatchObject({ exitStatus: 3, requests: 100 })
    expect(bench.crisp.journal.count()).toBe(100)

    let last = sameDay
    for (let number = 2; !last.finished; number++) last = await bench.send(options, day(number))
    expect(last).toMatchObject({ exitStatus: 0, lines: 200, outcomes: { delivered: 200 } })
    addsUp(last)
    const texts = bench.eventsOfEach(emailsOf(20)).flat()
    expect(new Set(texts).size).toBe(133)
    expect(texts).toHaveLength(133)

    const requests = bench.crisp.journal.count()
    expect(await bench.send(options, day(9))).toEqual(last)
    expect(bench.crisp.journal.count()).toBe(requests)
  })

  it('goes on by the same command without being asked for a state file, and removes that in the end', async () => {
    const options = { files: [await bench.file('e', mixed(60, 3))], batchSize: 10, failed: undefined }
    const first = await bench.send({ ...options, quota: 40 })
    expect(first.state).toMatch(/^crisp-send-e-[0-9a-f]{8}\.state\.json$/)
    expect(first).toMatchObject({ exitStatus: 3, finished: false, requests: 40 })
    expect(existsSync(String(first.state))).toBe(true)
    const last = await bench.send(options)
    expect(bench.said.join('')).toContain(`Going on where the earlier run stopped, by ${first.state}.\n`)
    expect(last).toMatchObject({ finished: true, outcomes: { delivered: 60 }, state: undefined })
    const texts = bench.eventsOfEach(emailsOf(3)).flat()
    expect(texts).toHaveLength(new Set(texts).size)
    expect((await readdir(bench.folder)).sort()).toEqual(['e'])
  })

  it('forgets no request that was spent before a line was settled, and saves nothing where there is nothing', async () => {
    const files = [await bench.file('e', [identify(1)])]
    const { state, ...first } = await bench.send({ files, quota: 1 })
    expect(first).toMatchObject({ exitStatus: 3, requests: 1, waiting: 1, goOn: expect.stringContaining('Go on') })
    const failed = bench.path('failed.ndjson')
    expect(await bench.send({ files, failed, quota: 2 })).toMatchObject({ exitStatus: 3, requests: 2, state })
    expect(bench.crisp.journal.count()).toBe(2)
    const other = [await bench.file('f', [identify(1)])]
    await expect(bench.send({ files: other }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      message: 'Interrupted before anything was sent.',
      exitStatus: 130
    })
    expect(bench.crisp.journal.count()).toBe(2)
    expect((await readdir(bench.folder)).sort()).toEqual([String(state), 'e', 'f'].sort())
  })
})

describe('going on', () => {
  const stopped = async (events = mixed(200, 20)) => {
    const file = await bench.file('events', events)
    const options = { files: [file], state: bench.path('state.json'), batchSize: 20 }
    expect(await bench.send({ ...options, quota: 80 })).toMatchObject({ exitStatus: 3 })
    return { file, options }
  }

  it.each([
    ['its length', async (file: string) => writeFile(file, `${await readFile(file, 'utf8')}{}\n`)],
    [
      'its beginning',
      async (file: string) => writeFile(file, (await readFile(file, 'utf8')).replace('Person 0', 'Person X'))
    ],
    ['its end', async (file: string) => writeFile(file, (await readFile(file, 'utf8')).replace('step 199', 'step XXX'))]
  ])('is refused when an input has changed in %s', async (_what, change) => {
    const { file, options } = await stopped()
    await change(file)
    const requests = bench.crisp.journal.count()
    await expect(bench.send(options)).rejects.toThrow(/The file .*events has changed since the earlier run/)
    expect(bench.crisp.journal.count()).toBe(requests)
  })

  it('is the same command where a path is written another way', async () => {
    const { file, options } = await stopped()
    const written = relative(process.cwd(), file)
    expect(written).not.toBe(file)
    expect(await bench.send({ ...options, files: [written] })).toMatchObject({ finished: true, exitStatus: 0 })
  })

  it('is refused for another command', async () => {
    const { file, options } = await stopped()
    await expect(bench.send({ ...options, selection: { only: ['track'] } })).rejects.toThrow(
      /another --mapping, --only/
    )
    await expect(bench.send({ ...options, sandbox: true })).rejects.toThrow(/is of a run to a sandbox, website/)
    await bench.file('other', [identify(1)])
    await expect(bench.send({ ...options, files: [file, bench.path('other')] })).rejects.toThrow(/with other files/)
    await bench.file('state.json', '{"half')
    await expect(bench.send(options)).rejects.toThrow(/is no state of this command/)
  })

  it('cuts off what a crash left in the failed file beyond the checkpoint', async () => {
    const { options } = await stopped([
      ...Array.from({ length: 30 }, () => ({ type: 'track', event: 'x' })),
      ...mixed(200, 20)
    ])
    const whole = await bench.read('failed.ndjson')
    await writeFile(bench.path('failed.ndjson'), `${whole}{"failed":{},"ev`)
    const summary = await bench.send(options)
    expect(summary).toMatchObject({ finished: true, outcomes: { failed: 30, delivered: 200 }, exitStatus: 1 })
    expect(await bench.entries('failed.ndjson')).toHaveLength(30)
  })

  it('is refused when the failed file was cut', async () => {
    const { options } = await stopped([
      ...Array.from({ length: 30 }, () => ({ type: 'track', event: 'x' })),
      ...mixed(200, 20)
    ])
    await truncate(bench.path('failed.ndjson'), 10)
    await expect(bench.send(options)).rejects.toThrow(/was moved or cut/)
  })

  it('after an interruption sends nothing twice', async () => {
    const events = mixed(200, 30)
    const options = { files: [await bench.file('e', events)], state: bench.path('s'), batchSize: 30 }
    let first: Summary | undefined
    bench.crisp.faults.add({
      nth: 140,
      effect: { type: 'handler', handle: () => (bench.interrupt(), undefined) }
    })
    first = await bench.send(options)
    expect(first).toMatchObject({ exitStatus: 130, finished: false, stopped: 'Interrupted.' })
    addsUp(first)
    expect(bench.crisp.journal.count()).toBeLessThan(200)
    first = await bench.send(options)
    expect(first).toMatchObject({ exitStatus: 0, outcomes: { delivered: 200 } })
    const texts = bench.eventsOfEach(emailsOf(30)).flat()
    expect(texts).toHaveLength(new Set(texts).size)
  })
})

describe('settings that Crisp refuses', () => {
  it('end the run without failing an event', async () => {
    bench.crisp.faults.add({ effect: { type: 'answer', status: 401, reason: 'invalid_session' } })
    const options = { files: [await bench.file('e', mixed(100, 10))], state: bench.path('s') }
    const summary = await bench.send(options)
    expect(summary).toMatchObject({
      exitStatus: 2,
      outcomes: { failed: 0 },
      stopped: expect.stringMatching(/^Crisp rejected the API Key/)
    })
    expect(bench.crisp.journal.count()).toBeLessThanOrEqual(20)
    bench.crisp.faults.clear()
    expect(await bench.send(options)).toMatchObject({ exitStatus: 0, outcomes: { delivered: 100 } })
  })
})

describe('a dry run', () => {
  it('counts requests by route and days of quota, and sends nothing', async () => {
    const options = { files: [await bench.file('e', mixed(90, 5))], dryRun: true, quota: 50, state: bench.path('s') }
    const { dryRun, exitStatus } = await bench.send(options)
    expect(exitStatus).toBe(0)
    expect(dryRun?.routes).toMatchObject({ 'POST /people/profile': 5, 'POST /people/events/{person}': 60 })
    expect(Object.values(dryRun?.routes ?? {}).reduce((sum, number) => sum + number)).toBe(dryRun?.requests)
    expect(dryRun?.days).toBeCloseTo((dryRun?.requests ?? 0) / 50, 0)
    expect(dryRun?.first).toHaveLength(3)
    expect(dryRun?.first[0]).toMatchObject({ method: 'PATCH', headers: { authorization: '[redacted]' } })
    expect(bench.crisp.journal.count()).toBe(0)
    expect(existsSync(bench.path('s')) || existsSync(bench.path('failed.ndjson'))).toBe(false)
  })
})

it('shows the key nowhere', async () => {
  bench.crisp.faults.add({
    route: 'people.events',
    nth: 5,
    effect: { type: 'answer', status: 400, reason: 'invalid_data', data: { message: `key ${KEY} is ${btoa(KEY)}` } }
  })
  const options = { files: [await bench.file('e', mixed(50, 5))], state: bench.path('s') }
  const summary = await bench.send(options)
  expect(summary.outcomes.failed).toBe(1)
  const everything = [
    JSON.stringify(summary),
    toText(summary),
    await bench.read('s'),
    await bench.read('failed.ndjson'),
    ...bench.said
  ].join()
  expect(everything).toContain('Crisp rejected a value (invalid_data)')
  for (const secret of [KEY, ...KEY.split(':'), btoa(KEY)]) expect(everything).not.toContain(secret)
})
