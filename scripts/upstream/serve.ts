import type { Destination, DestinationDefinition, JSONObject } from '@segment/actions-core'
import type { Settings } from '../../src/generated-types'
import { RuntimeAgent } from '../../tools/runtime/http'
import { createSandbox } from '../../tools/sandbox'
import { Failure } from '../steps'
import type { Workspace } from './workspace'

type Core = typeof import('@segment/actions-core')
type Data = JSONObject | JSONObject[]

/** Answers of Crisp to every request, with the reason it gives. */
const FAULTS: [status: number, reason: string][] = [
  [404, 'not_subscribed'],
  [401, 'invalid_session'],
  [409, 'people_exists'],
  [429, 'rate_limited'],
  [500, 'internal_error']
]

const EMAIL = 'ada@example.com'
const IDENTIFY = { type: 'identify', userId: 'u1', traits: { email: EMAIL, name: 'Ada', plan: 'pro' } }
const TRACK = { type: 'track', userId: 'u1', event: 'Order Completed', properties: { total: 9 } }

/**
 * Does what upstream's `./bin/run serve` does, except for HTTP: it loads the destination next to a second copy of
 * actions-core and asks for the manifest, the settings' test, both actions, and the deletion, against a sandbox.
 * Source: packages/cli/src/lib/server.ts and destinations.ts of segmentio/action-destinations.
 * @returns a line for every request, with the status that is shown
 * @throws Failure with the lines when a status or text is not the expected one
 */
export async function serve(workspace: Workspace): Promise<string> {
  const { core, definition } = workspace.loadTwice()
  const sandbox = await createSandbox()
  const { apiKey, websiteId, faults } = sandbox
  const agent = new RuntimeAgent(sandbox.port)
  const destination = new core.Destination<Settings>({
    ...definition,
    extendRequest: (bundle) => ({ ...definition.extendRequest?.(bundle), agent })
  })
  const settings = { apiKey, websiteId }
  const wrong = { apiKey: 'another:pair', websiteId }
  const lines: string[] = []
  let passed = true

  // 200 stands for every 2xx.
  const check = async (name: string, expected: number | RegExp, run: () => unknown) => {
    const { status, text } = await show(core, destination, run)
    const found = status > 200 && status < 300 ? 200 : status
    const isRight = typeof expected === 'number' ? found === expected : expected.test(text)
    passed &&= isRight
    const line = `  ${isRight ? '✓' : '✗'} ${status} ${name.padEnd(44)} ${text}`
    lines.push(isRight ? line : `${line}\n        expected: ${expected}`)
  }
  const authenticate = (settings: Settings) => () =>
    destination.testAuthentication(settings).then(
      () => 'ok: true',
      (error: Error) => `ok: false, ${error.message}`
    )
  const act = (name: string, data: Data, settings: Settings) => () => {
    const action = destination.actions[name]
    const bundle = { settings, mapping: core.defaultValues(action.definition.fields), auth: undefined }
    return Array.isArray(data) ? action.executeBatch({ ...bundle, data }) : action.execute({ ...bundle, data })
  }
  const remove = () => destination.onDelete?.({ type: 'delete', userId: EMAIL }, settings)

  try {
    const { name, slug, actions } = JSON.parse(JSON.stringify(definition)) as DestinationDefinition
    await check('GET /manifest', /actions-crisp/, () => `${name} (${slug}): ${Object.keys(actions).join(', ')}`)
    await check('POST /authenticate', /^ok: true$/, authenticate(settings))
    await check('POST /authenticate, wrong key', /^ok: false, .*API Key/, authenticate(wrong))
    await check('POST /identifyUser, new person', 200, act('identifyUser', IDENTIFY, settings))
    await check('POST /identifyUser, known person', 200, act('identifyUser', IDENTIFY, settings))
    await check('POST /identifyUser, batch', 200, act('identifyUser', [IDENTIFY], settings))
    await check('POST /identifyUser, wrong key', 401, act('identifyUser', IDENTIFY, wrong))
    await check('POST /trackEvent, known person', 200, act('trackEvent', TRACK, settings))
    await check('POST /trackEvent, batch', 200, act('trackEvent', [TRACK], settings))
    await check('POST /trackEvent, unknown person', 404, act('trackEvent', { ...TRACK, userId: 'u2' }, settings))
    for (const [status, reason] of FAULTS) {
      faults.add({ effect: { type: 'answer', status, reason } })
      await check(`POST /identifyUser, Crisp answers ${status}`, status, act('identifyUser', IDENTIFY, settings))
      await check(`POST /trackEvent, Crisp answers ${status}`, status, act('trackEvent', TRACK, settings))
      await check(`POST /delete, Crisp answers ${status}`, status, remove)
      faults.clear()
    }
    await check('POST /delete', 200, remove)
    await check('POST /trackEvent, deleted person', 404, act('trackEvent', TRACK, settings))
  } finally {
    agent.close()
    await sandbox.close()
  }
  if (!passed) throw new Failure(lines.join('\n'))
  return `${lines.length} requests next to a second copy of actions-core\n${lines.join('\n')}`
}

/** What upstream's server shows: the exchanges, here their statuses, or the error as it marshals it. */
async function show({ HTTPError }: Core, { responses }: Destination<Settings>, run: () => unknown) {
  responses.length = 0
  try {
    const result = await run()
    const statuses = responses.map(({ status }) => status)
    const text = typeof result === 'string' ? result : `Crisp: ${statuses.join(', ') || '–'}`
    return { status: statuses.at(-1) ?? 200, text }
  } catch (thrown) {
    const error = thrown as Error & { status?: number }
    const status = thrown instanceof HTTPError ? thrown.response.status : error.status
    return { status: status ?? 500, text: error.message }
  }
}
