import type { Page } from 'playwright-core'
import { createTester } from '../../tools/serve'
import { example, fold, holdAnswers, send, settle, Stage, switchFault, write } from './browser'

const stage = new Stage()

const john = { type: 'identify', userId: 'userId123', traits: { email: 'john.doe@segment.com', name: 'John Doe' } }

async function post(event: object): Promise<void> {
  const response = await fetch(`${stage.tester.url}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ event })
  })
  await response.text()
}

/** Opens the mapping of a subscription, the first unless told otherwise. */
async function openMapping(page: Page, title = 'Identify User'): Promise<void> {
  await fold(page, 'Subscriptions and mappings')
  await page.getByText(`Mapping to ${title}`).first().click()
}

const sendButton = (page: Page) => page.getByRole('button', { name: /^Send (event|batch)/ })
const result = (page: Page) => page.getByRole('region', { name: 'Result of the event' })
const state = (page: Page) => page.locator('#editor-state')

it('works in eight tabs at once, each of which hears of what happens', async () => {
  const first = await stage.open()
  const pages = [first]
  for (let count = 1; count < 8; count++) pages.push(await stage.openIn(first.context()))
  await send(pages[7])
  await result(pages[7]).locator('.verdict').getByText('Delivered').waitFor()
  for (const page of pages) await page.getByRole('list', { name: 'History' }).getByText('john.doe').waitFor()
  await first.close()
  await post({ type: 'identify', traits: { email: 'x@example.com' } })
  for (const page of pages.slice(1)) await page.getByRole('list', { name: 'History' }).getByText('x@example').waitFor()
})

it('clears itself and says so when the server was started again', async () => {
  const page = await stage.open()
  await send(page)
  await page.getByRole('article', { name: 'Person John Doe' }).waitFor()
  const { port } = stage.tester
  await stage.tester.close()
  await page.getByText('The connection to the tester is lost').waitFor()
  stage.tester = await createTester({ port })
  await page.getByText('The server was started again.').waitFor()
  await page.getByText('Nothing sent yet').waitFor()
  await page.getByText('No people yet').waitFor()
  expect(await page.getByRole('button', { name: 'Replay' }).count()).toBe(0)
  expect(await page.getByText('The connection to the tester is lost').count()).toBe(0)
  stage.forgive(/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY/)
})

describe('a mapping that fails', () => {
  it.each([
    ['{"@bogus":1}', '"@bogus" is not a directive.'],
    ['{"@path":5}', '"@path" should be a string'],
    ['{"@path":"$.a","@template":"b"}', '"@path" must stand alone'],
    ['{"@if":{}}', '"@if" needs "exists" or "blank"'],
    ['{"@liquid":"{{ name"}', '"@liquid" has a mistake']
  ])('is told at the field before sending and as a failed run after it: %s', async (value, sentence) => {
    const page = await stage.open()
    await send(page)
    await openMapping(page)
    await page.getByLabel('Phone Number').fill(value)
    await page.locator('.mapping').getByText(sentence).waitFor()
    await state(page).getByText('Will fail in Identify User').waitFor()
    await send(page)
    const verdict = result(page).locator('.verdict')
    await verdict.getByText('Failed', { exact: true }).waitFor()
    expect(await verdict.textContent()).toContain(`The mapping of phone fails: ${sentence}`)
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(await page.content()).not.toMatch(/node_modules|\.js:\d+/)
  })
})

it('cannot send while a field is wrong, and names the field', async () => {
  const page = await stage.open()
  await openMapping(page)
  const field = page.getByLabel('Phone Number')
  await field.fill('{"')
  await page.getByText('Not valid JSON yet; the previous value is still used.').waitFor()
  await state(page).getByText('Correct Phone Number in Identify User first.').waitFor()
  expect(await sendButton(page).isDisabled()).toBe(true)
  await field.press('ControlOrMeta+Enter')
  await field.fill('$.traits.phone')
  await state(page).getByText('Will go through').waitFor()
  await page.getByText('Nothing sent yet').waitFor()
})

it('keeps the subscriptions of the user when a run is edited, also two of one name', async () => {
  const page = await stage.open()
  await fold(page, 'Subscriptions and mappings')
  const add = page.getByRole('button', { name: 'Add a subscription' })
  await add.click()
  await add.click()
  const triggers = page.getByLabel('Trigger', { exact: true })
  await triggers.nth(3).fill('type = "page"')
  await triggers.nth(4).fill('type = "identify"')
  await page.getByRole('combobox', { name: 'Action' }).nth(1).selectOption('identifyUser')
  await send(page)
  await triggers.nth(4).fill('type = "group"')
  await page.getByRole('button', { name: 'Remove My subscription' }).first().click()
  await add.click()
  await page.getByRole('button', { name: 'Edit and replay' }).click()
  expect(
    await triggers.evaluateAll<string[], void, HTMLInputElement>((inputs) => inputs.map(({ value }) => value))
  ).toEqual([
    'type = "identify"',
    'type = "track"',
    'type = "identify"',
    'type = "identify"',
    'type = "screen"',
    'type = "page"'
  ])
  const on = await page
    .locator('.draft')
    .getByRole('switch')
    .evaluateAll<boolean[], void, HTMLInputElement>((all) => all.map(({ checked }) => checked))
  expect(on).toEqual([true, true, false, true, false, true])
})

it('survives a reload with event, mappings, subscriptions and settings, without the key', async () => {
  const page = await stage.open()
  await write(page, john)
  await openMapping(page)
  await page.getByLabel('Job Title').fill('$.traits.role')
  await page.getByRole('button', { name: 'Add a subscription' }).click()
  await page.locator('.pair').getByRole('textbox').fill('Kept')
  await fold(page, 'Settings')
  await page.getByLabel('API Key').fill('my-identifier:my-secret')
  await page.getByLabel('Website ID').fill('8c842203-7ed8-4e29-a608-7cf78a7d2fcc')
  await page.reload()
  await state(page).getByText('Will go through').waitFor()
  expect(await page.getByRole('textbox', { name: 'Event or batch, as JSON' }).textContent()).toContain('John Doe')
  await openMapping(page)
  expect(await page.getByLabel('Job Title').inputValue()).toBe('$.traits.role')
  expect(await page.locator('.pair').getByRole('textbox').inputValue()).toBe('Kept')
  await fold(page, 'Settings')
  expect(await page.getByLabel('Website ID').inputValue()).toBe('8c842203-7ed8-4e29-a608-7cf78a7d2fcc')
  expect(await page.getByLabel('API Key').inputValue()).toBe('')
  expect(await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage])')).not.toContain('my-secret')
})

it('tells the right line of a JSON error and warns of a key that is there twice', async () => {
  const page = await stage.open()
  await write(page, '{\n"type": "identify",\n"userId":\n}')
  await page.getByText('Line 4, column 1: A value is missing.').waitFor()
  await write(page, '{"type": "identify",\n"userId": "a",\n"userId": "b"}')
  await page.getByText('Line 3, column 1: "userId" is there twice; the last value counts.').waitFor()
  expect(await sendButton(page).isDisabled()).toBe(false)
})

it('tells while typing what Segment makes of a trigger, and the forms that work', async () => {
  const page = await stage.open()
  await fold(page, 'Subscriptions and mappings')
  const trigger = page.getByLabel('Trigger', { exact: true }).first()
  const field = page.locator('.draft').first()
  for (const [text, sentence] of [
    ['type == "identify"', 'Segment reads this trigger as: type = "="'],
    ["type = 'identify'", `Segment reads this trigger as: type = "'identify'"`],
    ['type = "identify" and', 'Segment reads this trigger as: type = "identify"'],
    ['foo', 'Segment cannot read this trigger.'],
    ['', 'The trigger is empty.'],
    ['type = ', 'A value is missing at the end of the trigger.']
  ]) {
    await trigger.fill(text)
    await field.getByText(sentence).waitFor()
  }
  await field.getByRole('list', { name: 'Usable forms' }).getByText('type = "track"', { exact: true }).waitFor()
  await trigger.fill('type = "identify"')
  await field.getByRole('list', { name: 'Usable forms' }).waitFor({ state: 'detached' })
  expect(await trigger.getAttribute('aria-invalid')).toBe('false')
})

it('delivers texts in mappings as they are written, and offers the template form', async () => {
  const page = await stage.open()
  await send(page)
  await example(page, 'Track')
  await openMapping(page, 'Track Event')
  const name = page.getByLabel('Event Name')
  const seen = page.getByRole('article', { name: 'Person John Doe' })
  for (const text of ['$5 off', '[VIP] bought', '{{event}}']) {
    await name.fill(text)
    await send(page)
    await seen.getByText(text, { exact: true }).waitFor()
  }
  await name.fill('Viewed {{event}}')
  await page.getByText('This text is delivered as it is written, with its braces.').waitFor()
  await page.getByRole('button', { name: 'Use it as a template' }).click()
  expect(await name.inputValue()).toBe('{"@template":"Viewed {{event}}"}')
  await send(page)
  await seen.getByText('Viewed Completed Purchase', { exact: true }).waitFor()
})

it('never says that an event will go through when it is known to fail', async () => {
  const page = await stage.open()
  const failing = state(page).getByText('Will fail in')
  const through = state(page).getByText('Will go through')
  await write(page, { ...john, traits: { ...john.traits, email: 'typo@@example.com' } })
  await failing.waitFor()
  await write(page, { ...john, traits: { ...john.traits, phone: { mobile: 1 } } })
  await state(page).getByText(/phone/i).waitFor()
  await write(page, { type: 'track', userId: 'u1' })
  await state(page).getByText(/event/i).waitFor()
  await failing.waitFor()
  expect(await through.count()).toBe(0)
  await write(page, john)
  await through.waitFor()
  await openMapping(page)
  await page.getByRole('button', { name: 'Edit as JSON' }).click()
  await page
    .getByRole('textbox', { name: 'Mapping of Identify User, as JSON' })
    .fill('{"email":{"@path":"$.traits.email"},"batch_size":0}')
  await failing.waitFor()
  await write(page, Array(600).fill(john))
  await state(page).getByText('A batch of more than 500 events is not checked before.').waitFor()
})

it('says which Crisp checked the settings', async () => {
  const page = await stage.open()
  await fold(page, 'Settings')
  await page.getByLabel('API Key').fill('real-identifier:real-key')
  await page.getByRole('button', { name: 'Check the settings' }).click()
  await page.getByText('Only the sandbox was asked, which knows its own key and website').waitFor()
})

it('shows no person after an event that was dropped, and does not say that there are no people', async () => {
  const page = await stage.open()
  await send(page)
  await page.getByRole('article', { name: 'Person John Doe' }).waitFor()
  await example(page, 'Track, unknown person')
  await send(page)
  await page.getByText('This event changed no person').waitFor()
  expect(await page.getByRole('article', { name: 'Person John Doe' }).count()).toBe(0)
  expect(await page.getByText('No people yet').count()).toBe(0)
})

it.each([
  ['first', 1],
  ['second', 2]
])('shows what happens during its %s read of the state', async (_which, late) => {
  const [other, page] = [await stage.open(), await stage.open()]
  await page.goto('about:blank')
  let reads = 0
  let markAnswered = () => {}
  const isAnswered = new Promise<void>((resolve) => (markAnswered = resolve))
  await page.route('**/api/state', async (route) => {
    const response = await route.fetch()
    const isLate = ++reads === late
    if (isLate) {
      await post({ type: 'identify', traits: { email: 'meanwhile@example.com' } })
      await other.getByRole('list', { name: 'History' }).getByText('meanwhile@example.com').waitFor()
    }
    await route.fulfill({ response })
    if (isLate) markAnswered()
  })
  await page.goto(stage.tester.url)
  await isAnswered
  await settle(page)
  await page.getByRole('list', { name: 'History' }).getByText('meanwhile@example.com').waitFor({ timeout: 10_000 })
})

it('drops an answer about a run that is not the newest', async () => {
  const page = await stage.open()
  await send(page)
  await example(page, 'Track, unknown person')
  await send(page)
  const history = page.getByRole('list', { name: 'History' })
  const release = await holdAnswers(page, '**/api/history/1')
  const asked = page.waitForRequest('**/api/history/1')
  await history.getByRole('button', { name: /john/ }).click()
  await asked
  await history.getByRole('button', { name: /Viewed Pricing/ }).click()
  await page.getByRole('heading', { name: /Viewed Pricing/ }).waitFor()
  await release()
  await history.getByRole('button', { name: /Viewed Pricing/ }).waitFor()
  await page.getByRole('heading', { name: /Viewed Pricing/ }).waitFor()
})

it('drops an answer about a person who is no longer shown', async () => {
  const page = await stage.open()
  await send(page)
  await page.getByRole('article', { name: 'Person John Doe' }).waitFor()
  const release = await holdAnswers(page, '**/api/people/*')
  const asked = page.waitForRequest('**/api/people/*')
  await post(john)
  await asked
  await example(page, 'Track, unknown person')
  await send(page)
  await page.getByText('This event changed no person').waitFor()
  await page.getByRole('list', { name: 'History' }).getByText('Viewed Pricing').waitFor()
  await release()
  expect(await page.getByRole('article', { name: 'Person John Doe' }).count()).toBe(0)
})

it('shows no person changed earlier beside a run that was sent while the page loaded', async () => {
  stage.tester.sandbox?.people.add({ email: 'early@example.com', nickname: 'Early' })
  const page = await stage.open()
  await page.goto('about:blank')
  const release = await holdAnswers(page, '**/api/people*')
  const asked = page.waitForRequest('**/api/people*')
  await page.goto(stage.tester.url)
  await asked
  await example(page, 'Track, unknown person')
  await send(page)
  await page.getByText('This event changed no person').waitFor()
  await release()
  expect(await page.getByRole('article', { name: 'Person Early' }).count()).toBe(0)
})

it('reads an open list of people again after a break', async () => {
  const page = await stage.open()
  await page.getByRole('tab', { name: 'People' }).click()
  const { port } = stage.tester
  await stage.tester.close()
  await page.getByText('The connection to the tester is lost').waitFor()
  stage.tester = await createTester({ port })
  stage.tester.sandbox?.people.add({ email: 'later@example.com', nickname: 'Later' })
  await page.getByRole('list', { name: 'People' }).getByText('later@example.com').waitFor({ timeout: 10_000 })
  stage.forgive(/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY/)
})

it('believes the stream about a fault, not a late answer to the switch', async () => {
  const page = await stage.open()
  await fold(page, 'Faults')
  const release = await holdAnswers(page, '**/api/faults/*')
  await page.getByRole('combobox', { name: 'Requests affected by Down' }).selectOption('1')
  await page.getByRole('switch', { name: 'Down', checked: true }).waitFor()
  await send(page)
  await page.getByText('Affected 1 request, then recovered.').waitFor()
  await page.getByRole('list', { name: 'History' }).getByText('john.doe').waitFor()
  await release()
  expect(await page.getByRole('switch', { name: 'Down', checked: false }).count()).toBe(1)
})

it('does not read a run again whose result it has, however long it took', async () => {
  stage.tester.sandbox?.faults.add({ effect: { type: 'latency', ms: 300 } })
  const page = await stage.open()
  const read: string[] = []
  page.on('request', (request) => {
    if (/\/api\/history\/\d/.test(request.url())) read.push(request.url())
  })
  await send(page)
  await result(page).locator('.verdict').getByText('Delivered').waitFor()
  await page.getByRole('list', { name: 'History' }).getByText('john.doe').waitFor()
  await settle(page)
  expect(read).toEqual([])
})

it('counts as many runs as the server keeps', async () => {
  const page = await stage.open()
  for (let count = 0; count < 210; count++) await post({ type: 'page', name: `Page ${count}` })
  await page.getByRole('list', { name: 'History' }).getByText('Page 209').waitFor()
  await page.getByRole('heading', { name: 'History 200' }).waitFor()
  await page.getByText('the last 200 runs are kept').waitFor()
})

it('lists more than 200 people and finds a person by user ID', async () => {
  const { sandbox } = stage.tester
  for (let index = 0; index < 450; index++)
    sandbox?.people.add({ email: `p${index}@example.com`, data: { user_id: `u-${index}` } })
  const page = await stage.open()
  await page.getByRole('tab', { name: 'People 450' }).click()
  await page.getByText('50 of 450').waitFor()
  for (const shown of ['250 of 450', '450 of 450']) {
    await page.getByRole('button', { name: 'Show more' }).click()
    if (shown !== '450 of 450') await page.getByText(shown).waitFor()
  }
  await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
  await page.getByRole('searchbox', { name: 'Find by name' }).fill('u-321')
  await page.getByRole('list', { name: 'People' }).getByText('p321@example.com').waitFor()
})

it('says that the sandbox does not enforce the quota, and follows the token type', async () => {
  const page = await stage.open()
  await page.getByText('0 of 5,000 for a plugin token').click()
  await page.getByText('The sandbox only counts: it does not enforce this limit.').waitFor()
  await fold(page, 'Settings')
  await page.getByLabel('Token Type').selectOption('website')
  await page.getByText('0 of 10,000 for a website token').waitFor()
})

it('shows a slow run as running, counts its events, and cancels it', async () => {
  const page = await stage.open()
  await send(page)
  stage.tester.sandbox?.faults.add({ effect: { type: 'hang' } })
  await write(page, Array(6).fill(john))
  await sendButton(page).click()
  await result(page).getByText('Running').waitFor()
  await result(page).getByText('6 of 12 events').waitFor()
  expect(await result(page).locator('.verdict').count()).toBe(0)
  await page.reload()
  await result(page).getByText('Running').waitFor()
  await result(page).getByRole('button', { name: 'Cancel' }).click()
  await result(page).getByText('The run was canceled before Crisp had answered.').first().waitFor()
  await result(page).getByRole('heading', { name: 'batch of 6 events' }).waitFor()
})

it('asks before it empties the sandbox, and tells other tabs', async () => {
  const page = await stage.open()
  const other = await stage.openIn(page.context())
  await send(page)
  const ask = page.getByRole('button', { name: 'Empty the sandbox…' })
  await ask.click()
  await page
    .getByText('Deletes people, history, journal and faults for every open tab. This cannot be undone.')
    .waitFor()
  await page.keyboard.press('Escape')
  expect(stage.tester.sandbox?.people.count()).toBe(1)
  await ask.click()
  await page.getByRole('button', { name: 'Empty it' }).click()
  await other.getByText('The sandbox was emptied').waitFor()
  await other.getByText('Nothing to show yet').waitFor()
})

it('keeps a mapping when the action is changed and changed back', async () => {
  const page = await stage.open()
  await fold(page, 'Subscriptions and mappings')
  await page.getByRole('button', { name: 'Add a subscription' }).click()
  await page.getByText('Mapping to Track Event').last().click()
  await page.getByLabel('Event Name').fill('Mine')
  const action = page.getByRole('combobox', { name: 'Action' })
  await action.selectOption('identifyUser')
  await action.selectOption('trackEvent')
  expect(await page.getByLabel('Event Name').inputValue()).toBe('Mine')
})

describe('small things', () => {
  it('loses no character of fast typing into a mapping', async () => {
    const page = await stage.open()
    await openMapping(page)
    const text = '$.traits.a_rather_long_name_of_a_trait_that_is_typed_fast'
    await page.getByLabel('Phone Number').fill('')
    await page.getByLabel('Phone Number').pressSequentially(text, { delay: 0 })
    expect(await page.getByLabel('Phone Number').inputValue()).toBe(text)
  })

  it('takes a suggestion back when the event has changed', async () => {
    const page = await stage.open()
    await example(page, 'Group')
    const offer = page.getByRole('button', { name: 'Add the subscription “Groups as companies”' })
    await offer.waitFor()
    await write(page, john)
    await offer.waitFor({ state: 'detached' })
  })

  it('draws a person of 3,000 traits in part', async () => {
    const page = await stage.open()
    const traits = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`t${index}`, index]))
    await write(page, { ...john, traits: { ...john.traits, ...traits } })
    await send(page)
    const person = page.getByRole('article', { name: 'Person John Doe' })
    await person.getByRole('button', { name: /^Show more of 3,0/ }).click()
    expect(await page.locator('*').count()).toBeLessThan(3000)
  })

  it('names the limit when the event is too large, and does not show the last run as the result', async () => {
    const page = await stage.open()
    await send(page)
    await page.evaluate(`document.querySelector('#result')`)
    await page.route('**/api/events', (route) =>
      route.fulfill({
        status: 413,
        contentType: 'application/json',
        body: '{"error":"The body is larger than 16 MB."}'
      })
    )
    await send(page)
    await result(page).getByText('The body is larger than 16 MB.').waitFor()
    expect(await result(page).getByText('Delivered', { exact: true }).count()).toBe(0)
    await page.unroute('**/api/events')
    await send(page)
    await result(page).locator('.verdict').getByText('Delivered', { exact: true }).waitFor()
    expect(await result(page).getByText('The body is larger than 16 MB.').count()).toBe(0)
  })

  it('shows no trace of blue at 0 requests', async () => {
    const page = await stage.open()
    await fold(page, 'Requests today')
    expect(await page.evaluate<number>(`document.querySelector('meter').value`)).toBe(0)
    const style = await page.evaluate<string>(
      `[...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).map((rule) => rule.cssText).filter((text) => text.includes('meter')).join('')`
    )
    expect(style).not.toContain('min-width')
  })

  it('says how many faults are on without cutting it at 1280 pixels', async () => {
    const page = await stage.open({ viewport: { width: 1280, height: 720 } })
    await fold(page, 'Faults')
    await switchFault(page, 'Slow', true)
    const count = page.locator('summary .count-warn')
    expect(await count.textContent()).toBe('1 on')
    const [inner, outer] = await Promise.all([count.boundingBox(), page.locator('#event').boundingBox()])
    expect((inner?.x ?? 0) + (inner?.width ?? 0)).toBeLessThan((outer?.x ?? 0) + (outer?.width ?? 0))
  })
})
