import type { ActionDefinition } from '@segment/actions-core'
import { CrispClient } from '../api/client'
import { batchFields } from '../batchFields'
import type { Settings } from '../generated-types'
import { toMultiStatus, toResult } from '../outcome'
import { deliver } from './deliver'
import { fields } from './fields'
import type { Payload } from './generated-types'

const action: ActionDefinition<Settings, Payload> = {
  title: 'Track Event',
  description: 'Add an event to the event stream of a person in Crisp.',
  defaultSubscription: 'type = "track"',
  fields: { ...fields, ...batchFields },
  perform: async (request, data) => toResult(await deliver(new CrispClient(request, data), [data.payload])),
  performBatch: async (request, data) => toMultiStatus(await deliver(new CrispClient(request, data), data.payload))
}

export default action
