import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs'
import { Server } from 'net'
import { tmpdir } from 'os'
import { join } from 'path'
import { createTester, type RunningTester } from '../../../tools/serve'
import { ask, john } from './client'

let tester: RunningTester
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'page-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<meta name="style-nonce" content="NONCE-OF-THIS-ANSWER">')
  writeFileSync(join(folder, 'assets/index.js'), '1')
  tester = await createTester({ pageFolder: folder })
})

afterAll(async () => {
  await tester.close()
  rmSync(folder, { recursive: true })
})

const paths = ['/', '/api/state', '/manifest']

it.each(['evil.example', 'evil.example:3000', '127.0.0.1.evil.example', '0.0.0.0:3000'])(
  'turns the host %p away',
  async (host) => {
    for (const path of paths) {
      const { status, text } = await ask(tester.url, 'GET', path, undefined, { host })
      expect([path, status]).toEqual([path, 403])
      expect(text).toContain('127.0.0.1 and localhost only')
    }
  }
)

it('answers to localhost too', async () => {
  const host = `localhost:${tester.port}`
  const { status } = await ask(tester.url, 'GET', '/api/state', undefined, { host, origin: `http://${host}` })
  expect(status).toBe(200)
})

it.each([
  'https://evil.example',
  'null',
  'http://localhost:1',
  'https://app.segment.com.evil.example',
  'https://sub.app.segment.com'
])('turns pages of %s away, whatever they ask for', async (origin) => {
  for (const [method, path] of [
    ['GET', '/'],
    ['GET', '/api/state'],
    ['POST', '/api/events'],
    ['OPTIONS', '/api/events'],
    ['POST', '/identifyUser'],
    ['OPTIONS', '/identifyUser'],
    ['GET', '/manifest']
  ]) {
    const body = method === 'POST' ? { event: john, payload: john } : undefined
    const { status, headers } = await ask(tester.url, method, path, body, { origin })
    expect([method, path, status]).toEqual([method, path, 403])
    expect(headers['access-control-allow-origin']).toBeUndefined()
  }
  expect(tester.sandbox?.journal.count()).toBe(0)
})

it("lets the Actions Tester use upstream's routes alone", async () => {
  const origin = 'https://app.segment.com'
  for (const path of ['/', '/api/state', '/api/people', '/api/live']) {
    expect((await ask(tester.url, 'GET', path, undefined, { origin })).status).toBe(403)
  }
  expect((await ask(tester.url, 'GET', '/manifest', undefined, { origin })).status).toBe(200)
})

it('binds 127.0.0.1 only', () => {
  const listen = jest.spyOn(Server.prototype, 'listen')
  return createTester().then(async (other) => {
    await other.close()
    const hosts = listen.mock.calls.map(([first]) => (first as { host?: string }).host)
    listen.mockRestore()
    expect(hosts.length).toBeGreaterThan(0)
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']))
  })
})

it('gives the page a strict policy with a nonce of its own, and loads nothing from elsewhere', async () => {
  const [first, second] = [await ask(tester.url, 'GET', '/'), await ask(tester.url, 'GET', '/')]
  const policy = first.headers['content-security-policy'] as string
  const nonce = /content="([^"]+)"/.exec(first.text)?.[1]
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain(`'nonce-${nonce}'`)
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toMatch(/unsafe|https?:/)
  expect(first.text).not.toBe(second.text)
  expect(first.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store'
  })
})

it('serves the files of the page and no others', async () => {
  expect((await ask(tester.url, 'GET', '/assets/index.js')).headers['content-type']).toContain('text/javascript')
  for (const path of ['/../package.json', '/assets/../../package.json', '/%2e%2e/package.json', '/index.html']) {
    expect([path, (await ask(tester.url, 'GET', path)).status]).toEqual([path, 404])
  }
})

it('says what to do while the page is not built', async () => {
  const unbuilt = await createTester({ pageFolder: join(folder, 'nowhere') })
  const { status, text } = await ask(unbuilt.url, 'GET', '/')
  await unbuilt.close()
  expect([status, text]).toEqual([503, 'The page is not built yet. Run: npm run build\n'])
})
