import { MultiStatusResponse } from '@segment/actions-core'
import type { DestinationDefinition, JSONLikeObject, RequestClient, RequestOptions } from '@segment/actions-core'
import destination from '../src'
import type { Settings } from '../src/generated-types'
import { GROUPS_AT_ONCE } from '../src/batch'
import type { RequestNote } from './crisp-process'

/**
 * A definition with the fields, the headers and the time-out of the destination that does nothing but send the recorded
 * requests, as many at a time in a batch, and say that all went well: what any destination costs that sends them.
 *
 * @param next - the requests of the next event or batch
 */
export function bareDefinition(next: () => RequestNote[]): DestinationDefinition<Settings> {
  const send = async (request: RequestClient, atOnce: number) => {
    const requests = next()
    const queue = requests.values()
    const work = async () => {
      for (const { method, path, body } of queue) {
        await request(`https://api.crisp.chat${path}`, { method: method as RequestOptions['method'], json: body })
      }
    }
    await Promise.all(Array.from({ length: Math.min(atOnce, requests.length) }, work))
  }
  const bare = (action: string) => ({
    ...destination.actions[action],
    perform: (request: RequestClient) => send(request, 1),
    performBatch: async (request: RequestClient, { payload }: { payload: unknown[] }) => {
      await send(request, GROUPS_AT_ONCE)
      const response = new MultiStatusResponse()
      payload.forEach((sent, index) => {
        response.setSuccessResponseAtIndex(index, { status: 200, sent: sent as JSONLikeObject, body: {} })
      })
      return response
    }
  })
  return { ...destination, actions: { identifyUser: bare('identifyUser'), trackEvent: bare('trackEvent') } }
}
