import type { ActionDefinition } from '@segment/actions-core'
import { batchingFields } from '../batching'
import { CrispClient } from '../crisp/client'
import type { Settings } from '../generated-types'
import { toMultiStatus, toResult } from '../outcome'
import { deliver } from './deliver'
import { fields } from './fields'
import type { Payload } from './generated-types'

const action: ActionDefinition<Settings, Payload> = {
  title: 'Identify User',
  description:
    'Create or update a person in Crisp: the profile and the custom data that support agents see beside the chat.',
  defaultSubscription: 'type = "identify"',
  fields: { ...fields, ...batchingFields },
  perform: async (request, data) => toResult(await deliver(new CrispClient(request, data), [data.payload])),
  performBatch: async (request, data) => toMultiStatus(await deliver(new CrispClient(request, data), data.payload))
}

export default action
