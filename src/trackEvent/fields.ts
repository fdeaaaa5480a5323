import type { ActionDefinition } from '@segment/actions-core'
import { EVENT_COLORS } from '../crisp/limits'
import type { Settings } from '../generated-types'

/**
 * The runtime takes empty strings out of single events but not out of batches, where a choice that does not list them
 * would refuse the event: a cleared field must not fail every batch.
 */
const EMPTY = ''

/** The fields of Track Event. Keys, types and defaults are public for ever. */
export const fields: ActionDefinition<Settings>['fields'] = {
  eventName: {
    label: 'Event Name',
    description: 'What the person did, as support agents will read it. Crisp shows up to 80 characters.',
    type: 'string',
    default: {
      '@if': {
        exists: { '@path': '$.event' },
        then: { '@path': '$.event' },
        else: { '@path': '$.name' }
      }
    }
  },
  email: {
    label: 'Email',
    description:
      'The e-mail of the person who did it. It finds the person in Crisp with a single request, so map it wherever your events carry one.',
    type: 'string',
    default: {
      '@if': {
        exists: { '@path': '$.context.traits.email' },
        then: { '@path': '$.context.traits.email' },
        else: { '@path': '$.traits.email' }
      }
    }
  },
  userId: {
    label: 'User ID',
    description: 'Your ID of the person who did it. It finds people whom an identify call has sent to Crisp before.',
    type: 'string',
    default: { '@path': '$.userId' }
  },
  properties: {
    label: 'Properties',
    description:
      'Details shown with the event. Crisp keeps 10 of them and up to 120 characters of each; nested details are flattened, the outer ones first.',
    type: 'object',
    defaultObjectUI: 'keyvalue',
    default: { '@path': '$.properties' }
  },
  color: {
    label: 'Color',
    description: 'The color of the event in the event stream. Leave it empty for the color that Crisp chooses.',
    type: 'string',
    choices: [
      ...EVENT_COLORS.map((color) => ({ label: color[0].toUpperCase() + color.slice(1), value: color })),
      { label: 'Not set', value: EMPTY }
    ]
  },
  unknownPerson: {
    label: 'Unknown Person',
    description:
      'Drop the event and report it (nothing is created); try it again later, for events that overtake their identify call; or create the person, which needs an e-mail.',
    type: 'string',
    choices: [
      { label: 'Drop the event', value: 'drop' },
      { label: 'Try again later', value: 'retry' },
      { label: 'Create the person', value: 'create' },
      { label: 'Not set: drop the event', value: EMPTY }
    ],
    default: 'drop'
  },
  occurredAt: {
    label: 'Event Time',
    description:
      'Crisp shows when an event arrived, not when it happened. Map the timestamp here to show it as the property occurred_at, ahead of the others. Useful for old events.',
    type: 'string'
  }
}
