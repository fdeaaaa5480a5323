import type { DestinationDefinition, JSONObject } from '@segment/actions-core'
import { createSandbox } from '../../tools/sandbox'
import type { Sandbox } from '../../tools/sandbox'
import { RuntimeAgent } from '../../tools/runtime/http-agents'
import { Failure } from '../steps'
import type { Workspace } from './workspace'

type Core = typeof import('@segment/actions-core')

/** What upstream's server shows for a request. */
interface Answer {
  status: number
  text: string
}

/** A request to upstream's server and the status that it must show, where 200 is any 2xx, or the text. */
interface Request {
  name: string
  expected: number | RegExp
  send: () => Promise<Answer>
}

/** Answers of Crisp to every request, with the reason it gives. */
const FAULTS: [status: number, reason: string][] = [
  [404, 'not_subscribed'],
  [401, 'invalid_session'],
  [409, 'people_exists'],
  [429, 'rate_limited'],
  [500, 'internal_error']
]

const ADA = { email: 'ada@example.com', name: 'Ada' }
const IDENTIFY = { type: 'identify', userId: 'u1', traits: { ...ADA, plan: 'pro' } }
const TRACK = { type: 'track', userId: 'u1', event: 'Order Completed', properties: { total: 9 } }
const NEWCOMER = { ...TRACK, userId: 'u2' }

/**
 * Does what upstream's `./bin/run serve` does, but for HTTP: it loads the destination next to a second copy of
 * actions-core and asks for the manifest, both actions, the settings' test and the deletion, against a sandbox.
 * Source: packages/cli/src/lib/server.ts and destinations.ts of segmentio/action-destinations.
 * @returns a line for every request, with the status that is shown
 * @throws Failure with the lines when a status is not the expected one
 */
export async function serve(workspace: Workspace): Promise<string> {
  const { core, definition } = workspace.loadTwice()
  const sandbox = await createSandbox()
  const agent = new RuntimeAgent(sandbox.port)
  try {
    const lines: string[] = []
    let passed = true
    for (const { name, expected, send } of listRequests(new Server(core, definition, agent), sandbox)) {
      const answer = await send()
      const isRight = isExpected(answer, expected)
      if (!isRight) passed = false
      lines.push(`  ${isRight ? '✓' : '✗'} ${answer.status} ${name.padEnd(42)} ${answer.text}`)
      if (!isRight) lines.push(`        expected: ${expected}`)
    }
    if (!passed) throw new Failure(lines.join('\n'))
    return `${lines.length} requests beside a second copy of actions-core\n${lines.join('\n')}`
  } finally {
    agent.close()
    await sandbox.close()
  }
}

function isExpected({ status, text }: Answer, expected: number | RegExp): boolean {
  if (expected instanceof RegExp) return expected.test(text)
  return status === expected || (expected === 200 && status > 200 && status < 300)
}

/** In the order in which they are sent: later ones need the people of earlier ones. */
function listRequests(server: Server, { websiteId, apiKey, faults }: Sandbox): Request[] {
  const settings = { apiKey, websiteId }
  const wrong = { apiKey: 'another:pair', websiteId }
  const to = (action: string, data: JSONObject | JSONObject[], settings: JSONObject, what = '') => ({
    name: `POST /${action}${what && `, ${what}`}`,
    send: () => server.act(action, data, settings)
  })
  const faulty = FAULTS.flatMap(([status, reason]) => {
    const under = (send: () => Promise<Answer>) => async () => {
      faults.clear()
      faults.add({ effect: { type: 'answer', status, reason } })
      return send().finally(() => faults.clear())
    }
    return [
      to('identifyUser', IDENTIFY, settings),
      to('trackEvent', TRACK, settings),
      { name: 'POST /delete', send: () => server.delete(ADA.email, settings) }
    ].map(({ name, send }) => ({ name: `${name}, Crisp answers ${status}`, expected: status, send: under(send) }))
  })
  return [
    { name: 'GET /manifest', expected: /Crisp/, send: async () => server.getManifest() },
    { name: 'POST /authenticate', expected: /^ok: true$/, send: () => server.authenticate(settings) },
    {
      name: 'POST /authenticate, wrong key',
      expected: /^ok: false, .*API Key/,
      send: () => server.authenticate(wrong)
    },
    { ...to('identifyUser', IDENTIFY, settings, 'new person'), expected: 200 },
    { ...to('identifyUser', IDENTIFY, settings, 'known person'), expected: 200 },
    { ...to('identifyUser', [IDENTIFY], settings, 'batch'), expected: 200 },
    { ...to('identifyUser', IDENTIFY, wrong, 'wrong key'), expected: 401 },
    { ...to('trackEvent', TRACK, settings, 'known person'), expected: 200 },
    { ...to('trackEvent', [TRACK], settings, 'batch'), expected: 200 },
    { ...to('trackEvent', NEWCOMER, settings, 'unknown person'), expected: 404 },
    ...faulty,
    { name: 'POST /delete', expected: 200, send: () => server.delete(ADA.email, settings) },
    { ...to('trackEvent', TRACK, settings, 'deleted person'), expected: 404 }
  ]
}

/** The routes of upstream's server. */
class Server {
  private readonly destination: InstanceType<Core['Destination']>

  constructor(private readonly core: Core, private readonly definition: DestinationDefinition, agent: RuntimeAgent) {
    const extendRequest: DestinationDefinition['extendRequest'] = (bundle) => ({
      ...definition.extendRequest?.(bundle),
      agent
    })
    this.destination = new core.Destination({ ...definition, extendRequest })
  }

  getManifest(): Answer {
    const { name, slug, actions } = JSON.parse(JSON.stringify(this.definition)) as DestinationDefinition
    return { status: 200, text: `${name} (${slug}): ${Object.keys(actions).join(', ')}` }
  }

  async authenticate(settings: JSONObject): Promise<Answer> {
    const { status, text } = await this.show(() => this.destination.testAuthentication(settings))
    return { status: 200, text: status === 200 ? 'ok: true' : `ok: false, ${text}` }
  }

  delete(userId: string, settings: JSONObject): Promise<Answer> {
    return this.show(() => this.destination.onDelete?.({ type: 'delete', userId }, settings))
  }

  act(name: string, data: JSONObject | JSONObject[], settings: JSONObject): Promise<Answer> {
    const action = this.destination.actions[name]
    const mapping = this.core.defaultValues(action.definition.fields)
    return this.show(() =>
      Array.isArray(data)
        ? action.executeBatch({ data, settings, mapping, auth: undefined })
        : action.execute({ data, settings, mapping, auth: undefined })
    )
  }

  /** The last of the exchanges that are shown for a success, or the error as upstream marshals it. */
  private async show(run: () => unknown): Promise<Answer> {
    this.destination.responses.length = 0
    try {
      await run()
      const statuses = this.destination.responses.map(({ status }) => status)
      return { status: statuses.at(-1) ?? 200, text: statuses.length > 0 ? `Crisp: ${statuses.join(', ')}` : '' }
    } catch (thrown) {
      const error = thrown as Error & { status?: number }
      const status = thrown instanceof this.core.HTTPError ? thrown.response.status : error.status
      return { status: status ?? 500, text: error.message }
    }
  }
}
