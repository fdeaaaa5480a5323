import { spawn } from 'child_process'
import type { ChildProcess } from 'child_process'
import { once } from 'events'
import { createServer } from 'net'
import { main } from '../../../tools/cli'
import { createTester, type RunOutcome } from '../../../tools/serve'
import { describeExamples, isAttended } from '../../../tools/serve/command'
import { PROGRAM } from '../../program'
import { itOnPosix } from '../posix'
import { ask } from './client'

/** Runs the program in this process, which only works for command lines that end at once. */
async function run(...argv: string[]) {
  const written = { out: '', err: '' }
  const out = jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((written.out += String(text))))
  const err = jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((written.err += String(text))))
  const before = process.exitCode
  await main(['node', 'actions-crisp', 'serve', ...argv])
  const status = process.exitCode
  process.exitCode = before
  out.mockRestore()
  err.mockRestore()
  return { status, ...written }
}

it('refuses a port that is none, with status 2 and one line', async () => {
  const { status, err } = await run('--port', '70000')
  expect(status).toBe(2)
  expect(err).toMatch(/^[^\n]+\n$/)
})

it('says when the port is taken', async () => {
  const tester = await createTester()
  const { status, err } = await run('--port', String(tester.port))
  await tester.close()
  expect([status, err]).toEqual([
    2,
    `Port ${tester.port} is taken. Choose another one: npx actions-crisp serve --port ${tester.port + 1}\n`
  ])
})

it('names the command for another port in the form in which it was started', async () => {
  const tester = await createTester()
  const before = process.env.npm_lifecycle_event
  process.env.npm_lifecycle_event = 'start'
  const { err } = await run('--port', String(tester.port), '--examples', '--no-open')
  if (before === undefined) delete process.env.npm_lifecycle_event
  else process.env.npm_lifecycle_event = before
  await tester.close()
  expect(err).toBe(
    `Port ${tester.port} is taken. Choose another one: npm start -- --port ${tester.port + 1} --no-open\n`
  )
})

it('says how many example events are not delivered on purpose', () => {
  const runs = (...outcomes: RunOutcome[]) => outcomes.map((outcome) => ({ outcome }))
  expect(describeExamples(runs('delivered', 'dropped', 'failed', 'delivered'))).toBe(
    '4 example events: 2 delivered, 1 dropped, 1 failed.\n2 of them are not delivered on purpose, to show what that looks like.'
  )
  expect(describeExamples(runs('delivered'))).toBe('1 example events: 1 delivered.')
})

it('keeps the examples out of live Crisp', async () => {
  process.env.CRISP_API_KEY = 'i:k'
  process.env.CRISP_WEBSITE_ID = '8c842203-7ed8-4e29-a608-7cf78a7d2fcc'
  const { status, err } = await run('--examples', '--port', '0')
  delete process.env.CRISP_API_KEY
  delete process.env.CRISP_WEBSITE_ID
  expect([status, err]).toEqual([2, '--examples is for the sandbox: unset CRISP_API_KEY.\n'])
})

it('explains itself with --help', async () => {
  const { status, out } = await run('--help')
  expect(status).toBe(0)
  for (const word of ['--port', '--no-open', '--examples', 'CRISP_API_KEY']) expect(out).toContain(word)
})

async function untilReady(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    if (/tester ready at .*\n.*\n/.test(text)) return text
  }
  throw new Error(`It ended before it was ready: ${text}`)
}

itOnPosix(
  'delivers the examples, says where it is, and stops on SIGTERM with status 0',
  async () => {
    const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', '--examples'], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    const ended = once(child, 'exit')
    const text = await untilReady(child)
    const url = /^tester ready at (http:\/\/127\.0\.0\.1:\d+)$/m.exec(text)?.[1] as string
    expect(text).toMatch(/^\d+ example events: .*delivered/m)
    expect(text).toMatch(/^\d+ of them are not delivered on purpose/m)
    expect(text).toMatch(/Press Ctrl-C to stop\.$/m)
    expect((await ask<{ people: number }>(url, 'GET', '/api/state')).body.people).toBeGreaterThan(3)
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  },
  30_000
)

itOnPosix('takes the next free port without --port, and says so', async () => {
  const taken = createServer()
  const isFree = await new Promise<boolean>((resolve) => {
    taken.once('error', () => resolve(false)).listen(3000, '127.0.0.1', () => resolve(true))
  })
  const child = spawn(process.execPath, [PROGRAM, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const text = await untilReady(child)
  const [, said, used] =
    /^Port 3000 is taken: (\d+) is used\.\ntester ready at http:\/\/127\.0\.0\.1:(\d+)$/m.exec(text) ?? []
  expect(Number(said)).toBeGreaterThan(3000)
  expect(used).toBe(said)
  child.kill('SIGTERM')
  await ended
  if (isFree) await new Promise((resolve) => taken.close(resolve))
})

it('opens no browser in CI or without a terminal', () => {
  expect(isAttended({}, true)).toBe(true)
  expect(isAttended({ CI: 'true' }, true)).toBe(false)
  expect(isAttended({}, false)).toBe(false)
})
