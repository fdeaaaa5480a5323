import type { ActionDefinition } from '@segment/actions-core'
import { EVENT_COLORS } from '../api/limits'
import type { Settings } from '../generated-types'

/** The fields of Track Event. Keys, types and defaults are public after the release. */
export const fields: ActionDefinition<Settings>['fields'] = {
  eventName: {
    label: 'Event Name',
    description: 'What the person did. Crisp shows up to 80 characters.',
    type: 'string',
    default: {
      '@if': {
        blank: { '@path': '$.event' },
        then: { '@path': '$.event' },
        else: { '@path': '$.name' }
      }
    }
  },
  email: {
    label: 'Email',
    description: "The person's email address. It finds the person with a single request.",
    type: 'string',
    required: { match: 'all', conditions: [{ fieldKey: 'userId', operator: 'is', value: undefined }] },
    default: {
      '@if': {
        blank: { '@path': '$.context.traits.email' },
        then: { '@path': '$.context.traits.email' },
        else: { '@path': '$.traits.email' }
      }
    }
  },
  userId: {
    label: 'User ID',
    description: 'Your unique ID for the person, stored in Crisp as `user_id`.',
    type: 'string',
    default: { '@path': '$.userId' }
  },
  properties: {
    label: 'Properties',
    description: 'Event details. Crisp keeps 10, up to 120 characters each.',
    type: 'object',
    defaultObjectUI: 'keyvalue',
    default: { '@path': '$.properties' }
  },
  color: {
    label: 'Color',
    description: 'The color of the event in the event stream. Crisp chooses one when this is empty.',
    type: 'string',
    choices: EVENT_COLORS.map((color) => ({ label: color[0].toUpperCase() + color.slice(1), value: color }))
  },
  unknownPerson: {
    label: 'If Person Not Found',
    description: 'What to do when Crisp has no matching person. Creating one requires an email.',
    type: 'string',
    choices: [
      { label: 'Drop the event', value: 'drop' },
      { label: 'Try again later', value: 'retry' },
      { label: 'Create the person', value: 'create' }
    ],
    default: 'drop'
  },
  occurredAt: {
    label: 'Event Time',
    description: 'When the event happened, shown as `occurred_at`. Crisp otherwise shows when it arrived.',
    type: 'string'
  }
}
