import type { ActionDefinition } from '@segment/actions-core'
import type { Settings } from '../generated-types'

/** The fields of Identify User. Keys, types and defaults are public after the release. */
export const fields: ActionDefinition<Settings>['fields'] = {
  email: {
    label: 'Email',
    description: "The person's email address. Required to create a person.",
    type: 'string',
    required: { match: 'all', conditions: [{ fieldKey: 'userId', operator: 'is', value: undefined }] },
    default: {
      '@if': {
        blank: { '@path': '$.traits.email' },
        then: { '@path': '$.traits.email' },
        else: { '@path': '$.context.traits.email' }
      }
    }
  },
  userId: {
    label: 'User ID',
    description: 'Your unique ID for the person, stored in Crisp as `user_id`.',
    type: 'string',
    default: { '@path': '$.userId' }
  },
  name: {
    label: 'Name',
    description: "The person's full name.",
    type: 'string',
    default: { '@path': '$.traits.name' }
  },
  firstName: {
    label: 'First Name',
    description: "The person's first name. Used with Last Name when Name is empty.",
    type: 'string',
    default: {
      '@if': {
        blank: { '@path': '$.traits.firstName' },
        then: { '@path': '$.traits.firstName' },
        else: { '@path': '$.traits.first_name' }
      }
    }
  },
  lastName: {
    label: 'Last Name',
    description: "The person's last name. Used with First Name when Name is empty.",
    type: 'string',
    default: {
      '@if': {
        blank: { '@path': '$.traits.lastName' },
        then: { '@path': '$.traits.lastName' },
        else: { '@path': '$.traits.last_name' }
      }
    }
  },
  phone: {
    label: 'Phone Number',
    description: "The person's phone number, with its country code: +33612345678.",
    type: 'string',
    default: { '@path': '$.traits.phone' }
  },
  avatar: {
    label: 'Avatar',
    description: "The URL of the person's picture.",
    type: 'string',
    default: { '@path': '$.traits.avatar' }
  },
  description: {
    label: 'Description',
    description: 'A few words about the person.',
    type: 'string',
    default: { '@path': '$.traits.description' }
  },
  website: {
    label: 'Website',
    description: "The URL of the person's website.",
    type: 'string',
    default: { '@path': '$.traits.website' }
  },
  jobTitle: {
    label: 'Job Title',
    description: "The person's job title.",
    type: 'string',
    default: { '@path': '$.traits.title' }
  },
  address: {
    label: 'Address',
    description: "The person's address, as text or an object.",
    type: 'object',
    defaultObjectUI: 'keyvalue',
    default: { whole: { '@path': '$.traits.address' } }
  },
  company: {
    label: 'Company',
    description: "The person's company, as text or an object.",
    type: 'object',
    defaultObjectUI: 'keyvalue',
    default: { whole: { '@path': '$.traits.company' } }
  },
  customData: {
    label: 'Custom Data',
    description: 'Other traits agents should see. Nested objects are flattened.',
    type: 'object',
    defaultObjectUI: 'keyvalue',
    default: { '@path': '$.traits' }
  },
  segments: {
    label: 'Segments',
    description:
      'Crisp segments to add the person to. When two batches change the segments of one person at the same time, one change can get lost until the next event.',
    type: 'string',
    multiple: true
  },
  audienceAsSegment: {
    label: 'Audience as Segment',
    description:
      'When enabled, an Engage audience adds the person to the Crisp segment with its key, or removes them. A change that gets lost, as under Segments, is repaired by the next event of the audience.',
    type: 'boolean',
    default: false
  },
  unknownPerson: {
    label: 'If Person Not Found',
    description: 'What to do when Crisp has no matching person. Creating one requires an email.',
    type: 'string',
    choices: [
      { label: 'Create the person', value: 'create' },
      { label: 'Drop the event', value: 'drop' }
    ],
    default: 'create'
  },
  clearNullTraits: {
    label: 'Clear Null Traits',
    description: 'When enabled, a trait that is null is cleared in Custom Data. Profile fields are not cleared.',
    type: 'boolean',
    default: false
  },
  skipRepeats: {
    label: 'Skip Repeats',
    description:
      'When enabled, an update that was already sent in the last 10 minutes is not sent again. With several processes, or after an agent edits the profile, a skipped repeat may leave an older value in place.',
    type: 'boolean',
    default: false
  },
  computationClass: {
    label: 'Computation Class',
    description: 'The type of the Engage computation that the event is about. Filled by Engage.',
    type: 'string',
    unsafe_hidden: true,
    default: { '@path': '$.context.personas.computation_class' }
  },
  computationKey: {
    label: 'Computation Key',
    description: 'The key of the Engage computation that the event is about. Filled by Engage.',
    type: 'string',
    unsafe_hidden: true,
    default: { '@path': '$.context.personas.computation_key' }
  }
}
