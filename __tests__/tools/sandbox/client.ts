import type { Sandbox } from '../../../tools/sandbox'

export interface Reply {
  status: number
  headers: Headers
  text: string
  body: { error: boolean; reason: string; data: unknown }
}

export interface CallOptions {
  tier?: string | null
  apiKey?: string | null
  headers?: Record<string, string>
  websiteId?: string
}

/** A client of a sandbox: `call('PATCH', '/people/profile/ada@example.com', {...})`, below the website. */
export function clientOf(sandbox: Sandbox, defaults: CallOptions = {}) {
  return async function call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Reply> {
    const {
      tier = 'plugin',
      apiKey = sandbox.apiKey,
      websiteId = sandbox.websiteId,
      headers
    } = { ...defaults, ...options }
    const response = await fetch(`${sandbox.url}/v1/website/${websiteId}${path}`, {
      method,
      headers: {
        ...(apiKey === null ? {} : { Authorization: `Basic ${Buffer.from(apiKey).toString('base64')}` }),
        ...(tier === null ? {} : { 'X-Crisp-Tier': tier }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: parse(text) }
  }
}

export type Call = ReturnType<typeof clientOf>

function parse(text: string): Reply['body'] {
  try {
    return JSON.parse(text) as Reply['body']
  } catch {
    return { error: true, reason: '(not JSON)', data: null }
  }
}
