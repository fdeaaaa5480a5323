import type { Page } from 'playwright-core'
import { Stage } from './browser'

const stage = new Stage()

const focused = (page: Page) =>
  page.evaluate<string>(
    `(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent ?? '').trim()`
  )

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, name: RegExp, most = 60): Promise<void> {
  for (let step = 0; step < most; step++) {
    if (name.test(await focused(page))) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reached ${name}.`)
}

it('does everything by keyboard', async () => {
  const page = await stage.open()
  await page.keyboard.press('Tab')
  expect(await focused(page)).toBe('Skip to the event')
  await tabTo(page, /^Track, unknown person$/)
  await page.keyboard.press('Enter')
  await tabTo(page, /^Event or batch, as JSON$/)
  await page.keyboard.press('Tab')
  expect(await focused(page)).not.toBe('Event or batch, as JSON')
  await tabTo(page, /^Send event$/)
  await page.keyboard.press('Enter')
  await page.locator('.verdict').getByText('Dropped', { exact: true }).waitFor()

  await page.keyboard.press('Shift+Tab')
  await tabTo(page, /^Event or batch, as JSON$/)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('{"type":"identify","traits":{"email":"k@example.com","name":"Kay"')
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.getByRole('article', { name: 'Person Kay' }).waitFor()

  await tabTo(page, /^Replay$/)
  await page.keyboard.press('Space')
  await page.getByRole('list', { name: 'History' }).getByText('replay of #').waitFor()

  await tabTo(page, /^Person$/)
  await page.keyboard.press('ArrowRight')
  expect(await focused(page)).toMatch(/^People/)
  await page.keyboard.press('Home')
  expect(await focused(page)).toMatch(/^Person/)
  await page.keyboard.press('End')
  expect(await focused(page)).toMatch(/^People/)

  await tabTo(page, /^Faults/)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.getByRole('switch', { name: 'Slow', checked: true }).waitFor()
  await page.keyboard.press('Space')
  await page.getByRole('switch', { name: 'Slow', checked: false }).waitFor()
})

it('shows where the focus is', async () => {
  const page = await stage.open()
  for (const name of [/^Identify$/, /^Send event$/, /^Person$/]) {
    await tabTo(page, name)
    const style = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
    expect([String(name), style]).toEqual([String(name), 'solid'])
  }
})

it('tells screen readers what came of an event', async () => {
  const page = await stage.open()
  await page.getByRole('button', { name: 'Send event' }).click()
  await page
    .getByRole('status')
    .filter({ hasText: 'identify · john.doe@segment.com: delivered, 4 requests.' })
    .waitFor()
})
