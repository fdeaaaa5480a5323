import type { ActionDefinition } from '@segment/actions-core'
import { CrispClient } from '../api/client'
import { batchFields } from '../batchFields'
import type { Settings } from '../generated-types'
import { toMultiStatus, toResult } from '../outcome'
import { deliver } from './deliver'
import { fields } from './fields'
import type { Payload } from './generated-types'

const action: ActionDefinition<Settings, Payload> = {
  title: 'Identify User',
  description: 'Create or update a person in Crisp: the profile and the custom data that support agents see.',
  defaultSubscription: 'type = "identify"',
  fields: { ...fields, ...batchFields },
  perform: async (request, data) =>
    toResult(await deliver(new CrispClient(request, data), [data.payload], [data.audienceMembership])),
  performBatch: async (request, data) =>
    toMultiStatus(await deliver(new CrispClient(request, data), data.payload, data.audienceMembership))
}

export default action
