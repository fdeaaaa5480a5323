import type { ActionDefinition } from '@segment/actions-core'
import type { Settings } from './generated-types'

/** The fields about batches, the same in both actions. */
export const batchFields: ActionDefinition<Settings>['fields'] = {
  enable_batching: {
    label: 'Batch Data to Crisp',
    description: 'When enabled, Segment sends events in batches, which uses fewer Crisp requests.',
    type: 'boolean',
    default: true
  },
  batch_size: {
    label: 'Batch Size',
    description: 'The maximum number of events in a batch.',
    type: 'number',
    default: 250,
    minimum: 1,
    maximum: 1000,
    unsafe_hidden: true
  }
}
