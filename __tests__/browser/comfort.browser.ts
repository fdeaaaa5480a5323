import { readFileSync, writeFileSync } from 'fs'
import { mkdtempSync } from 'fs'
import { tmpdir } from 'os'
import { join } from 'path'
import type { Page } from 'playwright-core'
import { example, fold, send, Stage, switchFault, write } from './browser'

const stage = new Stage()

const result = (page: Page) => page.getByRole('region', { name: 'Result of the event' })
const editor = (page: Page) => page.getByRole('textbox', { name: 'Event or batch, as JSON' })
const focused = (page: Page) => page.evaluate<string>('(document.activeElement.textContent ?? "").trim()')

/** True when the whole of the first verdict is on the screen. */
async function seesVerdict(page: Page): Promise<boolean> {
  const box = await result(page).locator('.verdict').first().boundingBox()
  const { height } = page.viewportSize() ?? { height: 0 }
  return box !== null && box.y >= 0 && box.y + box.height <= height
}

describe.each([
  [1280, 720],
  [1024, 720]
])('at %d × %d', (width, height) => {
  it('shows the outcome and its reason without scrolling, after a send and out of the history', async () => {
    const page = await stage.open({ viewport: { width, height } })
    await example(page, 'Track, unknown person')
    await send(page)
    await result(page).locator('.verdict').getByText('No Crisp person matches').waitFor()
    expect(await seesVerdict(page)).toBe(true)
    await page.evaluate(`document.querySelector('#result').scrollTop = 100_000`)
    await example(page, 'Batch with a bad event')
    await send(page)
    await result(page).getByText('Email is malformed').first().waitFor()
    expect(await seesVerdict(page)).toBe(true)
    await page.evaluate(`document.querySelector('#result').scrollTop = 100_000`)
    await page.getByRole('list', { name: 'History' }).getByRole('button').nth(1).click()
    await result(page).locator('.verdict').getByText('No Crisp person matches').waitFor()
    expect(await seesVerdict(page)).toBe(true)
  })
})

it('leaves the tab on the right as it is when an event is sent', async () => {
  const page = await stage.open()
  await page.getByRole('tab', { name: 'People' }).click()
  await send(page)
  await page.getByRole('list', { name: 'People' }).getByText('John Doe').waitFor()
  expect(await page.getByRole('tab', { name: 'People' }).getAttribute('aria-selected')).toBe('true')
})

it('keeps the focus on Send and on Replay, also after a slow run, and near what was removed', async () => {
  const page = await stage.open()
  await page.getByRole('button', { name: 'Send event' }).focus()
  await page.keyboard.press('Enter')
  await result(page).locator('.verdict').getByText('Delivered').waitFor()
  expect(await focused(page)).toBe('Send event')
  let answer = () => {}
  const isAnswered = new Promise<void>((resolve) => (answer = resolve))
  stage.tester.sandbox?.faults.add({ effect: { type: 'handler', handle: () => isAnswered.then(() => undefined) } })
  await page.getByRole('button', { name: 'Replay', exact: true }).focus()
  await page.keyboard.press('Enter')
  await result(page).getByText('Running').waitFor()
  answer()
  await result(page).getByText('replay of #1').waitFor()
  await page.locator('#replay:focus').waitFor()
  await fold(page, 'Subscriptions and mappings')
  await page.getByRole('button', { name: 'Add a subscription' }).click()
  await page.getByRole('button', { name: 'Remove My subscription' }).press('Enter')
  expect(await focused(page)).toBe('Add a subscription')
})

it('announces each of three equal events', async () => {
  const page = await stage.open()
  for (const id of [1, 2, 3]) {
    await send(page)
    await page
      .getByRole('status')
      .filter({ hasText: `Run ${id}: identify · john.doe@segment.com: delivered` })
      .waitFor()
  }
})

it('makes a long batch one tab stop with arrow keys inside', async () => {
  const page = await stage.open()
  await write(
    page,
    Array.from({ length: 60 }, (_, index) => ({ type: 'page', name: `Page ${index + 1}` }))
  )
  await send(page)
  const list = page.getByRole('list', { name: 'Events of the batch' })
  await list.locator('button[tabindex="0"]').waitFor()
  expect(await list.locator('button[tabindex="0"]').count()).toBe(1)
  await list.locator('button[tabindex="0"]').focus()
  await page.keyboard.press('ArrowDown')
  await page.locator('button:focus').filter({ hasText: '“Page 2”' }).waitFor()
  await page.keyboard.press('End')
  await page.locator('button:focus').filter({ hasText: 'Page 60' }).waitFor()
  await page.keyboard.press('ArrowUp')
  await page.locator('button:focus').filter({ hasText: 'Page 59' }).waitFor()
  await page.keyboard.press('Home')
  await page.locator('button:focus').filter({ hasText: '“Page 1”' }).waitFor()
  expect(await list.locator('button[tabindex="0"]').count()).toBe(1)
})

it('says in a sentence what it does, and shows agents only what they see', async () => {
  const page = await stage.open()
  await page
    .getByText('Send Segment events through the Crisp destination, and see what support agents will see.')
    .waitFor()
  const tabs = await page.getByRole('region', { name: 'What the agent sees' }).getByRole('tab').allTextContents()
  expect(tabs.map((text) => text.trim())).toEqual(['Person', 'People'])
})

it('keeps Send in sight while mappings are edited, and sends by Ctrl-Enter from everywhere', async () => {
  const page = await stage.open({ viewport: { width: 1280, height: 720 } })
  await fold(page, 'Subscriptions and mappings')
  await page.getByText('Mapping to Identify User').first().click()
  const last = page.locator('.draft .mapping .field').last().locator('input, select')
  await last.scrollIntoViewIfNeeded()
  const box = await page.getByRole('button', { name: 'Send event' }).boundingBox()
  expect(box && box.y >= 0 && box.y + box.height <= 720).toBe(true)
  expect(await page.evaluate<number>('document.documentElement.scrollHeight')).toBe(720)
  await last.press('ControlOrMeta+Enter')
  await result(page).locator('.verdict').getByText('Delivered').waitFor()
  await page.getByRole('tab', { name: 'People' }).press('ControlOrMeta+Enter')
  await page.getByRole('list', { name: 'History' }).getByText('#2').waitFor()
})

it('shows the mapped payload while the event is written, with the errors of its fields', async () => {
  const page = await stage.open()
  await fold(page, 'Mapped payload')
  const payload = page.getByRole('group', { name: 'Payload of Identify User' })
  await payload.getByText('"John Doe"').first().waitFor()
  await write(page, { type: 'identify', traits: { email: 'a@example.com', name: 'Typed', phone: { no: 'text' } } })
  await payload.getByText('"Typed"').first().waitFor()
  await page.locator('#event .field-errors').getByText('phone', { exact: true }).waitFor()
})

it('edits a mapping as JSON, marks what was changed and goes back to the preset', async () => {
  const page = await stage.open()
  await fold(page, 'Subscriptions and mappings')
  await page.getByText('Mapping to Identify User').first().click()
  await page.getByRole('button', { name: 'Edit as JSON' }).click()
  const json = page.getByRole('textbox', { name: 'Mapping of Identify User, as JSON' })
  expect(await json.inputValue()).toContain('\n  "email": {')
  await json.fill('{"email": ')
  await page.getByText('Not valid JSON yet; the previous value is still used.').waitFor()
  expect(await page.getByRole('button', { name: 'Send event' }).isDisabled()).toBe(true)
  await json.fill('{"email": {"@path": "$.traits.email"}, "name": "Fixed"}')
  await page.getByRole('button', { name: 'Edit field by field' }).click()
  expect(await page.getByLabel('Name', { exact: true }).first().inputValue()).toBe('Fixed')
  const marked = page.locator('.mapping .field').filter({ has: page.locator('.mark') })
  expect(await marked.locator('label').allTextContents()).toContain('Name')
  await page.getByRole('button', { name: 'Reset to the preset' }).click()
  expect(await page.getByLabel('Name', { exact: true }).first().inputValue()).toBe('$.traits.name')
  expect(await page.locator('.mapping .mark').count()).toBe(0)
})

it('filters the events of a batch by outcome and sends only those again that Segment would', async () => {
  const page = await stage.open()
  const people = ['a', 'b', 'c'].map((name) => ({ type: 'identify', traits: { email: `${name}@example.com` } }))
  stage.tester.sandbox?.faults.add({ path: 'b%40', times: 1, effect: { type: 'html', status: 503 } })
  await write(page, [...people, { type: 'page', name: 'Nothing' }])
  await send(page)
  const list = page.getByRole('list', { name: 'Events of the batch' })
  await list.getByRole('button').nth(3).waitFor()
  expect(await list.getByRole('button').count()).toBe(4)
  await page.getByRole('button', { name: 'Failed 1' }).click()
  await page.getByRole('button', { name: 'Failed 1', pressed: true }).waitFor()
  expect(await list.getByRole('button').allTextContents()).toEqual([expect.stringContaining('b@example.com') as string])
  await page.getByRole('button', { name: 'No match 1' }).click()
  await page.getByRole('button', { name: 'No match 1', pressed: true }).waitFor()
  expect(await list.getByRole('button').allTextContents()).toEqual([expect.stringContaining('Nothing') as string])
  await result(page).getByText('Segment would try again: 1 event.').waitFor()
  await page.getByRole('button', { name: 'Send only these again' }).click()
  await result(page).getByRole('heading', { name: 'batch of 1 event' }).waitFor()
  await result(page).locator('.verdict').getByText('Delivered').waitFor()
  expect(stage.tester.sandbox?.people.count()).toBe(3)
})

it('searches the history, filters it by outcome, and has a link for each run', async () => {
  const page = await stage.open()
  await send(page)
  await example(page, 'Track, unknown person')
  await send(page)
  const list = page.getByRole('list', { name: 'History' })
  await list.getByText('#2').waitFor()
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('delivered')
  await list.getByText('#2').waitFor({ state: 'detached' })
  expect(await list.getByRole('button').count()).toBe(1)
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('')
  await page.getByRole('searchbox', { name: 'Search the history' }).fill('pricing')
  await list.getByText('#1').waitFor({ state: 'detached' })
  expect(await list.getByRole('button').allTextContents()).toEqual([expect.stringContaining('#2') as string])
  const linked = await stage.openIn(page.context(), '/#run-1')
  await result(linked)
    .getByRole('heading', { name: /john\.doe/ })
    .waitFor()
})

it('exports event, subscriptions and settings without the key, and imports them', async () => {
  const page = await stage.open()
  await write(page, { type: 'track', event: 'Exported' })
  await fold(page, 'Settings')
  await page.getByLabel('API Key').fill('my-identifier:my-secret')
  await page.getByLabel('Website ID').fill('8c842203-7ed8-4e29-a608-7cf78a7d2fcc')
  await fold(page, 'Export and import')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click()
  ])
  const folder = mkdtempSync(join(tmpdir(), 'crisp-page-'))
  const file = join(folder, 'test.json')
  await download.saveAs(file)
  expect(readFileSync(file, 'utf8')).not.toContain('my-secret')

  const other = await stage.open()
  await fold(other, 'Export and import')
  await other.getByLabel('Import').setInputFiles(file)
  await other.getByText('Imported: the event, 2 subscriptions.').waitFor()
  expect(await editor(other).textContent()).toContain('Exported')
  await fold(other, 'Settings')
  expect(await other.getByLabel('Website ID').inputValue()).toBe('8c842203-7ed8-4e29-a608-7cf78a7d2fcc')

  const list = join(folder, 'subscriptions.json')
  writeFileSync(list, JSON.stringify([{ name: 'Listed', partnerAction: 'trackEvent', subscribe: 'type = "page"' }]))
  await other.getByLabel('Import').setInputFiles(list)
  await other.getByText('Imported: 1 subscriptions.').waitFor()
  await fold(other, 'Subscriptions and mappings')
  await other.getByRole('switch', { name: 'Listed', checked: true }).waitFor()
  writeFileSync(list, '[{"partnerAction":"unknown"}]')
  await other.getByLabel('Import').setInputFiles(list)
  await other.getByText('Subscription 1 of the file has no known "partnerAction" or no "subscribe".').waitFor()
})

it('copies payload, answer and person', async () => {
  const page = await stage.open({ permissions: ['clipboard-read', 'clipboard-write'] })
  await send(page)
  const copied = async () => JSON.parse(await page.evaluate<string>('navigator.clipboard.readText()')) as object
  await result(page).getByRole('button', { name: 'Copy Mapped payload' }).click()
  await page.getByRole('button', { name: 'Copied Mapped payload' }).waitFor()
  expect(await copied()).toMatchObject({ email: 'john.doe@segment.com' })
  await page.locator('.exchange summary').first().click()
  await page.getByRole('button', { name: 'Copy Body of the answer' }).click()
  await page.getByRole('button', { name: 'Copied Body of the answer' }).waitFor()
  expect(await copied()).toMatchObject({ error: true })
  await page.getByRole('button', { name: 'Copy the person as JSON' }).click()
  await page.getByRole('button', { name: 'Copied the person as JSON' }).waitFor()
  expect(await copied()).toMatchObject({ email: 'john.doe@segment.com', data: { user_id: 'userId123' } })
})

it('deletes a person by an event of type delete', async () => {
  const page = await stage.open()
  await send(page)
  await write(page, { type: 'delete', userId: 'userId123' })
  await page.getByText('Deletes the person with this user ID.').waitFor()
  await send(page)
  await result(page).locator('.verdict').getByText('Delivered').waitFor()
  expect(stage.tester.sandbox?.people.count()).toBe(0)
  await page.getByText('No people yet').waitFor()
})

it('shows the segments of a person', async () => {
  stage.tester.sandbox?.people.add({ email: 's@example.com', nickname: 'Sam', segments: ['vip', 'beta'] })
  const page = await stage.open()
  const person = page.getByRole('article', { name: 'Person Sam' })
  const segments = person.getByRole('list', { name: 'Segments' }).getByRole('listitem')
  await segments.nth(1).waitFor()
  expect(await segments.allTextContents()).toEqual(['vip', 'beta'])
})

it('makes a fault end by itself, and replays what Segment would send again', async () => {
  const page = await stage.open()
  await fold(page, 'Faults')
  await page.getByRole('combobox', { name: 'Requests affected by Down' }).selectOption('1')
  await page.getByRole('switch', { name: 'Down', checked: true }).waitFor()
  await send(page)
  await result(page).getByText('Segment will try again later: 502 is temporary.').waitFor()
  await page.getByText('Affected 1 request, then recovered.').waitFor()
  await page.getByRole('switch', { name: 'Down', checked: false }).waitFor()
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await result(page).locator('.verdict').getByText('Delivered').waitFor()
  await switchFault(page, 'Slow', true)
  await switchFault(page, 'Slow', false)
})
