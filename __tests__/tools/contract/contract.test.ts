import { SCENARIOS, findBreaches, liveTarget, runContract } from '../../../tools/contract/command'
import { runScenario, type Target } from '../../../tools/contract/run'
import type { Scenario } from '../../../tools/contract/scenario'
import { createSandbox, type Sandbox } from '../../../tools/sandbox'

let crisp: Sandbox
let target: Target

beforeAll(async () => {
  crisp = await createSandbox()
  target = { url: crisp.url, websiteId: crisp.websiteId, apiKey: crisp.apiKey, tier: 'plugin' }
})
beforeEach(() => crisp.reset())
afterAll(() => crisp.close())

it.each(SCENARIOS)('the sandbox keeps to the contract: $name ($confidence)', async (scenario) => {
  for (const tier of ['plugin', 'website']) {
    const { differences } = await runScenario(scenario, { ...target, tier })
    expect(differences).toEqual([])
  }
  expect(crisp.people.all()).toEqual([])
})

describe('where an API differs', () => {
  const named = (words: string) => SCENARIOS.find(({ name }) => name.includes(words)) as Scenario

  it('says at which request and how', async () => {
    crisp.route({
      name: 'people.data.read',
      handler: () => ({ status: 200, reason: 'resolved', data: { data: { a: 1 } } })
    })
    const { differences } = await runScenario(named('reads as {}'), target)
    expect(differences).toEqual(['2. GET /people/data/{id}: data.data.a is there as well: 1'])
    crisp.route({ name: 'people.data.read', handler: () => ({ status: 500, reason: 'oops' }) })
    expect((await runScenario(named('reads as {}'), target)).differences).toEqual([
      '2. GET /people/data/{id}: status 500, not 200',
      '2. GET /people/data/{id}: reason oops, not resolved'
    ])
  })

  it('goes on, deletes its people and says when it could not', async () => {
    crisp.faults.add({ route: 'people.events.add', effect: { type: 'reset' } })
    expect((await runScenario(named('event is added'), target)).differences).toEqual([
      expect.stringContaining('no answer') as string
    ])
    expect(crisp.people.all()).toEqual([])
    crisp.faults.add({ method: 'DELETE', effect: { type: 'answer', status: 500, reason: 'oops' } })
    const { differences } = await runScenario(named('reads as {}'), target)
    expect(differences).toEqual([expect.stringMatching(/^contract\+.*is left behind; delete it\.$/) as string])
  })

  it('counts a question with another answer as news, not as a breach', async () => {
    const other = await createSandbox({ choices: { emailCase: 'sensitive', dataSearch: 'refused' } })
    const lines: string[] = []
    const outcomes = await runContract({ ...target, url: other.url }, (line) => lines.push(line))
    await other.close()
    expect(findBreaches(outcomes)).toEqual([])
    expect(outcomes.filter(({ differences }) => differences.length > 0)).toHaveLength(2)
    expect(lines.join('\n')).toContain('status 400, not 200 or 206')
  })
})

describe('the live API', () => {
  const env = {
    CRISP_API_KEY: ' id:key\n',
    CRISP_WEBSITE_ID: '8c842203-7ed8-4e29-a608-7cf78a7d2fcc',
    CRISP_TOKEN_TYPE: 'website'
  }

  it('is used with credentials from the environment only', () => {
    expect(liveTarget(env)).toMatchObject({ url: 'https://api.crisp.chat', apiKey: 'id:key', tier: 'website' })
    expect(() => liveTarget({ ...env, CRISP_API_KEY: undefined })).toThrow('CRISP_API_KEY is missing')
    expect(() => liveTarget({ ...env, CRISP_API_KEY: 'key' })).toThrow('identifier:key')
    expect(() => liveTarget({ ...env, CRISP_TOKEN_TYPE: 'user' })).toThrow('CRISP_TOKEN_TYPE must be')
  })

  it('is never used in CI', () => {
    expect(() => liveTarget({ ...env, CI: 'true' })).toThrow('never used in CI')
  })
})
