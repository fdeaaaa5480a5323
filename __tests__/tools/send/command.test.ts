import { readdir } from 'fs/promises'
import { join } from 'path'
import { main } from '../../../tools/cli'
import { readJsonFile } from '../../../tools/json-file'
import { packageFolder } from '../../../tools/package-folder'
import { createSandbox } from '../../../tools/sandbox'
import { Bench, identify, KEY, track } from './support'

let bench: Bench

beforeEach(async () => {
  bench = await Bench.make()
  await bench.file('events', [identify(1)])
})
afterEach(async () => {
  process.exitCode = undefined
  jest.restoreAllMocks()
  delete process.env.CRISP_API_KEY
  delete process.env.CRISP_WEBSITE_ID
  delete process.env.CRISP_TOKEN_TYPE
  await bench.close()
})

/** The command in this process. */
async function run(...args: string[]) {
  let stdout = ''
  let stderr = ''
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true))
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true))
  jest.spyOn(process.stdin, 'destroy').mockReturnValue(process.stdin)
  await main(['node', 'actions-crisp', 'send', ...args])
  jest.restoreAllMocks()
  return { status: process.exitCode, stdout, stderr }
}

const website = ['--website-id', '11111111-2222-4333-8444-555555555555']

describe('invalid usage', () => {
  it.each([
    [['none.ndjson'], /^There is no file none\.ndjson\.\n$/],
    [['*.nothing'], /^There is no file \*\.nothing\.\n$/],
    [['.'], /is a folder/],
    [['events', '--website-id', 'x'], /Website ID must be a UUID/],
    [['events', '--key', 'id:secret-of-mine'], /The key is never an argument/],
    [['events', '--api-key=id:secret-of-mine'], /The key is never an argument/],
    [['events', '--crisp-key=id:secret-of-mine'], /unknown option '--crisp-key'/],
    [['events', '--endpoint', 'http://example.com:80', ...website], /on this machine only/],
    [['events', '--endpoint', 'https://127.0.0.1:80', ...website], /on this machine only/],
    [['events', '--endpoint', 'http://127.0.0.1:1'], /^127\.0\.0\.1:1 cannot be reached: nothing listens there\./],
    [['events'], /CRISP_API_KEY is set but --website-id is missing/],
    [['events', '--sandbox', '--endpoint', 'http://127.0.0.1:1'], /not both/],
    [['events', '--sandbox', ...website], /not both/],
    [['events', '--batch-size', '1001'], /from 1 to 1000/],
    [['events', '--quota', '0'], /whole number/],
    [['events', '--only', 'identity'], /types of events/],
    [['events', '--from', '2025-02-01', '--to', '2025-01-01'], /--from must be before --to/],
    [['events', '--from', 'soon'], /a date or a time/],
    [['events', '--sandbox', '--mapping', 'none.json'], /The mapping none\.json cannot be read/],
    [['events', '--state', 'x', '--failed', 'x', '--sandbox'], /must be different files/]
  ])('%j ends with status 2 and a sentence', async (args, sentence) => {
    process.env.CRISP_API_KEY = KEY
    const { status, stdout, stderr } = await run(...args)
    expect(stderr).toMatch(sentence)
    expect(stderr).not.toContain('secret-of-mine')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })

  it('is a website without a key, and a key of another form, which is not repeated', async () => {
    expect(await run('events', ...website)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^Set CRISP_API_KEY/)
    })
    process.env.CRISP_API_KEY = 'no-colon-in-it'
    const { status, stderr } = await run('events', ...website)
    expect({ status, isTold: /joined by a colon/.test(stderr) }).toEqual({ status: 2, isTold: true })
    expect(stderr).not.toContain('no-colon-in-it')
  })
})

it('prints a summary for people, or one line of JSON', async () => {
  const plain = await run('events', '--sandbox')
  expect(plain.stdout).toMatch(
    /^1 line read\n {2}delivered {7}1\n {2}requests {8}4 \(4 today\)\n {2}duration {8}\d s\n$/
  )
  expect(plain.status).toBe(0)
  for (const flags of [['--json'], ['--json', '--no-progress']]) {
    const { stdout, stderr } = await run('events', '--sandbox', ...flags)
    expect(JSON.parse(stdout)).toMatchObject({ type: 'summary', outcomes: { delivered: 1 }, exitStatus: 0 })
    expect(JSON.parse(stderr)).toMatchObject({ type: 'notice', text: expect.stringContaining('embedded sandbox') })
  }
})

it('shows the days of quota of a dry run, and the requests without secrets', async () => {
  process.env.CRISP_API_KEY = KEY
  const { stdout, stderr } = await run('events', '--dry-run', '--token-type', 'website', ...website)
  expect(stdout).toMatch(/Dry run: 4 requests would be made, 0\.04 % of a day at a quota of 10000 a day/)
  expect(stdout).toMatch(/1 {2}POST \/people\/profile\n/)
  expect(stdout).toContain('"authorization": "[redacted]"')
  expect(stderr).toMatch(/nothing leaves this process/)
})

it('takes the type of the token from the environment when the command line does not give it', async () => {
  process.env.CRISP_TOKEN_TYPE = 'website'
  expect((await run('events', '--dry-run')).stdout).toMatch(/a quota of 10000 a day/)
  expect((await run('events', '--dry-run', '--token-type', 'plugin')).stdout).toMatch(/a quota of 5000 a day/)
  process.env.CRISP_TOKEN_TYPE = 'Website'
  expect(await run('events', '--dry-run')).toMatchObject({
    status: 2,
    stderr: 'CRISP_TOKEN_TYPE must be plugin or website.\n'
  })
})

it('goes live for no environment, only for a flag', async () => {
  process.env.CRISP_API_KEY = KEY
  process.env.CRISP_WEBSITE_ID = website[1]
  expect(await run('events')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/CRISP_API_KEY is set but --website-id is missing/)
  })
})

it('says how to go on after the quota', async () => {
  process.argv = [
    'node',
    'cli.js',
    'send',
    'events',
    '--endpoint',
    bench.crisp.url,
    '--quota',
    '2',
    '--state',
    'my state'
  ]
  process.env.CRISP_API_KEY = KEY
  const { status, stdout } = await run(...process.argv.slice(3))
  expect(status).toBe(3)
  expect(stdout.split('\n').slice(-3)).toEqual([
    'The quota of requests for today is spent.',
    expect.stringMatching(
      /^Nothing is lost\. Go on after 20.*T00:00:00\.000Z with: npx actions-crisp send events --endpoint \S+ --quota 2 --state 'my state'$/
    ),
    ''
  ])
})

it('offers no way to go on with an embedded sandbox, which is gone', async () => {
  const { status, stdout } = await run('events', '--sandbox', '--quota', '2')
  expect(status).toBe(3)
  expect(stdout).toMatch(/The quota of requests for today is spent\.\n$/)
  expect(await readdir('.')).toEqual(['events'])
})

it('shows the exact line that sends the failed events again', async () => {
  await bench.file('events', [{ type: 'track', event: 'Of no person' }])
  process.env.CRISP_API_KEY = KEY
  const target = ['--endpoint', bench.crisp.url, '--website-id', bench.crisp.websiteId, '--batch-size', '7']
  const { status, stdout } = await run('events', ...target, '--failed', 'my failed', '--limit', '3', '--only', 'track')
  expect(status).toBe(1)
  expect(stdout).toMatch(/\nWhat failed is in my failed\.\nSend it again with: [^\n]*\n$/)
  expect(stdout).toContain(`Send it again with: npx actions-crisp send 'my failed' ${target.join(' ')}\n`)
})

it('shows the outcomes in the order of their weight, and cuts reasons to the screen', async () => {
  await bench.file('events', [
    { type: 'page', userId: 'u' },
    { type: 'track', event: 'Of no person' },
    track(2, 'Of a stranger'),
    identify(1)
  ])
  const { stdout } = await run('events', '--sandbox')
  const rows = stdout.split('\n').filter((row) => /^ {2}\S/.test(row))
  expect(rows.map((row) => row.trim().split(/ {2,}/)[0])).toEqual([
    'delivered',
    'dropped',
    'failed',
    'not subscribed',
    'requests',
    'duration'
  ])
  for (const row of stdout.split('\n').filter((line) => line.startsWith(' ')))
    expect(row.length).toBeLessThanOrEqual(80)
  expect(stdout).toMatch(/…\n/)
})

it('shows the totals of a dry run last', async () => {
  const { stdout } = await run('events', '--dry-run')
  const lines = stdout.trimEnd().split('\n')
  expect(lines[lines.length - 1]).toBe('Dry run: 4 requests would be made, 0.08 % of a day at a quota of 5000 a day.')
  expect(lines.indexOf('Requests by route:')).toBeLessThan(lines.indexOf('1 line read'))
})

it('needs neither key nor website for a sandbox on this machine, whose own are public', async () => {
  const crisp = await createSandbox()
  try {
    const { status, stdout } = await run('events', '--endpoint', crisp.url, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ outcomes: { delivered: 1 }, finished: true })
    expect([status, crisp.journal.count() > 0]).toEqual([0, true])
  } finally {
    await crisp.close()
  }
})

it('shows its version and ends its help with examples', async () => {
  const { version } = readJsonFile(join(packageFolder(), 'package.json')) as { version: string }
  const capture = async (...args: string[]) => {
    let text = ''
    jest.spyOn(process.stdout, 'write').mockImplementation((part) => Boolean((text += String(part))))
    await main(['node', 'actions-crisp', ...args])
    jest.restoreAllMocks()
    return text
  }
  expect(await capture('--version')).toBe(`${version}\n`)
  for (const args of [['--help'], ['send', '--help']]) {
    expect((await capture(...args)).split('Examples:\n')[1]).toMatch(/^( {2}actions-crisp .*\n)+$/)
  }
})
