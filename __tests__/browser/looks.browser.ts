import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { example, fold, picture, send, switchFault, Stage } from './browser'

const stage = new Stage()

const background = (page: Page) => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')

it('is dark where the system is, and toggles', async () => {
  const page = await stage.open({ colorScheme: 'dark' })
  expect(await background(page)).toBe('rgb(14, 16, 20)')
  await send(page)
  await picture(page, 'dark')
  const theme = page.getByRole('button', { name: /^Theme/ })
  await theme.click()
  expect(await background(page)).toBe('rgb(243, 244, 247)')
  await page.reload()
  expect(await background(page)).toBe('rgb(243, 244, 247)')
  await theme.click()
  expect(await background(page)).toBe('rgb(14, 16, 20)')
  await theme.click()
  expect(await background(page)).toBe('rgb(14, 16, 20)')
})

it.each([360, 520, 768, 1079, 1080, 1920])('fits %d pixels without scrolling sideways', async (width) => {
  const page = await stage.open({ viewport: { width, height: 780 } })
  await send(page)
  await page.getByRole('article', { name: 'Person John Doe' }).waitFor()
  await page.getByText('Subscriptions and mappings').click()
  await page.getByText('Mapping to Identify User').first().click()
  for (const name of ['Faults', 'Settings', 'Requests today', 'Export and import']) await fold(page, name)
  for (const name of ['People', 'Person']) await page.getByRole('tab', { name }).click()
  const wide = await page.evaluate(
    `[document.documentElement, ...document.querySelectorAll('.part')].filter((one) => one.scrollWidth > one.clientWidth).length`
  )
  expect(wide).toBe(0)
  for (const region of ['Event', 'Result of the event', 'What the agent sees']) {
    expect(await page.getByRole('region', { name: region, exact: true }).isVisible()).toBe(true)
  }
})

it('has its picture taken on a phone', async () => {
  const page = await stage.open({ viewport: { width: 360, height: 780 } })
  await send(page)
  await page.getByRole('link', { name: 'What the agent sees' }).click()
  await page.getByRole('article', { name: 'Person John Doe' }).waitFor()
  await picture(page, 'narrow')
})

it('puts the three parts side by side where there is room', async () => {
  const page = await stage.open({ viewport: { width: 1280, height: 800 } })
  const boxes = await Promise.all(['#event', '#result', '#agent'].map((id) => page.locator(id).boundingBox()))
  const [first, second, third] = boxes.map((box) => box ?? { x: 0, y: 0, width: 0 })
  expect([second.y, third.y]).toEqual([first.y, first.y])
  expect(second.x).toBeGreaterThan(first.x + first.width)
  expect(third.x).toBeGreaterThan(second.x + second.width)
})

describe('axe', () => {
  const states: [string, (page: Page) => Promise<void>][] = [
    ['the start', async () => {}],
    ['a delivered event', (page) => send(page)],
    [
      'a failed batch with an event open',
      async (page) => {
        await example(page, 'Batch with a bad event')
        await send(page)
        await page.getByRole('list', { name: 'Events of the batch' }).first().getByRole('button').nth(2).click()
      }
    ],
    [
      'everything unfolded',
      async (page) => {
        await send(page)
        await page.getByText('Subscriptions and mappings').click()
        await page.getByText('Mapping to Identify User').first().click()
        await fold(page, 'Settings')
        await page.locator('.exchange summary').first().click()
      }
    ],
    [
      'people',
      async (page) => {
        await send(page)
        await page.getByRole('tab', { name: 'People' }).click()
      }
    ],
    [
      'the journal',
      async (page) => {
        await send(page)
        await fold(page, 'Requests today')
      }
    ],
    [
      'the question before the sandbox is emptied',
      async (page) => page.getByRole('button', { name: 'Empty the sandbox…' }).click()
    ],
    [
      'what is wrong in a subscription',
      async (page) => {
        await fold(page, 'Subscriptions and mappings')
        await page.getByLabel('Trigger').first().fill('type == "identify"')
        await page.getByText('Mapping to Identify User').first().click()
        await page.getByLabel('Phone Number').fill('{"')
      }
    ],
    [
      'a fault',
      async (page) => {
        await fold(page, 'Faults')
        await switchFault(page, 'Down', true)
        await send(page)
      }
    ]
  ]
  const looks = [
    ['light', 1440, 'light'],
    ['dark', 1440, 'dark'],
    ['narrow', 360, 'light']
  ] as const

  it.each(looks.flatMap((look) => states.map(([state, reach]) => [state, look[0], look, reach] as const)))(
    'finds nothing serious on %s, %s',
    async (_state, _look, [, width, colorScheme], reach) => {
      const page = await stage.open({ viewport: { width, height: 900 }, colorScheme })
      await reach(page)
      await page.waitForTimeout(150)
      await page.evaluate(axe.source)
      const found = await page.evaluate<axe.AxeResults>('axe.run()')
      const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    }
  )
})
