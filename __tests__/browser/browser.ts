import { existsSync, mkdirSync } from 'fs'
import { join } from 'path'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, BrowserContextOptions, LaunchOptions, Page, Request } from 'playwright-core'
import { createTester } from '../../tools/serve'
import type { RunningTester, TesterOptions } from '../../tools/serve'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

const places = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`)

/** The browser of this machine: what `CHROMIUM` names, Linux's own, or Chrome where its installer puts it. */
function browserOfMachine(): LaunchOptions {
  const executablePath = process.env.CHROMIUM ?? places.find((path) => existsSync(path))
  return executablePath === undefined ? { channel: 'chrome' } : { executablePath }
}

/** A tester and a browser, for all tests of a file. A test fails for whatever its page complains about. */
export class Stage {
  tester!: RunningTester
  private browser!: Browser
  private pages: Page[] = []
  private complaints: string[] = []

  constructor(private readonly options: TesterOptions = {}) {
    beforeAll(async () => {
      this.browser = await chromium.launch({ ...browserOfMachine(), args: flags })
    })
    beforeEach(async () => {
      this.tester = await createTester(this.options)
    })
    afterEach(async () => {
      const complaints = this.complaints
      this.complaints = []
      const pages = this.pages.splice(0)
      for (const page of pages) if (!page.isClosed()) await page.unrouteAll({ behavior: 'ignoreErrors' })
      for (const page of pages) await page.context().close()
      await this.tester.close()
      expect(complaints).toEqual([])
    })
    afterAll(() => this.browser.close())
  }

  /** Opens the page, wide unless told otherwise, and waits until it is ready. */
  async open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
    // Only a page that hangs takes so long: a busy machine needs more than Playwright's 30 s.
    context.setDefaultTimeout(100_000)
    return this.openIn(context)
  }

  /** Opens the page once more, as another tab of the same browser. */
  async openIn(context: BrowserContext, path = '/'): Promise<Page> {
    const page = await context.newPage()
    this.pages.push(page)
    page.on('pageerror', (error) => this.complaints.push(`error: ${error.message}`))
    page.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('console', (message) => {
      // A run answers with the status of its outcome; the browser notes each that is 400 or more.
      const isStatus = message.text().startsWith('Failed to load resource: the server responded with a status of')
      if (message.type() === 'error' && !isStatus) this.complaints.push(`console: ${message.text()}`)
    })
    page.on('request', (request) => {
      const isOwn = request.url().startsWith(`${this.tester.url}/`) || request.url().startsWith('data:')
      if (!isOwn) this.complaints.push(`outside: ${request.url()}`)
    })
    await page.goto(`${this.tester.url}${path}`)
    await page
      .getByText(/Will go through|Ready to send/)
      .first()
      .waitFor()
    return page
  }

  /** What a test expects the page to complain about. */
  forgive(pattern: RegExp): void {
    this.complaints = this.complaints.filter((complaint) => !pattern.test(complaint))
  }
}

/** Writes over what the editor holds. */
export async function write(page: Page, value: unknown): Promise<void> {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  const editor = page.getByRole('textbox', { name: 'Event or batch, as JSON' })
  await editor.focus()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(text)
}

/** Presses the send button and waits for what comes of it. */
export async function send(page: Page): Promise<void> {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().endsWith('/api/events')),
    page.getByRole('button', { name: /^Send (event|batch)/ }).click()
  ])
  await answer.finished()
  await page
    .getByRole('button', { name: /^Send (event|batch)/ })
    .first()
    .waitFor()
}

/** Switches a fault and waits until the page has heard of it: the box itself is checked by the click. */
export async function switchFault(page: Page, name: string, on: boolean): Promise<void> {
  const box = page.getByRole('switch', { name })
  await box.click()
  await page
    .locator(on ? '.fault-on' : '.fault:not(.fault-on)')
    .filter({ has: box })
    .waitFor()
}

/**
 * Holds back the server's answers to a path.
 * @returns a function that lets them through and resolves once the page has taken them
 */
export async function holdAnswers(page: Page, path: string): Promise<() => Promise<void>> {
  const held: Request[] = []
  let release = () => {}
  const isReleased = new Promise<void>((resolve) => (release = resolve))
  await page.route(path, async (route) => {
    held.push(route.request())
    const response = await route.fetch()
    await isReleased
    await route.fulfill({ response })
  })
  return async () => {
    release()
    for (const request of held) await (await request.response())?.finished()
    await settle(page)
  }
}

/** Waits until the page has taken what it was answered before. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(`fetch('/api/history').then((answer) => answer.text())`)
}

/** Opens or closes a part that is folded away. */
export async function fold(page: Page, name: string): Promise<void> {
  await page
    .locator('summary')
    .filter({ hasText: new RegExp(`^\\s*${name}`) })
    .first()
    .click()
}

/** Presses an example. */
export async function example(page: Page, name: string): Promise<void> {
  await page.getByRole('group', { name: 'Examples' }).getByRole('button', { name, exact: true }).click()
}

/** A picture for the documents, made only when asked for. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.UPDATE_SCREENSHOTS !== '1') return
  const folder = join(__dirname, '../../docs/screenshots')
  mkdirSync(folder, { recursive: true })
  await page.mouse.move(1, (page.viewportSize()?.height ?? 2) - 2)
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
}
