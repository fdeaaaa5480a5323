import { spawn } from 'child_process'
import { once } from 'events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs'
import { tmpdir } from 'os'
import { join } from 'path'
import { createSandbox } from '../../../tools/sandbox'
import { getBundle } from '../../program'
import { clientOf } from './client'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  file = join(folder, 'state.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('comes back as it was', async () => {
  const other = '8c842203-7ed8-4e29-a608-7cf78a7d2fcc'
  const first = await createSandbox({ state: file, websites: [{ id: other, name: 'Other' }] })
  const call = clientOf(first)
  await call('POST', '/people/profile', { email: 'ada@example.com', person: { nickname: 'Ada' }, segments: ['vip'] })
  await call('PATCH', '/people/data/ada@example.com', { data: { user_id: 'u1' } })
  await call('POST', '/people/events/ada@example.com', { text: 'seen', data: { n: 1 }, color: 'red' })
  await call('PATCH', '/people/subscription/ada@example.com', { email: false })
  await call('POST', '/people/profile', { email: 'bob@example.com', person: { nickname: 'B' } }, { websiteId: other })
  const before = [first.people.all(), first.people.all(other)]
  await first.close()

  const second = await createSandbox({ state: file, people: [{ email: 'ignored@example.com' }] })
  expect([second.people.all(), second.people.all(other)]).toEqual(before)
  expect(before[0]).toHaveLength(1)
  expect((await clientOf(second)('GET', '/people/suggest/segments/1')).body.data).toEqual([
    { segment: 'vip', count: 1 }
  ])
  await second.close()
  expect(readdirSync(folder)).toEqual(['state.json'])
})

it('may begin with a byte-order mark', async () => {
  writeFileSync(file, `\uFEFF${JSON.stringify({ people: [{ email: 'ada@example.com' }] })}`)
  const crisp = await createSandbox({ state: file })
  await crisp.close()
  expect(crisp.people.count()).toBe(1)
})

it('is saved while the sandbox runs, not only at its end', async () => {
  const wait = setTimeout
  const timers = jest.spyOn(global, 'setTimeout').mockImplementation((run: () => void) => wait(run))
  const crisp = await createSandbox({ state: file })
  crisp.people.add({ email: 'ada@example.com' })
  while (!readdirSync(folder).includes('state.json')) await new Promise(setImmediate)
  expect(readFileSync(file, 'utf8')).toContain('ada@example.com')
  timers.mockRestore()
  await crisp.close()
})

it('is never half a file, even when the sandbox is killed while it saves', async () => {
  const script = `
    const { createSandbox } = require(process.argv[1])
    createSandbox({ state: process.argv[2] }).then((crisp) => {
      for (let n = 0; n < 5000; n++) crisp.people.add({ email: n + '@example.com', notepad: 'x'.repeat(500) })
      process.stdout.write('ready')
      setInterval(() => crisp.people.add({ email: Math.random() + '@example.com' }), 1)
    })`
  const child = spawn(process.execPath, ['-e', script, getBundle('sandbox'), file], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  await once(child.stdout, 'data')
  while (!readdirSync(folder).includes('state.json')) await new Promise(setImmediate)
  // The file next to it is there only while a save is under way.
  while (!readdirSync(folder).some((name) => name.endsWith('.tmp'))) await new Promise(setImmediate)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const crisp = await createSandbox({ state: file })
  expect(crisp.people.count()).toBeGreaterThanOrEqual(5000)
  await crisp.close()
})

it.each([
  ['is not JSON', '{"version":1,"webs', 'cannot be read'],
  ['is something else', '{"version":1,"websites":{}}', 'cannot be used: it must have a list of websites'],
  ['is of a later version', '{"version":7}', 'its version is not known']
])('stops the start when the file %s, and leaves it alone', async (_what, text, why) => {
  writeFileSync(file, text)
  await expect(createSandbox({ state: file })).rejects.toThrow(why)
  expect(readFileSync(file, 'utf8')).toBe(text)
})

it('stops the start when there is no folder for it', async () => {
  await expect(createSandbox({ state: join(folder, 'missing', 'state.json') })).rejects.toThrow('There is no folder')
})

it('says so at the end when it could not be saved', async () => {
  const inside = join(folder, 'inside')
  mkdirSync(inside)
  const crisp = await createSandbox({ state: join(inside, 'state.json') })
  rmSync(inside, { recursive: true })
  crisp.people.add({ email: 'ada@example.com' })
  await expect(crisp.close()).rejects.toThrow('ENOENT')
})
