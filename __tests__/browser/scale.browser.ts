import { example, send, Stage, write } from './browser'

const stage = new Stage()

it('draws what is looked at of a batch of 10,000 events', async () => {
  const page = await stage.open()
  const events = Array.from({ length: 10_000 }, (_, index) => ({
    type: 'identify',
    traits: { email: `p${index % 100}@example.com`, index }
  }))
  await write(page, JSON.stringify(events))
  await page.getByRole('button', { name: 'Send batch of 10,000' }).waitFor()
  await send(page)
  const list = page.getByRole('list', { name: 'Events of the batch' }).first()
  await list.getByRole('listitem').first().waitFor()
  expect(await page.locator('*').count()).toBeLessThan(2000)

  await page.evaluate(`document.querySelector('#result .windowed').scrollTop = 10_000_000`)
  await list.getByRole('button', { name: /^10000/ }).click()
  await page.getByLabel('Event 10000').waitFor()
})

it('draws what is looked at of a person of 10,000 events and a sandbox of 10,000 people', async () => {
  const { sandbox } = stage.tester
  const events = Array.from({ length: 10_000 }, (_, index) => ({ text: `Event ${index}`, color: 'blue' }))
  sandbox?.people.add({ email: 'john.doe@segment.com', nickname: 'John Doe', events })
  for (let index = 0; index < 10_000; index++) sandbox?.people.add({ email: `p${index}@example.com` })
  const page = await stage.open()
  await send(page)
  const person = page.getByRole('article', { name: 'Person John Doe' })
  await person.getByText('Event 9999').waitFor()
  expect(await person.getByRole('listitem').count()).toBe(50)
  await person.getByRole('button', { name: 'Show more' }).click()
  await person.getByText('Event 9900').waitFor()
  await page.getByRole('tab', { name: 'People 10,001' }).click()
  await page.getByRole('searchbox', { name: 'Find by name' }).waitFor()
  expect(await page.locator('*').count()).toBeLessThan(2000)
  await page.getByRole('searchbox', { name: 'Find by name' }).fill('p9999')
  await page.getByText('p9999@example.com').waitFor()
})

it('draws what is looked at while others send thousands of events one by one', async () => {
  const page = await stage.open()
  const post = (index: number) =>
    fetch(`${stage.tester.url}/api/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ event: { type: 'identify', traits: { email: `p${index % 20}@example.com`, index } } })
    }).then((response) => response.text())
  for (let index = 0; index < 2000; index += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, offset) => post(index + offset)))
  }
  await example(page, 'Track, unknown person')
  await send(page)
  await page.locator('.verdict').getByText('Dropped', { exact: true }).waitFor()
  expect(await page.locator('*').count()).toBeLessThan(2000)
})
