import { MultiStatusResponse } from '@segment/actions-core'
import type { DestinationDefinition, JSONLikeObject, RequestClient, RequestOptions } from '@segment/actions-core'
import destination from '../src'
import type { Settings } from '../src/generated-types'
import type { Exchange } from '../tools/runtime'

/** A request that was recorded, to be sent again as it is. */
export interface Recorded {
  url: string
  method: RequestOptions['method']
  json: unknown
}

/** The requests of exchanges. */
export function requestsOf(exchanges: Exchange[]): Recorded[] {
  return exchanges.map(({ request: { url, method, body } }) => ({
    url,
    method: method as RequestOptions['method'],
    json: body
  }))
}

const AT_ONCE = 10

/**
 * A definition with the fields, the headers and the time-out of the destination that does nothing but send the recorded
 * requests, ten at a time, and say that all went well: what any destination costs that sends them.
 *
 * @param next - the requests of the next event or batch
 */
export function bareDefinition(next: () => Recorded[]): DestinationDefinition<Settings> {
  const send = async (request: RequestClient) => {
    const requests = next()
    const queue = requests.values()
    const work = async () => {
      for (const { url, method, json } of queue) await request(url, { method, json })
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, requests.length) }, work))
  }
  const bare = (action: string) => ({
    ...destination.actions[action],
    perform: (request: RequestClient) => send(request),
    performBatch: async (request: RequestClient, { payload }: { payload: unknown[] }) => {
      await send(request)
      const response = new MultiStatusResponse()
      payload.forEach((sent, index) => {
        response.setSuccessResponseAtIndex(index, { status: 200, sent: sent as JSONLikeObject, body: {} })
      })
      return response
    }
  })
  return { ...destination, actions: { identifyUser: bare('identifyUser'), trackEvent: bare('trackEvent') } }
}
