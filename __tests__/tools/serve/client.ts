import type { BatchDelivery, EventDelivery, Run } from '../../../tools/serve'
import { request } from 'http'
import type { IncomingHttpHeaders } from 'http'

export interface Reply<Body = unknown> {
  status: number
  headers: IncomingHttpHeaders
  text: string
  body: Body
}

/** Asks a tester as any program would; every header may be set, Host and Origin included. */
export function ask<Body = unknown>(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {}
): Promise<Reply<Body>> {
  const { port } = new URL(url)
  const sent = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { ...(sent !== undefined && { 'content-type': 'application/json' }), ...headers }
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parse(text) as Body })
        })
      }
    )
    asked.on('error', reject)
    asked.end(sent)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

export const john = {
  type: 'identify',
  userId: 'userId123',
  traits: { name: 'John Doe', email: 'john.doe@segment.com', plan: 'team' }
}

export const purchase = {
  type: 'track',
  userId: 'userId123',
  event: 'Completed Purchase',
  properties: { revenue: 42.99 }
}

export const strangers = { type: 'track', userId: 'u_stranger', event: 'Viewed Pricing' }

/** What a subscription did with the event of a run. */
export function getDelivery({ deliveries }: Run, index = 0): EventDelivery {
  const delivery = deliveries[index]
  if (delivery?.kind !== 'event') throw new Error(`Delivery ${index} is not that of an event.`)
  return delivery
}

/** What a subscription did with the batch of a run. */
export function getBatch({ deliveries }: Run, index = 0): BatchDelivery {
  const delivery = deliveries[index]
  if (delivery?.kind !== 'batch') throw new Error(`Delivery ${index} is not that of a batch.`)
  return delivery
}
