import { constants, gunzipSync, gzipSync } from 'zlib'
import fc from 'fast-check'
import { readLines } from '../../../tools/send/reader'
import type { Line } from '../../../tools/send/reader'
import { MAX_EVENT_BYTES } from '../../../tools/send/splitters'

async function read(
  content: string | Buffer,
  chunkSize = 7
): Promise<{ lines: Line[]; problems: string[]; bytes: number }> {
  const bytes = Buffer.from(content)
  const problems: string[] = []
  const lines: Line[] = []
  let total = 0
  const open = async function* () {
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize)
  }
  const listener = { onRead: (more: number) => (total += more), onDamage: (problem: string) => problems.push(problem) }
  for await (const line of readLines([{ name: 'events', size: 0 }], listener, open)) lines.push(line)
  return { lines, problems, bytes: total }
}

const shown = (lines: Line[]) => lines.map(({ line, bytes }) => [line, bytes.toString()])

describe('reading NDJSON', () => {
  it.each([1, 3, 1_000])('finds lines in chunks of %d bytes, without blank ones, marks and line ends', async (size) => {
    const { lines } = await read('\uFEFF{"a":1}\r\n\n  \r\n{"b":"é"}\n\uFEFF{"c":3}', size)
    expect(shown(lines)).toEqual([
      [1, '{"a":1}'],
      [4, '{"b":"é"}'],
      [5, '{"c":3}']
    ])
    expect(lines.map(({ n, file }) => [n, file])).toEqual([
      [1, 'events'],
      [2, 'events'],
      [3, 'events']
    ])
  })

  it('finds nothing in an empty file', async () => {
    expect((await read('')).lines).toEqual([])
    expect((await read('\n \n')).lines).toEqual([])
  })

  it.each([
    ['NDJSON', '{"a":1}\n', '{"a":1}'],
    ['an array', '[\n{"a":1}]', '{"a":1}']
  ])('passes blank lines before %s once, and counts them', async (what, content, event) => {
    const concat = jest.spyOn(Buffer, 'concat')
    const { lines } = await read('\n'.repeat(300_000) + content, 1_000)
    const copied = concat.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0)
    concat.mockRestore()
    expect(shown(lines)).toEqual([[what === 'NDJSON' ? 300_001 : 300_002, event]])
    expect(copied).toBeLessThan(10_000)
  })

  it('keeps no more than the beginning of a line without end', async () => {
    const { lines } = await read(Buffer.alloc(MAX_EVENT_BYTES + 5_000_000, 'x'), 65_536)
    expect(lines).toHaveLength(1)
    expect(lines[0].problem).toBe('The event is longer than 16 MB.')
    expect(lines[0].bytes.length).toBeLessThanOrEqual(1_024)
  })
})

describe('reading bodies of the HTTP API', () => {
  it('unpacks the events of a batch, each on the line of the body', async () => {
    const { lines } = await read('{"a":1}\n{"batch":[{"type":"track"},7,{"type":"page"}],"writeKey":"w"}\n{"b":2}')
    expect(lines.map(({ n, line, bytes }) => [n, line, bytes.toString()])).toEqual([
      [1, 1, '{"a":1}'],
      [2, 2, '{"type":"track"}'],
      [3, 2, '7'],
      [4, 2, '{"type":"page"}'],
      [5, 3, '{"b":2}']
    ])
  })

  it('gives each event what the body says of all', async () => {
    const body = {
      batch: [
        { type: 'track', context: { ip: '1.2.3.4', app: 'own' } },
        { type: 'page', sentAt: 'own' }
      ],
      context: { app: 'shared', locale: 'de' },
      integrations: { Crisp: true },
      sentAt: '2025-01-01'
    }
    const { lines } = await read(`[${JSON.stringify(body)}]`)
    expect(lines.map(({ bytes }) => JSON.parse(bytes.toString()) as unknown)).toEqual([
      {
        type: 'track',
        context: { ip: '1.2.3.4', app: 'own', locale: 'de' },
        integrations: { Crisp: true },
        sentAt: '2025-01-01'
      },
      { type: 'page', context: body.context, integrations: { Crisp: true }, sentAt: 'own' }
    ])
  })

  it.each(['{"type":"track","batch":[1]}', '{"batch":7}', '{"batch":[1]', '{"properties":{"batch":[1]}}', '["batch"]'])(
    'leaves %s alone',
    async (line) => {
      const { lines } = await read(`\n{}\n${line}`)
      expect(lines[1].bytes.toString()).toBe(line)
    }
  )
})

describe('reading files as they really are', () => {
  const event = (n: number) => `{"n":${n}}`

  it.each([
    ['a trailing comma in an array', `[${event(1)},\n${event(2)},\n]`, [1, 2]],
    ['an array over many lines', `[\n  {\n    "n": 1\n  },\n  {\n    "n": 2\n  }\n]\n`, [2, 5]],
    ['Windows line ends', `${event(1)}\r\n${event(2)}\r\n`, [1, 2]],
    ['a byte-order mark', `\uFEFF${event(1)}\n${event(2)}`, [1, 2]],
    ['a line of 5 MB', `{"n":1,"x":"${'x'.repeat(5_000_000)}"}\n${event(2)}`, [1, 2]]
  ])('gives every event with its line: %s', async (_what, content, places) => {
    const { lines, problems } = await read(content, 65_536)
    expect(lines.map(({ line, bytes }) => [line, (JSON.parse(bytes.toString()) as { n: number }).n])).toEqual([
      [places[0], 1],
      [places[1], 2]
    ])
    expect(problems).toEqual([])
  })
})

describe('reading UTF-16', () => {
  const text = '\uFEFF' + '{"a":1}\n'.repeat(100)
  const littleEndian = Buffer.from(text, 'utf16le')

  it.each([
    ['little-endian', littleEndian],
    ['big-endian', Buffer.from(littleEndian).swap16()],
    ['gzip', gzipSync(littleEndian)]
  ])('says once that the input must be UTF-8 (%s), and reads no further', async (_what, content) => {
    const { lines, problems, bytes } = await read(content)
    expect(lines).toEqual([])
    expect(problems).toEqual(['events: The text is UTF-16, of which nothing is sent. Save it as UTF-8.'])
    expect(bytes).toBeLessThan(100)
  })
})

describe('reading a JSON array', () => {
  it.each([1, 3, 1_000])('finds elements with their lines in chunks of %d bytes', async (size) => {
    const text = '\uFEFF [ {"a":"] \\" , }"},\n\n  {"b":[1,{"c":"x"}]} ,7,\n"text" , [] \n]\n'
    const { lines, problems } = await read(text, size)
    expect(shown(lines)).toEqual([
      [1, '{"a":"] \\" , }"}'],
      [3, '{"b":[1,{"c":"x"}]}'],
      [3, '7'],
      [4, '"text"'],
      [4, '[]']
    ])
    expect(problems).toEqual([])
  })

  it('takes an empty array, and one array after another', async () => {
    expect((await read('[]')).lines).toEqual([])
    expect(shown((await read('[{"a":1}]\n[{"b":2}]')).lines)).toEqual([
      [1, '{"a":1}'],
      [2, '{"b":2}']
    ])
  })

  it('gives every element back as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.object()),
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        async (events, size, pretty) => {
          const { lines, problems } = await read(JSON.stringify(events, null, pretty ? 2 : 0), size)
          expect(lines.map(({ bytes }) => JSON.parse(bytes.toString()) as unknown)).toEqual(
            JSON.parse(JSON.stringify(events)) as unknown
          )
          expect(problems).toEqual([])
        }
      ),
      { numRuns: 30 }
    )
  })

  it('says that an array is not closed, and gives what is whole', async () => {
    const cut = await read('[{"a":1},\n{"b":')
    expect(shown(cut.lines)).toEqual([
      [1, '{"a":1}'],
      [2, '{"b":']
    ])
    expect(cut.lines[1].problem).toMatch(/ends within this event/)
    expect(cut.problems).toEqual(['events: The JSON array is not closed: what was whole is sent.'])
  })

  it('reports text after the array as a line of its own', async () => {
    const { lines } = await read('[{"a":1}]\noops\n')
    expect(lines[1]).toMatchObject({ line: 2, problem: 'There is text after the end of the JSON array.' })
  })
})

describe('reading gzip', () => {
  const text = Array.from({ length: 400 }, (_, index) => `{"n":${index},"x":"${Math.sin(index)}"}`).join('\n')

  it('is detected from the content, for NDJSON and arrays, with several members in a row', async () => {
    expect((await read(gzipSync(text), 100)).lines).toHaveLength(400)
    expect((await read(gzipSync('[{"a":1},{"b":2}]'))).lines).toHaveLength(2)
    const members = Buffer.concat([gzipSync('{"a":1}\n{"b"'), gzipSync(':2}\n'), gzipSync('{"c":3}')])
    expect(shown((await read(members)).lines)).toEqual([
      [1, '{"a":1}'],
      [2, '{"b":2}'],
      [3, '{"c":3}']
    ])
  })

  it.each([1, 13, 400, 2_000])('gives what is whole when it ends after %d bytes, and says so', async (length) => {
    const packed = gzipSync(text)
    const { lines, problems } = await read(packed.subarray(0, length), 64)
    const whole = text.split('\n')
    lines.slice(0, -1).forEach(({ bytes }, index) => expect(bytes.toString()).toBe(whole[index]))
    expect(problems.length).toBe(length === 1 ? 0 : 1)
    if (length === 2_000) expect(lines.length).toBeGreaterThan(50)
    if (length > 1) expect(problems[0]).toMatch(/^events: The gzip data ends early/)
  })

  it.each([100, 65_536])('gives all lines before damage, and names the byte (chunks of %d bytes)', async (size) => {
    const second = Buffer.concat([gzipSync(text.slice(0, 9_000)), gzipSync(text.slice(9_000))])
    const start = gzipSync(text.slice(0, 9_000)).length
    second[start + 10] = 0xff
    const { lines, problems } = await read(second, size)
    const whole = text.slice(0, 9_000).split('\n')
    expect(lines.map(({ bytes }) => bytes.toString())).toEqual(whole)
    expect(problems).toEqual([
      expect.stringMatching(`^events: The gzip data is damaged at byte ${start + 11} \\(.*\\): what was whole`)
    ])
  })

  it.each([1_000, 2_000, 3_000])('gives what can be unpacked before damage anywhere (byte %d)', async (place) => {
    const packed = gzipSync(text)
    packed.fill(0xff, place, place + 50)
    const { lines, problems } = await read(packed, 65_536)
    const whole = text.split('\n')
    const right = lines.filter(({ bytes }, index) => bytes.toString() === whole[index]).length
    const [, byte] = /damaged at byte (\d+)/.exec(problems[0]) ?? []
    expect(Number(byte)).toBeGreaterThanOrEqual(place)
    const before = gunzipSync(packed.subarray(0, place), { finishFlush: constants.Z_SYNC_FLUSH }).toString()
    expect(right).toBeGreaterThanOrEqual(before.split('\n').length - 1)
  })

  it('counts the bytes of the file, not of its content', async () => {
    const packed = gzipSync(text)
    expect((await read(packed)).bytes).toBe(packed.length)
  })

  it('reads no further than it is asked to', async () => {
    let opened = 0
    const open = async function* () {
      for (;;) {
        opened++
        yield Buffer.from('{"a":1}\n'.repeat(100))
      }
    }
    const listener = { onRead: () => undefined, onDamage: () => undefined }
    let seen = 0
    for await (const _line of readLines([{ name: 'events', size: 0 }], listener, open)) if (++seen === 250) break
    expect(opened).toBeLessThanOrEqual(4)
  })
})
