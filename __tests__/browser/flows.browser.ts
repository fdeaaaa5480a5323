import { example, fold, picture, send, switchFault, Stage, write } from './browser'

const stage = new Stage()

it('takes the identify and track of the catalog from a click to the person', async () => {
  const page = await stage.open()
  await page.getByText('No people yet').waitFor()
  await page.getByText('Nothing to show yet').waitFor()
  await picture(page, 'start')

  await example(page, 'Identify')
  await send(page)
  const person = page.getByRole('article', { name: 'Person John Doe' })
  await person.getByText('john.doe@segment.com').waitFor()
  expect(await person.getByText('012346789').count()).toBe(1)
  expect(await person.getByText('user_id').count()).toBe(1)
  expect(await person.locator('h3 .mark').textContent()).toBe('new')

  await example(page, 'Track')
  await page.getByText('Will go through Track Event.').waitFor()
  await send(page)
  const event = person.getByRole('listitem').filter({ hasText: 'Completed Purchase' })
  await event.getByText('new').waitFor()
  expect(await event.textContent()).toContain('revenue42.99')
  const happens = page.getByRole('region', { name: 'Result of the event' })
  await happens.getByText('Matches: type is "track", as required.').waitFor()
  await happens.getByText('Does not match: type is "track"; required is "identify".').waitFor()
  expect(await happens.getByLabel('Mapped payload').textContent()).toContain('"eventName": "Completed Purchase"')
  await happens.getByText('Segment will not send it again.').waitFor()
  await happens.getByText('/people/events/').click()
  expect(await happens.getByLabel('Body of the request').textContent()).toContain('"text": "Completed Purchase"')
  await picture(page, 'delivered')
})

it('marks what an event changed', async () => {
  const page = await stage.open()
  await write(page, { type: 'identify', traits: { email: 'a@example.com', name: 'Ann', plan: 'free', seats: 1 } })
  await send(page)
  await write(page, { type: 'identify', traits: { email: 'a@example.com', plan: 'team', vip: true } })
  await send(page)
  const person = page.getByRole('article', { name: 'Person Ann' })
  await person.getByText('was free').waitFor()
  const changed = await person.locator('.fact-changed dt').allTextContents()
  expect(changed).toEqual(['plan', 'vip'])
  await person.getByText('2 changes').waitFor()
})

it("shows an unknown user's track as dropped, with its reason and without a retry", async () => {
  const page = await stage.open()
  await example(page, 'Track, unknown person')
  await send(page)
  const happens = page.getByRole('region', { name: 'Result of the event' })
  const outcome = happens.locator('.verdict')
  await outcome.getByText('Dropped', { exact: true }).waitFor()
  expect(await outcome.textContent()).toContain('No Crisp person matches')
  expect(await outcome.textContent()).toContain('Segment will not try this event again. Identify the person first')
  expect(stage.tester.sandbox?.people.count()).toBe(0)
  await picture(page, 'dropped')
})

it('gives every event of a batch its own outcome, and one bad event harms no other', async () => {
  const page = await stage.open()
  await example(page, 'Batch with a bad event')
  await page.getByText('Will send 4 events through Identify User (1 will fail), 1 event through Track Event.').waitFor()
  await send(page)
  const list = page.getByRole('list', { name: 'Events of the batch' }).first()
  await list.getByRole('button').nth(4).waitFor()
  const outcomes = await list.locator('.badge').allTextContents()
  expect(outcomes).toEqual(['Delivered', 'Delivered', 'Failed', 'Dropped', 'Delivered'])
  await list.getByRole('button').nth(2).click()
  await page
    .getByText(/typo@@example.com.*(valid|address|email)/i)
    .first()
    .waitFor()
  await page.getByLabel('Event 3').waitFor()
  await picture(page, 'batch')
  expect(stage.tester.sandbox?.people.count()).toBe(3)
})

it('switches a fault on and off', async () => {
  const page = await stage.open()
  const happens = page.getByRole('region', { name: 'Result of the event' })
  await fold(page, 'Faults')
  await fold(page, 'Requests today')
  await switchFault(page, 'Quota spent', true)
  await page.getByText('1 on', { exact: true }).waitFor()
  await happens.getByText('The fault “Quota spent” is on').waitFor()
  await send(page)
  await happens.getByText('Segment will try again later: 429 is temporary.').waitFor()
  await page.getByText('Affected 1 request.').waitFor()
  await picture(page, 'fault')
  await switchFault(page, 'Quota spent', false)
  await happens.getByRole('button', { name: 'Replay', exact: true }).click()
  await happens.getByText('Segment will not send it again.').waitFor()
  for (const name of ['Slow', 'Rate limited', 'Down', 'Plugin not installed']) {
    await switchFault(page, name, true)
    await switchFault(page, name, false)
  }
})

it('replays a run, and lets it be edited first', async () => {
  const page = await stage.open()
  await example(page, 'Track, unknown person')
  await send(page)
  await example(page, 'Identify')
  await send(page)
  await write(page, { type: 'identify', userId: 'u_stranger', traits: { email: 's@example.com', name: 'Sam' } })
  await send(page)

  const history = page.getByRole('list', { name: 'History' })
  await history.getByRole('button', { name: /Viewed Pricing/ }).click()
  await page.getByRole('heading', { name: /Viewed Pricing/ }).waitFor()
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await page.locator('.verdict').getByText('Delivered').waitFor()
  await history.getByText('replay of #1').waitFor()

  await page.getByRole('button', { name: 'Edit and replay' }).click()
  const editor = page.getByRole('textbox', { name: 'Event or batch, as JSON' })
  expect(await editor.textContent()).toContain('Viewed Pricing')
  await write(page, { type: 'track', userId: 'u_stranger', event: 'Viewed Plans' })
  await send(page)
  await page.getByRole('article', { name: 'Person Sam' }).getByText('Viewed Plans').waitFor()
})

it('copies a run and a request as curl, without the key', async () => {
  const page = await stage.open({ permissions: ['clipboard-read', 'clipboard-write'] })
  await fold(page, 'Settings')
  await page.getByLabel('API Key').fill('my-identifier:my-secret')
  await send(page)
  const copied = () => page.evaluate<string>('navigator.clipboard.readText()')
  await page.getByRole('button', { name: 'Copy as curl' }).first().click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await copied()).toContain(`curl -X POST '${stage.tester.url}/api/events'`)
  expect(await copied()).not.toContain('my-secret')
  await page.locator('.exchange summary').first().click()
  await page.locator('.exchange').first().getByRole('button', { name: 'Copy as curl' }).click()
  await page.locator('.exchange').first().getByRole('button', { name: 'Copied' }).waitFor()
  expect(await copied()).toContain(`${stage.tester.sandbox?.url}/v1/website/`)
  expect(await copied()).not.toContain('api.crisp.chat')
  expect(await copied()).not.toContain(Buffer.from('my-identifier:my-secret').toString('base64'))
})

it.each([
  ['Page', 'Pages as events', 'Pricing'],
  ['Group', 'Groups as companies', 'Analytical Engines']
])('offers the subscription that takes the %s call', async (name, subscription, seen) => {
  const page = await stage.open()
  await send(page)
  await example(page, name)
  await page.getByText('No match: no trigger takes this event, so nothing will be sent.').waitFor()
  await page.getByRole('button', { name: `Add the subscription “${subscription}”` }).click()
  await page.getByText(`Will go through ${subscription}.`).waitFor()
  await send(page)
  await page.getByRole('article', { name: 'Person John Doe' }).getByText(seen).first().waitFor()
})

it('shows the flag of an Engage audience', async () => {
  const page = await stage.open()
  await send(page)
  await example(page, 'Engage audience')
  await send(page)
  const fact = page.locator('.fact-changed')
  await fact.getByText('order_completed_last_30days').waitFor()
  expect(await fact.textContent()).toContain('true')
})

it('renders mappings from the definition and uses what is changed in them', async () => {
  const page = await stage.open()
  await send(page)
  await page.getByText('Subscriptions and mappings').click()
  await page.getByText('Mapping to Track Event').click()
  await page.getByLabel('Color').selectOption('purple')
  await page.getByRole('textbox', { name: 'Event Name' }).fill('Bought something')
  await example(page, 'Track')
  await send(page)
  const event = page.getByRole('article', { name: 'Person John Doe' }).getByRole('listitem')
  await event.getByText('Bought something').waitFor()
  expect(await event.locator('.dot-purple').count()).toBe(1)
  await page.getByRole('switch', { name: 'Track Event' }).uncheck()
  await page.getByText('No match: no trigger takes this event').waitFor()
})

it('renders settings from the definition and checks them', async () => {
  const page = await stage.open()
  await fold(page, 'Settings')
  for (const label of ['API Key', 'Website ID', 'Token Type']) expect(await page.getByLabel(label).count()).toBe(1)
  await page.getByRole('button', { name: 'Check the settings' }).click()
  await page.getByText('The sandbox accepts these settings.').waitFor()
  await page.getByLabel('API Key').fill('wrong:key')
  await page.getByRole('button', { name: 'Check the settings' }).click()
  await page.getByText('The sandbox does not accept these settings').waitFor()
})

it('shows a JSON error at its place and as a sentence', async () => {
  const page = await stage.open()
  await write(page, '{\n"type": "identify",\nuserId: 1\n}')
  await page.getByText('Line 3, column 1: A property name needs double quotes.').waitFor()
  await page.locator('.cm-lint-marker-error').waitFor()
  await page.locator('.cm-lintRange-error, .cm-lintPoint-error').waitFor({ state: 'attached' })
  expect(await page.getByRole('button', { name: /^Send/ }).isDisabled()).toBe(true)
})

it('lists people, finds them, and shows requests with timings', async () => {
  for (const name of ['Ann', 'Ben', 'Cleo']) {
    stage.tester.sandbox?.people.add({ email: `${name.toLowerCase()}@example.com`, nickname: name })
  }
  const page = await stage.open()
  await send(page)
  await page.getByRole('tab', { name: 'People 4' }).click()
  await page.getByRole('searchbox', { name: 'Find by name' }).fill('cle')
  await page.getByRole('list', { name: 'People' }).getByRole('button', { name: /Cleo/ }).click()
  await page.getByRole('article', { name: 'Person Cleo' }).waitFor()
  await fold(page, 'Requests today')
  const row = page.getByRole('list', { name: 'Requests, the latest first' }).getByRole('listitem').first()
  await row.filter({ hasText: /PATCH.*\/people\/.*200.*ms/ }).waitFor()
})

it('hears of events that others send', async () => {
  const page = await stage.open()
  await fetch(`${stage.tester.url}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ event: { type: 'identify', traits: { email: 'x@example.com', name: 'Xenia' } } })
  })
  await page.getByRole('list', { name: 'History' }).getByText('x@example.com').waitFor()
  await page.getByRole('tab', { name: 'People 1' }).waitFor()
})

it('empties the sandbox', async () => {
  const page = await stage.open()
  await send(page)
  await page.getByRole('article', { name: 'Person John Doe' }).waitFor()
  await page.getByRole('button', { name: 'Empty the sandbox…' }).click()
  await page.getByRole('button', { name: 'Empty it' }).click()
  await page.getByText('No people yet').waitFor()
  await page.getByText('Nothing sent yet').waitFor()
})

it('says so when the tester stops', async () => {
  const page = await stage.open()
  await stage.tester.close()
  await page.getByRole('alert').getByText('The connection to the tester is lost').waitFor()
  await page.getByRole('button', { name: 'Send event' }).click()
  await page.getByText('The tester does not answer. Start it again: actions-crisp serve.').waitFor()
  stage.forgive(/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY/)
})
