import type { ActionDefinition } from '@segment/actions-core'
import type { Settings } from './generated-types'

/** The fields that govern batching, the same in both actions. */
export const batchingFields: ActionDefinition<Settings>['fields'] = {
  enable_batching: {
    label: 'Send Events in Batches',
    description:
      'When on, Segment hands events over in groups. Several identify calls of one person in a group become one update, so that fewer requests of the daily quota in Crisp are spent. Every event still gets its own result.',
    type: 'boolean',
    default: true
  },
  batch_size: {
    label: 'Batch Size',
    description:
      'How many events a group may hold, from 1 to 1000. A larger group saves more of the daily quota in Crisp for people with many events and takes longer to deliver.',
    type: 'number',
    default: 250,
    minimum: 1,
    maximum: 1000
  }
}
