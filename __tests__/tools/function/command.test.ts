import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs'
import { tmpdir } from 'os'
import { join } from 'path'
import type { Subscription } from '@segment/actions-core'
import { main } from '../../../tools/cli'
import { assertNoLiquid, BODY_FILE, toScript } from '../../../tools/function/script'
import { defaultMapping, presetSubscriptions } from '../../../tools/runtime'
import { loadFunction, readEnding } from './load'
import { IDENTIFY, toEvent, TRACK, useSandbox } from './support'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'function-'))
})
afterEach(() => {
  process.exitCode = undefined
  jest.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

/** The command in this process. */
async function run(...args: string[]) {
  let stdout = ''
  let stderr = ''
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true))
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true))
  await main(['node', 'actions-crisp', 'function', ...args])
  jest.restoreAllMocks()
  return { status: process.exitCode, stdout, stderr }
}

function writeMapping(json: unknown): string {
  const path = join(folder, 'mapping.json')
  writeFileSync(path, typeof json === 'string' ? json : JSON.stringify(json))
  return path
}

const PAGE: Subscription = {
  name: 'Pricing page',
  partnerAction: 'trackEvent',
  subscribe: 'type = "page" and name = "Pricing"',
  mapping: { ...defaultMapping('trackEvent'), eventName: { '@template': 'Viewed {{name}}' } }
}

describe('actions-crisp function', () => {
  it('prints the script and, on standard error, its size', async () => {
    const { status, stdout, stderr } = await run()
    expect([status, stdout]).toEqual([undefined, toScript(presetSubscriptions())])
    expect(stderr).toBe(`The code has ${Math.ceil(Buffer.byteLength(stdout) / 1000)} kB.\n`)
  })

  it('writes the script to a file with --output', async () => {
    const path = join(folder, 'crisp.js')
    const { status, stdout, stderr } = await run('--output', path)
    expect([status, stdout]).toEqual([undefined, ''])
    expect(stderr).toMatch(/^The code has \d+ kB\.\n$/)
    expect(readFileSync(path, 'utf8')).toBe(toScript(presetSubscriptions()))
  })

  it('puts the subscriptions of a mapping file into the script', async () => {
    const disabled = { ...PAGE, name: 'Off', enabled: false }
    const { stdout } = await run('--mapping', writeMapping({ subscriptions: [PAGE, disabled] }))
    expect(stdout).toBe(toScript([PAGE]))
  })

  it('does not write over the mapping that it reads', async () => {
    const mapping = writeMapping([PAGE])
    const before = readFileSync(mapping, 'utf8')
    const { status, stderr } = await run('--mapping', mapping, '--output', mapping)
    expect(status).toBe(2)
    expect(stderr).toContain('is the mapping itself. Name another file.')
    expect(readFileSync(mapping, 'utf8')).toBe(before)
  })

  it('explains itself with --help', async () => {
    const { status, stdout } = await run('--help')
    expect(status).toBe(0)
    for (const word of ['--mapping', '--output']) expect(stdout).toContain(word)
  })

  const withMapping = (mapping: object) => [{ ...PAGE, mapping: { ...PAGE.mapping, ...mapping } }]

  it.each<[string, unknown, RegExp]>([
    ['that is no JSON', '{', /is not valid JSON/],
    ['without subscriptions', [], /holds no subscriptions/],
    ['for an action that does not exist', [{ ...PAGE, partnerAction: 'sendEmail' }], /partnerAction/],
    ['without a trigger', [{ ...PAGE, subscribe: undefined }], /subscribe/],
    ['with a trigger that cannot be read', [{ ...PAGE, subscribe: 'type is "track"' }], /operator "is"/],
    ['with a trigger that Segment reads differently', [{ ...PAGE, subscribe: 'type == "track"' }], /trigger|subscribe/],
    ['with an unknown directive', withMapping({ email: { '@upper': 'x' } }), /"email".*@upper/],
    ['with a directive next to another key', withMapping({ email: { '@path': '$.a', b: 1 } }), /"email"/],
    ['with Liquid', withMapping({ email: { '@liquid': '{{ a }}' } }), /"email" with Liquid/],
    [
      'with Liquid inside',
      withMapping({ properties: { a: { '@if': { exists: 1, then: { '@liquid': 'a' } } } } }),
      /Liquid/
    ]
  ])('ends with status 2 and one sentence for a mapping file %s', async (_what, json, sentence) => {
    const { status, stdout, stderr } = await run('--mapping', writeMapping(json), '--output', join(folder, 'crisp.js'))
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(sentence)
    expect(stderr).toMatch(/^[^\n]+\.?\n$/)
    expect(() => readFileSync(join(folder, 'crisp.js'))).toThrow()
  })

  it.each<[string, string[], RegExp]>([
    ['a mapping file that is not there', ['--mapping', 'none.json'], /^The mapping none\.json cannot be read: /],
    ['a file that cannot be written', ['--output', '.'], /^\. cannot be written: it is a folder\.\n$/],
    ['a flag that does not exist', ['--minify'], /unknown option '--minify'/]
  ])('ends with status 2 and one sentence for %s', async (_what, args, sentence) => {
    const { status, stdout, stderr } = await run(...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(sentence)
    expect(stderr).toMatch(/^[^\n]+\n$/)
  })

  it('says to build first where that was not done', async () => {
    const fs = jest.requireActual<typeof import('fs')>('fs')
    const read = fs.readFileSync
    jest
      .spyOn(fs, 'readFileSync')
      .mockImplementation(((path: string, encoding: BufferEncoding) =>
        read(path === BODY_FILE ? join(folder, 'none') : path, encoding)) as typeof read)
    expect(() => toScript([])).toThrow(
      'dist/function.js cannot be read: there is no such file or folder. Run npm run build first.'
    )
  })

  it('accepts every mapping that the presets have', () => {
    expect(() => assertNoLiquid(presetSubscriptions())).not.toThrow()
    const text = { ...PAGE, mapping: { ...PAGE.mapping, eventName: 'The text "@liquid": is no directive' } }
    expect(() => assertNoLiquid([text])).not.toThrow()
  })
})

describe('a script with subscriptions of its own', () => {
  const shared = useSandbox()

  it('takes the events that the triggers name, and no others', async () => {
    shared.crisp.people.add({ email: 'ada@example.com' })
    const { onPage, onTrack, onIdentify, onBatch } = loadFunction(shared.crisp, { subscriptions: [PAGE] })
    const page = (name: string) =>
      toEvent({ type: 'page', name, properties: {}, context: { traits: { email: 'ada@example.com' } } })
    await onPage(page('Pricing'), shared.settings)
    for (const refused of [
      onPage(page('Home'), shared.settings),
      onTrack(TRACK, shared.settings),
      onIdentify(IDENTIFY, shared.settings)
    ]) {
      expect(await readEnding(refused)).toMatch(
        /^EventNotSupported: No mapping takes this (page|track|identify) event\.$/
      )
    }
    const results = await onBatch([page('Home'), page('Pricing')], shared.settings)
    expect(results.map(({ status }) => status)).toEqual([400, 200])
    expect(shared.crisp.people.get('ada@example.com')?.events.map(({ text }) => text)).toEqual([
      'Viewed Pricing',
      'Viewed Pricing'
    ])
  })

  it.each(['screen', 'group', 'alias'])('takes %s calls', async (type) => {
    shared.crisp.people.add({ email: 'ada@example.com' })
    const mapping = { ...defaultMapping('trackEvent'), eventName: { '@path': '$.type' }, color: 'red' }
    const subscriptions = [{ partnerAction: 'trackEvent', subscribe: `type = "${type}"`, mapping }]
    const event = toEvent({ type, userId: 'u1', context: { traits: { email: 'ada@example.com' } } })
    await loadFunction(shared.crisp, { subscriptions }).onEvent(event, shared.settings)
    expect(shared.crisp.people.get('ada@example.com')?.events).toMatchObject([{ text: type, color: 'red' }])
  })

  it('has a mapping as data: what looks like code in it is text', async () => {
    shared.crisp.people.add({ email: 'ada@example.com' })
    const eventName = '`${process.exit()}` */ </script> "\u2028 \' \\'
    const [, track] = presetSubscriptions()
    const subscriptions = [{ ...track, mapping: { ...track.mapping, eventName } }]
    await loadFunction(shared.crisp, { subscriptions }).onTrack(TRACK, shared.settings)
    expect(shared.crisp.people.get('ada@example.com')?.events).toMatchObject([{ text: eventName }])
  })
})
