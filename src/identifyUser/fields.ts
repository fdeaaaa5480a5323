import type { ActionDefinition } from '@segment/actions-core'
import type { Settings } from '../generated-types'

/** The fields of Identify User. Keys, types and defaults are public for ever. */
export const fields: ActionDefinition<Settings>['fields'] = {
  email: {
    label: 'Email',
    description: 'The e-mail of the person. Crisp knows people by their e-mail: it is needed to create a profile.',
    type: 'string',
    default: { '@path': '$.traits.email' }
  },
  userId: {
    label: 'User ID',
    description:
      'Your ID of the person, kept in Crisp as the custom data user_id. It must be personal: events with the same ID are events of the same person.',
    type: 'string',
    default: { '@path': '$.userId' }
  },
  name: {
    label: 'Name',
    description: 'The full name that support agents see.',
    type: 'string',
    default: { '@path': '$.traits.name' }
  },
  firstName: {
    label: 'First Name',
    description: 'The first name, used with the last name when there is no full name.',
    type: 'string',
    default: {
      '@if': {
        exists: { '@path': '$.traits.firstName' },
        then: { '@path': '$.traits.firstName' },
        else: { '@path': '$.traits.first_name' }
      }
    }
  },
  lastName: {
    label: 'Last Name',
    description: 'The last name, used with the first name when there is no full name.',
    type: 'string',
    default: {
      '@if': {
        exists: { '@path': '$.traits.lastName' },
        then: { '@path': '$.traits.lastName' },
        else: { '@path': '$.traits.last_name' }
      }
    }
  },
  phone: {
    label: 'Phone',
    description: 'The phone number, best with its country code: +33612345678.',
    type: 'string',
    default: { '@path': '$.traits.phone' }
  },
  avatar: {
    label: 'Avatar',
    description: 'The address (URL) of a picture of the person.',
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
    description: "The address (URL) of the person's website.",
    type: 'string',
    default: { '@path': '$.traits.website' }
  },
  jobTitle: {
    label: 'Job Title',
    description: "The person's position at work.",
    type: 'string',
    default: { '@path': '$.traits.title' }
  },
  address: {
    label: 'Address',
    description:
      "The person's address: a text, or an object with street, city, state, postalCode and country. Agents see it in one line; city, state and a two-letter country also place the person on the map.",
    type: 'object',
    defaultObjectUI: 'keyvalue',
    default: { whole: { '@path': '$.traits.address' } }
  },
  company: {
    label: 'Company',
    description:
      "The person's company: its name as a text, or an object with name, website, domain and description. Other details of the company become custom data.",
    type: 'object',
    defaultObjectUI: 'keyvalue',
    default: { whole: { '@path': '$.traits.company' } }
  },
  customData: {
    label: 'Custom Data',
    description:
      'Everything else that support agents should see beside the chat. Nested details are flattened and names become snake_case. What is part of the profile already is left out.',
    type: 'object',
    defaultObjectUI: 'keyvalue',
    default: { '@path': '$.traits' }
  }
}
