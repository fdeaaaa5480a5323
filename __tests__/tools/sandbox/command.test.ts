import { spawn } from 'child_process'
import { once } from 'events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs'
import { Agent, get } from 'http'
import { tmpdir } from 'os'
import { join } from 'path'
import { main } from '../../../tools/cli'
import { createSandbox, defaultApiKey, defaultWebsiteId } from '../../../tools/sandbox'
import { PROGRAM } from '../../program'
import { itOnPosix } from '../posix'

/** Runs the program in this process, which only works for command lines that end at once. */
async function run(...argv: string[]) {
  const written = { out: '', err: '' }
  const out = jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((written.out += String(text))))
  const err = jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((written.err += String(text))))
  const before = process.exitCode
  await main(['node', 'actions-crisp', ...argv])
  const status = process.exitCode
  process.exitCode = before
  out.mockRestore()
  err.mockRestore()
  return { status, ...written }
}

it.each([
  ['a flag that does not exist', ['--nope']],
  ['a port that is none', ['--port', '70000']],
  ['a website ID that is no UUID', ['--website-id', 'w']],
  ['a key without a colon', ['--key', 'k']],
  ['a tier that does not exist', ['--tier', 'gold']],
  ['a log format that does not exist', ['--log', 'xml']],
  ['a choice that does not exist', ['--choice', 'nope=1']],
  ['a seed file that is not there', ['--seed', '/nowhere/seed.json']]
])('ends with status 2 and one line on %s', async (_what, flags) => {
  const { status, out, err } = await run('sandbox', ...flags)
  expect([status, out]).toEqual([2, ''])
  expect(err).toMatch(/^[^\n]+\n$/)
})

it('ends with status 2 and one sentence when the port is taken', async () => {
  const crisp = await createSandbox()
  const { status, err } = await run('sandbox', '--port', String(crisp.port))
  await crisp.close()
  expect([status, err]).toEqual([2, `Port ${crisp.port} is taken: choose another with --port.\n`])
})

it('explains itself with --help', async () => {
  const { status, out } = await run('sandbox', '--help')
  expect(status).toBe(0)
  for (const flag of ['--port', '--website-id', '--key', '--tier', '--state', '--seed', '--log', '--choice']) {
    expect(out).toContain(flag)
  }
})

function start(...flags: string[]) {
  return spawn(process.execPath, [PROGRAM, 'sandbox', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
}

itOnPosix(
  'says where it is, serves, logs, and stops on SIGTERM with status 0 although a client keeps its connection',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
    const [seed, state] = [join(folder, 'seed.json'), join(folder, 'state.json')]
    writeFileSync(seed, JSON.stringify([{ email: 'ada@example.com' }]))
    const child = start('--seed', seed, '--state', state, '--log', 'json')
    const log = once(child.stderr, 'data') as Promise<[Buffer]>
    const [ready] = (await once(child.stdout, 'data')) as [Buffer]
    const [first, ...more] = String(ready).trim().split('\n')
    expect(first).toMatch(/^sandbox ready at http:\/\/127\.0\.0\.1:\d+$/)
    expect(more).toEqual([`website ID ${defaultWebsiteId}`, `key ${defaultApiKey}`])

    const agent = new Agent({ keepAlive: true })
    const url = `${first.split(' at ')[1]}/v1/website/${defaultWebsiteId}/people/profile/ada@example.com`
    const auth = { auth: defaultApiKey, headers: { 'X-Crisp-Tier': 'website' }, agent }
    const status = await new Promise((resolve) =>
      get(url, auth, (response) => response.resume().on('end', () => resolve(response.statusCode)))
    )
    expect(status).toBe(200)
    expect(JSON.parse(String((await log)[0]))).toMatchObject({ route: 'people.profile.read', status: 200 })

    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    agent.destroy()
    rmSync(folder, { recursive: true })
  }
)

itOnPosix.each(['SIGINT', 'SIGHUP'] as const)(
  'stops on %s with status 0, and saves what has changed',
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
    const state = join(folder, 'state.json')
    const child = start('--state', state, '--key', 'me:secret', '--tier', 'website')
    const [ready] = (await once(child.stdout, 'data')) as [Buffer]
    const url = String(ready).split('\n')[0].split(' at ')[1]
    const response = await fetch(`${url}/v1/website/${defaultWebsiteId}/people/profile`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa('me:secret')}`, 'X-Crisp-Tier': 'website' },
      body: JSON.stringify({ email: 'ada@example.com', person: { nickname: 'Ada' } })
    })
    await response.text()
    expect(response.status).toBe(201)
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(readFileSync(state, 'utf8')).toContain('ada@example.com')
    rmSync(folder, { recursive: true })
  }
)
