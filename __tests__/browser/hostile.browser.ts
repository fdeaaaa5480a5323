import type { Page } from 'playwright-core'
import { fold, send, Stage, write } from './browser'

const stage = new Stage()

const markup = `<img src=x onerror="window.pwned=1"><script>window.pwned=1</script><b>bold</b>`
const attribute = `" onmouseover="window.pwned=1" x="`
const link = 'javascript:window.pwned=1'
const bidi = 'user\u202egnp.exe\u2066\u200b'

/** Nothing of the text became an element, and nothing ran. */
async function expectText(page: Page): Promise<void> {
  expect(await page.evaluate('window.pwned')).toBeUndefined()
  expect(
    await page
      .locator('main img:not(.cm-widgetBuffer), main script, main b, main iframe, main a[href^="javascript"]')
      .count()
  ).toBe(0)
}

/** An event with the text in every place. */
function full(text: string, email: string) {
  return {
    type: 'identify',
    userId: text,
    traits: {
      email,
      name: text,
      phone: text,
      avatar: text,
      title: text,
      description: text,
      website: text,
      address: { street: text, city: text, country: text },
      company: { name: text, domain: text, [text]: text },
      [text]: text,
      nested: { [text]: [text, { [text]: text }] }
    },
    context: { [text]: text }
  }
}

it.each([
  ['markup', markup],
  ['attributes', attribute],
  ['a link', link],
  ['bidirectional text', bidi]
])('shows %s as text everywhere', async (_what, text) => {
  const page = await stage.open()
  await write(page, full(text, 'h@example.com'))
  await send(page)
  await page.getByRole('article').filter({ hasText: 'h@example.com' }).first().waitFor()
  await expectText(page)
  await write(page, [
    { type: 'track', event: text, properties: { [text]: text }, context: { traits: { email: 'h@example.com' } } },
    { type: text, event: text, userId: text }
  ])
  await send(page)
  await page.getByRole('list', { name: 'Events of the batch' }).first().getByRole('button').first().click()
  await page.getByLabel('Event 1').waitFor()
  await fold(page, 'Requests today')
  for (const tab of ['People', 'Person']) {
    await page.getByRole('tab', { name: tab }).click()
    await page.waitForTimeout(200)
    await expectText(page)
  }
  for (const summary of await page.locator('.exchange summary').all()) await summary.click()
  await expectText(page)
})

it('names a person in markup by that very text', async () => {
  const page = await stage.open()
  await write(page, { type: 'identify', traits: { email: 'm@example.com', name: markup } })
  await send(page)
  await page.getByRole('heading', { name: markup }).waitFor()
})

it('lets no character hide or turn the text around it', async () => {
  const page = await stage.open()
  await write(page, { type: 'identify', traits: { email: 'b@example.com', name: bidi } })
  await send(page)
  await page.getByRole('heading', { name: 'user\\u202egnp.exe\\u2066\\u200b' }).waitFor()
  const shown = (await page.locator('main .part:not(#event)').allTextContents()).join('')
  expect(shown).not.toMatch(/[\u202e\u2066\u200b]/)
})

it('takes hostile conditions, names of subscriptions and settings', async () => {
  const page = await stage.open()
  await page.getByText('Subscriptions and mappings').click()
  await page.getByRole('button', { name: 'Add a subscription' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(markup)
  await page.getByLabel('Trigger', { exact: true }).last().fill(`type = "${markup}`)
  await fold(page, 'Settings')
  await page.getByLabel('Website ID').fill(markup)
  await send(page)
  await expectText(page)
})

it('shows strings of a megabyte in part, and goes on', async () => {
  const page = await stage.open()
  const markedUp = (length: number) => '<b>'.repeat(length / 3)
  await write(page, {
    type: 'identify',
    traits: { email: 'l@example.com', name: markedUp(300_000), bio: markedUp(300_000) }
  })
  await send(page)
  await page
    .getByRole('button', { name: /^Show all [\d,]+ characters$/ })
    .first()
    .waitFor()
  await page
    .getByRole('heading', { name: /\([\d,]+ characters\)/ })
    .first()
    .waitFor()
  await expectText(page)
  await write(page, { type: 'track', event: markedUp(1_200_000), properties: { a: markedUp(1_200_000) } })
  await send(page)
  await page.locator('.verdict').waitFor()
  await expectText(page)
  await fold(page, 'Requests today')
  await expectText(page)
})
