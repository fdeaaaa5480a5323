import nock from 'nock'
import { Stage } from './browser'

const settings = { apiKey: 'live-identifier:live-secret', websiteId: '8c842203-7ed8-4e29-a608-7cf78a7d2fcc' }
const stage = new Stage({ live: settings })
const seen: string[] = []

beforeEach(() => {
  seen.length = 0
  nock('https://api.crisp.chat')
    .persist()
    .intercept(/.*/, 'PATCH')
    .reply((uri) => {
      seen.push(uri)
      return [200, { error: false, reason: 'updated', data: {} }]
    })
})

afterEach(() => nock.cleanAll())
afterAll(() => nock.restore())

it('says that events go to the live Crisp and sends nothing without a click', async () => {
  const page = await stage.open()
  await page.getByText('Events go to the live Crisp').waitFor()
  await page.getByText(settings.websiteId).waitFor()
  await page.getByRole('textbox', { name: 'Event or batch, as JSON' }).focus()
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.waitForTimeout(600)
  expect(seen).toEqual([])

  await page.getByRole('button', { name: 'Send event to live Crisp' }).click()
  await page.locator('.verdict').getByText('Delivered').waitFor()
  expect(seen.length).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Replay to live Crisp' }).waitFor()
  await page.getByText('Look into Crisp itself').waitFor()
  expect(await page.content()).not.toContain('live-secret')
})
